//! Work that goes back: with a reason, counted, and proven again.

use workflow::{Decision, Effect, Fact, NextAction, Outcome, Phase, Request, RunStatus, State};

use crate::support::{advance_to, ask, at, person, prove, result, send_back, step};

#[test]
fn a_return_needs_a_reason_that_reaches_who_gets_it() {
    let mut workflow = at(State::Testing);
    let silent = Request::SendBack {
        by: person(),
        reason: "  ".to_owned(),
        target: None,
    };
    assert_eq!(ask(&mut workflow, &silent).unwrap_err().code(), "invalid_input");
    ask(&mut workflow, &send_back(None)).unwrap();
    assert_eq!(workflow.returned_here().unwrap().reason, "a cent is lost");
}

#[test]
fn a_rejected_handoff_is_recorded_as_rejected() {
    let mut workflow = at(State::HandoffToVerifier);
    let decided = ask(&mut workflow, &send_back(None)).unwrap();
    assert_eq!(workflow.state, State::Testing);
    assert!(decided.facts.iter().any(|fact| matches!(
        fact,
        Fact::HandoffDecided {
            decision: Decision::Rejected,
            ..
        }
    )));
    assert_eq!(workflow.open_handoff, None);
}

#[test]
fn the_limit_holds_per_road_and_the_person_can_raise_it() {
    let mut workflow = at(State::Testing);
    for _ in 0..3 {
        assert_eq!(ask(&mut workflow, &send_back(None)).unwrap().outcome, Outcome::Done);
        step(&mut workflow);
        step(&mut workflow);
        assert_eq!(workflow.state, State::Testing);
    }
    let decided = ask(&mut workflow, &send_back(None)).unwrap();
    assert!(matches!(decided.outcome, Outcome::RetriesExhausted(_)));
    assert_eq!(workflow.state, State::Testing, "an error never changes the state");
    assert_eq!(workflow.standstill().unwrap().next_action, NextAction::RaiseRetryLimit);
    ask(&mut workflow, &Request::RaiseRetryLimit { by: person() }).unwrap();
    assert_eq!(
        (workflow.state, &workflow.status),
        (State::Implementation, &RunStatus::Active),
        "the return it was refused is taken"
    );
    assert_eq!(workflow.retries_used(State::Testing, State::Implementation), 4);
    let mut other = at(State::Verification);
    ask(&mut other, &send_back(Some(State::Testing))).unwrap();
    assert_eq!(
        other.retries_used(State::Verification, State::Implementation),
        0,
        "another road has a count of its own"
    );
}

#[test]
fn what_is_done_again_is_proven_again() {
    let mut workflow = at(State::Testing);
    ask(&mut workflow, &send_back(None)).unwrap();
    let unproven = advance_to(&workflow, None);
    assert_eq!(
        ask(&mut workflow, &unproven).unwrap_err().code(),
        "evidence_missing",
        "the commit of the first attempt proves nothing now"
    );
    prove(&mut workflow);
    ask(&mut workflow, &unproven).unwrap();
}

#[test]
fn going_back_to_the_plan_needs_a_new_click() {
    let mut workflow = at(State::Implementation);
    ask(&mut workflow, &send_back(Some(State::Planning))).unwrap();
    let unclicked = advance_to(&workflow, None);
    assert_eq!(ask(&mut workflow, &unclicked).unwrap_err().code(), "evidence_missing");
}

#[test]
fn what_was_released_does_not_stay_live_when_the_work_goes_back() {
    let mut workflow = at(State::Deployment);
    prove(&mut workflow);
    let decided = ask(&mut workflow, &send_back(None)).unwrap();
    assert_eq!(
        decided.effects,
        [Effect::UndoRelease {
            release_id: "rel".to_owned()
        }]
    );
    assert_eq!(workflow.evidence.release, None);
}

#[test]
fn pausing_and_blocking_stop_nothing_but_the_work() {
    let mut workflow = at(State::HandoffToTester);
    ask(&mut workflow, &Request::Pause { by: person() }).unwrap();
    assert_eq!(
        (workflow.state, &workflow.status),
        (State::HandoffToTester, &RunStatus::Paused)
    );
    assert!(workflow.open_handoff.is_some(), "the open handoff is kept");
    ask(&mut workflow, &Request::Resume { by: person() }).unwrap();
    assert_eq!(workflow.status, RunStatus::AwaitingApproval, "it waits as before");
}

#[test]
fn a_result_of_another_phase_is_refused() {
    let mut workflow = at(State::Testing);
    prove(&mut workflow);
    let Request::Advance {
        role,
        completed_state,
        next_state,
        handoff_id,
        ..
    } = advance_to(&workflow, None)
    else {
        unreachable!()
    };
    let request = Request::Advance {
        role,
        completed_state,
        next_state,
        handoff_id,
        result: Some(result(Phase::Deployment)),
    };
    assert_eq!(ask(&mut workflow, &request).unwrap_err().code(), "invalid_input");
}
