//! The run status: beside the state, never instead of it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::State;

/// Whether the work goes on, and if not, why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RunStatus {
    Active,
    AwaitingApproval,
    Paused,
    Blocked(Standstill),
    Cancelled,
    Complete,
}

impl RunStatus {
    #[must_use]
    pub const fn wire(&self) -> &'static str {
        match self {
            RunStatus::Active => "active",
            RunStatus::AwaitingApproval => "awaiting_approval",
            RunStatus::Paused => "paused",
            RunStatus::Blocked(_) => "blocked",
            RunStatus::Cancelled => "cancelled",
            RunStatus::Complete => "complete",
        }
    }

    /// Nothing moves it but a rollback (from complete).
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, RunStatus::Cancelled | RunStatus::Complete)
    }
}

/// Why a build is blocked: always a reason and one thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standstill {
    /// Stable code ("retries_exhausted", "model_unavailable", …).
    pub code: String,
    pub reason: String,
    /// What the reason is about, for whoever says it in another language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<Value>>,
    pub next_action: NextAction,
    /// The way back that was refused because its limit was used up; raising the limit takes it.
    pub pending_return: Option<(State, String)>,
}

/// The one thing a person is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextAction {
    TryAgain,
    RaiseRetryLimit,
    RaiseBudget,
    ConnectModel,
    Resume,
    RollBack,
    ConfirmRelease,
}
