//! All 121 ordered pairs: the twenty-eight of the contract and no others.

use workflow::{Request, Role, State, TransitionKind};

use crate::support::{advance_to, ask, at, prove, send_back};

/// The contract's list, written out once more by hand so that a slip in the table is found.
const CONTRACT: [&str; 28] = [
    "discovery planning forward",
    "planning handoff_to_coder forward",
    "handoff_to_coder implementation forward",
    "implementation handoff_to_tester forward",
    "handoff_to_tester testing forward",
    "testing handoff_to_verifier forward",
    "testing verification forward",
    "handoff_to_verifier verification forward",
    "verification handoff_to_releaser forward",
    "verification deployment forward",
    "handoff_to_releaser deployment forward",
    "deployment complete forward",
    "planning discovery retry",
    "implementation planning retry",
    "implementation discovery retry",
    "testing implementation retry",
    "verification implementation retry",
    "verification testing retry",
    "deployment implementation retry",
    "deployment verification retry",
    "handoff_to_coder planning rejected",
    "handoff_to_coder discovery rejected",
    "handoff_to_tester implementation rejected",
    "handoff_to_tester discovery rejected",
    "handoff_to_verifier testing rejected",
    "handoff_to_verifier implementation rejected",
    "handoff_to_releaser verification rejected",
    "handoff_to_releaser implementation rejected",
];

pub fn contract(from: State, to: State) -> Option<&'static str> {
    let pair = format!("{from} {to} ");
    CONTRACT.iter().find_map(|line| line.strip_prefix(&pair))
}

/// A build at `from` in which everything that can be proven is, the direct roads are open, and the handoff is approved.
fn ready(from: State) -> workflow::Workflow {
    let mut workflow = at(from);
    if from.handoff().is_some() {
        crate::support::approve(&mut workflow, false);
    } else {
        prove_unless_complete(&mut workflow);
    }
    for handoff in workflow::Handoff::ALL {
        workflow.memory.dont_ask.insert(handoff);
        workflow.memory.approved.insert(handoff);
    }
    workflow
}

fn prove_unless_complete(workflow: &mut workflow::Workflow) {
    if workflow.state != State::Complete {
        prove(workflow);
    }
}

#[test]
fn the_table_is_the_contract() {
    for from in State::ALL {
        for to in State::ALL {
            let kind = workflow::TRANSITIONS
                .into_iter()
                .find(|(a, b, _)| (*a, *b) == (from, to))
                .map(|(_, _, kind)| match kind {
                    TransitionKind::Forward => "forward",
                    TransitionKind::Retry => "retry",
                    TransitionKind::Rejected => "rejected",
                });
            assert_eq!(kind, contract(from, to), "{from} → {to}");
        }
    }
}

#[test]
fn advancing_reaches_exactly_the_forward_pairs() {
    for from in State::ALL {
        for to in State::ALL {
            let mut workflow = ready(from);
            let request = advance_to(&workflow, Some(to));
            let reached = ask(&mut workflow, &request).is_ok();
            assert_eq!(reached, contract(from, to) == Some("forward"), "{from} → {to}");
            assert_eq!(workflow.state, if reached { to } else { from });
        }
    }
}

#[test]
fn going_back_reaches_exactly_the_retry_and_rejected_pairs() {
    for from in State::ALL {
        for to in State::ALL {
            let mut workflow = ready(from);
            let reached = ask(&mut workflow, &send_back(Some(to))).is_ok();
            assert_eq!(
                reached,
                matches!(contract(from, to), Some("retry" | "rejected")),
                "{from} → {to}"
            );
            assert_eq!(workflow.state, if reached { to } else { from });
        }
    }
}

#[test]
fn only_the_owner_advances_and_only_from_where_it_is() {
    for state in State::ALL.into_iter().filter(|s| *s != State::Complete) {
        for role in Role::ALL {
            let mut workflow = ready(state);
            let Request::Advance { result, handoff_id, .. } = advance_to(&workflow, None) else {
                unreachable!()
            };
            let request = Request::Advance {
                role,
                completed_state: state,
                next_state: None,
                result,
                handoff_id,
            };
            let answer = ask(&mut workflow, &request);
            if state.owner() == Some(role) {
                answer.unwrap();
            } else {
                assert_eq!(answer.unwrap_err().code(), "not_your_turn", "{role} in {state}");
            }
        }
        let mut workflow = ready(state);
        let elsewhere = if state == State::Discovery {
            State::Testing
        } else {
            State::Discovery
        };
        let Request::Advance {
            role,
            result,
            handoff_id,
            ..
        } = advance_to(&workflow, None)
        else {
            unreachable!()
        };
        let request = Request::Advance {
            role,
            completed_state: elsewhere,
            next_state: None,
            result,
            handoff_id,
        };
        assert_eq!(ask(&mut workflow, &request).unwrap_err().code(), "stale_state");
    }
}

#[test]
fn nothing_but_a_rollback_moves_what_is_over() {
    let mut live = at(State::Complete);
    let forward = advance_to(&live, Some(State::Complete));
    assert_eq!(ask(&mut live, &forward).unwrap_err().code(), "workflow_over");
    let mut cancelled = at(State::Testing);
    ask(
        &mut cancelled,
        &Request::Cancel {
            by: crate::support::person(),
        },
    )
    .unwrap();
    assert_eq!(
        ask(&mut cancelled, &send_back(None)).unwrap_err().code(),
        "workflow_over"
    );
    assert_eq!(
        cancelled.state,
        State::Testing,
        "cancelling leaves the work where it is"
    );
}
