//! The twenty-seven cases that the first system of this kind was tested with, under their own names.

use engine::service::Advance;
use serde_json::json;
use workflow::phase::{ImplementationResult, Requirements};
use workflow::{Phase, PhaseData, PhaseResult, Role, State, TRANSITIONS};

use crate::support::{advance, at, load, person, project, prove, requirements, service, walk_to};

fn allowed(from: State, to: State) -> bool {
    TRANSITIONS.iter().any(|(a, b, _)| (*a, *b) == (from, to))
}

#[test]
fn valid_transition_discovery_to_planning() {
    assert!(allowed(State::Discovery, State::Planning));
}

#[test]
fn valid_transition_planning_to_handoff() {
    assert!(allowed(State::Planning, State::HandoffToCoder));
}

#[test]
fn valid_transition_implementation_to_handoff_tester() {
    assert!(allowed(State::Implementation, State::HandoffToTester));
}

#[test]
fn valid_transition_testing_to_verification() {
    assert!(allowed(State::Testing, State::Verification));
}

#[test]
fn invalid_transition_discovery_to_deployment() {
    assert!(!allowed(State::Discovery, State::Deployment));
}

#[test]
fn invalid_transition_same_state() {
    assert!(State::ALL.into_iter().all(|state| !allowed(state, state)));
}

#[test]
fn retry_testing_to_implementation() {
    assert!(allowed(State::Testing, State::Implementation));
}

#[test]
fn retry_verification_to_implementation() {
    assert!(allowed(State::Verification, State::Implementation));
}

#[test]
fn get_next_role_from_planning() {
    assert_eq!(State::Planning.next_role(), Some(Role::CodeWriter));
}

#[test]
fn get_next_role_from_implementation() {
    assert_eq!(State::Implementation.next_role(), Some(Role::TestAuditor));
}

#[test]
fn get_next_role_from_testing() {
    assert_eq!(State::Testing.next_role(), Some(Role::VerificationOverseer));
}

#[test]
fn get_next_role_from_deployment() {
    assert_eq!(State::Deployment.next_role(), None);
}

#[test]
fn state_to_role_mapping() {
    let owners: Vec<_> = State::ALL
        .into_iter()
        .map(|state| state.owner().map_or("nobody", Role::wire))
        .collect();
    assert_eq!(
        owners,
        [
            "q_assistant",
            "q_assistant",
            "code_writer",
            "code_writer",
            "test_auditor",
            "test_auditor",
            "verification_overseer",
            "verification_overseer",
            "release_manager",
            "release_manager",
            "nobody",
        ]
    );
}

#[test]
fn set_and_get_discovery_data() {
    let mut data = PhaseData::default();
    let wanted = Requirements {
        title: "Tips".to_owned(),
        ..Requirements::default()
    };
    data.set(PhaseResult::Discovery(wanted.clone()));
    assert_eq!(data.get(Phase::Discovery), Some(PhaseResult::Discovery(wanted)));
    assert_eq!(data.get(Phase::Planning), None);
}

#[test]
fn set_and_get_implementation_data() {
    let mut data = PhaseData::default();
    let done = ImplementationResult {
        summary: "written".to_owned(),
        tasks: Vec::new(),
    };
    data.set(PhaseResult::Implementation(done.clone()));
    assert_eq!(data.get(Phase::Implementation), Some(PhaseResult::Implementation(done)));
}

#[test]
fn to_dict_converts_all_phases() {
    let service = service();
    let id = at(&service, State::Complete);
    let dict = load(&service, &id).workflow.phases.to_dict();
    let columns = Phase::ALL.map(|phase| format!("{}_phase", phase.wire()));
    assert_eq!(dict.len(), 6);
    assert!(columns.iter().all(|column| dict.contains_key(column)), "{dict:?}");
    assert_eq!(dict["discovery_phase"]["title"], "Tips");
}

#[test]
fn start_workflow_returns_workflow_id() {
    let service = service();
    let project = project(&service);
    let started = service
        .start_workflow(&project, "build-1", "mira", requirements())
        .unwrap();
    assert!(uuid::Uuid::parse_str(&started.workflow_id).is_ok());
    assert_eq!(started.next_role, Some(Role::QAssistant));
}

#[test]
fn start_workflow_initial_state_discovery() {
    let service = service();
    let project = project(&service);
    let started = service
        .start_workflow(&project, "build-1", "mira", requirements())
        .unwrap();
    assert_eq!(started.initial_state, State::Discovery);
    let status = service.get_workflow_status(&started.workflow_id).unwrap();
    assert_eq!((status.current_state, status.progress.completed), (State::Discovery, 0));
}

