//! Approvals bind content, not words.

use workflow::gate::Evidence;
use workflow::{ApprovalPolicy, Decision, Fact, Handoff, Pin, Request, RunStatus, State, Workflow};

use crate::support::{advance_to, approve, ask, at, new, person, prove, send_back, step, test_evidence};

fn approve_with(workflow: &mut Workflow, change: impl Fn(&mut Pin)) -> Result<workflow::Decided, workflow::Refusal> {
    let open = workflow.open_handoff.clone().unwrap();
    let mut pin = open.pin;
    change(&mut pin);
    ask(
        workflow,
        &Request::Approve {
            by: person(),
            handoff_id: open.id,
            pin,
            dont_ask_again: false,
        },
    )
}

#[test]
fn a_handoff_waits_for_the_person() {
    for state in [
        State::HandoffToTester,
        State::HandoffToVerifier,
        State::HandoffToReleaser,
    ] {
        let mut workflow = at(state);
        assert_eq!(workflow.status, RunStatus::AwaitingApproval);
        let forward = advance_to(&workflow, None);
        assert_eq!(ask(&mut workflow, &forward).unwrap_err().code(), "evidence_missing");
        approve(&mut workflow, false);
        assert_eq!(workflow.status, RunStatus::Active);
        ask(&mut workflow, &forward).unwrap();
    }
}

#[test]
fn an_approval_of_something_else_is_void() {
    let open = at(State::HandoffToVerifier);
    for change in [
        (|pin: &mut Pin| pin.plan_revision += 1) as fn(&mut Pin),
        |pin| pin.tree_hash.push('x'),
        |pin| pin.evidence_hash.push('x'),
    ] {
        let mut workflow = open.clone();
        assert_eq!(approve_with(&mut workflow, change).unwrap_err().code(), "approval_void");
        assert_eq!(workflow, open, "nothing changed");
    }
    let mut workflow = open;
    let request = Request::Approve {
        by: person(),
        handoff_id: "another".to_owned(),
        pin: workflow.open_handoff.clone().unwrap().pin,
        dont_ask_again: false,
    };
    assert_eq!(ask(&mut workflow, &request).unwrap_err().code(), "approval_void");
}

#[test]
fn approving_twice_is_approving_once() {
    let mut workflow = at(State::HandoffToTester);
    assert_eq!(approve_with(&mut workflow, |_| {}).unwrap().facts.len(), 1);
    assert!(approve_with(&mut workflow, |_| {}).unwrap().facts.is_empty());
}

#[test]
fn files_that_change_under_an_approval_are_asked_about_again() {
    let mut workflow = at(State::HandoffToTester);
    approve(&mut workflow, false);
    let request = Request::VoidHandoff {
        tree_hash: "t9".to_owned(),
        handoff_id: "h-again".to_owned(),
    };
    ask(&mut workflow, &request).unwrap();
    assert_eq!(workflow.status, RunStatus::AwaitingApproval);
    let forward = advance_to(&workflow, None);
    assert_eq!(ask(&mut workflow, &forward).unwrap_err().code(), "evidence_missing");
    approve(&mut workflow, false);
    ask(&mut workflow, &forward).unwrap();
}

#[test]
fn a_policy_that_would_not_have_asked_lets_the_open_handoff_go() {
    let set = |policy| Request::SetPolicy { by: person(), policy };
    let mut workflow = at(State::HandoffToReleaser);
    ask(&mut workflow, &set(ApprovalPolicy::BeforeRelease)).unwrap();
    assert_eq!(workflow.status, RunStatus::AwaitingApproval, "that one is still asked");
    ask(&mut workflow, &set(ApprovalPolicy::HandsOff)).unwrap();
    assert_eq!(workflow.status, RunStatus::Active);
    let forward = advance_to(&workflow, None);
    ask(&mut workflow, &forward).unwrap();
    // Tests that were weakened are shown to a person, whatever the policy.
    let mut workflow = at(State::Testing);
    prove(&mut workflow);
    let mut evidence = test_evidence();
    evidence.weakened.push("test/a.test.js".to_owned());
    ask(&mut workflow, &Request::RecordEvidence(Evidence::TestRun(evidence))).unwrap();
    let forward = advance_to(&workflow, None);
    ask(&mut workflow, &forward).unwrap();
    ask(&mut workflow, &set(ApprovalPolicy::HandsOff)).unwrap();
    assert_eq!(workflow.status, RunStatus::AwaitingApproval);
}

