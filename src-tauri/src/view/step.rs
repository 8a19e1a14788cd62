//! One step of the rail, looked into: its attempts, what came of it, and who decided.

use std::collections::BTreeMap;

use engine::ServiceError;
use store::handoffs::HandoffRow;
use store::releases::ReleaseRow;
use store::role_runs::RoleRun;
use store::workflows::WorkflowRow;
use store::{Connection, events, handoffs, releases, role_runs, workflows, worktrees};
use workflow::{Decision, Fact, Handoff, Phase, State, Workflow};

use super::{handoff, int, millis_between, short};
use crate::dto::{
    AttemptEnd, EvidenceFact, EvidenceLink, EvidenceRow, HandoffDecision, HandoffRecord, Pin, Role, StepAttempt,
    StepDetail,
};

/// All that is known of a step.
///
/// # Errors
/// No such build, or where the store cannot be read.
pub fn step(db: &Connection, id: &str, state: State) -> Result<StepDetail, ServiceError> {
    let row = workflows::get(db, id)?;
    let branch = worktrees::get(db, id)?
        .map(|worktree| worktree.branch)
        .unwrap_or_default();
    let handoffs = handoffs::of_workflow(db, id)?;
    let release = releases::newest(db, id)?.filter(|release| release.status == "released");
    let summary = state
        .phase()
        .and_then(|phase| row.workflow.phases.get(phase))
        .map(|result| result.summary().to_owned());
    let attempts = match state.phase() {
        Some(phase) => attempts(db, &row, phase)?,
        None => Vec::new(),
    };
    Ok(StepDetail {
        summary: summary.unwrap_or_default(),
        attempts,
        handoffs: state.handoff().map(|of| records(&handoffs, of)).unwrap_or_default(),
        evidence: evidence(&row.workflow, state, &branch, release.as_ref()),
    })
}

/// Runs of one attempt are one line: who talks with the person begins a new run with each answer.
fn attempts(db: &Connection, row: &WorkflowRow, phase: Phase) -> Result<Vec<StepAttempt>, ServiceError> {
    let id = &row.workflow.id;
    let owner = phase.state().owner().map_or("", workflow::Role::wire);
    let runs = role_runs::of_workflow(db, id)?;
    let back = reasons(&events::of_types(db, id, &["attempt_started", "sent_back"])?, phase);
    let mut attempts: BTreeMap<u32, StepAttempt> = BTreeMap::new();
    // Q Assistant speaks beside the work of others, too.
    for run in runs.iter().filter(|run| run.phase == phase.wire() && run.role == owner) {
        let attempt = attempts.entry(run.attempt).or_insert_with(|| StepAttempt {
            attempt: int(run.attempt),
            role: Role::QAssistant,
            model: String::new(),
            end: AttemptEnd::Running,
            started_at: run.started_at.clone(),
            elapsed_ms: 0.0,
            input_tokens: 0.0,
            output_tokens: 0.0,
            cost: Some(0.0),
            sent_back: back.get(&run.attempt).cloned(),
        });
        take_in(attempt, run);
    }
    Ok(attempts.into_values().collect())
}

fn take_in(attempt: &mut StepAttempt, run: &RoleRun) {
    attempt.role = workflow::Role::from_wire(&run.role).map_or(Role::QAssistant, Into::into);
    attempt.model.clone_from(&run.model);
    attempt.end = match run.status.as_str() {
        "running" => AttemptEnd::Running,
        "finished" => AttemptEnd::Finished,
        "sent_back" => AttemptEnd::SentBack,
        "waiting" => AttemptEnd::Waiting,
        "cancelled" => AttemptEnd::Cancelled,
        "interrupted" => AttemptEnd::Interrupted,
        _ => AttemptEnd::Failed,
    };
    attempt.elapsed_ms += millis_between(&run.started_at, run.ended_at.as_deref());
    attempt.input_tokens += f64::from(run.input_tokens);
    attempt.output_tokens += f64::from(run.output_tokens);
    attempt.cost = attempt.cost.zip(run.cost).map(|(sum, cost)| sum + cost);
}

