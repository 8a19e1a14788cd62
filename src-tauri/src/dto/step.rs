//! One step of the rail, looked into.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{EvidenceRow, Pin, Role};

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AttemptEnd {
    Running,
    Finished,
    SentBack,
    /// It waits for the person.
    Waiting,
    Failed,
    Cancelled,
    Interrupted,
}

/// One attempt of a role at a phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StepAttempt {
    pub attempt: i32,
    pub role: Role,
    pub model: String,
    pub end: AttemptEnd,
    pub started_at: String,
    /// Of work, without what it waited for the person.
    pub elapsed_ms: f64,
    pub input_tokens: f64,
    pub output_tokens: f64,
    /// US dollars; none where a price was not known.
    pub cost: Option<f64>,
    /// Why the work was sent back after it, if it was.
    pub sent_back: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HandoffDecision {
    Approved,
    Rejected,
    /// What it was pinned to changed.
    Void,
}

/// One time that work was handed on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct HandoffRecord {
    pub handoff_id: String,
    pub from_role: Role,
    pub to_role: Role,
    pub at: String,
    /// None while it waits.
    pub decision: Option<HandoffDecision>,
    /// "you", a role's wire name, or that of the policy.
    pub decided_by: Option<String>,
    pub decided_at: Option<String>,
    pub reason: Option<String>,
    pub pin: Pin,
}

/// What happened in a step, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StepDetail {
    /// The role's own words about the result; a claim.
    pub summary: String,
    /// The newest last.
    pub attempts: Vec<StepAttempt>,
    pub handoffs: Vec<HandoffRecord>,
    pub evidence: Vec<EvidenceRow>,
}
