//! Why a request is refused: a stable code, a sentence, and what is allowed now.

use serde_json::{Value, json};

use crate::{Role, State};

/// A typed "no". Nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("The build is already {status}. {next}")]
    Over { status: &'static str, next: &'static str },
    #[error("The work is in {actual} now, not in {claimed}. Look at it again and repeat what you wanted to do.")]
    StaleState { claimed: State, actual: State },
    #[error("{role} does not own {state}{}.", owner.map(|o| format!("; it belongs to {o}")).unwrap_or_default())]
    NotYourTurn {
        role: Role,
        state: State,
        owner: Option<Role>,
    },
    #[error("From {from} the work cannot go to {to}. It can go to: {}.", list(allowed))]
    TransitionRefused {
        from: State,
        to: State,
        allowed: Vec<State>,
    },
    #[error("The build is {status}. Resume it first.")]
    StandsStill { status: &'static str },
    #[error("{what}")]
    EvidenceMissing { what: String },
    #[error("The handoff changed since you saw it ({what}). Look at it again, then decide.")]
    ApprovalVoid { what: String },
    #[error("Work was sent back from {from} to {to} {limit} times, which is the limit. Raise the limit to go on.")]
    RetriesExhausted { from: State, to: State, limit: u32 },
    #[error("{why}")]
    RollbackRefused { why: String },
    #[error("The plan is at revision {actual} now, you edited revision {expected}. Reload it and edit again.")]
    PlanChanged { expected: u32, actual: u32 },
    #[error("{what}")]
    InvalidInput { what: String },
}

impl Refusal {
    /// The stable code of the contract.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Refusal::Over { .. } => "workflow_over",
            Refusal::StaleState { .. } | Refusal::PlanChanged { .. } => "stale_state",
            Refusal::NotYourTurn { .. } => "not_your_turn",
            Refusal::TransitionRefused { .. } => "transition_refused",
            Refusal::StandsStill { .. } => "stands_still",
            Refusal::EvidenceMissing { .. } => "evidence_missing",
            Refusal::ApprovalVoid { .. } => "approval_void",
            Refusal::RetriesExhausted { .. } => "retries_exhausted",
            Refusal::RollbackRefused { .. } => "rollback_refused",
            Refusal::InvalidInput { .. } => "invalid_input",
        }
    }

    /// What was asked and what is allowed now, for programs.
    #[must_use]
    pub fn facts(&self) -> Value {
        match self {
            Refusal::StaleState { claimed, actual } => json!({"claimed": claimed, "current_state": actual}),
            Refusal::NotYourTurn { role, state, owner } => json!({"role": role, "state": state, "owner": owner}),
            Refusal::TransitionRefused { from, to, allowed } => json!({"from": from, "to": to, "allowed": allowed}),
            Refusal::RetriesExhausted { from, to, limit } => json!({"from": from, "to": to, "limit": limit}),
            Refusal::PlanChanged { expected, actual } => json!({"expected": expected, "plan_revision": actual}),
            Refusal::Over { status, .. } | Refusal::StandsStill { status } => json!({"status": status}),
            Refusal::EvidenceMissing { .. }
            | Refusal::ApprovalVoid { .. }
            | Refusal::RollbackRefused { .. }
            | Refusal::InvalidInput { .. } => json!({}),
        }
    }
}

fn list(states: &[State]) -> String {
    if states.is_empty() {
        return "nowhere".to_owned();
    }
    states.iter().map(|s| s.wire()).collect::<Vec<_>>().join(", ")
}
