//! A build is gone through again from its recording, without a model.

use serde_json::{Value, json};

use crate::endpoint::{building_in, connect, whole_script};
use crate::support::PHOTO_RENAMER;
use crate::support::model_server::{ModelServer, Say, turn};
use crate::support::program::{Home, git, shown};

/// Goes through the newest build again. It must come out as it was.
fn again(home: &Home) -> Value {
    let output = home.run(&["replay", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn no_differences(replayed: &Value) {
    assert_eq!(replayed["differences"], json!([]), "{replayed:#}");
    assert_eq!(replayed["not_asked"], 0, "{replayed:#}");
}

#[test]
fn a_build_that_was_sent_back_comes_out_the_same_and_the_original_is_not_touched() {
    let home = Home::new();
    let project = home.path().join("photos");
    let built = home.build(&project, PHOTO_RENAMER);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let (before, history) = (git(&project, &["for-each-ref"]), home.json(&["history", "--json"]));

    let replayed = again(&home);
    no_differences(&replayed);
    assert_eq!(replayed["tree"]["then"], replayed["tree"]["now"]);
    assert_eq!(
        replayed["tree"]["now"].as_str().unwrap(),
        git(&project, &["rev-parse", "HEAD^{tree}"]),
        "it is what was released"
    );
    let events = history["events"].as_array().unwrap();
    assert_eq!(replayed["events"], events.len());
    assert!(
        events.iter().any(|event| event["event_type"] == "sent_back"),
        "the way back is part of it"
    );
    assert_eq!(git(&project, &["for-each-ref"]), before);
    assert_eq!(home.json(&["history", "--json"]), history);

    // A role that comes through its phase a second time is told so.
    let recording = home.json(&["recording"]);
    let testing = recording["exchanges"].as_array().unwrap().iter();
    let attempts: Vec<_> = testing
        .filter(|exchange| exchange["phase"] == "testing")
        .map(|exchange| exchange["attempt"].as_u64().unwrap())
        .collect();
    assert_eq!((attempts.first(), attempts.last()), (Some(&1), Some(&2)));
}

#[test]
fn faults_of_the_model_and_what_the_person_did_are_part_of_it() {
    let mut script = whole_script();
    let (verdict, release) = (script.len() - 3, script.len() - 2);
    script.insert(release, Say::Status(401));
    script.insert(verdict, Say::TooLong);
    script.insert(4, Say::Status(500));
    script.insert(
        1,
        turn("", &[("ask_person", json!({"question": "Which days?", "choices": []}))]),
    );
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let stopped = building_in(&home).output().unwrap();
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    let back = home.run(&["rollback", "--to", "testing", "--reason", "Once more"]);
    assert_eq!(back.status.code(), Some(0), "{}", shown(&back));
    server.then(whole_script().split_off(7));
    // What the first way through had left to say.
    let rest = server.asked().len();
    let resumed = home.run(&["resume", "--approve", "release"]);
    assert!(server.asked().len() > rest);
    assert_eq!(resumed.status.code(), Some(1), "nobody approves: {}", shown(&resumed));
    drop(server);

    let replayed = again(&home);
    no_differences(&replayed);
}

#[test]
fn a_request_that_differs_is_shown_and_the_answers_stay_the_recorded_ones() {
    let home = Home::new();
    let built = home.build(&home.path().join("photos"), PHOTO_RENAMER);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let said = home.run(&["prompt", "code_writer", "--workflow", &id(&home)]);
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    let file = said
        .split_whitespace()
        .find(|word| word.ends_with("code_writer.md"))
        .unwrap();
    std::fs::create_dir_all(std::path::Path::new(file).parent().unwrap()).unwrap();
    std::fs::write(file, "Short names, please.").unwrap();

    let replayed = again(&home);
    let differences = replayed["differences"].as_array().unwrap();
    assert!(!differences.is_empty());
    for difference in differences {
        assert_eq!(difference["role"], "code_writer", "{difference}");
        assert_eq!(difference["part"], "the role's prompt", "{difference}");
    }
    let told = home.run(&["replay"]);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(
        told.contains("The same files") && told.contains("the role's prompt differs"),
        "{told}"
    );
}

fn id(home: &Home) -> String {
    home.json(&["status", "--json"])["workflow_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_secret_that_a_command_prints_is_not_kept() {
    let secret = format!("sk-{}", "abcd1234".repeat(4));
    let mut script = whole_script();
    script.insert(
        4,
        turn(
            "",
            &[("run_command", json!({"command": format!("echo {secret}; exit 3")}))],
        ),
    );
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let built = building_in(&home).output().unwrap();
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    drop(server);
    let recording = home.json(&["recording"]).to_string();
    assert!(!recording.contains(&secret));
    assert!(recording.contains("exit code 3") && recording.contains("[redacted]"));
    // What is compared has no secret in it either.
    no_differences(&again(&home));
}

#[test]
fn a_build_whose_project_is_gone_cannot_be_gone_through_and_says_so() {
    let home = Home::new();
    let project = home.path().join("photos");
    assert_eq!(home.build(&project, PHOTO_RENAMER).status.code(), Some(0));
    std::fs::remove_dir_all(&project).unwrap();
    let output = home.run(&["replay"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("photos"), "{said}");
}
