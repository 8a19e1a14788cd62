//! The whole job without a window and without a display.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::program::{Home, get, git, shown};
use crate::support::{FIX_A_BUG, PHOTO_RENAMER, TIP_CALCULATOR};

fn lines(stdout: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// Asks until there is an answer.
fn eventually<T>(ask: impl Fn() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "it does not happen");
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn a_sample_ends_live_and_goes_back_again() {
    let home = Home::new();
    let project = home.path().join("Mein Projekt – tips");
    let built = home.build(&project, TIP_CALCULATOR);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let events = lines(&built.stdout);
    let live = events.last().unwrap();
    assert_eq!(live["event_type"], "live");
    let url = live["url"].as_str().unwrap();
    let (status, body) = get(url).expect("the page answers after the program has ended");
    assert_eq!(status, 200);
    assert!(body.contains("<html"), "{body}");

    let history = home.json(&["history", "--json"]);
    assert_eq!(history["handoffs"].as_array().unwrap().len(), 4);
    assert_eq!(history["chain_ok"], true);
    let seqs: Vec<_> = history["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(
        seqs,
        (1..=seqs.len() as u64).collect::<Vec<_>>(),
        "every event, in order"
    );
    assert_eq!(seqs.len(), events.len() - 1, "each was printed once, and then the end");

    let released = git(&project, &["rev-parse", "HEAD"]);
    let back = home.run(&["rollback", "--to", "implementation", "--json"]);
    assert_eq!(back.status.code(), Some(0), "{}", shown(&back));
    assert_ne!(
        git(&project, &["rev-parse", "HEAD"]),
        released,
        "the merge is taken back"
    );
    assert_eq!(git(&project, &["tag"]), "", "the tag is taken back");
    let status = home.json(&["status", "--json"]);
    assert_eq!(status["current_state"], "implementation");
    assert_eq!(status["status"], "paused");
    wait_until("the page is taken down", || get(url).is_none());

    let again = home.run(&["resume", "--approve", "all", "--json"]);
    assert_eq!(again.status.code(), Some(0), "{}", shown(&again));
    let url = lines(&again.stdout).last().unwrap()["url"].as_str().unwrap().to_owned();
    assert_eq!(get(&url).expect("the page answers again").0, 200);
}

#[test]
fn the_person_says_how_the_tests_are_run() {
    let home = Home::new();
    let project = home.path().join("tips");
    let ran = home.path().join("ran");
    let command = format!("pwd > {} && npm test --silent", ran.display());
    let built = home.build_with(&project, TIP_CALCULATOR, &["--test-command", &command]);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let set: Vec<_> = lines(&built.stdout)
        .into_iter()
        .filter(|event| event["event_type"] == "test_command_set")
        .collect();
    assert_eq!(
        set.len(),
        1,
        "it decides what passes: the audit trail knows who said so"
    );
    let ran_in = std::fs::read_to_string(ran).unwrap();
    assert!(
        !Path::new(ran_in.trim()).exists(),
        "a clean checkout, gone afterwards: {ran_in}"
    );
}

#[cfg(unix)]
#[test]
fn a_killed_program_leaves_no_command_running() {
    let home = Home::new();
    let pid_file = home.path().join("pid");
    // A daemon, in a group and session of its own.
    let command = format!("setsid sh -c 'echo $$ > {}; exec sleep 300' & wait", pid_file.display());
    let mut program = home.start(&home.path().join("tips"), TIP_CALCULATOR, &["--test-command", &command]);
    let pid = eventually(|| {
        let pid = std::fs::read_to_string(&pid_file).ok()?;
        pid.ends_with('\n').then(|| pid.trim().to_owned())
    });
    // A dead process that nobody has asked about yet is a dead one ("Z").
    let runs = || {
        let asked = Command::new("ps").args(["-o", "stat=", "-p", &pid]).output().unwrap();
        !matches!(asked.stdout.first(), None | Some(b'Z'))
    };
    assert!(runs());
    program.kill().unwrap();
    program.wait().unwrap();
    eventually(|| (!runs()).then_some(()));
}

#[test]
fn failing_tests_send_the_work_back_once() {
    let home = Home::new();
    let built = home.build(&home.path().join("photos"), PHOTO_RENAMER);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let returns: Vec<_> = lines(&built.stdout)
        .into_iter()
        .filter(|event| event["event_type"] == "sent_back")
        .collect();
    assert_eq!(returns.len(), 1);
}

/// The library of the third sample, as a repository that was there before.
fn slug_library(project: &std::path::Path) {
    let sample = models::samples()
        .iter()
        .find(|sample| sample.id == "fix_a_bug")
        .unwrap();
    for (path, text) in sample.seed {
        let file = project.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    git(project, &["init", "-q", "-b", "trunk"]);
    commit(project, "mine");
}

/// What a person does beside the product.
fn commit(project: &Path, message: &str) -> String {
    git(project, &["add", "-A"]);
    let as_mira = ["-c", "user.name=Mira", "-c", "user.email=mira@localhost"];
    git(project, &[&as_mira[..], &["commit", "-q", "-m", message]].concat());
    git(project, &["rev-parse", "HEAD"])
}

/// A build of the third sample that waits for the approval of its release.
fn waits_for_its_release(home: &Home, project: &Path) {
    slug_library(project);
    let brief = home.path().join("brief.txt");
    std::fs::write(&brief, FIX_A_BUG).unwrap();
    let arguments = ["build", "--approve", "release", "--project", project.to_str().unwrap()];
    let asked = home.run(&[&arguments[..], &["--brief", brief.to_str().unwrap()]].concat());
    assert_eq!(asked.status.code(), Some(1), "{}", shown(&asked));
    assert_eq!(home.json(&["status", "--json"])["current_state"], "handoff_to_releaser");
}

#[test]
fn what_others_committed_meanwhile_is_tested_together_before_anything_is_merged() {
    let home = Home::new();
    let project = home.path().join("slug");
    waits_for_its_release(&home, &project);
    // Merges without a conflict, and breaks the tests all the same.
    let broken = "import test from 'node:test';\nimport assert from 'node:assert';\ntest('theirs', () => assert.fail('not yet'));\n";
    std::fs::write(project.join("test/theirs.test.js"), broken).unwrap();
    let theirs = commit(&project, "theirs");
    let refused = home.run(&["resume", "--approve", "all"]);
    assert_eq!(refused.status.code(), Some(1), "{}", shown(&refused));
    assert!(shown(&refused).contains("Nothing was merged"), "{}", shown(&refused));
    assert_eq!(git(&project, &["rev-parse", "HEAD"]), theirs);
    assert_eq!(git(&project, &["tag"]), "");

    std::fs::write(
        project.join("test/theirs.test.js"),
        broken.replace("assert.fail('not yet')", "{}"),
    )
    .unwrap();
    commit(&project, "mended");
    let live = home.run(&["resume"]);
    assert_eq!(live.status.code(), Some(0), "{}", shown(&live));
    assert!(project.join("test/theirs.test.js").exists());
    assert_eq!(git(&project, &["status", "--porcelain"]), "");
}

#[test]
fn a_conflict_is_solved_by_planning_again_on_the_branch_as_it_is_now() {
    let home = Home::new();
    let project = home.path().join("slug");
    waits_for_its_release(&home, &project);
    let theirs = std::fs::read_to_string(project.join("src/slugify.js")).unwrap();
    let theirs = theirs.replace("export function", "/** Theirs. */\nexport function");
    std::fs::write(project.join("src/slugify.js"), &theirs).unwrap();
    std::fs::write(project.join("test/regression.test.js"), "// theirs\n").unwrap();
    let before = commit(&project, "theirs");
    let conflict = home.run(&["resume", "--approve", "all"]);
    assert_eq!(conflict.status.code(), Some(1), "{}", shown(&conflict));
    assert!(
        shown(&conflict).contains("Roll back to planning"),
        "{}",
        shown(&conflict)
    );
    assert_eq!(git(&project, &["rev-parse", "HEAD"]), before);
    let back = home.run(&["rollback", "--to", "planning"]);
    assert_eq!(back.status.code(), Some(0), "{}", shown(&back));
    let live = home.run(&["resume"]);
    assert_eq!(live.status.code(), Some(0), "{}", shown(&live));
    let both = std::fs::read_to_string(project.join("src/slugify.js")).unwrap();
    assert!(both.contains("Theirs.") && both.contains("normalize"), "{both}");
}

#[test]
fn text_that_nobody_reads_does_not_stop_the_work() {
    let home = Home::new();
    let built = home
        .building(&home.path().join("tips"), TIP_CALCULATOR, &[])
        .stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap())
        .output()
        .unwrap();
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
}

#[test]
fn the_data_may_be_named_from_here_but_not_lie_in_the_project() {
    let home = Home::new();
    let brief = home.path().join("brief.txt");
    std::fs::write(&brief, TIP_CALCULATOR).unwrap();
    let build = |data: &str, project: &str| {
        home.bare_program()
            .current_dir(home.path())
            .args([
                "--data",
                data,
                "build",
                "--approve",
                "all",
                "--project",
                project,
                "--brief",
            ])
            .arg(&brief)
            .output()
            .unwrap()
    };
    let built = build("data", "tips");
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let inside = build("other/.data", "other");
    assert_eq!(inside.status.code(), Some(1), "{}", shown(&inside));
    assert!(shown(&inside).contains("lie one in the other"), "{}", shown(&inside));
    let within = build("data", "data/worktrees/mine");
    assert_eq!(within.status.code(), Some(1), "{}", shown(&within));
}

#[test]
fn a_rollback_after_the_branch_went_on_keeps_what_came_later_or_says_why_not() {
    let home = Home::new();
    let project = home.path().join("tips");
    let built = home.build(&project, TIP_CALCULATOR);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let url = lines(&built.stdout).last().unwrap()["url"].as_str().unwrap().to_owned();
    let page = std::fs::read_to_string(project.join("index.html")).unwrap();
    std::fs::write(project.join("notes.md"), "mine\n").unwrap();
    std::fs::write(project.join("index.html"), format!("{page}<!-- mine -->\n")).unwrap();
    let mine = commit(&project, "mine");
    let refused = home.run(&["rollback", "--to", "planning"]);
    assert_eq!(refused.status.code(), Some(1), "{}", shown(&refused));
    assert!(shown(&refused).contains("index.html"), "{}", shown(&refused));
    assert_eq!(
        home.json(&["status", "--json"])["current_state"],
        "complete",
        "nothing went back"
    );
    assert_eq!(git(&project, &["rev-parse", "HEAD"]), mine);
    assert_eq!(get(&url).expect("it is still live").0, 200);

    std::fs::write(project.join("index.html"), page).unwrap();
    commit(&project, "mine, without the page");
    let back = home.run(&["rollback", "--to", "planning"]);
    assert_eq!(back.status.code(), Some(0), "{}", shown(&back));
    assert!(!project.join("index.html").exists());
    assert_eq!(std::fs::read_to_string(project.join("notes.md")).unwrap(), "mine\n");
    assert_eq!(git(&project, &["status", "--porcelain"]), "");
    eventually(|| get(&url).is_none().then_some(()));

    let again = home.run(&["resume", "--approve", "all"]);
    assert_eq!(again.status.code(), Some(0), "{}", shown(&again));
    assert!(project.join("index.html").exists() && project.join("notes.md").exists());
}

#[test]
fn an_existing_repository_is_fixed_and_uncommitted_work_is_neither_used_nor_touched() {
    let home = Home::new();
    let project = home.path().join("slug");
    slug_library(&project);
    std::fs::write(project.join("notes.txt"), "mine, not committed").unwrap();
    let built = home.build(&project, FIX_A_BUG);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    assert!(
        std::fs::read_to_string(project.join("src/slugify.js"))
            .unwrap()
            .contains("normalize")
    );
    assert_eq!(git(&project, &["status", "--porcelain"]), "?? notes.txt");
    assert_eq!(git(&project, &["branch", "--show-current"]), "trunk");
    let database = rusqlite::Connection::open(home.data().join("q-assistant.db")).unwrap();
    let (said, meaning): (String, String) = database
        .query_row(
            "SELECT text, meaning FROM messages WHERE author = 'product' ORDER BY seq LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert!(
        said.contains("notes.txt"),
        "it is said what the build does not see: {said}"
    );
    let meaning: serde_json::Value = serde_json::from_str(&meaning).unwrap();
    assert_eq!(
        meaning,
        serde_json::json!({"code": "left_out", "facts": {"files": ["notes.txt"]}})
    );
}

#[test]
fn a_detached_head_is_said_where_the_click_is_and_the_build_goes_on_after_it() {
    let home = Home::new();
    let project = home.path().join("slug");
    slug_library(&project);
    git(&project, &["checkout", "-q", "--detach"]);
    let stopped = home.build(&project, FIX_A_BUG);
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    assert!(
        String::from_utf8_lossy(&stopped.stderr).contains("detached HEAD"),
        "{}",
        shown(&stopped)
    );
    git(&project, &["checkout", "-q", "trunk"]);
    let resumed = home.run(&["resume", "--approve", "all"]);
    assert_eq!(resumed.status.code(), Some(0), "{}", shown(&resumed));
}

#[test]
fn a_project_that_is_gone_in_the_middle_blocks_the_build_until_it_is_back() {
    let home = Home::new();
    let project = home.path().join("tips");
    let brief = home.path().join("brief.txt");
    std::fs::write(&brief, TIP_CALCULATOR).unwrap();
    let asked = home.run(&[
        "build",
        "--project",
        project.to_str().unwrap(),
        "--brief",
        brief.to_str().unwrap(),
    ]);
    assert_eq!(
        asked.status.code(),
        Some(1),
        "it waits for the click: {}",
        shown(&asked)
    );
    let aside = home.path().join("moved");
    std::fs::rename(&project, &aside).unwrap();
    let lost = home.run(&["resume", "--approve", "all"]);
    assert_eq!(lost.status.code(), Some(1), "{}", shown(&lost));
    assert!(
        String::from_utf8_lossy(&lost.stderr).contains("is gone"),
        "{}",
        shown(&lost)
    );
    std::fs::rename(&aside, &project).unwrap();
    assert_eq!(home.json(&["history", "--json"])["chain_ok"], true);
    assert_eq!(
        home.json(&["status", "--json"])["current_state"],
        "planning",
        "the plan is still there"
    );
}

#[test]
fn two_programs_do_not_carry_out_the_builds_of_one_folder() {
    let home = Home::new();
    std::fs::create_dir_all(home.data()).unwrap();
    let held = std::fs::File::create(home.data().join("engine.lock")).unwrap();
    held.lock().unwrap();
    let refused = home.build(&home.path().join("tips"), TIP_CALCULATOR);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("already at work"),
        "{}",
        shown(&refused)
    );
}

