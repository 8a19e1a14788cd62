//! Providers that fail in every way: what is waited out, what another model takes over, and what stands still with a sentence.

use super::*;

#[test]
fn an_endpoint_that_fails_blocks_the_build_with_a_sentence_and_loses_nothing() {
    for (fault, says) in [
        (vec![Say::Status(401)], "key"),
        (vec![Say::Status(429), Say::Status(429)], "limiting requests"),
        (vec![Say::Status(500), Say::Status(500)], "error of its own"),
        (vec![Say::Status(400)], "turned the request down"),
        (vec![Say::Nonsense, Say::Nonsense], "broke off"),
        (vec![Say::HalfATurn, Say::HalfATurn], "broke off"),
    ] {
        let what = format!("{fault:?}");
        let server = ModelServer::start(fault);
        let home = Home::new();
        connect(&home, &server);
        let failed = build(&home);
        assert_eq!(failed.status.code(), Some(1), "{what}: {}", shown(&failed));
        let said = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert!(said.contains(says), "{what}: {said}");
        let status = home.json(&["status", "--json"]);
        assert_eq!(
            (&status["status"], &status["current_state"]),
            (&json!("blocked"), &json!("discovery")),
            "{what}"
        );

        // Once it answers again, the build goes on from where it was.
        server.then(talking());
        server.then(vec![Say::Status(401)]);
        let stopped = home.run(&["resume", "--approve", "all"]);
        assert_eq!(stopped.status.code(), Some(1), "{what}: {}", shown(&stopped));
        assert_eq!(
            home.json(&["status", "--json"])["current_state"],
            "implementation",
            "{what}"
        );
        if !what.contains("401") {
            continue;
        }
        server.then(building());
        let resumed = home.run(&["resume", "--approve", "all"]);
        assert_eq!(resumed.status.code(), Some(0), "{what}: {}", shown(&resumed));
        assert_eq!(server.complaints(), Vec::<String>::new(), "{what}");
    }
}

