//! One streamed turn.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use genai::Client;
use genai::chat::{ChatStreamEvent, StopReason, StreamEnd};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::calls::{Call, Calls};
use super::fault::{Said, explain, sort};
use super::{text_tools, wire};
use crate::connection::{Connection, ToolForm, Wire};
use crate::{Delta, ModelError, Replay, Stop, ToolCall, Turn, TurnRequest, Usage};

/// What the wire itself shows, which genai does not pass on.
#[derive(Debug)]
struct Heard {
    /// The last sign of life, a comment that only keeps the connection open included.
    at: Instant,
    /// An error that came as a line of its own, as Ollama sends it.
    error: Option<String>,
    /// The calls that came in OpenAI's form.
    calls: Calls,
}

/// More letters than any provider's longest answer has (128,000 tokens are about half a million): what is longer has no end.
const ENDLESS: usize = 2_000_000;

pub(super) async fn take(
    client: &Client,
    connection: &Connection,
    request: &TurnRequest,
    deltas: &UnboundedSender<Delta>,
) -> Result<Turn, ModelError> {
    let heard = Arc::new(Mutex::new(Heard {
        at: Instant::now(),
        error: None,
        calls: Calls::default(),
    }));
    let in_openais_form = connection.kind.wire() == Wire::OpenAi && connection.tools == ToolForm::Native;
    let listener = Arc::clone(&heard);
    let options = wire::options(connection).with_raw_frame_fn(move |_, frame| {
        let mut heard = listener.lock().unwrap_or_else(PoisonError::into_inner);
        heard.at = Instant::now();
        if frame.event.is_none() && frame.data.trim_start().starts_with("{\"error\"") {
            heard.error = Some(frame.data.to_owned());
        }
        if in_openais_form {
            heard.calls.take(frame.data);
        }
    });
    let chat = wire::request(connection, request);
    let opened = client.exec_chat_stream(wire::target(connection), chat, Some(&options));
    let mut stream = tokio::time::timeout(connection.patience.first, opened)
        .await
        .map_err(|_| silent(connection, connection.patience.first))?
        .map_err(|error| explain(connection, &error))?
        .stream;
    let mut speaker = Speaker::new(connection, deltas);
    loop {
        let patience = if speaker.has_begun() {
            connection.patience.between
        } else {
            connection.patience.first
        };
        let event = tokio::select! {
            event = stream.next() => event,
            () = until_silent(&heard, patience) => return Err(silent(connection, patience)),
        };
        for (index, name, piece) in heard.lock().unwrap_or_else(PoisonError::into_inner).calls.news() {
            speaker.piece(index, name, piece);
        }
        if speaker.letters > ENDLESS {
            return Err(ModelError::Endless {
                model: connection.name.clone(),
            });
        }
        match event {
            None => return Err(broke_off(connection, "the stream ended without its end marker")),
            Some(Err(error)) => return Err(explain(connection, &error)),
            Some(Ok(ChatStreamEvent::Chunk(chunk))) => speaker.text(&chunk.content),
            Some(Ok(ChatStreamEvent::ReasoningChunk(chunk))) => speaker.reasoning(chunk.content),
            Some(Ok(ChatStreamEvent::ToolCallChunk(_))) if in_openais_form => {}
            Some(Ok(ChatStreamEvent::ToolCallChunk(chunk))) => speaker.tool_call(&chunk.tool_call),
            Some(Ok(ChatStreamEvent::End(end))) => {
                let (error, calls) = {
                    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                    (heard.error.take(), heard.calls.all())
                };
                if let Some(body) = error {
                    return Err(sort(
                        connection,
                        &Said {
                            body: &body,
                            ..Said::default()
                        },
                    ));
                }
                return speaker.end(end, calls);
            }
            Some(Ok(
                ChatStreamEvent::Start | ChatStreamEvent::ThoughtSignatureChunk(_) | ChatStreamEvent::Heartbeat,
            )) => {}
        }
    }
}

/// Ends when nothing at all was heard for so long.
async fn until_silent(heard: &Mutex<Heard>, patience: Duration) {
    loop {
        let at = heard.lock().unwrap_or_else(PoisonError::into_inner).at;
        let end = at + patience;
        if Instant::now() >= end {
            return;
        }
        tokio::time::sleep_until(end.into()).await;
    }
}