#[test]
fn a_machine_without_git_is_told_to_install_it() {
    let home = Home::new();
    let brief = home.path().join("brief.txt");
    std::fs::write(&brief, TIP_CALCULATOR).unwrap();
    let empty = home.path().join("bin");
    std::fs::create_dir_all(&empty).unwrap();
    let mut program = home.program();
    program
        .env("PATH", &empty)
        .args(["build", "--approve", "all", "--project"])
        .arg(home.path().join("tips"));
    let refused = program.arg("--brief").arg(&brief).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("git is not installed"),
        "{}",
        shown(&refused)
    );
}

#[test]
fn a_brief_that_the_practice_model_does_not_know_is_said_plainly() {
    let home = Home::new();
    let built = home.build(&home.path().join("game"), "A space shooter with three levels.");
    assert_eq!(built.status.code(), Some(1), "{}", shown(&built));
    let said = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(
        said.contains("practice model") || said.contains("Practice model"),
        "{said}"
    );
}

#[test]
fn bad_usage_is_told_apart_from_failure() {
    let home = Home::new();
    assert_eq!(home.run(&["build"]).status.code(), Some(2));
    assert_eq!(home.run(&["status"]).status.code(), Some(1), "there is no build yet");
    let gone = home.run(&["build", "--project", "x", "--brief", "no-such-file", "--approve", "all"]);
    assert_eq!(gone.status.code(), Some(2), "{}", shown(&gone));
    let empty = home.build(&home.path().join("empty"), "  \n ");
    assert_eq!(empty.status.code(), Some(1), "{}", shown(&empty));
    let long = home.build(&home.path().join("long"), &"a".repeat(1024 * 1024));
    assert_eq!(long.status.code(), Some(1), "{}", shown(&long));
}

