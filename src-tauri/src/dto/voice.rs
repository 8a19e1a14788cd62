//! Voice: its settings, and what happens while somebody dictates.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::WireError;

/// Who turns speech into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, Default)]
#[serde(rename_all = "snake_case")]
pub enum SpeechBy {
    /// Nobody yet: the first click on the microphone asks.
    #[default]
    Nobody,
    Server,
    Whisper,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct VoiceSettings {
    pub by: SpeechBy,
    pub server: SpeechServer,
    /// Id of a model that was downloaded; empty where `whisper_file` is one that the person has.
    pub whisper_model: String,
    pub whisper_file: Option<String>,
    /// ISO 639-1; none: the recogniser finds out.
    pub language: Option<String>,
    /// Id of a microphone; none: the system's choice.
    pub microphone: Option<String>,
    /// How long a silence ends a dictation that is not held.
    pub silence_ms: i32,
    /// The key that is held to speak, as the browser names it: "F2".
    pub key: String,
    /// "New line", "send it", "show the plan".
    pub commands: bool,
    /// Q Assistant's questions, by the system's voice.
    pub read_aloud: bool,
    /// Recordings are kept in the data folder.
    pub keep_recordings: bool,
}

/// A server of OpenAI's form, `/audio/transcriptions`. The key is kept apart and never travels to the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SpeechServer {
    /// "http://127.0.0.1:8000/v1/"; empty where there is none.
    pub base_url: String,
    pub model: String,
    pub has_key: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SpeechServerDraft {
    /// As it was typed.
    pub base_url: String,
    pub model: String,
    /// None keeps the stored key; an empty text removes it.
    pub key: Option<String>,
}

/// Who could turn speech into words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SpeechCandidate {
    Server {
        draft: SpeechServerDraft,
    },
    /// A model that was downloaded.
    Model {
        id: String,
    },
    /// A model file that the person has.
    File {
        path: String,
    },
}

/// Whether speech would become words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SpeechCheck {
    /// How long it took to understand a moment of silence; none where it did not.
    pub answered_ms: Option<f64>,
    /// None where it answered.
    pub problem: Option<WireError>,
}

/// What this machine and this program can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct VoiceStatus {
    /// Whether Whisper was built into this program.
    pub has_whisper: bool,
    /// Whether the system can read aloud.
    pub can_read_aloud: bool,
    /// Where recordings are kept.
    pub recordings: String,
    pub models: Vec<SpeechModel>,
}

/// A Whisper model that can be had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SpeechModel {
    pub id: String,
    pub title: String,
    /// Thousands of bytes, all of it.
    pub size_kb: i32,
    /// Thousands of bytes that are here.
    pub here_kb: i32,
    /// Complete and checked.
    pub ready: bool,
    /// It is being downloaded right now.
    pub fetching: bool,
}

/// How a download goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fetched {
    Here {
        /// Thousands of bytes.
        kb: i32,
    },
    Ready,
    /// None where the person stopped it.
    Ended {
        problem: Option<WireError>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Microphone {
    pub id: String,
    pub name: String,
    pub is_default: bool,
}

/// What there is to listen with, or why there is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Microphones {
    pub microphones: Vec<Microphone>,
    pub problem: Option<WireError>,
}

/// What a dictation is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct DictationWish {
    /// Not held: it begins with speech and ends with silence.
    pub hands_free: bool,
    /// The build whose names are likely to be said.
    pub workflow_id: Option<String>,
    /// What stands before the cursor.
    pub before: String,
}

/// Where a spoken command leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SpokenPlace {
    Conversation,
    Plan,
    Work,
    Changes,
    Tests,
    Checks,
    Release,
    Timeline,
    Settings,
    NewBuild,
}

/// What only a click decides: the window leads to the button and says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SpokenDecision {
    ReadyToBuild,
    Approve,
    RequestChanges,
    RollBack,
}

/// What happens while somebody dictates; the last is always *done*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Dictated {
    /// Sound arrives: speak now.
    Listening {
        microphone: String,
    },
    Replaced {
        microphone: String,
    },
    /// In percent, as the eye wants it.
    Level {
        level: i32,
        clipping: bool,
    },
    Speaking,
    /// The microphone is let go.
    Stopped {
        /// What the person should know of it.
        problem: Option<WireError>,
    },
    Text {
        text: String,
    },
    NewLine,
    Send,
    Show {
        place: SpokenPlace,
    },
    Prepare {
        decision: SpokenDecision,
    },
    NotUnderstood {
        problem: WireError,
        /// How much speech waits.
        seconds: i32,
    },
    /// Something the person should know of.
    Note {
        problem: WireError,
    },
    /// Something was said, and none of it was words.
    NoWords,
    /// The window was asked to close, and does as soon as everything has become words.
    Closing,
    Done,
}
