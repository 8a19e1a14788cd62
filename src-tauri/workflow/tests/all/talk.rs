//! Saying something anew: the talk goes back, as long as there is only talk.

use workflow::{Fact, Request, RunStatus, Standstill, State};

use crate::support::{ask, at, person, plan, requirements};

fn back(to: State) -> Request {
    Request::TakeTalkBack {
        by: person(),
        to,
        requirements: None,
        plan: None,
        brief: None,
    }
}

#[test]
fn it_goes_back_within_the_talk_and_nowhere_else() {
    for from in State::ALL {
        for to in State::ALL {
            let mut workflow = at(from);
            let answer = ask(&mut workflow, &back(to));
            let allowed = from <= State::Planning && to <= from;
            assert_eq!(answer.is_ok(), allowed, "{from} back to {to}");
            match answer {
                Ok(_) => assert_eq!(workflow.state, to),
                Err(refusal) if from == State::Complete => assert_eq!(refusal.code(), "workflow_over"),
                Err(refusal) => assert_eq!(refusal.code(), "stale_state"),
            }
        }
    }
}

#[test]
fn what_was_understood_and_planned_is_as_it_was_and_counts_no_return() {
    let mut workflow = at(State::Planning);
    let (by, expected) = (person(), workflow.plan_revision);
    ask(
        &mut workflow,
        &Request::RevisePlan {
            by,
            expected,
            plan: plan(),
        },
    )
    .unwrap();
    let shown = workflow.plan_revision;
    let then = Request::TakeTalkBack {
        by: person(),
        to: State::Discovery,
        requirements: Some(requirements()),
        plan: None,
        brief: None,
    };
    let decided = ask(&mut workflow, &then).unwrap();
    assert!(decided.effects.is_empty(), "nothing was built that could go back");
    assert_eq!(workflow.phases.discovery, Some(requirements()));
    assert_eq!(workflow.phases.planning, None);
    assert!(
        workflow.plan_revision > shown,
        "a click on what was shown binds nothing"
    );
    assert!(workflow.returned.is_empty() && workflow.retries.is_empty());
    let [Fact::TalkTakenBack { from, to, .. }] = decided.facts.as_slice() else {
        panic!("{:?}", decided.facts)
    };
    assert_eq!((*from, *to), (State::Planning, State::Discovery));
    assert_eq!(decided.facts[0].event_type(), "talk_taken_back");
}

#[test]
fn a_build_that_stands_still_stands_still_until_it_is_let_go_on() {
    let mut workflow = at(State::Planning);
    let standstill = Standstill {
        code: "model_failed".to_owned(),
        reason: "It failed.".to_owned(),
        facts: None,
        next_action: workflow::NextAction::TryAgain,
        pending_return: None,
    };
    ask(&mut workflow, &Request::Block(standstill)).unwrap();
    ask(&mut workflow, &back(State::Discovery)).unwrap();
    assert!(workflow.standstill().is_some());
    ask(&mut workflow, &Request::Resume { by: person() }).unwrap();
    assert_eq!(
        (workflow.state, &workflow.status),
        (State::Discovery, &RunStatus::Active)
    );
}
