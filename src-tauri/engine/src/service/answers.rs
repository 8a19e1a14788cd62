//! What the operations answer, in wire names.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Timestamp;
use store::events::EventRow;
use store::handoffs::HandoffRow;
use store::stats::{InState, ModelUse, PhaseTime, Road, StoodStill, WithStatus};
use workflow::{Progress, Role, Standstill, State};

/// Answer of `start_workflow`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    pub workflow_id: String,
    pub initial_state: State,
    pub next_role: Option<Role>,
}

/// Answer of `advance_workflow`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Advanced {
    pub previous_state: State,
    pub new_state: State,
    pub next_role: Option<Role>,
    pub handoff_data: Option<Value>,
    pub is_complete: bool,
    pub progress: Progress,
}

/// Answer of `get_workflow_status`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    pub workflow_id: String,
    pub title: String,
    pub current_state: State,
    pub current_role: Option<Role>,
    pub status: &'static str,
    pub standstill: Option<Standstill>,
    pub progress: Progress,
    pub completed_phases: Vec<State>,
    /// What is awaited, and from whom ("person" or a role's wire name; none once it is over).
    pub expected_next: String,
    pub expected_from: Option<String>,
    pub retries: Vec<Retries>,
    pub input_tokens: f64,
    pub output_tokens: f64,
    /// US dollars; none where the models of this build have no price.
    pub cost: Option<f64>,
    pub url: Option<String>,
}

/// One road back, and how often it was and may still be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retries {
    pub road: String,
    pub used: u32,
    pub left: u32,
}

/// Answer of `get_workflow_history`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct History {
    pub workflow_id: String,
    pub handoffs: Vec<HandoffRow>,
    pub events: Vec<EventRow>,
    /// Whether the hash chain is whole.
    pub chain_ok: bool,
}

/// Answer of `get_workflow_stats`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// None: of all projects together.
    pub project_id: Option<String>,
    /// Only builds that were begun since; none: all.
    pub since: Option<Timestamp>,
    pub total: u32,
    pub finished: u32,
    pub by_state: Vec<InState>,
    pub by_status: Vec<WithStatus>,
    /// Finished builds of all builds, 0 to 1.
    pub completion_rate: f64,
    pub mean_duration_ms: Option<f64>,
    pub median_duration_ms: Option<f64>,
    pub time_per_phase: Vec<PhaseTime>,
    pub returns_per_road: Vec<Road>,
    /// Finished builds that never went back, of all finished, 0 to 1.
    pub first_pass_rate: Option<f64>,
    pub block_reasons: Vec<StoodStill>,
    pub use_per_role_and_model: Vec<ModelUse>,
}
