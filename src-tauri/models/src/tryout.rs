//! Trying a connection out: one real streamed call with one tool, and what it shows.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::mpsc::unbounded_channel;
use tokio_util::sync::CancellationToken;

use crate::connection::{Connection, Patience, ToolForm};
use crate::{Delta, Endpoint, Image, Message, Model, ModelError, Task, ToolSpec, Turn, TurnRequest};

/// What a test of a connection showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TryOut {
    /// Whether the answer came in pieces.
    pub streams: bool,
    /// How the model can be told of tools; none where it did not call the one it was asked to.
    pub tools: Option<ToolForm>,
    /// Whether it says what it used.
    pub counts_usage: bool,
    /// Whether it sees pictures; none where that could not be found out.
    pub sees: Option<bool>,
    pub first_sign: Duration,
}

/// How long a test waits. A server on the own machine may have to load the model first.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(10),
    first: Duration::from_secs(120),
    between: Duration::from_secs(30),
};

/// The word that the tool is to be called with.
const WORD: &str = "ready";

/// A red square of 32 pixels, as a PNG in base64.
const RED: &str = "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKklEQVR42mN4ICBAU8QwasGoBaMWjFowasGoBaMWjFowasGo\
                   BaMWDBULALgcAD3G45K4AAAAAElFTkSuQmCC";

/// Asks the model to call a tool, natively and, where that does not work, in words; then what colour a picture has.
///
/// # Errors
/// As a turn, where not even the first works.
pub async fn try_out(connection: &Connection, cancel: &CancellationToken) -> Result<TryOut, ModelError> {
    let seen = tools(connection, cancel).await?;
    let sees = sees(connection, cancel).await;
    Ok(TryOut { sees, ..seen })
}

/// Whether the model sees a picture. A server that takes no picture turns it down; a model that sees none guesses.
async fn sees(connection: &Connection, cancel: &CancellationToken) -> Option<bool> {
    let endpoint = Endpoint::new(Connection {
        patience: PATIENCE,
        ..connection.clone()
    })
    .ok()?;
    let request = TurnRequest {
        system: "This is a test of the connection. Answer with one word.".to_owned(),
        messages: vec![Message::User {
            text: "What colour is this picture?".to_owned(),
            images: vec![Image {
                media_type: "image/png".to_owned(),
                hash: String::new(),
                data: RED.into(),
            }],
        }],
        tools: Vec::new(),
        task: Task::default(),
    };
    let (deltas, _heard) = unbounded_channel();
    match endpoint.turn(&request, &deltas, cancel).await {
        Ok(turn) => Some(turn.text.to_lowercase().contains("red")),
        Err(ModelError::Refused { .. }) => Some(false),
        Err(_) => None,
    }
}

async fn tools(connection: &Connection, cancel: &CancellationToken) -> Result<TryOut, ModelError> {
    let native = one_call(connection, ToolForm::Native, cancel).await;
    let refused_tools = matches!(&native, Err(ModelError::Refused { .. }));
    match native {
        Ok(seen) if seen.tools.is_some() => return Ok(seen),
        Err(error) if !refused_tools => return Err(error),
        Ok(_) | Err(_) => {}
    }
    let in_words = one_call(connection, ToolForm::Text, cancel).await;
    match (in_words, native) {
        (Ok(seen), _) => Ok(seen),
        // It talks, but calls nothing.
        (Err(_), Ok(seen)) => Ok(seen),
        (Err(error), Err(_)) => Err(error),
    }
}

async fn one_call(connection: &Connection, tools: ToolForm, cancel: &CancellationToken) -> Result<TryOut, ModelError> {
    let endpoint = Endpoint::new(Connection {
        tools,
        patience: PATIENCE,
        ..connection.clone()
    })?;
    let (deltas, mut heard) = unbounded_channel();
    let begun = Instant::now();
    let (request, stop) = (request(), cancel.clone());
    let turn = tokio::spawn(async move { endpoint.turn(&request, &deltas, &stop).await });
    let mut first_sign = None;
    let mut pieces = 0;
    while let Some(delta) = heard.recv().await {
        first_sign.get_or_insert_with(|| begun.elapsed());
        pieces += match delta {
            Delta::Text(_) | Delta::Reasoning(_) => 1,
            Delta::ToolCall { arguments, .. } => usize::from(!arguments.is_empty()),
        };
    }
    let turn = turn.await.map_err(|_| ModelError::Cancelled)??;
    Ok(TryOut {
        streams: pieces > 1,
        tools: called(&turn).then_some(tools),
        counts_usage: turn.usage.is_some(),
        sees: None,
        first_sign: first_sign.unwrap_or_else(|| begun.elapsed()),
    })
}

fn called(turn: &Turn) -> bool {
    let noted = |arguments: &serde_json::Value| arguments.get("word").and_then(|word| word.as_str()).is_some();
    turn.tool_calls
        .iter()
        .any(|call| call.name == "note" && noted(&call.arguments))
}

fn request() -> TurnRequest {
    TurnRequest {
        system: "This is a test of the connection. Do exactly what you are asked, and nothing else.".to_owned(),
        messages: vec![Message::user(format!(
            "Say in one short sentence that you are there. Then call the tool `note` with the word “{WORD}”."
        ))],
        tools: vec![ToolSpec {
            name: "note".to_owned(),
            description: "Notes one word.".to_owned(),
            parameters: json!({"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}),
        }],
        task: Task::default(),
    }
}
