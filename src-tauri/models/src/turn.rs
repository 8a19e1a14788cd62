//! One turn of a conversation with a model, whoever the model is.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use crate::{ModelError, Price};

/// Something that can take a turn: a remote endpoint, or the embedded practice model.
#[async_trait]
pub trait Model: Send + Sync {
    /// The name a person knows it by, as it is shown and recorded ("practice", "qwen3-coder").
    fn name(&self) -> &str;

    /// What its tokens cost; none where that is not known.
    fn price(&self) -> Option<Price>;

    /// What a turn that used this cost, in US dollars; none where the price is not known.
    fn cost(&self, usage: &Usage) -> Option<f64> {
        self.price().map(|price| price.of(usage))
    }

    /// Whether it understands what it is told. The practice model does not, and is not asked what it thinks.
    fn understands(&self) -> bool {
        true
    }

    /// Its key, which must stand in no record; none where there is none.
    fn secret(&self) -> Option<&str> {
        None
    }

    /// Takes one turn, once: whether to ask again is the caller's to decide. What arrives is sent through `deltas` as it arrives and is
    /// complete in the returned [`Turn`].
    ///
    /// # Errors
    /// [`ModelError`]; [`ModelError::Cancelled`] promptly after `cancel` fires, the connection closed. A stream that ended without its
    /// end marker is [`ModelError::BrokeOff`], never a turn: its tool calls may be missing.
    async fn turn(
        &self,
        request: &TurnRequest,
        deltas: &UnboundedSender<Delta>,
        cancel: &CancellationToken,
    ) -> Result<Turn, ModelError>;
}

/// What a model is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnRequest {
    /// The role's prompt, composed with the workflow's context.
    pub system: String,
    pub messages: Vec<Message>,
    pub tools: Vec<ToolSpec>,
    /// The same facts that `system` says in words. The practice model steers by them; endpoints never see them.
    pub task: Task,
}

/// The assignment in structured form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Task {
    /// Wire name of the role at work ("code_writer").
    pub role: String,
    /// Wire name of the state at work ("implementation").
    pub phase: String,
    /// What the person asked for first, word for word.
    pub brief: String,
    /// How many times this phase was started in this build, this time included: 1, 2, …
    pub attempt: u32,
    /// Why the work came back, if it did.
    pub sent_back_because: Option<String>,
    /// Whether the project's folder held files before the build began.
    pub existing_project: bool,
    /// True where a test runner of that name was found on this machine.
    pub has_node: bool,
    pub has_python: bool,
}

/// One message of the conversation so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Message {
    /// The person, or the product speaking on the person's behalf (a correction of an invalid result, say).
    User {
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        images: Vec<Image>,
    },
    /// The model's own earlier turn.
    Assistant {
        text: String,
        tool_calls: Vec<ToolCall>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replay: Option<Replay>,
    },
    /// What a tool answered.
    ToolResult {
        call_id: String,
        name: String,
        content: String,
        is_error: bool,
    },
}

impl Message {
    /// Words without a picture.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Message {
        Message::User {
            text: text.into(),
            images: Vec::new(),
        }
    }
}

/// A picture that the person shows. Its bytes are not part of a record: they are kept under its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Image {
    /// "image/png"
    pub media_type: String,
    /// SHA-256 of the bytes.
    pub hash: String,
    /// The bytes, as base64. Empty until they are fetched.
    #[serde(skip)]
    pub data: Arc<str>,
}

impl PartialEq for Image {
    /// The name says which picture it is.
    fn eq(&self, other: &Image) -> bool {
        self.hash == other.hash
    }
}

/// A tool the model may ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    pub name: String,
    pub description: String,
    /// JSON schema of the arguments.
    pub parameters: serde_json::Value,
}

/// A model's wish to use a tool. Arguments are as the model wrote them: check before use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    /// A JSON value; a string where the model sent something that is not JSON.
    pub arguments: serde_json::Value,
}

/// What a provider wants to see again with its own turn (signatures of its thinking, say). Opaque, and only for whom it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// Kind, address and model that said it.
    pub from: String,
    pub content: serde_json::Value,
}

/// A piece of a turn as it streams in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    Text(String),
    /// What the model thinks before it speaks, where its provider sends that.
    Reasoning(String),
    /// A further piece of a tool call's arguments, as JSON text; the first piece may be empty.
    ToolCall {
        /// Counts the calls of this turn, from 0.
        index: usize,
        name: String,
        arguments: String,
    },
}

/// A whole turn.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Turn {
    pub text: String,
    #[serde(default)]
    pub reasoning: String,
    pub tool_calls: Vec<ToolCall>,
    pub stop: Stop,
    /// None where the provider did not say.
    pub usage: Option<Usage>,
    #[serde(default)]
    pub replay: Option<Replay>,
}

/// Why a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// It was finished.
    #[default]
    Done,
    /// It reached the most that the model may say at once: text and arguments may be cut off.
    Length,
    /// The provider's own filter ended it.
    Filtered,
}

/// Tokens of one turn, as the provider counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// All that went in, read from a cache or not.
    pub input_tokens: u32,
    /// The part of `input_tokens` that came from the provider's cache, and costs less.
    #[serde(default)]
    pub cached_tokens: u32,
    /// The part of `input_tokens` that was written into the provider's cache, and may cost more.
    #[serde(default)]
    pub cache_written_tokens: u32,
    /// All that came out, thinking included.
    pub output_tokens: u32,
    /// The part of `output_tokens` that was thinking.
    #[serde(default)]
    pub reasoning_tokens: u32,
}
