//! A build that walks: to any state, with what each gate asks for.

use workflow::gate::{Check, ChecksEvidence, CommitEvidence, Evidence, ReleaseEvidence, TestEvidence, Trace};
use workflow::phase::{
    DeploymentResult, Feature, ImplementationResult, Plan, PlanTask, Priority, ReleaseKind, ReleasePlan, Requirements,
    TaskOutcome, TaskStatus, TestStrategy, TestingResult, VerificationResult,
};
use workflow::{
    Actor, ApprovalPolicy, Checkpoint, Decided, NewWorkflow, Phase, PhaseResult, Refusal, Request, Role, State,
    Workflow, decide,
};

pub fn person() -> Actor {
    Actor::Person("mira".to_owned())
}

pub fn new(policy: ApprovalPolicy) -> Workflow {
    Workflow::start(NewWorkflow {
        id: "w".to_owned(),
        build_id: "b".to_owned(),
        project_id: "p".to_owned(),
        user_id: "mira".to_owned(),
        policy,
        max_retries: 3,
        budget: None,
    })
}

/// Decides, and takes in what follows.
pub fn ask(workflow: &mut Workflow, request: &Request) -> Result<Decided, Refusal> {
    let decided = decide(workflow, request)?;
    for fact in &decided.facts {
        workflow.apply(fact);
    }
    workflow.revision += 1;
    Ok(decided)
}

pub fn requirements() -> Requirements {
    Requirements {
        title: "Tips".to_owned(),
        features: vec![Feature {
            id: "R1".to_owned(),
            text: "Work out the tip".to_owned(),
            priority: Priority::Must,
            acceptance: vec!["When a bill is entered, the tip shall show.".to_owned()],
        }],
        ..Requirements::default()
    }
}

pub fn plan() -> Plan {
    Plan {
        summary: "One page".to_owned(),
        tasks: vec![PlanTask {
            id: "T1".to_owned(),
            title: "The page".to_owned(),
            detail: String::new(),
            files: Vec::new(),
            serves: vec!["R1".to_owned()],
        }],
        test_strategy: TestStrategy {
            summary: "node --test".to_owned(),
            cases: Vec::new(),
        },
        release: ReleasePlan {
            kind: ReleaseKind::WebPage,
            site_dir: None,
            how: String::new(),
        },
    }
}

pub fn result(phase: Phase) -> PhaseResult {
    let summary = "done".to_owned();
    match phase {
        Phase::Discovery => PhaseResult::Discovery(requirements()),
        Phase::Planning => PhaseResult::Planning(plan()),
        Phase::Implementation => PhaseResult::Implementation(ImplementationResult {
            summary,
            tasks: vec![TaskOutcome {
                id: "T1".to_owned(),
                status: TaskStatus::Done,
                note: String::new(),
            }],
        }),
        Phase::Testing => PhaseResult::Testing(TestingResult {
            summary,
            tests: Vec::new(),
        }),
        Phase::Verification => PhaseResult::Verification(VerificationResult {
            summary,
            requirements: Vec::new(),
        }),
        Phase::Deployment => PhaseResult::Deployment(DeploymentResult { summary }),
    }
}

pub fn commit_evidence() -> CommitEvidence {
    CommitEvidence {
        commit: "c1".to_owned(),
        tree_hash: "t1".to_owned(),
        files_changed: 1,
        insertions: 9,
        deletions: 0,
    }
}

pub fn test_evidence() -> TestEvidence {
    TestEvidence {
        commit: "c2".to_owned(),
        tree_hash: "t2".to_owned(),
        command: "node --test".to_owned(),
        exit_code: Some(0),
        tests_run: Some(3),
        failed: 0,
        skipped: 0,
        duration_ms: 10,
        names: vec!["tips".to_owned()],
        removed: Vec::new(),
        weakened: Vec::new(),
        added: 1,
        files_changed: 2,
        insertions: 20,
        deletions: 0,
        test_run_id: "run".to_owned(),
    }
}

