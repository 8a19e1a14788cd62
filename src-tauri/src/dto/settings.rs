//! Settings, models and the state of the program itself.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::ApprovalPolicy;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, Default)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Settings {
    pub theme: Theme,
    pub policy: ApprovalPolicy,
    /// How often work may be sent back along one road.
    pub max_retries: i32,
    /// How long a phase may take.
    pub phase_timeout_seconds: i32,
    pub notifications: bool,
    /// Where new projects get their folders.
    pub builds_folder: String,
    /// Id of the model for new builds: "practice", or one of `models`.
    pub default_model: String,
    pub models: Vec<ModelSetting>,
}

/// A connected model. The key is kept apart, in the platform's keyring, and never travels to the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelSetting {
    pub id: String,
    pub name: String,
    /// Base URL of an OpenAI-compatible endpoint ("http://127.0.0.1:11434/v1/").
    pub base_url: String,
    pub model: String,
    pub has_key: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelDraft {
    /// None for a new one.
    pub id: Option<String>,
    pub name: String,
    pub base_url: String,
    pub model: String,
    /// None keeps the stored key; an empty text removes it.
    pub key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelCheck {
    pub ok: bool,
    /// What happened, as a sentence.
    pub detail: String,
    /// Names of the models the endpoint offers.
    pub models: Vec<String>,
}

/// A model server that answers on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LocalServer {
    pub name: String,
    pub base_url: String,
    pub models: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Sample {
    pub id: String,
    pub title: String,
    pub tagline: String,
    pub brief: String,
}

/// Where keys are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum KeyStorage {
    Keyring,
    /// No keyring answers: keys are kept in memory and are gone when the program ends.
    SessionOnly {
        why: String,
    },
}

/// The state of the program itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AppStatus {
    pub version: String,
    pub data_dir: String,
    /// Set when the database cannot be used: then nothing else works, and the window says so.
    pub store_problem: Option<WireError>,
    /// Tools that are missing and needed, as sentences with what to do.
    pub missing_tools: Vec<String>,
    pub samples: Vec<Sample>,
}

/// An error at the door: a stable code, a sentence, and what is allowed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WireError {
    pub code: String,
    pub message: String,
    /// Further facts as JSON text ("{}" where there are none).
    pub facts: String,
}
