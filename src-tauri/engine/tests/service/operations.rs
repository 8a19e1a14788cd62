//! What the operations promise beyond the twenty-seven: order of checks, idempotency, one winner, nothing half written.

use std::sync::{Arc, Barrier};

use engine::notice::Publisher;
use engine::service::{Advance, MAX_MESSAGE_BYTES, Service};
use store::{Store, messages};
use workflow::{Request, Role, State};

use crate::support::{advance, at, code, load, new_build, person, prove, result, service};

fn leave(state: State, role: Role) -> Advance {
    Advance {
        role,
        completed_state: state,
        phase_result: result(state),
        next_state: None,
    }
}

#[test]
fn checks_come_in_the_order_of_the_contract() {
    let service = service();
    assert_eq!(
        code(service.advance_workflow("nobody", leave(State::Testing, Role::QAssistant), None)),
        "workflow_not_found"
    );
    let done = at(&service, State::Complete);
    assert_eq!(
        code(service.advance_workflow(&done, leave(State::Testing, Role::QAssistant), None)),
        "workflow_over"
    );
    let id = at(&service, State::Implementation);
    assert_eq!(
        code(service.advance_workflow(&id, leave(State::Testing, Role::QAssistant), None)),
        "stale_state"
    );
    let leap = Advance {
        next_state: Some(State::Complete),
        ..leave(State::Implementation, Role::QAssistant)
    };
    assert_eq!(code(service.advance_workflow(&id, leap.clone(), None)), "not_your_turn");
    let leap = Advance {
        role: Role::CodeWriter,
        ..leap
    };
    assert_eq!(code(service.advance_workflow(&id, leap, None)), "transition_refused");
    assert_eq!(
        code(service.advance_workflow(&id, leave(State::Implementation, Role::CodeWriter), None)),
        "evidence_missing"
    );
    let nonsense = Advance {
        phase_result: serde_json::json!({"tasks": 7}),
        ..leave(State::Implementation, Role::CodeWriter)
    };
    assert_eq!(code(service.advance_workflow(&id, nonsense, None)), "invalid_input");
}

#[test]
fn all_121_pairs_through_the_service() {
    let service = service();
    for from in State::ALL {
        let id = at(&service, from);
        if from != State::Complete {
            prove(&service, &id);
        }
        for to in State::ALL {
            let forward = workflow::TRANSITIONS
                .iter()
                .any(|(a, b, kind)| (*a, *b, *kind) == (from, to, workflow::TransitionKind::Forward));
            // The direct roads are closed as long as nobody said "don't ask again".
            let closed = matches!(
                (from, to),
                (State::Testing, State::Verification) | (State::Verification, State::Deployment)
            );
            if forward && !closed {
                continue;
            }
            let request = Advance {
                next_state: Some(to),
                ..leave(from, from.owner().unwrap_or(Role::QAssistant))
            };
            let refused = code(service.advance_workflow(&id, request, None));
            assert!(
                matches!(refused, "transition_refused" | "workflow_over"),
                "{from} → {to}: {refused}"
            );
            assert_eq!(load(&service, &id).workflow.state, from);
        }
        if from != State::Complete {
            let advanced = advance(&service, &id).unwrap();
            assert_eq!(advanced.previous_state, from);
        }
    }
}

#[test]
fn the_same_key_again_is_the_same_answer_and_changes_nothing() {
    let service = service();
    let id = at(&service, State::Implementation);
    prove(&service, &id);
    let request = leave(State::Implementation, Role::CodeWriter);
    let first = service.advance_workflow(&id, request.clone(), Some("k1")).unwrap();
    let events = service.get_workflow_history(&id).unwrap().events.len();
    let again = service.advance_workflow(&id, request, Some("k1")).unwrap();
    assert_eq!(first, again);
    assert_eq!(service.get_workflow_history(&id).unwrap().events.len(), events);
    let other = leave(State::Testing, Role::TestAuditor);
    assert_eq!(
        code(service.advance_workflow(&id, other, Some("k1"))),
        "idempotency_conflict"
    );
}

#[test]
fn one_click_twice_is_one_build_and_one_message() {
    let service = service();
    let first = service.start_build_from_chat(new_build("Tips"), "click").unwrap();
    assert_eq!(
        service.start_build_from_chat(new_build("Tips"), "click").unwrap(),
        first
    );
    assert_eq!(
        code(service.start_build_from_chat(new_build("Another"), "click")),
        "idempotency_conflict"
    );
    let said = service
        .say(&first.workflow_id, "With cents", Vec::new(), "send")
        .unwrap();
    assert_eq!(
        service
            .say(&first.workflow_id, "With cents", Vec::new(), "send")
            .unwrap()
            .id,
        said.id
    );
}

#[test]
fn empty_and_huge_messages_are_refused_with_what_to_do() {
    let service = service();
    assert_eq!(
        code(service.start_build_from_chat(new_build(" \n"), "a")),
        "invalid_input"
    );
    let huge = "x".repeat(MAX_MESSAGE_BYTES + 1);
    let refused = service.start_build_from_chat(new_build(&huge), "b").unwrap_err();
    assert!(refused.to_string().contains("file"), "{refused}");
    let id = at(&service, State::Discovery);
    assert_eq!(code(service.say(&id, "", Vec::new(), "c")), "invalid_input");
    assert_eq!(
        code(service.say("nobody", "hello", Vec::new(), "d")),
        "workflow_not_found"
    );
    assert_eq!(
        code(service.start_workflow("nowhere", "b1", "mira", crate::support::requirements())),
        "not_found"
    );
}