#[test]
fn with_every_handoff_asked_nobody_on_the_terminal_means_it_waits() {
    let home = Home::new();
    let brief = home.path().join("brief.txt");
    std::fs::write(&brief, TIP_CALCULATOR).unwrap();
    let project = home.path().join("tips");
    let asked = home.run(&[
        "build",
        "--project",
        project.to_str().unwrap(),
        "--brief",
        brief.to_str().unwrap(),
    ]);
    assert_eq!(asked.status.code(), Some(1), "{}", shown(&asked));
    let status = home.json(&["status", "--json"]);
    assert_eq!(status["expected_from"], "person");
    // Resumed as it was, the same is asked again; told not to ask, it goes on, and the audit trail says who said so.
    let again = home.run(&["resume"]);
    assert_eq!(again.status.code(), Some(1), "{}", shown(&again));
    let built = home.run(&["resume", "--approve", "all"]);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let history = home.json(&["history", "--json"]);
    let told = history["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["event_type"] == "policy_changed")
        .expect("the change is recorded");
    assert_eq!(told["triggered_by"], "person:mira");
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !condition() {
        assert!(std::time::Instant::now() < end, "{what} did not happen within 10 s");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn a_build_is_ended_for_good() {
    let home = Home::new();
    let project = home.path().join("tips");
    let built = home.build(&project, TIP_CALCULATOR);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let over = home.run(&["cancel"]);
    assert_eq!(over.status.code(), Some(1), "it is live: {}", shown(&over));
    let back = home.run(&["rollback", "--to", "implementation"]);
    assert_eq!(back.status.code(), Some(0), "{}", shown(&back));
    let over = home.run(&["cancel"]);
    assert_eq!(over.status.code(), Some(0), "{}", shown(&over));
    assert_eq!(home.json(&["status", "--json"])["status"], "cancelled");
}

#[test]
fn a_rollback_to_what_is_gone_changes_nothing_and_says_so() {
    let home = Home::new();
    let project = home.path().join("tips");
    assert_eq!(home.build(&project, TIP_CALCULATOR).status.code(), Some(0));
    // The history is written anew, and what hung on the old one is thrown away.
    git(&project, &["checkout", "--quiet", "--orphan", "new"]);
    git(
        &project,
        &[
            "-c",
            "user.name=M",
            "-c",
            "user.email=m@example.org",
            "commit",
            "--quiet",
            "-m",
            "new",
        ],
    );
    git(&project, &["branch", "-D", "main"]);
    git(&project, &["branch", "-m", "main"]);
    for reference in git(&project, &["for-each-ref", "--format=%(refname)"]).lines() {
        if reference != "refs/heads/main" {
            git(&project, &["update-ref", "-d", reference]);
        }
    }
    let worktree = home
        .data()
        .join("worktrees")
        .join(home.json(&["status", "--json"])["workflow_id"].as_str().unwrap());
    git(
        &project,
        &["worktree", "remove", "--force", &worktree.to_string_lossy()],
    );
    git(&project, &["reflog", "expire", "--expire=now", "--all"]);
    git(&project, &["gc", "--quiet", "--prune=now"]);
    let back = home.run(&["rollback", "--to", "planning"]);
    assert_eq!(back.status.code(), Some(1), "{}", shown(&back));
    assert_eq!(
        home.json(&["status", "--json"])["status"],
        "complete",
        "nothing was changed"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_listing_that_cannot_be_written_is_no_success() {
    let home = Home::new();
    assert_eq!(
        home.build(&home.path().join("tips"), TIP_CALCULATOR).status.code(),
        Some(0)
    );
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = home.program().args(["recording"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("not whole"),
        "{}",
        shown(&output)
    );
}
