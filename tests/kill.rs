//! SIGKILL at random moments of a build: after each restart it goes on, and in the end nothing is lost, doubled or reordered.

use std::io::Read;
use std::process::{Child, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::support::TIP_CALCULATOR;
use crate::support::program::{Home, get, git, shown};

const KILLS: u32 = 200;
/// Builds at the same time; each gets its share of the kills.
const SIDE_BY_SIDE: u32 = 2;

#[test]
fn two_hundred_kills_lose_nothing() {
    let seed = std::env::var("KILL_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| {
            u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() & 0xffff_ffff).unwrap()
        });
    println!("KILL_SEED={seed} repeats this run");
    let threads: Vec<_> = (0..SIDE_BY_SIDE)
        .map(|number| {
            std::thread::spawn(move || kill_builds(Random(seed ^ u64::from(number) << 17), KILLS / SIDE_BY_SIDE))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Builds one sample after the other until all kills are spent, and lets the last one end in peace.
fn kill_builds(mut random: Random, mut left: u32) {
    while left > 0 {
        let story = Story::new();
        // A build takes about a second: a few kills each, so that every part of it is hit.
        let mut here = left.min(12 + random.below(9));
        left -= here;
        let mut history = story.history();
        while here > 0 && of_type(&history, "completed").count() == 0 {
            let child = story.start(&history);
            std::thread::sleep(Duration::from_millis(u64::from(20 + random.below(500))));
            history = story.kill(child);
            story.check(&history);
            here -= 1;
        }
        left += here;
        story.end_in_peace(history);
    }
}

struct Story {
    home: Home,
    /// Hashes of all events ever seen, in order: what was seen once stays, where it was.
    seen: std::cell::RefCell<Vec<String>>,
}

impl Story {
    fn new() -> Story {
        let home = Home::new();
        std::fs::write(home.path().join("brief.txt"), TIP_CALCULATOR).unwrap();
        Story {
            home,
            seen: std::cell::RefCell::default(),
        }
    }

    fn status(&self) -> Option<Value> {
        let output = self.home.run(&["status", "--json"]);
        output
            .status
            .success()
            .then(|| serde_json::from_slice(&output.stdout).unwrap())
    }

    /// Starts the program, on the build that is there by now.
    fn start(&self, history: &Value) -> Child {
        let mut program = self.home.program();
        if history["workflow_id"].is_string() {
            program.args(["resume", "--approve", "all", "--json"]);
        } else {
            program.args(["build", "--approve", "all", "--json", "--project"]);
            program
                .arg(self.home.path().join("tips"))
                .arg("--brief")
                .arg(self.home.path().join("brief.txt"));
        }
        program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Kills it, and looks for every event that it had acknowledged on its output. What is there by now.
    fn kill(&self, mut child: Child) -> Value {
        child.kill().unwrap();
        child.wait().unwrap();
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        let history = self.history();
        let known: Vec<_> = hashes(&history);
        // The last line may have been cut in the middle.
        for event in said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            if let Some(hash) = event["hash"].as_str() {
                assert!(known.iter().any(|kept| kept == hash), "acknowledged and lost: {event}");
            }
        }
        history
    }

    fn history(&self) -> Value {
        let output = self.home.run(&["history", "--json"]);
        let none = || serde_json::json!({"events": [], "handoffs": [], "chain_ok": true});
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            let said = shown(&output);
            assert!(said.contains("no build yet"), "{said}");
            none()
        })
    }

    fn check(&self, history: &Value) {
        assert_eq!(history["chain_ok"], true);
        let now = hashes(history);
        let mut seen = self.seen.borrow_mut();
        assert!(
            now.starts_with(&seen),
            "what was seen before the kill is no longer there, or no longer in its place"
        );
        *seen = now;
        let seqs: Vec<_> = history["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["seq"].as_u64().unwrap())
            .collect();
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    }

    fn end_in_peace(&self, history: Value) {
        if of_type(&history, "completed").count() == 0 {
            let output = self.start(&history).wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        }
        let history = self.history();
        self.check(&history);
        let moves: Vec<_> = of_type(&history, "state_changed")
            .map(|event| {
                let data: Value = serde_json::from_str(event["event_data"].as_str().unwrap()).unwrap();
                format!("{} {}", data["from"].as_str().unwrap(), data["to"].as_str().unwrap())
            })
            .collect();
        assert_eq!(
            moves,
            [
                "discovery planning",
                "planning handoff_to_coder",
                "handoff_to_coder implementation",
                "implementation handoff_to_tester",
                "handoff_to_tester testing",
                "testing handoff_to_verifier",
                "handoff_to_verifier verification",
                "verification handoff_to_releaser",
                "handoff_to_releaser deployment",
                "deployment complete",
            ],
            "each step once, in order"
        );
        let roles: Vec<_> = history["handoffs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|handoff| handoff["to_role"].as_str().unwrap())
            .collect();
        assert_eq!(
            roles,
            [
                "code_writer",
                "test_auditor",
                "verification_overseer",
                "release_manager"
            ]
        );
        assert_eq!(of_type(&history, "completed").count(), 1);
        let project = self.home.path().join("tips");
        assert_eq!(git(&project, &["tag"]).lines().count(), 1, "released once");
        assert_eq!(git(&project, &["status", "--porcelain"]), "");
        let url = self.status().unwrap()["url"].as_str().unwrap().to_owned();
        assert_eq!(get(&url).expect("the page answers").0, 200);
        let database = rusqlite::Connection::open(self.home.data().join("q-assistant.db")).unwrap();
        let verdict: String = database
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(verdict, "ok");
        let said: i64 = database
            .query_row(
                "SELECT count(*) - count(DISTINCT text) FROM messages WHERE author <> 'you'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(said, 0, "nothing was said twice");
    }
}

fn hashes(history: &Value) -> Vec<String> {
    history["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["hash"].as_str().unwrap().to_owned())
        .collect()
}

fn of_type<'a>(history: &'a Value, wanted: &'a str) -> impl Iterator<Item = &'a Value> {
    history["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(move |event| event["event_type"] == wanted)
}

/// A small generator (SplitMix64, Steele et al. 2014), so that a failing run can be repeated from its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((z ^ (z >> 31)) % u64::from(limit)).unwrap()
    }
}