#[test]
fn a_phase_that_takes_too_long_is_stopped_and_can_be_gone_on_with() {
    let mut script = talking();
    script.push(Say::Silence);
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let failed = building_in(&home).env("WORKFLOW_TIMEOUT", "1").output().unwrap();
    assert_eq!(failed.status.code(), Some(1), "{}", shown(&failed));
    let status = home.json(&["status", "--json"]);
    assert_eq!(status["standstill"]["code"], "phase_timeout", "{status}");
    server.then(building());
    let resumed = home.run(&["resume", "--approve", "all"]);
    assert_eq!(resumed.status.code(), Some(0), "{}", shown(&resumed));
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[test]
fn a_release_whose_phase_did_not_end_goes_back_with_the_rest() {
    let mut script = whole_script();
    script.pop();
    script.push(Say::Silence);
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let stopped = building_in(&home).env("WORKFLOW_TIMEOUT", "4").output().unwrap();
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    let project = home.path().join("days");
    assert!(!git(&project, &["tag"]).is_empty(), "it is released");
    // The next attempt does not even come to its tools.
    server.then(vec![Say::Status(401)]);
    assert_eq!(home.run(&["resume"]).status.code(), Some(1));
    assert_eq!(home.json(&["status", "--json"])["current_state"], "deployment");
    let back = home.run(&["rollback", "--to", "implementation"]);
    assert_eq!(back.status.code(), Some(0), "{}", shown(&back));
    assert_eq!(git(&project, &["tag"]), "");
    assert_eq!(git(&project, &["ls-files"]), "");
}

#[test]
fn a_short_fault_in_the_middle_is_tried_again_by_itself() {
    let mut script = talking();
    script.extend(building());
    script.insert(4, Say::Status(500));
    script.insert(9, Say::Status(429));
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let built = build(&home);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
}

#[test]
fn a_wait_for_the_model_is_said_while_it_lasts_and_the_servers_own_time_is_kept() {
    let mut script = whole_script();
    script.insert(2, Say::Busy(2));
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let built = build(&home);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let said = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(
        said.contains("limiting requests") && said.contains("asked again in 2 s"),
        "{said}"
    );
    let waited = server.pause_before(3);
    assert!(waited >= std::time::Duration::from_secs(2), "{waited:?}");
}

#[test]
fn a_server_that_asks_for_hours_is_not_waited_for() {
    let mut script = talking();
    script.push(Say::Busy(3 * 3600));
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let stopped = build(&home);
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    assert!(shown(&stopped).contains("180 minutes"), "{}", shown(&stopped));
    server.then(building());
    assert_eq!(home.run(&["resume", "--approve", "all"]).status.code(), Some(0));
}

#[test]
fn another_model_takes_over_when_the_first_one_fails() {
    let mut script = talking();
    script.extend([Say::Status(401)]);
    let first = ModelServer::start(script);
    let second = ModelServer::start(building().into_iter().take(4).collect());
    let third = ModelServer::start(building().split_off(4));
    let home = Home::new();
    let models = [
        scripted("m1", "Scripted", &first),
        scripted("m2", "Second", &second),
        scripted("m3", "Third", &third),
    ];
    let own = |role: &str| json!({"role": role, "model_id": "m3", "fallback_id": null});
    let role_models = [
        json!({"role": "code_writer", "model_id": null, "fallback_id": "m2"}),
        own("test_auditor"),
        own("verification_overseer"),
        own("release_manager"),
    ];
    settle(
        &home,
        json!({"models": models, "role_models": role_models, "model_tries": 2}),
    );
    let built = build(&home);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    assert!(shown(&built).contains("Second takes over"), "{}", shown(&built));
    for server in [&first, &second, &third] {
        assert_eq!((server.lines_left(), server.complaints()), (0, Vec::new()));
    }
    let history = home.json(&["history", "--json"]);
    let changed: Vec<_> = history["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["event_type"] == "model_changed")
        .collect();
    assert_eq!(changed.len(), 1, "{history}");
}

#[test]
fn a_conversation_that_is_too_long_is_shortened_for_the_model_and_kept_whole_in_the_record() {
    let long = "0123456789".repeat(1_000);
    let print = json!({"command": "for n in $(seq 1000); do printf 0123456789; done"});
    let mut script = talking();
    script.extend((0..8).map(|number| turn(&format!("Look {number}."), &[("run_command", print.clone())])));
    script.push(Say::TooLong);
    script.extend(building());
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let built = build(&home);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    assert_eq!(server.complaints(), Vec::<String>::new());
    let asked = server.asked();
    let (refused, shorter) = (asked[11].to_string(), asked[12].to_string());
    assert!(shorter.len() < refused.len() && shorter.contains("left out here"));
    let kept = home.rows(
        "SELECT count(*) FROM tool_calls WHERE tool = 'run_command' AND output LIKE ?1",
        &format!("%{long}%"),
    );
    assert_eq!(kept, 8, "the record has every output whole");
}

#[test]
fn what_came_before_a_break_is_kept_and_marked_and_the_turn_is_asked_again() {
    let mut script = whole_script();
    script.insert(5, Say::HalfATurn);
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let built = build(&home);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let kept = home.rows(
        "SELECT count(*) FROM messages WHERE is_interrupted = 1 AND text LIKE ?1",
        "I beg%",
    );
    assert_eq!(kept, 1);
    let asked = server.asked();
    assert_eq!(
        asked[5]["messages"], asked[6]["messages"],
        "the model does not see its own half turn"
    );
}

#[test]
fn nobody_at_the_address_is_said_with_what_to_do() {
    let home = Home::new();
    let server = ModelServer::start(Vec::new());
    connect(&home, &server);
    drop(server);
    let failed = build(&home);
    assert_eq!(failed.status.code(), Some(1));
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(said.contains("Scripted"), "{said}");
}
