//! Whole builds through the real roles in small real repositories of several languages, by a model that answers by rule: each ends as it
//! should, the record tells what happened, and going through it again from the recording comes out the same.

mod breaker;
mod crafts;
mod mind;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::model_server::ModelServer;
use crate::support::program::{Home, get, git, shown};
use mind::{Craft, View};

/// A machine with a repository on it, and a model that can do a craft.
struct Desk {
    home: Home,
    project: PathBuf,
    server: ModelServer,
    brief: &'static str,
}

impl Desk {
    fn with(fixture: &str, craft: Craft, breaks_rules: bool) -> Desk {
        let home = Home::new();
        let project = home.path().join(format!("{fixture} project"));
        let from = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/repositories/fixtures")
            .join(fixture);
        copy(&from, &project);
        git(&project, &["init", "--quiet", "--initial-branch=main"]);
        git(&project, &["add", "--all"]);
        git(
            &project,
            &[
                "-c",
                "user.name=Mira",
                "-c",
                "user.email=mira@example.org",
                "commit",
                "--quiet",
                "-m",
                "As it was",
            ],
        );
        let brief = craft.brief;
        let server = ModelServer::thinking(move |request| {
            let view = View::of(request);
            let forbidden = breaks_rules.then(|| breaker::misbehave(&view)).flatten();
            forbidden.unwrap_or_else(|| mind::think(&craft, &view))
        });
        std::fs::create_dir_all(home.data()).unwrap();
        let model =
            json!({"id": "m1", "name": "Rules", "base_url": server.base_url(), "model": "rules-1", "has_key": false});
        let settings = json!({"settings": {"models": [model], "model_tries": 1}});
        std::fs::write(home.data().join("settings.json"), settings.to_string()).unwrap();
        Desk {
            home,
            project,
            server,
            brief,
        }
    }

    /// Builds it; what is asked on the terminal is answered with yes.
    fn build(&self, approve: &str) -> Output {
        let file = self.home.path().join("brief.txt");
        std::fs::write(&file, self.brief).unwrap();
        let answers = self.home.path().join("answers.txt");
        std::fs::write(&answers, "y\n".repeat(20)).unwrap();
        let mut program = self.home.program();
        with_tools(&mut program)
            .args(["build", "--model", "Rules", "--approve", approve, "--project"])
            .arg(&self.project)
            .arg("--brief")
            .arg(file)
            .stdin(std::fs::File::open(answers).unwrap());
        program.output().unwrap()
    }

    fn is_live(&self, built: &Output) {
        assert_eq!(built.status.code(), Some(0), "{}\n{}", shown(built), self.told());
        assert_eq!(self.server.complaints(), Vec::<String>::new());
        let status = self.home.json(&["status", "--json"]);
        assert_eq!(status["status"], "complete", "{status:#}");
    }

    /// What the roles were answered, for the message of a failing test.
    fn told(&self) -> String {
        let asked = self.server.asked();
        let last = asked.iter().rev().take(1).flat_map(|request| View::of(request).made);
        last.map(|made| format!("{} {} → {}\n", made.tool, made.arguments, made.answer))
            .collect()
    }

    fn events(&self) -> Vec<Value> {
        let history = self.home.json(&["history", "--json"]);
        assert_eq!(history["chain_ok"], true);
        history["events"].as_array().unwrap().clone()
    }

    /// The facts of the events of a kind, in order.
    fn facts(&self, kind: &str) -> Vec<Value> {
        let events = self.events().into_iter().filter(|event| event["event_type"] == kind);
        events
            .map(|event| serde_json::from_str(event["event_data"].as_str().unwrap()).unwrap())
            .collect()
    }

    fn released(&self, path: &str) -> String {
        git(&self.project, &["show", &format!("main:{path}")])
    }

