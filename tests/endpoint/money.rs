//! What a build costs, and what it may cost.

use super::*;

/// A model at ten dollars a million tokens in and a hundred out: a turn of the scripted server costs 0.3 cents.
fn priced(home: &Home, server: &ModelServer) {
    let mut model = scripted("m1", "Scripted", server);
    model["price"] = json!({"input": 10.0, "output": 100.0});
    settle(home, json!({"models": [model], "model_tries": 1}));
}

fn building_for(home: &Home, budget: &[&str]) -> std::process::Output {
    building_in(home).args(budget).output().unwrap()
}

fn events_of(home: &Home, kind: &str) -> usize {
    let history = home.json(&["history", "--json"]);
    let events = history["events"].as_array().unwrap().iter();
    events.filter(|event| event["event_type"] == kind).count()
}

#[test]
fn a_build_costs_what_its_tokens_cost() {
    let server = ModelServer::start(whole_script());
    let home = Home::new();
    priced(&home, &server);
    let built = build(&home);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let cost = home.json(&["status", "--json"])["cost"].as_f64().unwrap();
    // Thirteen turns of a hundred tokens in and twenty out.
    assert!(
        (cost - 13.0 * (100.0 * 10.0 + 20.0 * 100.0) / 1_000_000.0).abs() < 1e-9,
        "{cost}"
    );
    let used = home.json(&["usage", "--json"]);
    let calls = used["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 13, "{used:#}");
    assert_eq!(calls[0]["role"], "q_assistant");
    assert_eq!(calls[0]["input_tokens"], 100);
    assert!((used["cost"].as_f64().unwrap() - cost).abs() < 1e-9, "{used:#}");
}

#[test]
fn a_budget_is_warned_of_and_then_stops_the_build_until_the_person_says_how_it_goes_on() {
    let server = ModelServer::start(whole_script());
    let home = Home::new();
    priced(&home, &server);
    // Six turns cost 1.8 cents, which is most of it, and the seventh uses it up.
    let stopped = building_for(&home, &["--budget", "0.02"]);
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    let status = home.json(&["status", "--json"]);
    assert_eq!(status["standstill"]["code"], "budget_used_up", "{status:#}");
    assert_eq!(status["standstill"]["next_action"], "raise_budget");
    let said = shown(&stopped);
    assert!(said.contains("Most of this build's budget is used"), "{said}");
    assert!(said.contains("The budget of $0.02 is used up: $0.02 so far"), "{said}");
    assert_eq!(events_of(&home, "budget_warning"), 1);
    let asked = server.asked().len();
    assert_eq!(asked, 7, "no turn is asked for beyond two cents");

    // Going on as before does not get round it, and costs nothing.
    let again = home.run(&["resume", "--approve", "all"]);
    assert_eq!(again.status.code(), Some(1), "{}", shown(&again));
    assert_eq!(server.asked().len(), asked);

    let raised = home.run(&["resume", "--approve", "all", "--budget", "1"]);
    assert_eq!(raised.status.code(), Some(0), "{}", shown(&raised));
    let cost = home.json(&["status", "--json"])["cost"].as_f64().unwrap();
    assert!(cost > 0.02, "{cost}: what was used before counts too");
    drop(server);
    let replayed = home.run(&["replay"]);
    assert_eq!(replayed.status.code(), Some(0), "{}", shown(&replayed));
}

#[test]
fn tokens_can_be_limited_where_no_price_is_known_and_money_cannot() {
    let server = ModelServer::start(whole_script());
    let home = Home::new();
    connect(&home, &server);
    let refused = building_for(&home, &["--budget", "5"]);
    assert_eq!(refused.status.code(), Some(1), "{}", shown(&refused));
    let said = shown(&refused);
    assert!(said.contains("what Scripted costs is not known"), "{said}");
    assert_eq!(server.asked().len(), 0, "nothing is spent that cannot be counted");
    let stopped = home.run(&["resume", "--approve", "all", "--budget-tokens", "500"]);
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    assert_eq!(home.json(&["status", "--json"])["standstill"]["code"], "budget_used_up");
    assert_eq!(server.asked().len(), 5, "five turns of 120 tokens");
    let nothing = home.run(&["resume", "--budget-tokens", "0"]);
    assert!(shown(&nothing).contains("A budget of nothing"), "{}", shown(&nothing));
}

#[test]
fn a_turn_that_breaks_off_is_paid_for_too() {
    let mut script = whole_script();
    script.insert(3, Say::HalfATurn);
    let server = ModelServer::start(script);
    let home = Home::new();
    priced(&home, &server);
    let stopped = building_for(&home, &["--budget", "100"]);
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    let used = home.json(&["usage", "--json"]);
    let broken = used["calls"].as_array().unwrap().last().unwrap();
    assert!(broken["fault"].as_str().unwrap().contains("broke off"), "{broken}");
    // What was asked is known; of what came, what was heard.
    assert!(broken["input_tokens"].as_i64().unwrap() > 500, "{broken}");
    assert!(broken["cost"].as_f64().unwrap() > 0.005, "{broken}");
}

#[test]
fn a_price_that_is_typed_later_counts_for_what_was_asked_before() {
    let server = ModelServer::start(whole_script());
    let home = Home::new();
    connect(&home, &server);
    let stopped = building_for(&home, &["--budget-tokens", "500"]);
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    priced(&home, &server);
    let raised = home.run(&["resume", "--approve", "all", "--budget", "0.02"]);
    let said = shown(&raised);
    assert!(said.contains("The budget of $0.02 is used up: $0.02 so far"), "{said}");
}

#[test]
fn an_answer_that_would_use_more_than_the_budget_is_stopped_while_it_comes() {
    let mut script = whole_script();
    script.insert(
        3,
        Say::Flow {
            a_second: 20_000,
            seconds: 60,
        },
    );
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let begun = std::time::Instant::now();
    let stopped = building_for(&home, &["--budget-tokens", "20000"]);
    assert_eq!(stopped.status.code(), Some(1), "{}", shown(&stopped));
    assert!(
        begun.elapsed().as_secs() < 40,
        "not after the minute that it would have taken"
    );
    assert_eq!(home.json(&["status", "--json"])["standstill"]["code"], "budget_used_up");
    let used = home.json(&["usage", "--json"]);
    let tokens = used["input_tokens"].as_f64().unwrap() + used["output_tokens"].as_f64().unwrap();
    // What was under way when it was stopped, and not the million of the whole minute.
    assert!((20_000.0..200_000.0).contains(&tokens), "{tokens}");
    let words = shown(&building_for(&home, &["--budget", "NaN"]));
    assert!(words.contains("is no budget"), "{words}");
}
