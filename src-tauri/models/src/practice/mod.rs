//! The practice model: an embedded stand-in that carries three sample briefs through the whole workflow, with real files, real tests and
//! a real release. Its answers are recordings, made with `q-assistant recording --sample`. It says what it is, and pretends to
//! understand nothing else.

mod sample;

use async_trait::async_trait;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

pub use sample::{Sample, sample_of, samples};

use crate::recording::first_line;
use crate::replay::{Pace, say};
use crate::{
    Answer, Delta, Exchange, Message, Model, ModelError, Place, Price, Recording, ToolCall, Turn, TurnRequest,
};

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

#[async_trait]
impl Model for PracticeModel {
    fn name(&self) -> &str {
        "practice"
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn understands(&self) -> bool {
        false
    }

    async fn turn(
        &self,
        request: &TurnRequest,
        deltas: &UnboundedSender<Delta>,
        cancel: &CancellationToken,
    ) -> Result<Turn, ModelError> {
        say(&answer(request)?, self.pace, deltas, cancel).await
    }
}

const CANNOT_CHANGE_THE_PLAN: &str = "I am the practice model, so I cannot change the plan from a conversation. You can edit every line of it by \
    hand on the Plan page.";
const CANNOT_LOOK: &str = "I am the practice model and cannot look into the work for you. The Work and Timeline pages show every step as it \
    happens. Your message is kept for the role at work.";

fn answer(request: &TurnRequest) -> Result<Turn, ModelError> {
    let sample = sample_of(&request.task.brief).ok_or(ModelError::NotASample)?;
    let place = Place::of(request);
    let recording = sample.recording();
    let recorded = match (place.role.as_str(), place.phase.as_str()) {
        ("q_assistant", "discovery") => at_turn(recording, &place),
        ("q_assistant", "planning") if place.turn == 0 => at_turn(recording, &place),
        ("q_assistant", "planning") => return Ok(words(CANNOT_CHANGE_THE_PLAN)),
        ("q_assistant", _) => return Ok(words(CANNOT_LOOK)),
        _ => what_fits(recording, &place, &results(&request.messages)).or_else(|| once_more(recording, &place)),
    };
    let Some(Answer::Turn(turn)) = recorded.map(|exchange| &exchange.answer) else {
        let detail = otherwise(&results(&request.messages));
        return Err(ModelError::WentOtherwise { detail });
    };
    let tool_calls = turn.tool_calls.iter().enumerate().map(|(index, call)| ToolCall {
        id: format!("practice-{}-{index}", place.turn),
        ..call.clone()
    });
    Ok(Turn {
        tool_calls: tool_calls.collect(),
        ..turn.clone()
    })
}

fn words(text: &str) -> Turn {
    Turn {
        text: text.to_owned(),
        ..Turn::default()
    }
}

fn in_phase<'a>(recording: &'a Recording, place: &'a Place) -> impl Iterator<Item = &'a Exchange> {
    recording
        .exchanges
        .iter()
        .filter(|exchange| exchange.place.role == place.role && exchange.place.phase == place.phase)
}

/// The talk follows its own order, whatever the person says; past its end, what was agreed on is handed in once more.
fn at_turn<'a>(recording: &'a Recording, place: &'a Place) -> Option<&'a Exchange> {
    in_phase(recording, place)
        .take_while(|e| e.place.turn <= place.turn)
        .last()
}

/// The exchange that answered to the same outcome of the same tools: where there are several, the one nearest to this attempt and turn.
fn what_fits<'a>(recording: &'a Recording, place: &'a Place, results: &[Outcome<'_>]) -> Option<&'a Exchange> {
    in_phase(recording, place)
        .filter(|exchange| same(&self::results(&exchange.asked.added), results))
        .min_by_key(|exchange| {
            let known = &exchange.place;
            let later = known.attempt > place.attempt;
            (
                later,
                known.attempt.abs_diff(place.attempt),
                known.turn.abs_diff(place.turn),
            )
        })
}

/// An attempt that was not recorded, because the person sent the work back: what was done last is done again, although some of it is done
/// already.
fn once_more<'a>(recording: &'a Recording, place: &'a Place) -> Option<&'a Exchange> {
    let newest = in_phase(recording, place)
        .map(|exchange| exchange.place.attempt)
        .max()?;
    let again = in_phase(recording, place).filter(|exchange| exchange.place.attempt == newest);
    (place.attempt > newest)
        .then(|| again.take_while(|exchange| exchange.place.turn <= place.turn).last())
        .flatten()
}

/// What a tool answered, as far as the practice model looks at it.
struct Outcome<'a> {
    tool: &'a str,
    is_error: bool,
    first_line: &'a str,
}

/// What the tools answered since the model's last turn.
fn results(messages: &[Message]) -> Vec<Outcome<'_>> {
    let since = messages
        .iter()
        .rposition(|message| matches!(message, Message::Assistant { .. }))
        .map_or(0, |at| at + 1);
    let outcome = |message| match message {
        &Message::ToolResult {
            ref name,
            is_error,
            ref content,
            ..
        } => Some(Outcome {
            tool: name,
            is_error,
            first_line: first_line(content),
        }),
        Message::User { .. } | Message::Assistant { .. } => None,
    };
    messages
        .get(since..)
        .unwrap_or_default()
        .iter()
        .filter_map(outcome)
        .collect()
}

/// A success is a success; failures are the same where they say the same, figures aside.
fn same(recorded: &[Outcome<'_>], now: &[Outcome<'_>]) -> bool {
    let without_figures = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    recorded.len() == now.len()
        && recorded.iter().zip(now).all(|(recorded, now)| {
            recorded.tool == now.tool
                && recorded.is_error == now.is_error
                && (!now.is_error || without_figures(recorded.first_line) == without_figures(now.first_line))
        })
}

fn otherwise(results: &[Outcome<'_>]) -> String {
    let named = results.iter().rev().find(|outcome| outcome.is_error).or(results.last());
    named.map_or_else(
        || "this part of the work was not recorded.".to_owned(),
        |outcome| format!("{} answered “{}”.", outcome.tool, outcome.first_line),
    )
}