pub fn checks_evidence() -> ChecksEvidence {
    ChecksEvidence {
        tree_hash: "t2".to_owned(),
        checks: vec![Check {
            name: "tests".to_owned(),
            ok: true,
            detail: String::new(),
            found: None,
        }],
        trace: vec![Trace {
            requirement: "R1".to_owned(),
            tests: vec!["tips".to_owned()],
        }],
    }
}

pub fn release_evidence() -> ReleaseEvidence {
    ReleaseEvidence {
        tree_hash: "t2".to_owned(),
        release_id: "rel".to_owned(),
        merged_commit: "m1".to_owned(),
        merged_tree: "t2".to_owned(),
        merged_test_run: None,
        tag: "q-tips".to_owned(),
        url: Some("http://127.0.0.1:1/".to_owned()),
        probe_ok: true,
        probe: "200".to_owned(),
    }
}

pub fn evidence(phase: Phase) -> Option<Evidence> {
    match phase {
        Phase::Discovery | Phase::Planning => None,
        Phase::Implementation => Some(Evidence::Commit(commit_evidence())),
        Phase::Testing => Some(Evidence::TestRun(test_evidence())),
        Phase::Verification => Some(Evidence::Checks(checks_evidence())),
        Phase::Deployment => Some(Evidence::Release(release_evidence())),
    }
}

/// Everything that the gate of the present phase asks for.
pub fn prove(workflow: &mut Workflow) {
    let Some(phase) = workflow.state.phase() else { return };
    let checkpoint = workflow.head.clone();
    ask(workflow, &Request::StartAttempt { checkpoint }).unwrap();
    match phase {
        Phase::Discovery => {
            let by = Actor::Role(Role::QAssistant);
            ask(
                workflow,
                &Request::ReviseRequirements {
                    by,
                    requirements: requirements(),
                },
            )
            .unwrap();
        }
        Phase::Planning => {
            let by = Actor::Role(Role::QAssistant);
            let expected = workflow.plan_revision;
            ask(
                workflow,
                &Request::RevisePlan {
                    by,
                    expected,
                    plan: plan(),
                },
            )
            .unwrap();
            let plan_revision = workflow.plan_revision;
            ask(
                workflow,
                &Request::ReadyToBuild {
                    by: person(),
                    plan_revision,
                },
            )
            .unwrap();
            let base = Checkpoint {
                commit: "c0".to_owned(),
                tree: "t0".to_owned(),
            };
            ask(workflow, &Request::RecordCheckpoint(base)).unwrap();
        }
        Phase::Implementation | Phase::Testing | Phase::Verification | Phase::Deployment => {
            ask(workflow, &Request::RecordEvidence(evidence(phase).unwrap())).unwrap();
        }
    }
}

pub fn advance_to(workflow: &Workflow, next_state: Option<State>) -> Request {
    Request::Advance {
        role: workflow.state.owner().unwrap_or(Role::QAssistant),
        completed_state: workflow.state,
        next_state,
        result: workflow.state.phase().map(result),
        handoff_id: format!("h{}", workflow.revision),
    }
}

pub fn approve(workflow: &mut Workflow, dont_ask_again: bool) {
    let open = workflow.open_handoff.clone().expect("a handoff is open");
    let request = Request::Approve {
        by: person(),
        handoff_id: open.id,
        pin: open.pin,
        dont_ask_again,
    };
    ask(workflow, &request).unwrap();
}

/// One step forwards along the long road, with evidence and approval.
pub fn step(workflow: &mut Workflow) {
    if workflow.state.handoff().is_some() {
        approve(workflow, false);
    } else {
        prove(workflow);
    }
    let request = advance_to(workflow, None);
    ask(workflow, &request).unwrap_or_else(|refusal| panic!("from {}: {refusal}", workflow.state));
}

/// A build that has walked to `state`.
pub fn at(state: State) -> Workflow {
    let mut workflow = new(ApprovalPolicy::EveryHandoff);
    while workflow.state != state {
        step(&mut workflow);
    }
    workflow
}

pub fn send_back(target: Option<State>) -> Request {
    Request::SendBack {
        by: person(),
        reason: "a cent is lost".to_owned(),
        target,
    }
}