fn asked(policy: ApprovalPolicy) -> Vec<Handoff> {
    let mut workflow = new(policy);
    let mut asked = Vec::new();
    while workflow.state != State::Complete {
        if workflow.status == RunStatus::AwaitingApproval {
            asked.push(workflow.open_handoff.clone().unwrap().handoff);
            approve(&mut workflow, false);
        }
        prove(&mut workflow);
        let forward = advance_to(&workflow, None);
        ask(&mut workflow, &forward).unwrap();
    }
    asked
}

#[test]
fn the_policy_says_which_handoffs_are_asked() {
    assert_eq!(asked(ApprovalPolicy::EveryHandoff), Handoff::ALL);
    assert_eq!(
        asked(ApprovalPolicy::BeforeRelease),
        [Handoff::ToCoder, Handoff::ToReleaser]
    );
    assert_eq!(asked(ApprovalPolicy::HandsOff), [Handoff::ToCoder]);
}

#[test]
fn whatever_the_policy_weakened_tests_are_shown() {
    let mut workflow = new(ApprovalPolicy::HandsOff);
    while workflow.state != State::Testing {
        if workflow.status == RunStatus::AwaitingApproval {
            approve(&mut workflow, false);
        }
        prove(&mut workflow);
        let forward = advance_to(&workflow, None);
        ask(&mut workflow, &forward).unwrap();
    }
    let mut run = test_evidence();
    run.weakened = vec!["an assertion went".to_owned()];
    ask(&mut workflow, &Request::RecordEvidence(Evidence::TestRun(run))).unwrap();
    let forward = advance_to(&workflow, None);
    ask(&mut workflow, &forward).unwrap();
    assert_eq!(workflow.status, RunStatus::AwaitingApproval);
}

#[test]
fn dont_ask_again_opens_the_direct_road_for_this_handoff_alone_and_still_records_it() {
    let mut workflow = at(State::HandoffToVerifier);
    approve(&mut workflow, true);
    let forward = advance_to(&workflow, None);
    ask(&mut workflow, &forward).unwrap();
    ask(&mut workflow, &send_back(Some(State::Testing))).unwrap();
    prove(&mut workflow);
    let forward = advance_to(&workflow, None);
    let decided = ask(&mut workflow, &forward).unwrap();
    assert_eq!(workflow.state, State::Verification, "straight on");
    assert!(decided.facts.iter().any(|fact| matches!(
        fact,
        Fact::HandoffRecorded {
            handoff: Handoff::ToVerifier,
            ..
        }
    )));
    assert!(decided.facts.iter().any(|fact| matches!(
        fact,
        Fact::HandoffDecided {
            decision: Decision::Approved,
            ..
        }
    )));
    prove(&mut workflow);
    let direct = advance_to(&workflow, Some(State::Deployment));
    assert_eq!(
        ask(&mut workflow, &direct).unwrap_err().code(),
        "transition_refused",
        "the next handoff is asked as before"
    );
}

#[test]
fn the_direct_road_closes_when_there_is_something_to_see() {
    let mut workflow = at(State::HandoffToVerifier);
    approve(&mut workflow, true);
    let forward = advance_to(&workflow, None);
    ask(&mut workflow, &forward).unwrap();
    ask(&mut workflow, &send_back(Some(State::Testing))).unwrap();
    let mut run = test_evidence();
    run.removed = vec!["old.test.js".to_owned()];
    ask(&mut workflow, &Request::RecordEvidence(Evidence::TestRun(run))).unwrap();
    let forward = advance_to(&workflow, None);
    ask(&mut workflow, &forward).unwrap();
    assert_eq!(
        (workflow.state, &workflow.status),
        (State::HandoffToVerifier, &RunStatus::AwaitingApproval)
    );
}

#[test]
fn ready_to_build_binds_one_revision() {
    let mut workflow = at(State::Planning);
    prove(&mut workflow);
    let plan_revision = workflow.plan_revision + 1;
    let refused = ask(
        &mut workflow,
        &Request::ReadyToBuild {
            by: person(),
            plan_revision,
        },
    )
    .unwrap_err();
    assert_eq!(refused.code(), "stale_state");
    step(&mut workflow);
    let plan_revision = workflow.plan_revision;
    let again = ask(
        &mut workflow,
        &Request::ReadyToBuild {
            by: person(),
            plan_revision,
        },
    )
    .unwrap_err();
    assert_eq!(again.code(), "stale_state", "planning is over");
}
