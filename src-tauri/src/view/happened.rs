//! The audit trail as facts, which the window makes sentences of in the person's language.

use serde_json::Value;
use workflow::{Decision, Fact};

use super::{int, short};
use crate::dto::TimelineEvent;

/// What the data of an event say. A fact of an older version may no longer read.
pub(super) fn happened(data: &str) -> TimelineEvent {
    serde_json::from_str(data).map_or(TimelineEvent::Unknown, of_fact)
}

fn of_fact(fact: Fact) -> TimelineEvent {
    match fact {
        Fact::WorkflowStarted { .. } => TimelineEvent::Started,
        Fact::RequirementsRevised { requirements } => TimelineEvent::RequirementsWritten {
            title: requirements.title,
        },
        Fact::PlanRevised { revision, .. } => TimelineEvent::PlanWritten {
            revision: int(revision),
        },
        Fact::ReadyToBuildClicked { plan_revision } => TimelineEvent::ReadyToBuild {
            revision: int(plan_revision),
        },
        Fact::AttemptStarted { phase, attempt, .. } => TimelineEvent::AttemptStarted {
            state: phase.state().into(),
            attempt: int(attempt),
        },
        Fact::CheckpointMade { checkpoint } => TimelineEvent::WorkKept {
            commit: short(&checkpoint.commit),
        },
        Fact::EvidenceRecorded { evidence } => TimelineEvent::EvidenceGathered {
            state: evidence.phase().state().into(),
        },
        Fact::PhaseCompleted { phase, .. } => TimelineEvent::PhaseDone {
            state: phase.state().into(),
        },
        Fact::StateChanged { from, to, .. } => TimelineEvent::StateChanged {
            from: from.into(),
            to: to.into(),
        },
        Fact::HandoffRecorded {
            from_role,
            to_role,
            pin,
            ..
        } => TimelineEvent::HandedOver {
            from: from_role.into(),
            to: to_role.into(),
            tree: short(&pin.tree_hash),
        },
        Fact::HandoffDecided { decision, reason, .. } => match decision {
            Decision::Approved => TimelineEvent::HandoffApproved { reason },
            Decision::Rejected => TimelineEvent::HandoffSentBack { reason },
            Decision::Void => TimelineEvent::HandoffVoid { reason },
        },
        Fact::SentBack {
            to,
            used,
            limit,
            reason,
            ..
        } => TimelineEvent::SentBack {
            to: to.into(),
            used: int(used),
            limit: int(limit),
            reason,
        },
        Fact::Blocked { standstill } => TimelineEvent::Blocked {
            code: standstill.code,
            reason: standstill.reason,
        },
        Fact::Paused => TimelineEvent::Paused,
        Fact::Resumed => TimelineEvent::Resumed,
        Fact::Cancelled => TimelineEvent::Cancelled,
        Fact::Completed => TimelineEvent::Live,
        Fact::RetryLimitRaised { limit } => TimelineEvent::RetryLimitRaised { limit: int(limit) },
        Fact::PolicyChanged { policy } => TimelineEvent::PolicyChanged { policy: policy.into() },
        Fact::BudgetSet { budget } => TimelineEvent::BudgetSet {
            budget: budget.map(Into::into),
        },
        Fact::RolledBack { to, reason, .. } => TimelineEvent::RolledBack { to: to.into(), reason },
        Fact::RollbackUndone { to, .. } => TimelineEvent::RollbackUndone { to: to.into() },
        Fact::TalkTakenBack { to, .. } => TimelineEvent::TalkTakenBack { to: to.into() },
        Fact::Noted { data, .. } => TimelineEvent::Noted { detail: detail(&data) },
    }
}

fn detail(data: &Value) -> Option<String> {
    let text = data.get("detail").or_else(|| data.get("path"))?;
    text.as_str().map(str::to_owned)
}
