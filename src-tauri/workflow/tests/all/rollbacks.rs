//! Going back as one: state, files and release.

use workflow::{Effect, Phase, Request, RunStatus, State};

use crate::support::{ask, at, person, prove, send_back, step};

fn back(target: State) -> Request {
    Request::Rollback {
        by: person(),
        target,
        reason: "I changed my mind".to_owned(),
    }
}

#[test]
fn it_goes_to_a_phase_that_was_visited_before_and_nowhere_else() {
    for from in State::ALL {
        for target in State::ALL {
            let mut workflow = at(from);
            let answer = ask(&mut workflow, &back(target));
            let allowed = target.phase().is_some() && target < from;
            assert_eq!(answer.is_ok(), allowed, "{from} back to {target}");
            if let Err(refusal) = answer {
                assert_eq!(refusal.code(), "rollback_refused");
            }
        }
    }
}

#[test]
fn from_complete_it_takes_the_release_back_first() {
    let mut workflow = at(State::Complete);
    let decided = ask(&mut workflow, &back(State::Implementation)).unwrap();
    let undo = Effect::UndoRelease {
        release_id: "rel".to_owned(),
    };
    assert_eq!(
        decided.effects,
        [
            undo,
            Effect::RestoreFiles {
                commit: "c0".to_owned()
            }
        ]
    );
    assert_eq!(
        (workflow.state, &workflow.status),
        (State::Implementation, &RunStatus::Active)
    );
    assert_eq!(workflow.evidence.commit, None, "nothing is proven any longer");
    assert!(
        workflow.phases.testing.is_none(),
        "later results are no longer in the columns"
    );
    assert!(workflow.phases.planning.is_some(), "earlier ones are");
}

#[test]
fn before_the_plan_there_is_no_code_however_often_it_was_written() {
    let mut workflow = at(State::Testing);
    let began = workflow.began.clone().unwrap();
    ask(&mut workflow, &send_back(Some(State::Implementation))).unwrap();
    // The second attempt starts from what the first one left.
    let checkpoint = workflow.head.clone();
    ask(&mut workflow, &Request::StartAttempt { checkpoint }).unwrap();
    assert_ne!(workflow.checkpoints[&Phase::Implementation], began);
    for target in [State::Planning, State::Discovery] {
        let mut workflow = workflow.clone();
        let decided = ask(&mut workflow, &back(target)).unwrap();
        let commit = began.commit.clone();
        assert_eq!(decided.effects, [Effect::RestoreFiles { commit }]);
        assert_eq!(workflow.head, Some(began.clone()));
    }
}

#[test]
fn the_whole_road_can_be_walked_again() {
    for target in Phase::ALL {
        let mut workflow = at(State::Complete);
        ask(&mut workflow, &back(target.state())).unwrap();
        while workflow.state != State::Complete {
            step(&mut workflow);
        }
    }
}

#[test]
fn it_can_be_taken_back_until_work_goes_on() {
    let before = at(State::Verification);
    let mut workflow = before.clone();
    ask(&mut workflow, &back(State::Implementation)).unwrap();
    ask(&mut workflow, &Request::UndoRollback { by: person() }).unwrap();
    assert_eq!(
        (workflow.state, &workflow.memory),
        (before.state, &before.memory),
        "exactly as it was"
    );
    ask(&mut workflow, &back(State::Implementation)).unwrap();
    prove(&mut workflow);
    let late = ask(&mut workflow, &Request::UndoRollback { by: person() }).unwrap_err();
    assert_eq!(late.code(), "rollback_refused");
}

#[test]
fn a_release_that_was_taken_back_is_made_again_after_an_undo() {
    let live = at(State::Complete);
    for target in [State::Planning, State::Testing, State::Deployment] {
        let mut workflow = live.clone();
        ask(&mut workflow, &back(target)).unwrap();
        let undone = ask(&mut workflow, &Request::UndoRollback { by: person() }).unwrap();
        assert_eq!(
            undone.effects,
            [Effect::RestoreFiles {
                commit: live.checkpoints[&Phase::Deployment].commit.clone()
            }]
        );
        assert_eq!(
            (workflow.state, &workflow.status),
            (State::Deployment, &RunStatus::Active)
        );
        assert_eq!(workflow.evidence.release, None, "nothing is live because it once was");
        assert_eq!(
            workflow.evidence.checks, live.evidence.checks,
            "what was verified is still verified"
        );
        step(&mut workflow);
        assert_eq!(workflow.state, State::Complete);
    }
}