#[test]
fn two_doors_at_once_have_one_winner() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.db");
    // Two programs on one file, as two windows would be.
    let doors = [(); 2].map(|()| Service::new(Store::open(&path).unwrap(), Publisher::new(4)));
    for _ in 0..12 {
        let id = at(&doors[0], State::Implementation);
        prove(&doors[0], &id);
        let start = Arc::new(Barrier::new(2));
        let answers = doors.clone().map(|door| {
            let (start, id) = (Arc::clone(&start), id.clone());
            std::thread::spawn(move || {
                start.wait();
                door.advance_workflow(&id, leave(State::Implementation, Role::CodeWriter), None)
            })
        });
        let answers = answers.map(|thread| thread.join().unwrap());
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(won, 1, "{answers:?}");
        let lost = answers.into_iter().find_map(Result::err).unwrap();
        assert_eq!(lost.code(), "stale_state", "{lost}");
        let history = doors[1].get_workflow_history(&id).unwrap();
        assert_eq!(history.handoffs.len(), 2);
        assert!(history.chain_ok);
    }
}

#[test]
fn why_the_person_sends_work_back_stands_in_the_conversation() {
    let service = service();
    let id = at(&service, State::HandoffToTester);
    let said = |service: &Service| {
        let of = id.clone();
        let all = service.store().read(move |db| messages::of_workflow(db, &of)).unwrap();
        all.into_iter()
            .filter(|message| message.author == "you")
            .map(|message| message.text)
            .collect::<Vec<_>>()
    };
    service
        .request_retry(&id, person(), "A larger total, please", None)
        .unwrap();
    assert_eq!(said(&service).last().unwrap(), "A larger total, please");
    let before = said(&service).len();
    // A reason that was refused was not said.
    assert_eq!(code(service.request_retry(&id, person(), " ", None)), "invalid_input");
    assert_eq!(said(&service).len(), before);
}

#[test]
fn a_rollback_takes_the_conversation_back_and_its_undoing_gives_it_again() {
    let service = service();
    let id = at(&service, State::Implementation);
    let standing = |service: &Service| {
        let of = id.clone();
        let all = service.store().read(move |db| messages::of_workflow(db, &of)).unwrap();
        all.into_iter().map(|message| message.text).collect::<Vec<_>>()
    };
    let say = |text: &str| {
        service.say(&id, text, Vec::new(), &store::new_id()).unwrap();
    };
    say("before the code");
    crate::support::walk_to(&service, &id, State::Testing);
    prove(&service, &id);
    say("in testing");
    advance(&service, &id).unwrap();
    crate::support::walk_to(&service, &id, State::Verification);
    say("in verification");
    let whole = standing(&service);
    let back_to = |target| {
        service.rollback_workflow(&id, person(), target, "look again").unwrap();
        standing(&service)
    };
    let undo = || {
        service.request(&id, Request::UndoRollback { by: person() }).unwrap();
        standing(&service)
    };
    assert_eq!(
        back_to(State::Testing),
        whole[..whole.len() - 2],
        "the attempt is taken back"
    );
    assert_eq!(undo(), whole);
    // What was agreed in the talk is the talk's work, and stays.
    let talked = back_to(State::Planning);
    assert_eq!(talked, whole[..whole.len() - 3]);
    assert_eq!(undo(), whole);
    let everything = service.store().read({
        let id = id.clone();
        move |db| messages::all_of_workflow(db, &id)
    });
    assert_eq!(everything.unwrap().len(), whole.len(), "nothing is ever lost");
}

#[test]
fn an_exhausted_road_is_recorded_and_still_answered_with_no() {
    let service = service();
    let id = at(&service, State::Testing);
    for _ in 0..3 {
        service.request_retry(&id, person(), "again", None).unwrap();
        crate::support::walk_to(&service, &id, State::Testing);
    }
    assert_eq!(
        code(service.request_retry(&id, person(), "again", None)),
        "retries_exhausted"
    );
    let status = service.get_workflow_status(&id).unwrap();
    assert_eq!((status.status, status.current_state), ("blocked", State::Testing));
    assert_eq!(status.expected_next, "raise_retry_limit");
}

#[test]
fn an_edit_against_an_old_revision_says_so_and_changes_nothing() {
    let service = service();
    let id = at(&service, State::Planning);
    let seen = load(&service, &id).workflow.revision;
    service
        .edit_requirements(&id, person(), seen, crate::support::requirements())
        .unwrap();
    assert_eq!(
        code(service.edit_requirements(&id, person(), seen, crate::support::requirements())),
        "stale_state"
    );
}

#[test]
fn what_is_written_in_a_file_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.db");
    let (id, before) = {
        let service = Service::new(Store::open(&path).unwrap(), Publisher::new(4));
        let id = at(&service, State::HandoffToVerifier);
        (id.clone(), load(&service, &id))
    };
    let service = Service::new(Store::open(&path).unwrap(), Publisher::new(4));
    assert_eq!(load(&service, &id), before);
    assert_eq!(
        service.get_workflow_status(&id).unwrap().status,
        "awaiting_approval",
        "the approval is still open"
    );
}
