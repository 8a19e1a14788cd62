//! From sound to words, by whoever does it.

pub mod endpoint;
pub mod model_file;
pub mod model_store;
#[cfg(feature = "whisper")]
pub mod whisper;

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::sound::Sound;

/// What a recogniser is told about what it will hear.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hint {
    /// The language, as an ISO 639-1 code; none where the recogniser shall find out.
    pub language: Option<String>,
    /// Names that are likely to be said.
    pub names: Vec<String>,
    /// What was said just before.
    pub before: String,
}

/// Whisper takes note of the last 224 tokens of its prompt (OpenAI's speech to text guide); a token is about four letters.
const PROMPT_LETTERS: usize = 800;

/// What was said before goes in up to this; names have the rest.
const BEFORE_LETTERS: usize = 240;

impl Hint {
    /// As the text that Whisper's prompt is: names in a sentence, and then what was said before, which it goes on from.
    #[must_use]
    pub fn prompt(&self) -> String {
        let before: String = {
            let letters: Vec<char> = self.before.trim().chars().collect();
            letters[letters.len().saturating_sub(BEFORE_LETTERS)..].iter().collect()
        };
        let mut names = String::new();
        for name in &self.names {
            let name = name.trim();
            if name.is_empty() {
                continue;
            }
            if names.chars().count() + name.chars().count() + before.chars().count() + 4 > PROMPT_LETTERS {
                break;
            }
            if !names.is_empty() {
                names.push_str(", ");
            }
            names.push_str(name);
        }
        match (names.is_empty(), before.is_empty()) {
            (true, _) => before,
            (false, true) => format!("{names}."),
            (false, false) => format!("{names}. {before}"),
        }
    }
}

/// Why sound did not become words. Each sentence stands where the person speaks; the sound is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecognitionProblem {
    #[error(
        "The speech server at {address} does not answer: {why}. Start it, or change the address in Settings, Voice."
    )]
    Unreachable { address: String, why: String },
    #[error(
        "The speech server at {address} did not answer within {} seconds. Try again, or choose a faster one in Settings, Voice.",
        after.as_secs()
    )]
    TooSlow { address: String, after: Duration },
    #[error("The speech server refused the key. Enter it again in Settings, Voice.")]
    KeyRefused,
    #[error("{address} is no speech server: {why}. The address usually ends in /v1; correct it in Settings, Voice.")]
    NotASpeechServer { address: String, why: String },
    #[error("The speech server is busy: {why}. Try again in a moment.")]
    Busy { why: String },
    #[error("The speech server could not do it: {why}. Try again, or choose another one in Settings, Voice.")]
    Failed { why: String },
    #[error("There is no speech model at {}. Download one, or choose a file, in Settings, Voice.", path.display())]
    NoModel { path: PathBuf },
    #[error("The speech model {} cannot be used: {why}. Download it again, or choose another one, in Settings, Voice.", path.display())]
    BrokenModel { path: PathBuf, why: String },
    #[error("Whisper could not understand this: {why}. Try again, or choose another model in Settings, Voice.")]
    Whisper { why: String },
}

impl RecognitionProblem {
    /// Stable code of what happened.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            RecognitionProblem::Unreachable { .. } => "speech_unreachable",
            RecognitionProblem::TooSlow { .. } => "speech_too_slow",
            RecognitionProblem::KeyRefused => "speech_key_refused",
            RecognitionProblem::NotASpeechServer { .. } => "not_a_speech_server",
            RecognitionProblem::Busy { .. } => "speech_busy",
            RecognitionProblem::Failed { .. } => "speech_failed",
            RecognitionProblem::NoModel { .. } => "speech_no_model",
            RecognitionProblem::BrokenModel { .. } => "speech_broken_model",
            RecognitionProblem::Whisper { .. } => "whisper_failed",
        }
    }

    /// What it is about, for whoever says it in another language.
    #[must_use]
    pub fn facts(&self) -> Value {
        match self {
            RecognitionProblem::Unreachable { address, why } => json!({"address": address, "why": why}),
            RecognitionProblem::TooSlow { address, after } => json!({"address": address, "seconds": after.as_secs()}),
            RecognitionProblem::NotASpeechServer { address, why } => json!({"address": address, "why": why}),
            RecognitionProblem::Busy { why } => json!({"why": why}),
            RecognitionProblem::Failed { why } => json!({"why": why}),
            RecognitionProblem::NoModel { path } => json!({"path": path.display().to_string()}),
            RecognitionProblem::BrokenModel { path, why } => json!({"path": path.display().to_string(), "why": why}),
            RecognitionProblem::Whisper { why } => json!({"why": why}),
            RecognitionProblem::KeyRefused => json!({}),
        }
    }
}

/// Understands speech.
#[async_trait]
pub trait Recogniser: Send + Sync {
    /// Gets ready while the person speaks. What goes wrong is said when it is needed.
    async fn prepare(&self) {}

    /// The words of a piece of speech, punctuated as the recogniser does it; empty where it heard none. A call that is dropped is
    /// cancelled.
    ///
    /// # Errors
    /// What went wrong, and what to do about it.
    async fn recognise(&self, sound: &Sound, hint: &Hint) -> Result<String, RecognitionProblem>;
}
