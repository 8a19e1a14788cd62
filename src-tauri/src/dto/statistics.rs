//! Figures over many builds.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Role, RunStatus, State};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Statistics {
    pub total: i32,
    pub finished: i32,
    /// Shares are 0 to 1.
    pub completion_rate: f64,
    /// Finished builds that never went back, of all finished; none without a finished one.
    pub first_pass_rate: Option<f64>,
    pub mean_duration_ms: Option<f64>,
    pub median_duration_ms: Option<f64>,
    pub by_status: Vec<WithStatus>,
    pub by_state: Vec<InState>,
    pub phases: Vec<PhaseTime>,
    pub roads: Vec<Road>,
    pub standstills: Vec<StoodStill>,
    pub usage: Vec<ModelUse>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct WithStatus {
    pub status: RunStatus,
    pub builds: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct InState {
    pub state: State,
    pub builds: i32,
}

/// What all attempts at a phase took together: for the model, for commands, and for everything else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PhaseTime {
    pub phase: State,
    pub role: Role,
    pub builds: i32,
    pub attempts: i32,
    pub total_ms: f64,
    pub model_ms: f64,
    pub command_ms: f64,
    pub other_ms: f64,
}

/// How often work went back along a road.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Road {
    pub from: State,
    pub to: State,
    pub returns: i32,
    /// Builds in which it happened, of those that ever came to `from`.
    pub builds: i32,
    pub of: i32,
}

/// Why builds stood still, by the code of the reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StoodStill {
    pub code: String,
    pub times: i32,
    pub builds: i32,
}

/// What a role used of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelUse {
    pub role: Role,
    pub model: String,
    pub calls: i32,
    pub input_tokens: f64,
    pub output_tokens: f64,
    /// US dollars; none where the price of a call was not known.
    pub cost: Option<f64>,
}