fn silent(connection: &Connection, patience: Duration) -> ModelError {
    ModelError::Silent {
        model: connection.name.clone(),
        seconds: patience.as_secs(),
    }
}

fn broke_off(connection: &Connection, detail: &str) -> ModelError {
    ModelError::BrokeOff {
        model: connection.name.clone(),
        detail: detail.to_owned(),
    }
}

/// Passes on what is said, and puts it together.
struct Speaker<'a> {
    connection: &'a Connection,
    deltas: &'a UnboundedSender<Delta>,
    text: String,
    /// How much of the text was passed on; with tools in words, a call is not.
    passed: usize,
    reasoning: String,
    /// The calls so far: genai's id, and how much of the arguments was passed on.
    calls: Vec<(String, usize)>,
    /// All that came so far.
    letters: usize,
    /// A call began.
    calls_tools: bool,
}

impl<'a> Speaker<'a> {
    fn new(connection: &'a Connection, deltas: &'a UnboundedSender<Delta>) -> Speaker<'a> {
        Speaker {
            connection,
            deltas,
            text: String::new(),
            passed: 0,
            reasoning: String::new(),
            calls: Vec::new(),
            letters: 0,
            calls_tools: false,
        }
    }

    fn has_begun(&self) -> bool {
        self.letters > 0 || self.calls_tools
    }

    /// A piece of a call in OpenAI's form.
    fn piece(&mut self, index: usize, name: String, arguments: String) {
        self.letters += arguments.len();
        self.calls_tools = true;
        let _ = self.deltas.send(Delta::ToolCall { index, name, arguments });
    }

    fn text(&mut self, piece: &str) {
        self.letters += piece.len();
        self.text.push_str(piece);
        let safe = match self.connection.tools {
            ToolForm::Native => self.text.len(),
            ToolForm::Text => text_tools::words_so_far(&self.text).max(self.passed),
        };
        if let Some(words) = self.text.get(self.passed..safe).filter(|words| !words.is_empty()) {
            let _ = self.deltas.send(Delta::Text(words.to_owned()));
            self.passed = safe;
        }
    }

    fn reasoning(&mut self, piece: String) {
        self.letters += piece.len();
        self.reasoning.push_str(&piece);
        let _ = self.deltas.send(Delta::Reasoning(piece));
    }

    /// genai repeats what came before with every piece. Where calls come whole, the same id may come twice.
    fn tool_call(&mut self, call: &genai::chat::ToolCall) {
        let in_pieces = matches!(self.connection.kind.wire(), Wire::OpenAi | Wire::Anthropic);
        let known = self.calls.iter().position(|(id, _)| in_pieces && *id == call.call_id);
        let index = known.unwrap_or_else(|| {
            self.calls.push((call.call_id.clone(), 0));
            self.calls.len() - 1
        });
        let arguments = match call.fn_arguments.as_str() {
            Some(text) => text.to_owned(),
            None => call.fn_arguments.to_string(),
        };
        let Some((_, passed)) = self.calls.get_mut(index) else {
            return;
        };
        let piece = arguments.get(*passed..).unwrap_or_default().to_owned();
        *passed = arguments.len();
        self.letters += piece.len();
        self.calls_tools = true;
        let name = call.fn_name.clone();
        let _ = self.deltas.send(Delta::ToolCall {
            index,
            name,
            arguments: piece,
        });
    }

    fn end(self, end: StreamEnd, calls: Vec<Call>) -> Result<Turn, ModelError> {
        let connection = self.connection;
        let Some(reason) = &end.captured_stop_reason else {
            return Err(broke_off(connection, "the stream ended without its end marker"));
        };
        let stop = match reason {
            StopReason::MaxTokens(_) => Stop::Length,
            StopReason::ContentFilter(_) => Stop::Filtered,
            StopReason::Completed(_) | StopReason::ToolCall(_) | StopReason::StopSequence(_) | StopReason::Other(_) => {
                Stop::Done
            }
        };
        // Gemini ends so when a call of its model's does not fit the tool.
        let wants_tool = match reason {
            StopReason::ToolCall(_) => true,
            StopReason::Other(reason) => reason == "MALFORMED_FUNCTION_CALL",
            StopReason::Completed(_)
            | StopReason::MaxTokens(_)
            | StopReason::ContentFilter(_)
            | StopReason::StopSequence(_) => false,
        };
        let usage = end.captured_usage.as_ref().and_then(usage);
        let mut text = self.text;
        let content = end.captured_content;
        let replay = content
            .as_ref()
            .filter(|content| {
                content
                    .parts()
                    .iter()
                    .any(|part| part.as_thought_signature().is_some() || part.as_custom().is_some())
            })
            .and_then(|content| serde_json::to_value(content).ok())
            .map(|content| Replay {
                from: connection.identity(),
                content,
            });
        let tool_calls: Vec<ToolCall> = match connection.tools {
            ToolForm::Native if connection.kind.wire() == Wire::OpenAi => {
                own_calls(calls.into_iter().map(genais).collect())
            }
            ToolForm::Native => {
                let calls = content
                    .map(genai::chat::MessageContent::into_tool_calls)
                    .unwrap_or_default();
                own_calls(calls)
            }
            ToolForm::Text => {
                let (words, calls) = text_tools::parse(&text);
                if self.passed < words.len() {
                    let _ = self
                        .deltas
                        .send(Delta::Text(words.get(self.passed..).unwrap_or_default().to_owned()));
                }
                text = words;
                calls
            }
        };
        if wants_tool && tool_calls.is_empty() && connection.tools == ToolForm::Native {
            return Err(broke_off(
                connection,
                "it asked for a tool in a form that could not be read",
            ));
        }
        Ok(Turn {
            text,
            reasoning: self.reasoning,
            tool_calls,
            stop,
            usage,
            replay,
        })
    }
}

