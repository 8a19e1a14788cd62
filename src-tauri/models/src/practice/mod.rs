//! The practice model: an embedded, deterministic stand-in that carries three sample briefs through the whole workflow, with real
//! files, real tests and a real release. It says what it is, and pretends to understand nothing else.

mod sample;
mod scripts;

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

pub use sample::{Sample, sample_of, samples};

use crate::{Delta, Message, Model, ModelError, Price, ToolCall, Turn, TurnRequest, Usage};

/// How fast it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    Instant,
    /// So that a person can read along.
    PerWord(Duration),
}

/// The practice model. A turn is a function of the request alone.
#[derive(Debug, Clone)]
pub struct PracticeModel {
    pace: Pace,
}

impl PracticeModel {
    #[must_use]
    pub fn new(pace: Pace) -> PracticeModel {
        PracticeModel { pace }
    }
}

/// One turn of a script.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub text: String,
    pub calls: Vec<(&'static str, serde_json::Value)>,
}

#[async_trait]
impl Model for PracticeModel {
    fn name(&self) -> &str {
        "practice"
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    async fn turn(
        &self,
        request: &TurnRequest,
        deltas: &UnboundedSender<Delta>,
        cancel: &CancellationToken,
    ) -> Result<Turn, ModelError> {
        let step = scripts::step(request)?;
        for word in step.text.split_inclusive(' ') {
            if cancel.is_cancelled() {
                return Err(ModelError::Cancelled);
            }
            let _ = deltas.send(Delta::Text(word.to_owned()));
            if let Pace::PerWord(pause) = self.pace {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = cancel.cancelled() => return Err(ModelError::Cancelled),
                }
            }
        }
        let turn_number = request
            .messages
            .iter()
            .filter(|m| matches!(m, Message::Assistant { .. }))
            .count();
        let tool_calls: Vec<_> = step
            .calls
            .into_iter()
            .enumerate()
            .map(|(index, (name, arguments))| ToolCall {
                id: format!("practice-{turn_number}-{index}"),
                name: name.to_owned(),
                arguments,
            })
            .collect();
        let usage = estimate(request, &step.text, &tool_calls);
        Ok(Turn {
            text: step.text,
            tool_calls,
            usage: Some(usage),
            ..Turn::default()
        })
    }
}

/// A word is about four letters and a token about a word: an estimate, so that the figures on the page are not empty.
fn estimate(request: &TurnRequest, text: &str, calls: &[ToolCall]) -> Usage {
    let tokens = |chars: usize| u32::try_from(chars / 4).unwrap_or(u32::MAX);
    let said: usize = request
        .messages
        .iter()
        .map(|message| match message {
            Message::User { text } | Message::Assistant { text, .. } => text.len(),
            Message::ToolResult { content, .. } => content.len(),
        })
        .sum();
    let called: usize = calls.iter().map(|call| call.arguments.to_string().len()).sum();
    Usage {
        input_tokens: tokens(request.system.len() + said),
        output_tokens: tokens(text.len() + called),
        ..Usage::default()
    }
}