/// Why the work of each attempt at a phase was sent back, or sent on back by it.
fn reasons(events: &[events::EventRow], phase: Phase) -> BTreeMap<u32, String> {
    let mut reasons = BTreeMap::new();
    let mut present = None;
    for event in events {
        match serde_json::from_str::<Fact>(&event.event_data) {
            Ok(Fact::AttemptStarted { phase: of, attempt, .. }) if of == phase => present = Some(attempt),
            Ok(Fact::SentBack { from, to, reason, .. }) if to <= phase.state() && phase.state() <= from => {
                if let Some(attempt) = present.take() {
                    reasons.insert(attempt, reason);
                }
            }
            Ok(_) | Err(_) => {}
        }
    }
    reasons
}

fn records(handoffs: &[HandoffRow], of: Handoff) -> Vec<HandoffRecord> {
    let of_this = |row: &&HandoffRow| row.from_role == of.from_role() && row.to_role == of.to_role();
    let decision = |name: &str| {
        [
            (Decision::Approved, HandoffDecision::Approved),
            (Decision::Rejected, HandoffDecision::Rejected),
            (Decision::Void, HandoffDecision::Void),
        ]
        .into_iter()
        .find(|(decision, _)| decision.wire() == name)
        .map(|(_, shown)| shown)
    };
    let by = |name: &str| {
        if name.starts_with("person:") {
            "you".to_owned()
        } else {
            name.trim_start_matches("policy:")
                .trim_start_matches("role:")
                .to_owned()
        }
    };
    handoffs
        .iter()
        .filter(of_this)
        .map(|row| HandoffRecord {
            handoff_id: row.id.clone(),
            from_role: row.from_role.into(),
            to_role: row.to_role.into(),
            at: row.timestamp.clone(),
            decision: row.decision.as_deref().and_then(decision),
            decided_by: row.decided_by.as_deref().map(by),
            decided_at: row.decided_at.clone(),
            reason: row.decision_reason.clone(),
            pin: Pin {
                plan_revision: int(row.pin.plan_revision),
                tree_hash: row.pin.tree_hash.clone(),
                evidence_hash: row.pin.evidence_hash.clone(),
            },
        })
        .collect()
}

/// What the product gathered in the step; of a handoff, what it stands on.
fn evidence(workflow: &Workflow, state: State, branch: &str, release: Option<&ReleaseRow>) -> Vec<EvidenceRow> {
    if state > workflow.state {
        return Vec::new();
    }
    match state {
        State::Discovery => workflow
            .phases
            .discovery
            .iter()
            .map(|requirements| {
                let fact = EvidenceFact::Requirements {
                    count: int(requirements.features.len()),
                    title: requirements.title.clone(),
                };
                handoff::row(None, fact, EvidenceLink::Plan)
            })
            .collect(),
        State::Planning if workflow.phases.planning.is_none() => Vec::new(),
        State::Planning | State::HandoffToCoder => handoff::evidence(workflow, Handoff::ToCoder, branch),
        State::Implementation | State::HandoffToTester => handoff::evidence(workflow, Handoff::ToTester, branch),
        State::Testing | State::HandoffToVerifier => handoff::evidence(workflow, Handoff::ToVerifier, branch),
        State::Verification | State::HandoffToReleaser => handoff::evidence(workflow, Handoff::ToReleaser, branch),
        State::Deployment | State::Complete => release.map(released).unwrap_or_default(),
    }
}

fn released(release: &ReleaseRow) -> Vec<EvidenceRow> {
    let merged = EvidenceFact::Merged {
        onto: release.onto.clone(),
        tag: release.tag.clone(),
        commit: short(release.merged_commit.as_deref().unwrap_or_default()),
    };
    let probed = release.port.map(|port| EvidenceFact::Probed {
        probe: release.probe.clone(),
        url: format!("http://127.0.0.1:{port}/"),
    });
    let facts = [merged].into_iter().chain(probed);
    facts
        .map(|fact| handoff::row(Some(true), fact, EvidenceLink::Release))
        .collect()
}
