//! A model behind an OpenAI-compatible endpoint drives the same roles through the same tools.

mod beside;
mod faults;
mod money;
mod pictures;
mod tools;

use serde_json::{Value, json};

use crate::support::model_server::{ModelServer, Say, turn};
use crate::support::program::{Home, get, git, shown};

pub const BRIEF: &str = "A page that counts the days until a date I choose.";

pub fn connect(home: &Home, server: &ModelServer) {
    settle(
        home,
        json!({"models": [scripted("m1", "Scripted", server)], "model_tries": 2}),
    );
}

fn scripted(id: &str, name: &str, server: &ModelServer) -> Value {
    // As an earlier version wrote it: what it did not know is filled in.
    json!({"id": id, "name": name, "base_url": server.base_url(), "model": "scripted-1", "has_key": false})
}

fn settle(home: &Home, settings: Value) {
    std::fs::create_dir_all(home.data()).unwrap();
    std::fs::write(
        home.data().join("settings.json"),
        json!({"settings": settings}).to_string(),
    )
    .unwrap();
}

fn build(home: &Home) -> std::process::Output {
    building_in(home).output().unwrap()
}

pub fn building_in(home: &Home) -> std::process::Command {
    building_with(home, "all")
}

fn building_with(home: &Home, approve: &str) -> std::process::Command {
    let brief = home.path().join("brief.txt");
    std::fs::write(&brief, BRIEF).unwrap();
    let mut program = home.program();
    program
        .args(["build", "--model", "Scripted", "--approve", approve, "--project"])
        .arg(home.path().join("days"));
    program.arg("--brief").arg(brief);
    program
}

fn requirements() -> Value {
    json!({"title": "Days until", "summary": "Counts days.", "features": [
        {"id": "R1", "text": "The app shall count the days until a date.", "priority": "must",
         "acceptance": ["When a date is chosen, the app shall show the days until it."]}
    ], "open_questions": []})
}

fn plan() -> Value {
    json!({"summary": "One module and one page.",
        "tasks": [{"id": "T1", "title": "Count and show", "detail": "", "files": ["days.mjs", "index.html"], "serves": ["R1"]}],
        "test_strategy": {"summary": "node --test", "cases": [{"requirement": "R1", "test": "counts whole days"}]},
        "release": {"kind": "web_page", "site_dir": ".", "how": "Served on this machine."}})
}

pub fn talking() -> Vec<Say> {
    vec![
        turn(
            "Which days count?",
            &[(
                "ask_person",
                json!({"question": "Do weekends count?", "choices": ["Yes", "No"]}),
            )],
        ),
        turn(
            "All of them, then.",
            &[("finish_phase", json!({"result": requirements()}))],
        ),
        turn("Here is the plan.", &[("finish_phase", json!({"result": plan()}))]),
    ]
}

pub fn building() -> Vec<Say> {
    let module = "export const days = (from, to) => Math.round((to - from) / 86400000);\n";
    let page = "<!doctype html><html lang=\"en\"><title>Days</title><h1>Days until</h1><script type=\"module\">import { days } from './days.mjs';</script></html>\n";
    let test = "import test from 'node:test';\nimport assert from 'node:assert';\nimport { days } from '../days.mjs';\n\
                test('counts whole days', () => assert.equal(days(new Date('2026-01-01'), new Date('2026-01-11')), 10));\n";
    let package =
        json!({"name": "days", "private": true, "type": "module", "scripts": {"test": "node --test"}}).to_string();
    vec![
        turn(
            "I write the module and the page.",
            &[
                ("list_files", json!({})),
                ("write_file", json!({"path": "days.mjs", "content": module})),
                ("write_file", json!({"path": "index.html", "content": page})),
                ("write_file", json!({"path": "package.json", "content": package})),
            ],
        ),
        turn(
            "",
            &[
                ("release", json!({})),
                ("deploy_rocket", json!({"to": "moon"})),
                ("write_file", json!({"path": "../evil.txt", "content": "out"})),
                (
                    "write_file",
                    json!({"path": "/tmp/evil-absolute.txt", "content": "out"}),
                ),
                ("read_file", json!({"path": 7})),
                ("run_command", json!({"command": "echo from-the-command"})),
            ],
        ),
        turn("Done.", &[("finish_phase", json!({"result": {"summary": "written"}}))]),
        turn(
            "Once more, with the tasks.",
            &[(
                "finish_phase",
                json!({"result": {"summary": "written", "tasks": [{"id": "T1", "status": "done"}]}}),
            )],
        ),
        turn(
            "A test for R1.",
            &[
                ("write_file", json!({"path": "test/days.test.mjs", "content": test})),
                ("run_tests", json!({})),
            ],
        ),
        turn(
            "",
            &[(
                "finish_phase",
                json!({"result": {"summary": "1 test passes", "tests": [{"requirement": "R1", "test": "counts whole days"}]}}),
            )],
        ),
        turn("", &[("run_checks", json!({}))]),
        turn(
            "",
            &[(
                "finish_phase",
                json!({"result": {"summary": "traced", "requirements": [{"id": "R1", "verdict": "met", "evidence": "the test"}]}}),
            )],
        ),
        turn("", &[("release", json!({}))]),
        turn(
            "It answers.",
            &[("finish_phase", json!({"result": {"summary": "live"}}))],
        ),
    ]
}

