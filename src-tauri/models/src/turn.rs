//! One turn of a conversation with a model, whoever the model is.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

/// Something that can take a turn: a remote endpoint, or the embedded practice model.
#[async_trait]
pub trait Model: Send + Sync {
    /// The name a person knows it by, as it is shown and recorded ("practice", "qwen3-coder").
    fn name(&self) -> &str;

    /// Takes one turn. Text is sent through `deltas` as it arrives and is complete in the returned [`Turn`].
    ///
    /// # Errors
    /// [`ModelError`]; [`ModelError::Cancelled`] promptly after `cancel` fires. A stream that ended without its end marker
    /// is [`ModelError::Truncated`], never a turn: its tool calls may be missing.
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
    User { text: String },
    /// The model's own earlier turn.
    Assistant { text: String, tool_calls: Vec<ToolCall> },
    /// What a tool answered.
    ToolResult {
        call_id: String,
        name: String,
        content: String,
        is_error: bool,
    },
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

/// A piece of a turn as it streams in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    Text(String),
}

/// A whole turn.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Turn {
    pub text: String,
    pub tool_calls: Vec<ToolCall>,
    pub usage: Usage,
}

/// Tokens of one turn, as the endpoint counted them; zero where it did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    pub input_tokens: u32,
    pub output_tokens: u32,
}

/// Why a turn did not happen. Each sentence is for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("The turn was stopped.")]
    Cancelled,
    /// 401 or 403.
    #[error("{model} refused the key ({detail}). Check the key in Settings › Models.")]
    Unauthorized { model: String, detail: String },
    /// 429 after all retries.
    #[error("{model} is limiting requests ({detail}). Wait a little, then press Try again.")]
    RateLimited { model: String, detail: String },
    #[error("{model} cannot be reached ({detail}). Is it running, and is its address right in Settings › Models?")]
    Unreachable { model: String, detail: String },
    /// 5xx after all retries, or another status that is not a success.
    #[error("{model} answered with an error ({detail}). Press Try again, or choose another model.")]
    Endpoint { model: String, detail: String },
    /// Neither bytes nor an end for `seconds`.
    #[error("{model} said nothing for {seconds} s. Press Try again, or choose another model.")]
    Silent { model: String, seconds: u64 },
    /// The stream ended before its end marker, or was not JSON.
    #[error("{model} broke off in the middle of an answer ({detail}). Press Try again.")]
    Truncated { model: String, detail: String },
    /// The practice model was asked for something that is not one of its samples.
    #[error(
        "The practice model can only build its three samples, and this is not one of them. Your text is kept: connect a model \
         to go on with it."
    )]
    NotASample,
}
