//! The audit trail in English sentences, as it is exported. The window makes its own, of the facts.

use serde_json::Value;
use store::audit;
use store::events::EventRow;
use workflow::{Fact, Role, State};

use super::happened::happened;
use super::{int, short};
use crate::dto::{ChainCheck, EventKind, TimelineItem};

/// Events as the window lists them.
#[must_use]
pub fn timeline(events: Vec<EventRow>) -> Vec<TimelineItem> {
    events.into_iter().map(item).collect()
}

fn item(event: EventRow) -> TimelineItem {
    let by = if event.triggered_by.starts_with("person:") {
        "you".to_owned()
    } else {
        event.triggered_by
    };
    // A fact of an older version that no longer reads shows its type.
    let (title, kind) = match serde_json::from_str::<Fact>(&event.event_data) {
        Ok(fact) => (of_fact(&fact), kind(&fact)),
        Err(_) => (event.event_type.replace('_', " "), EventKind::Note),
    };
    TimelineItem {
        seq: int(event.seq),
        kind,
        role: Role::from_wire(&by).map(Into::into),
        at: event.timestamp,
        event: happened(&event.event_data),
        title,
        event_type: event.event_type,
        by,
        data: event.event_data,
        hash: event.hash,
    }
}

/// Whether every event still carries the hash it was written with, and follows the one before it.
#[must_use]
pub fn verify(events: &[EventRow]) -> ChainCheck {
    let broken = audit::verify(events).err();
    ChainCheck {
        ok: broken.is_none(),
        events: int(events.len()),
        detail: broken.map_or_else(
            || format!("All {} events are as they were written, in their order.", events.len()),
            |broken| broken.to_string(),
        ),
        broken_at: broken.map(|broken| int(broken.at())),
        head: events.last().map(|newest| newest.hash.clone()).unwrap_or_default(),
    }
}

const fn kind(fact: &Fact) -> EventKind {
    match fact {
        Fact::HandoffRecorded { .. } | Fact::HandoffDecided { .. } => EventKind::Handoff,
        Fact::RequirementsRevised { .. }
        | Fact::PlanRevised { .. }
        | Fact::ReadyToBuildClicked { .. }
        | Fact::TalkTakenBack { .. } => EventKind::Plan,
        Fact::WorkflowStarted { .. }
        | Fact::AttemptStarted { .. }
        | Fact::PhaseCompleted { .. }
        | Fact::StateChanged { .. }
        | Fact::Completed => EventKind::Work,
        Fact::CheckpointMade { .. } | Fact::EvidenceRecorded { .. } => EventKind::Evidence,
        Fact::SentBack { .. } | Fact::Blocked { .. } | Fact::RolledBack { .. } | Fact::RollbackUndone { .. } => {
            EventKind::Trouble
        }
        Fact::Paused
        | Fact::Resumed
        | Fact::Cancelled
        | Fact::RetryLimitRaised { .. }
        | Fact::PolicyChanged { .. }
        | Fact::BudgetSet { .. } => EventKind::Steering,
        Fact::Noted { .. } => EventKind::Note,
    }
}

fn of_fact(fact: &Fact) -> String {
    match fact {
        Fact::WorkflowStarted { .. } => "The build was started".to_owned(),
        Fact::RequirementsRevised { requirements } => format!("Requirements written: {}", requirements.title),
        Fact::PlanRevised { revision, .. } => format!("Plan, revision {revision}"),
        Fact::ReadyToBuildClicked { plan_revision } => {
            format!("Ready to Build, on revision {plan_revision} of the plan")
        }
        Fact::AttemptStarted { phase, attempt, .. } => format!("{} begins, attempt {attempt}", name(phase.state())),
        Fact::CheckpointMade { checkpoint } => format!("Work kept at {}", short(&checkpoint.commit)),
        Fact::EvidenceRecorded { evidence } => format!("Evidence gathered for {}", name(evidence.phase().state())),
        Fact::PhaseCompleted { phase, .. } => format!("{} done", name(phase.state())),
        Fact::StateChanged { from, to, .. } => format!("{} → {}", name(*from), name(*to)),
        Fact::HandoffRecorded {
            from_role,
            to_role,
            pin,
            ..
        } => {
            format!(
                "{} hands over to {}, tree {}",
                from_role.title(),
                to_role.title(),
                short(&pin.tree_hash)
            )
        }
        Fact::HandoffDecided { decision, reason, .. } => {
            let reason = reason.as_deref().map(|r| format!(": {r}")).unwrap_or_default();
            format!(
                "Handoff {}{reason}",
                match decision {
                    workflow::Decision::Approved => "approved",
                    workflow::Decision::Rejected => "sent back",
                    workflow::Decision::Void => "void, it is asked again",
                }
            )
        }
        Fact::SentBack {
            to,
            used,
            limit,
            reason,
            ..
        } => format!("Sent back to {} ({used} of {limit}): {reason}", name(*to)),
        Fact::Blocked { standstill } => format!("Blocked: {}", standstill.reason),
        Fact::Paused => "Paused".to_owned(),
        Fact::Resumed => "Resumed".to_owned(),
        Fact::Cancelled => "Cancelled".to_owned(),
        Fact::Completed => "Your build is live".to_owned(),
        Fact::RetryLimitRaised { limit } => format!("Work may now go back {limit} times"),
        Fact::PolicyChanged { policy } => format!("Approvals: {}", policy.wire().replace('_', " ")),
        Fact::BudgetSet { budget: Some(budget) } => format!("It may use {budget}"),
        Fact::BudgetSet { budget: None } => "It may use what it needs".to_owned(),
        Fact::RolledBack { to, reason, .. } => format!("Rolled back to {}: {reason}", name(*to)),
        Fact::RollbackUndone { to, .. } => format!("Rollback undone, back in {}", name(*to)),
        Fact::TalkTakenBack { to, .. } => format!("Said anew in {}: what came after it no longer counts", name(*to)),
        Fact::Noted { event_type, data } => noted(event_type, data),
    }
}

fn noted(event_type: &str, data: &Value) -> String {
    match event_type {
        "moved_to_trash" => return "Moved to the trash".to_owned(),
        "restored_from_trash" => return "Restored from the trash".to_owned(),
        "restored_from_backup" => return "Restored from a backup".to_owned(),
        _ => {}
    }
    let what = event_type.replace('_', " ");
    match data.get("detail").or_else(|| data.get("path")).and_then(Value::as_str) {
        Some(detail) => format!("{what}: {detail}"),
        None => what,
    }
}

pub(crate) fn name(state: State) -> &'static str {
    match state {
        State::Discovery => "Discovery",
        State::Planning => "Planning",
        State::HandoffToCoder => "Handoff to Code Writer",
        State::Implementation => "Implementation",
        State::HandoffToTester => "Handoff to Test Auditor",
        State::Testing => "Testing",
        State::HandoffToVerifier => "Handoff to Verification Overseer",
        State::Verification => "Verification",
        State::HandoffToReleaser => "Handoff to Release Manager",
        State::Deployment => "Deployment",
        State::Complete => "Complete",
    }
}