/// A call as genai gives the others.
fn genais(call: Call) -> genai::chat::ToolCall {
    let Call {
        id, name, arguments, ..
    } = call;
    genai::chat::ToolCall {
        call_id: id,
        fn_name: name,
        fn_arguments: serde_json::from_str(&arguments).unwrap_or(Value::String(arguments)),
        thought_signatures: None,
    }
}

/// The calls, each with an id of its own in this turn: not every provider gives one. The form of an id that is made up here is the one
/// by which genai knows that it was made up, and does not send it.
fn own_calls(calls: Vec<genai::chat::ToolCall>) -> Vec<ToolCall> {
    let mut own: Vec<ToolCall> = Vec::with_capacity(calls.len());
    for (index, call) in calls.into_iter().enumerate() {
        // A call without arguments comes as an empty text from some.
        let nothing =
            call.fn_arguments.is_null() || call.fn_arguments.as_str().is_some_and(|text| text.trim().is_empty());
        let arguments = if nothing {
            Value::Object(serde_json::Map::new())
        } else {
            call.fn_arguments
        };
        let known = call.call_id.is_empty() || own.iter().any(|earlier| earlier.id == call.call_id);
        own.push(ToolCall {
            id: if known {
                format!("call#{}#{index}", call.fn_name)
            } else {
                call.call_id
            },
            name: call.fn_name,
            arguments,
        });
    }
    own
}

/// None where every count is missing.
fn usage(said: &genai::chat::Usage) -> Option<Usage> {
    let count = |tokens: Option<i32>| tokens.and_then(|tokens| u32::try_from(tokens).ok()).unwrap_or(0);
    // Something was asked: a server that counted nothing did not count.
    if said.prompt_tokens.is_none_or(|tokens| tokens <= 0) {
        return None;
    }
    let input = said.prompt_tokens_details.as_ref();
    let output = said.completion_tokens_details.as_ref();
    Some(Usage {
        input_tokens: count(said.prompt_tokens),
        cached_tokens: count(input.and_then(|details| details.cached_tokens)),
        cache_written_tokens: count(input.and_then(|details| details.cache_creation_tokens)),
        output_tokens: count(said.completion_tokens),
        reasoning_tokens: count(output.and_then(|details| details.reasoning_tokens)),
    })
}
