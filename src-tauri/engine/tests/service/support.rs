//! A service, and a build that walks through it.

use engine::service::{Advance, Advanced, NewBuild, Service};
use engine::{ServiceError, notice::Publisher};
use serde_json::{Value, json};
use store::{Store, workflows};
use workflow::gate::{Check, ChecksEvidence, CommitEvidence, Evidence, ReleaseEvidence, TestEvidence, Trace};
use workflow::phase::Requirements;
use workflow::{Actor, ApprovalPolicy, Checkpoint, Request, Role, State};

pub fn service() -> Service {
    Service::new(Store::in_memory().unwrap(), Publisher::new(16))
}

pub fn person() -> Actor {
    Actor::Person("mira".to_owned())
}

pub fn new_build(brief: &str) -> NewBuild {
    NewBuild {
        user_id: "mira".to_owned(),
        project_name: "tips".to_owned(),
        project_path: "/home/mira/tips".to_owned(),
        brief: brief.to_owned(),
        model_id: "practice".to_owned(),
        policy: ApprovalPolicy::EveryHandoff,
        max_retries: 3,
        budget: None,
        language: workflow::Language::default(),
        shown: Vec::new().into(),
    }
}

pub fn requirements() -> Requirements {
    serde_json::from_value(result(State::Discovery)).unwrap()
}

/// A project's id, as a build that was started from the chat left it.
pub fn project(service: &Service) -> String {
    let started = service
        .start_build_from_chat(new_build("A project"), "project")
        .unwrap();
    load(service, &started.workflow_id).workflow.project_id
}

pub fn load(service: &Service, id: &str) -> workflows::WorkflowRow {
    let id = id.to_owned();
    service
        .store()
        .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &id)?))
        .unwrap()
}

pub fn result(state: State) -> Value {
    match state {
        State::Discovery => json!({"title": "Tips", "summary": "", "features": [
            {"id": "R1", "text": "Work out the tip", "priority": "must", "acceptance": ["When a bill is entered, it shall show."]}
        ]}),
        State::Planning => {
            json!({"summary": "One page", "tasks": [{"id": "T1", "title": "The page", "serves": ["R1"]}],
            "test_strategy": {"summary": "node --test"}, "release": {"kind": "web_page"}})
        }
        State::Implementation => json!({"summary": "written", "tasks": [{"id": "T1", "status": "done"}]}),
        State::Testing | State::Verification | State::Deployment => json!({"summary": "done"}),
        State::HandoffToCoder
        | State::HandoffToTester
        | State::HandoffToVerifier
        | State::HandoffToReleaser
        | State::Complete => Value::Null,
    }
}

fn evidence(state: State) -> Option<Evidence> {
    let tree = "t2".to_owned();
    Some(match state {
        State::Implementation => Evidence::Commit(CommitEvidence {
            commit: "c1".to_owned(),
            tree_hash: "t1".to_owned(),
            files_changed: 1,
            insertions: 2,
            deletions: 0,
        }),
        State::Testing => Evidence::TestRun(TestEvidence {
            commit: "c2".to_owned(),
            tree_hash: tree,
            command: "node --test".to_owned(),
            exit_code: Some(0),
            tests_run: Some(1),
            failed: 0,
            skipped: 0,
            duration_ms: 1,
            names: Vec::new(),
            removed: Vec::new(),
            weakened: Vec::new(),
            added: 1,
            files_changed: 1,
            insertions: 1,
            deletions: 0,
            test_run_id: "r".to_owned(),
        }),
        State::Verification => Evidence::Checks(ChecksEvidence {
            tree_hash: tree,
            checks: vec![Check {
                name: "tests".to_owned(),
                ok: true,
                detail: String::new(),
                found: None,
            }],
            trace: vec![Trace {
                requirement: "R1".to_owned(),
                tests: Vec::new(),
            }],
        }),
        State::Deployment => Evidence::Release(ReleaseEvidence {
            merged_tree: tree.clone(),
            merged_test_run: None,
            tree_hash: tree,
            release_id: "rel".to_owned(),
            merged_commit: "m".to_owned(),
            tag: "v1".to_owned(),
            url: None,
            probe_ok: true,
            probe: "200".to_owned(),
        }),
        State::Discovery
        | State::Planning
        | State::HandoffToCoder
        | State::HandoffToTester
        | State::HandoffToVerifier
        | State::HandoffToReleaser
        | State::Complete => return None,
    })
}

/// All that the gate of the present state asks for.
pub fn prove(service: &Service, id: &str) {
    let row = load(service, id);
    let workflow = &row.workflow;
    let mut requests = Vec::new();
    if let Some(open) = workflow.open_handoff.clone().filter(|open| open.approved_by.is_none()) {
        requests.push(Request::Approve {
            by: person(),
            handoff_id: open.id,
            pin: open.pin,
            dont_ask_again: false,
        });
    }
    if workflow.state == State::Planning {
        let plan = serde_json::from_value(result(State::Planning)).unwrap();
        requests.push(Request::RevisePlan {
            by: person(),
            expected: workflow.plan_revision,
            plan,
        });
        requests.push(Request::ReadyToBuild {
            by: person(),
            plan_revision: workflow.plan_revision + 1,
        });
        requests.push(Request::RecordCheckpoint(Checkpoint {
            commit: "c0".to_owned(),
            tree: "t0".to_owned(),
        }));
    }
    if workflow.state > State::Planning && workflow.state.phase().is_some() {
        requests.push(Request::StartAttempt {
            checkpoint: workflow.head.clone(),
        });
        requests.push(Request::RecordEvidence(evidence(workflow.state).unwrap()));
    }
    service.requests(id, requests).unwrap();
}

/// `advance_workflow` from the present state by its owner.
pub fn advance(service: &Service, id: &str) -> Result<Advanced, ServiceError> {
    let state = load(service, id).workflow.state;
    let advance = Advance {
        role: state.owner().unwrap_or(Role::QAssistant),
        completed_state: state,
        phase_result: result(state),
        next_state: None,
    };
    service.advance_workflow(id, advance, None)
}

/// Walks the build to `state`.
pub fn walk_to(service: &Service, id: &str, state: State) {
    while load(service, id).workflow.state != state {
        prove(service, id);
        advance(service, id).unwrap();
    }
}

/// A new build that has walked to `state`.
pub fn at(service: &Service, state: State) -> String {
    let id = service
        .start_build_from_chat(new_build("Tips"), &store::new_id())
        .unwrap()
        .workflow_id;
    walk_to(service, &id, state);
    id
}

/// The code of an error.
pub fn code(answer: Result<impl std::fmt::Debug, ServiceError>) -> &'static str {
    answer.unwrap_err().code()
}