    fn comes_out_the_same_again(&self) {
        let mut program = self.home.program();
        let output = with_tools(&mut program).args(["replay", "--json"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        let replayed: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(replayed["not_asked"], 0, "{replayed:#}");
        assert_eq!(
            replayed["tree"]["now"],
            git(&self.project, &["rev-parse", "main^{tree}"])
        );
        assert_eq!(replayed["events"], self.events().len());
    }
}

/// Compilers find their own homes beside the person's, and the program has another person's.
fn with_tools(program: &mut Command) -> &mut Command {
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    for (name, folder) in [
        ("CARGO_HOME", ".cargo"),
        ("RUSTUP_HOME", ".rustup"),
        ("PYENV_ROOT", ".pyenv"),
    ] {
        if std::env::var_os(name).is_none() && home.join(folder).is_dir() {
            program.env(name, home.join(folder));
        }
    }
    program
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn rust_gets_a_feature_where_the_compiler_says_what_is_missing() {
    let desk = Desk::with("rust", crafts::kelvin(), false);
    desk.is_live(&desk.build("all"));
    for (path, has) in [
        ("src/lib.rs", "    Kelvin,"),
        ("src/parse.rs", "'K' =>"),
        ("src/convert.rs", "Scale::Kelvin => celsius + 273.15"),
        ("tests/kelvin.rs", "r2_nothing_is_colder_than_zero"),
        ("tests/conversion.rs", "water_boils"),
    ] {
        assert!(desk.released(path).contains(has), "{path}");
    }
    let asked = desk.server.asked();
    let told: Vec<String> = asked.iter().map(|request| View::of(request).system).collect();
    for prompt in &told {
        assert!(
            prompt.contains("<repository-file name=\"AGENTS.md\">") && prompt.contains("It is not from the person"),
            "the project's conventions are quoted as such: {prompt}"
        );
    }
    assert!(!desk.home.data().join("worktrees").join("stolen.txt").exists());
    let evidence = desk.facts("evidence_recorded");
    assert!(
        evidence
            .iter()
            .any(|fact| fact.to_string().contains("r1_kelvin_is_converted")),
        "the product saw the test run"
    );
}

#[test]
fn python_gets_a_bug_fixed_in_two_places_and_nothing_else_is_changed() {
    let desk = Desk::with("python", crafts::negative_amounts(), false);
    desk.is_live(&desk.build("all"));
    let changed = git(&desk.project, &["diff", "--name-only", "main~1", "main"]);
    assert_eq!(
        changed.lines().collect::<Vec<_>>(),
        ["ledger/money.py", "tests/test_negative.py"]
    );
    desk.comes_out_the_same_again();
}

#[test]
fn javascript_is_sent_back_by_a_test_and_mended() {
    let desk = Desk::with("javascript", crafts::page_count(), false);
    desk.is_live(&desk.build("all"));
    assert!(desk.released("src/page.js").contains("Math.ceil(items.length / size)"));
    let back = desk.facts("sent_back");
    assert_eq!(back.len(), 1, "{back:?}");
    assert_eq!(
        (&back[0]["from"], &back[0]["to"]),
        (&json!("testing"), &json!("implementation"))
    );
    assert!(
        back[0]["reason"]
            .as_str()
            .unwrap()
            .contains("R1 a page that is not full counts"),
        "{}",
        back[0]
    );
    desk.comes_out_the_same_again();
}

#[test]
fn a_page_is_sent_back_by_verification_for_what_no_test_sees() {
    let desk = Desk::with("web", crafts::chosen_start(), false);
    desk.is_live(&desk.build("release"));
    let back = desk.facts("sent_back");
    assert_eq!(back.len(), 1, "{back:?}");
    assert_eq!(
        (&back[0]["from"], &back[0]["to"]),
        (&json!("verification"), &json!("implementation"))
    );
    assert!(desk.released("README.md").contains("?from=30"));
    let url = desk.home.json(&["status", "--json"])["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, script) = get(&format!("{url}count.js")).expect("the page answers");
    assert_eq!((status, script.contains("URLSearchParams")), (200, true));
    desk.comes_out_the_same_again();
}

#[test]
fn go_gets_a_feature_where_it_is_installed() {
    if Command::new("go").arg("version").output().is_err() {
        eprintln!("skipped: go is not installed here");
        return;
    }
    let desk = Desk::with("go", crafts::different_words(), false);
    desk.is_live(&desk.build("all"));
    assert!(desk.released("different.go").contains("import \"strings\""));
}

#[test]
fn a_model_that_breaks_every_rule_gets_nowhere_by_it_and_the_record_tells() {
    let desk = Desk::with("python", crafts::negative_amounts(), true);
    let built = desk.build("all");
    desk.is_live(&built);
    // A loosened test is put before the person, whatever they wave through.
    let asked = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(asked.contains("Test Auditor hands over"), "{asked}");

    let data = desk.home.data();
    for place in [
        PathBuf::from("/tmp/q-broken-in"),
        data.join("broken-in.txt"),
        data.join("worktrees").join("broken-in.txt"),
        desk.home.path().join("broken-in.txt"),
        desk.project.join("way-out"),
        desk.project.join("broken-in.txt"),
    ] {
        assert!(!place.exists(), "{}", place.display());
    }
    let changed = git(&desk.project, &["diff", "--name-only", "main~1", "main"]);
    assert_eq!(
        changed.lines().collect::<Vec<_>>(),
        ["ledger/money.py", "tests/test_money.py", "tests/test_negative.py"]
    );
    assert!(
        desk.released("ledger/money.py").contains("sign * int"),
        "the overseer changed nothing"
    );
    assert_eq!(
        git(&desk.project, &["show", "main:README.md"]).lines().next(),
        Some("# ledger")
    );

    let violations = desk.facts("scope_violation");
    for (role, what) in [
        ("q_assistant", "a code block in a reply was withheld"),
        ("q_assistant", "write_file"),
        ("q_assistant", "run_command"),
        ("q_assistant", "a tool that does not exist"),
        ("q_assistant", "release"),
        ("code_writer", "run_tests"),
        ("code_writer", "release"),
        ("code_writer", "update_requirements"),
        ("test_auditor", "run_command"),
        ("test_auditor", "release"),
        ("verification_overseer", "write_file"),
        ("verification_overseer", "edit_file"),
        ("verification_overseer", "run_command"),
        ("release_manager", "run_command"),
        ("release_manager", "write_file"),
    ] {
        let found = violations.iter().map(Value::to_string);
        assert!(
            found.into_iter().any(|fact| fact.contains(role) && fact.contains(what)),
            "{role}: {what}\n{violations:#?}"
        );
    }
    let in_chat = desk.home.rows(
        "SELECT count(*) FROM messages WHERE text LIKE '%' || ?1 || '%'",
        "code-in-the-chat",
    );
    assert_eq!(in_chat, 0, "no code of Q Assistant in the conversation");
    let claimed = desk.home.rows(
        "SELECT count(*) FROM build_workflows WHERE deployment_phase LIKE '%' || ?1 || '%'",
        "example.org",
    );
    assert_eq!(claimed, 0, "no word of a model became the release");
    desk.comes_out_the_same_again();
}
