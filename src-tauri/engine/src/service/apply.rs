//! Applying a request inside a transaction: decide, then write what follows, all of it.

use serde_json::{Value, json};
use store::workflows::WorkflowRow;
use store::{Connection, effects, events, handoffs, messages, now, releases, rollbacks, workflows};
use workflow::{Actor, Effect, Fact, Language, Outcome, Request, Workflow, decide};

use super::handoff_data;
use crate::ServiceError;

/// What a request left.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    pub outcome: Outcome,
    /// What was handed on, where the request recorded a handoff.
    pub handoff_data: Option<Value>,
}

/// Decides `request` on `row` and writes the outcome; `row` is as it is stored afterwards.
///
/// # Errors
/// A refusal, [`ServiceError::InTrash`], or an error of the store. The caller's transaction must not be committed then.
pub fn apply(connection: &Connection, row: &mut WorkflowRow, request: &Request) -> Result<Applied, ServiceError> {
    if row.trashed_at.is_some() {
        return Err(ServiceError::InTrash);
    }
    let decided = decide(&row.workflow, request)?;
    let mut applied = Applied {
        outcome: decided.outcome,
        handoff_data: None,
    };
    if decided.facts.is_empty() {
        return Ok(applied);
    }
    let by = request.actor().to_string();
    let before = row.workflow.revision;
    row.workflow.revision = before.saturating_add(1);
    for fact in &decided.facts {
        row.workflow.apply(fact);
        if let Fact::RequirementsRevised { requirements }
        | Fact::TalkTakenBack {
            requirements: Some(requirements),
            ..
        } = fact
        {
            take_title(row, &requirements.title);
        }
        if let Some(data) = write_rows(connection, &row.workflow, fact)? {
            applied.handoff_data = Some(data);
        }
    }
    workflows::update(connection, &row.workflow, &row.title, before)?;
    let written = decided.facts.iter().map(event_of).collect::<Result<Vec<_>, _>>()?;
    events::append(connection, &row.workflow.id, &by, &written)?;
    let mut to_do = decided.effects;
    if decided.facts.iter().any(takes_releases_back) {
        for release in releases::standing(connection, &row.workflow.id)? {
            let undo = Effect::UndoRelease { release_id: release.id };
            if !to_do.contains(&undo) {
                to_do.insert(0, undo);
            }
        }
    }
    for effect in &to_do {
        effects::insert(connection, &row.workflow.id, effect)?;
    }
    row.updated_at = now();
    Ok(applied)
}

/// What a release left is taken back even where its evidence was not, or not yet, recorded: the program may have been stopped in
/// between, or be releasing right now.
fn takes_releases_back(fact: &Fact) -> bool {
    matches!(fact, Fact::RolledBack { .. } | Fact::SentBack { .. } | Fact::Cancelled)
}

/// Loads the workflow and applies the requests to it, one after the other.
///
/// # Errors
/// As [`apply`].
pub fn load_and_apply(
    connection: &Connection,
    workflow_id: &str,
    requests: &[Request],
) -> Result<(WorkflowRow, Outcome), ServiceError> {
    let mut row = workflows::get(connection, workflow_id)?;
    let mut outcome = Outcome::Done;
    for request in requests {
        outcome = apply(connection, &mut row, request)?.outcome;
    }
    Ok((row, outcome))
}

fn take_title(row: &mut WorkflowRow, title: &str) {
    // One line: titles stand in commit messages, where a line of its own could be taken for one of the product's.
    let title = title
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("Q-Assistant-", "");
    if !title.is_empty() {
        row.title = title.chars().take(120).collect();
    }
}

fn event_of(fact: &Fact) -> Result<(String, String), ServiceError> {
    let data = serde_json::to_string(fact).map_err(|e| ServiceError::invalid(e.to_string()))?;
    Ok((fact.event_type().to_owned(), data))
}

/// The rows beside the workflow's own that a fact leaves; the data of the handoff, where it is one.
fn write_rows(connection: &Connection, workflow: &Workflow, fact: &Fact) -> Result<Option<Value>, ServiceError> {
    match fact {
        Fact::HandoffRecorded {
            id,
            from_role,
            to_role,
            from_state,
            to_state,
            pin,
            ..
        } => {
            let handoff = handoffs::HandoffRow {
                id: id.clone(),
                workflow_id: workflow.id.clone(),
                from_role: *from_role,
                to_role: *to_role,
                from_state: from_state.wire().to_owned(),
                to_state: to_state.wire().to_owned(),
                data_transferred: handoff_data(workflow, *from_role, *to_role),
                notes: handoff_data::note(workflow, *from_state),
                timestamp: now(),
                pin: pin.clone(),
                decision: None,
                decided_by: None,
                decided_at: None,
                decision_reason: None,
            };
            handoffs::insert(connection, &handoff)?;
            return Ok(Some(handoff.data_transferred));
        }
        Fact::HandoffDecided {
            id,
            decision,
            by,
            reason,
            ..
        } => {
            handoffs::decide(connection, id, *decision, &by.to_string(), reason.as_deref())?;
        }
        Fact::RolledBack { from, to, reason, .. } => {
            rollbacks::insert(connection, &workflow.id, workflow.revision, *from, *to, reason)?;
            messages::take_back(connection, &workflow.id, *to, workflow.revision)?;
        }
        Fact::RollbackUndone { from, to } => {
            messages::give_back(connection, &workflow.id)?;
            rollbacks::insert(
                connection,
                &workflow.id,
                workflow.revision,
                *from,
                *to,
                "rollback undone",
            )?;
        }
        Fact::WorkflowStarted { .. }
        | Fact::RequirementsRevised { .. }
        | Fact::PlanRevised { .. }
        | Fact::ReadyToBuildClicked { .. }
        | Fact::AttemptStarted { .. }
        | Fact::CheckpointMade { .. }
        | Fact::EvidenceRecorded { .. }
        | Fact::PhaseCompleted { .. }
        | Fact::StateChanged { .. }
        | Fact::SentBack { .. }
        | Fact::Blocked { .. }
        | Fact::Paused
        | Fact::Resumed
        | Fact::Cancelled
        | Fact::Completed
        | Fact::RetryLimitRaised { .. }
        | Fact::PolicyChanged { .. }
        | Fact::BudgetSet { .. }
        | Fact::TalkTakenBack { .. }
        | Fact::Noted { .. } => {}
    }
    Ok(None)
}

/// The event that opens the trail of a new workflow.
pub(super) fn open_trail(
    connection: &Connection,
    workflow: &Workflow,
    brief: &str,
    language: Language,
) -> Result<(), ServiceError> {
    let fact = Fact::WorkflowStarted {
        brief: brief.to_owned(),
        policy: workflow.policy,
        budget: workflow.budget,
        language,
    };
    let by = Actor::Person(workflow.user_id.clone()).to_string();
    let data = json!(fact).to_string();
    Ok(events::append(
        connection,
        &workflow.id,
        &by,
        &[(fact.event_type().to_owned(), data)],
    )?)
}