/// From the first question to the release.
pub fn whole_script() -> Vec<Say> {
    talking().into_iter().chain(building()).collect()
}

/// What a role was told about its calls, over the whole conversation.
fn answers(server: &ModelServer) -> String {
    let asked = server.asked();
    let messages = asked
        .iter()
        .flat_map(|request| request["messages"].as_array().cloned().unwrap_or_default());
    messages
        .filter(|message| message["role"] == "tool")
        .map(|message| message["content"].to_string() + "\n")
        .collect()
}

#[test]
fn a_brief_that_the_practice_model_does_not_know_ends_live() {
    let server = ModelServer::start(whole_script());
    let home = Home::new();
    connect(&home, &server);
    let built = build(&home);
    assert_eq!(built.status.code(), Some(0), "{}\n{}", shown(&built), answers(&server));
    assert_eq!(server.complaints(), Vec::<String>::new());
    assert_eq!(server.lines_left(), 0, "the whole script was said");

    let url = home.json(&["status", "--json"])["url"].as_str().unwrap().to_owned();
    let (status, body) = get(&url).expect("the page answers");
    assert_eq!(status, 200);
    assert!(body.contains("Days until"));
    let project = home.path().join("days");
    assert!(git(&project, &["ls-files"]).contains("test/days.test.mjs"));
    assert_eq!(
        home.json(&["history", "--json"])["handoffs"].as_array().unwrap().len(),
        4
    );

    let told = answers(&server);
    for (what, says) in [
        ("a tool of another role", "release"),
        ("a tool that does not exist", "deploy_rocket"),
        ("a path out of the worktree", "../evil.txt"),
        ("the output of a command", "from-the-command"),
        ("a result without its tasks", "tasks"),
    ] {
        assert!(told.contains(says), "{what}: {told}");
    }
    assert!(!home.data().join("worktrees").join("evil.txt").exists());
    assert!(!std::path::Path::new("/tmp/evil-absolute.txt").exists());
    let status = home.json(&["status", "--json"]);
    assert_eq!(status["input_tokens"], 1300.0, "thirteen turns of a hundred tokens");
    assert_eq!(status["cost"], Value::Null, "nobody knows what this server costs");
}

#[test]
fn the_word_of_a_role_opens_no_gate() {
    let claim = |words: &str| {
        let result =
            json!({"summary": "All 24 tests pass", "tests": [{"requirement": "R1", "test": "counts whole days"}]});
        turn(words, &[("finish_phase", json!({"result": result}))])
    };
    let mut script = talking();
    script.extend(building().into_iter().take(4));
    script.extend((0..8).map(|_| claim("All 24 tests pass.")));
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let failed = build(&home);
    assert_eq!(failed.status.code(), Some(1), "{}", shown(&failed));
    let status = home.json(&["status", "--json"]);
    assert_eq!(
        (&status["status"], &status["current_state"]),
        (&json!("blocked"), &json!("testing"))
    );
    assert!(git(&home.path().join("days"), &["tag"]).is_empty());
}

#[test]
fn why_work_is_sent_back_reaches_the_role_that_gets_it_and_nobody_else_answers() {
    let mut script = whole_script();
    // All but the release.
    script.truncate(script.len() - 2);
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let waits = building_with(&home, "release").output().unwrap();
    assert_eq!(waits.status.code(), Some(1), "{}", shown(&waits));
    assert_eq!(home.json(&["status", "--json"])["current_state"], "handoff_to_releaser");

    let again = server.asked().len();
    let summary = json!({"summary": "larger", "tasks": [{"id": "T1", "status": "done"}]});
    let larger = json!({"path": "index.html", "content": "<!doctype html><html lang=\"en\"><title>Days</title><h1>DAYS UNTIL</h1></html>\n"});
    server.then(vec![
        turn("Larger.", &[("write_file", larger)]),
        turn("", &[("finish_phase", json!({"result": summary}))]),
    ]);
    server.then(building().split_off(5));
    let sent = home.run(&[
        "retry",
        "--to",
        "implementation",
        "--reason",
        "A larger heading",
        "--approve",
        "all",
    ]);
    assert_eq!(sent.status.code(), Some(0), "{}", shown(&sent));
    let first = server.asked().get(again).unwrap().to_string();
    assert!(
        first.contains("A larger heading") && first.contains("write_file"),
        "{first}"
    );
    assert_eq!(
        (server.lines_left(), server.complaints()),
        (0, Vec::new()),
        "no turn but those of the roles"
    );
}

#[test]
fn a_model_that_only_asks_does_not_ask_for_ever() {
    let server = ModelServer::start((0..40).map(|_| turn("Hm, tell me more?", &[])).collect());
    let home = Home::new();
    connect(&home, &server);
    let stopped = build(&home);
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    assert!(shown(&stopped).contains("goes on asking"), "{}", shown(&stopped));
    assert!(server.asked().len() < 20, "{}", server.asked().len());
}