#[test]
fn advance_workflow_planning_to_handoff() {
    let service = service();
    let id = at(&service, State::Planning);
    prove(&service, &id);
    let advanced = advance(&service, &id).unwrap();
    assert_eq!(
        (advanced.previous_state, advanced.new_state),
        (State::Planning, State::HandoffToCoder)
    );
    assert_eq!(advanced.next_role, Some(Role::CodeWriter));
    let passed = advanced.handoff_data.unwrap();
    assert_eq!(passed["requirements"]["title"], "Tips");
    assert_eq!(passed["plan"]["tasks"][0]["id"], "T1");
    assert!(!passed["instructions"].as_str().unwrap().is_empty());
}

#[test]
fn advance_workflow_deployment_to_complete() {
    let service = service();
    let id = at(&service, State::Deployment);
    prove(&service, &id);
    let advanced = advance(&service, &id).unwrap();
    assert!(advanced.is_complete);
    assert_eq!((advanced.progress.completed, advanced.progress.percentage), (11, 100));
    assert_eq!(service.get_workflow_status(&id).unwrap().status, "complete");
}

#[test]
fn advance_workflow_invalid_transition_raises_error() {
    let service = service();
    let id = at(&service, State::Discovery);
    let leap = Advance {
        role: Role::QAssistant,
        completed_state: State::Discovery,
        phase_result: crate::support::result(State::Discovery),
        next_state: Some(State::Deployment),
    };
    let refused = service.advance_workflow(&id, leap, None).unwrap_err();
    assert_eq!(refused.code(), "transition_refused");
    assert_eq!(refused.facts()["allowed"], json!(["planning"]));
    assert_eq!(load(&service, &id).workflow.state, State::Discovery);
}

#[test]
fn get_workflow_status_returns_status() {
    let service = service();
    let id = at(&service, State::HandoffToTester);
    let status = service.get_workflow_status(&id).unwrap();
    assert_eq!(status.current_state, State::HandoffToTester);
    assert_eq!(status.status, "awaiting_approval");
    assert_eq!(
        (status.expected_next.as_str(), status.expected_from.as_deref()),
        ("approve_handoff", Some("person"))
    );
    assert_eq!(
        status.completed_phases,
        [State::Discovery, State::Planning, State::Implementation]
    );
    assert_eq!(
        (
            status.progress.completed,
            status.progress.total,
            status.progress.percentage
        ),
        (4, 11, 40)
    );
}

#[test]
fn request_retry_from_testing() {
    let service = service();
    let id = at(&service, State::Testing);
    let row = service.request_retry(&id, person(), "1 test fails", None).unwrap();
    assert_eq!(row.workflow.state, State::Implementation);
    let status = service.get_workflow_status(&id).unwrap();
    assert_eq!(status.retries.len(), 1);
    assert_eq!((status.retries[0].used, status.retries[0].left), (1, 2));
}

#[test]
fn rollback_workflow() {
    let service = service();
    let id = at(&service, State::Verification);
    let row = service
        .rollback_workflow(&id, person(), State::Implementation, "another way")
        .unwrap();
    assert_eq!(row.workflow.state, State::Implementation);
    let history = service.get_workflow_history(&id).unwrap();
    assert!(history.events.iter().any(|event| event.event_type == "rolled_back"));
    assert!(history.chain_ok);
}

#[test]
fn get_workflow_stats() {
    let service = service();
    let done = at(&service, State::Complete);
    at(&service, State::Testing);
    let stats = service
        .get_workflow_stats(&load(&service, &done).workflow.project_id)
        .unwrap();
    assert_eq!(stats.total, 2);
    assert!((stats.completion_rate - 0.5).abs() < f64::EPSILON);
    assert_eq!(stats.first_pass_rate, Some(1.0));
    assert!(stats.mean_duration_ms.is_some() && stats.median_duration_ms.is_some());
    let empty = service.get_workflow_stats("no-such-project").unwrap();
    assert_eq!((empty.total, empty.mean_duration_ms), (0, None));
}

#[test]
fn complete_workflow_discovery_to_implementation() {
    let service = service();
    let id = at(&service, State::Implementation);
    let history = service.get_workflow_history(&id).unwrap();
    assert_eq!(history.handoffs.len(), 1);
    assert_eq!(
        (history.handoffs[0].from_role, history.handoffs[0].to_role),
        (Role::QAssistant, Role::CodeWriter)
    );
    let seqs: Vec<_> = history.events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=u32::try_from(seqs.len()).unwrap()).collect::<Vec<_>>());
}

#[test]
fn workflow_with_retry_loop() {
    let service = service();
    let id = at(&service, State::Testing);
    service.request_retry(&id, person(), "a cent is lost", None).unwrap();
    walk_to(&service, &id, State::Complete);
    let history = service.get_workflow_history(&id).unwrap();
    assert_eq!(history.handoffs.len(), 5, "implementation was handed on twice");
    let returned = &history.handoffs.last().unwrap().data_transferred["earlier_attempts"];
    assert_eq!(returned[0]["reason"], "a cent is lost");
    assert!(history.chain_ok);
}
