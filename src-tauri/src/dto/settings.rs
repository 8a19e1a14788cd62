//! Settings, models and the state of the program itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ApprovalPolicy, Budget, DesktopSettings, Role, VoiceSettings};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, Default)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// What the window and the roles speak with the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum Language {
    #[serde(rename = "en")]
    English,
    #[serde(rename = "de")]
    German,
    #[serde(rename = "es")]
    Spanish,
}

/// A language, or whatever the system speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, Default)]
pub enum LanguageChoice {
    #[default]
    #[serde(rename = "system")]
    System,
    #[serde(rename = "en")]
    English,
    #[serde(rename = "de")]
    German,
    #[serde(rename = "es")]
    Spanish,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Settings {
    pub theme: Theme,
    pub language: LanguageChoice,
    /// Stronger lines and text, whatever the system says.
    pub high_contrast: bool,
    /// How large everything is drawn, in percent: 80 to 200.
    pub zoom: i32,
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
    /// Roles that work with another model than the build's, or have one that takes over.
    pub role_models: Vec<RoleModel>,
    /// How often a model that cannot answer is asked, the first time included.
    pub model_tries: i32,
    /// What a new build may use; none: no limit.
    pub budget: Option<Budget>,
    pub voice: VoiceSettings,
    pub desktop: DesktopSettings,
    /// Whether a backup is made each day.
    pub daily_backups: bool,
    /// Where backups go; none: into the data folder.
    pub backup_folder: Option<String>,
}

/// The model of one role, whatever the build's is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RoleModel {
    pub role: Role,
    /// None: the build's.
    pub model_id: Option<String>,
    /// Who takes over when it fails.
    pub fallback_id: Option<String>,
}

/// Whom a connection leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    Anthropic,
    OpenAi,
    Gemini,
    OpenRouter,
    Ollama,
    LmStudio,
    LlamaCpp,
    Vllm,
    Compatible,
}

/// What the window needs to know of a kind to ask for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConnectionKindInfo {
    pub kind: ConnectionKind,
    pub title: String,
    /// Where it is by default.
    pub usual_address: Option<String>,
    pub needs_key: bool,
}

/// How the model is told of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ToolForm {
    Native,
    Text,
}

/// A connected model. The key is kept apart, in the platform's keyring, and never travels to the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelSetting {
    pub id: String,
    pub name: String,
    pub kind: ConnectionKind,
    /// "http://127.0.0.1:8080/v1/"
    pub base_url: String,
    pub model: String,
    pub has_key: bool,
    pub tools: ToolForm,
    /// The person's own figure, where what is known of the model is not right or nothing is.
    pub price: Option<ModelPrice>,
}

/// US dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelPrice {
    pub input: f64,
    pub output: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelDraft {
    /// None for a new one.
    pub id: Option<String>,
    /// As the person wants to call it; the model's own name where it is empty.
    pub name: String,
    pub kind: ConnectionKind,
    /// As it was typed; the kind's usual address where it is empty.
    pub base_url: String,
    pub model: String,
    /// None keeps the stored key; an empty text removes it.
    pub key: Option<String>,
    /// As a test found it; None keeps what is known.
    pub tools: Option<ToolForm>,
    /// None: what is known of the model.
    pub price: Option<ModelPrice>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelCheck {
    /// Whether roles can work with it.
    pub ok: bool,
    /// How long it took until it began to answer; none where it did not.
    pub answered_ms: Option<f64>,
    /// Why it did not answer.
    pub problem: Option<WireError>,
    /// What was tried, and whether it works.
    pub findings: Vec<ModelFinding>,
    /// How the model is best told of tools.
    pub tools: ToolForm,
}

/// One thing that a test of a connection found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelFinding {
    pub ok: bool,
    pub what: Ability,
}

/// Something that a model, or the server before it, can do or cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Ability {
    Streams,
    CallsTools,
    /// It calls them where they are described in words, and not through the API for them.
    CallsToolsInWords,
    CountsTokens,
    SeesPictures,
}

/// What a connection's provider offers, or why that is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelList {
    pub models: Vec<String>,
    /// None where the list came.
    pub problem: Option<WireError>,
}

/// A model server that answers on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LocalServer {
    pub kind: ConnectionKind,
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
    SessionOnly,
}

/// The state of the program itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AppStatus {
    pub version: String,
    pub data_dir: String,
    /// Set when the database cannot be used: then nothing else works, and the window says so.
    pub store_problem: Option<WireError>,
    /// Programs that are missing and needed.
    pub missing_tools: Vec<MissingTool>,
    /// What the system speaks, as far as the product speaks it.
    pub system_language: Language,
    pub samples: Vec<Sample>,
}

/// What the page is given before its first script runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Opening {
    pub settings: Settings,
    pub status: AppStatus,
    /// By their keys; those that could be read.
    pub drafts: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MissingTool {
    Git,
    /// Neither Node nor Python is there: the samples' tests cannot run.
    TestRunner,
}

/// An error at the door: a stable code, a sentence, and what is allowed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WireError {
    pub code: String,
    pub message: String,
    /// Further facts as JSON text ("{}" where there are none).
    pub facts: String,
}
