//! What was asked of a model and what it answered, in the order in which it happened: to be read, exported, and answered from again.

use serde::{Deserialize, Serialize};

use crate::{Message, ModelError, Task, ToolSpec, Turn, TurnRequest};

/// All that was said between the models and the roles of one build.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Recording {
    /// What the person asked for first, word for word.
    pub brief: String,
    pub exchanges: Vec<Exchange>,
}

impl Recording {
    /// Only what a sample of the practice model needs: the turns of the roles at their own work, the last one of each place, and how each
    /// tool's answer began.
    #[must_use]
    pub fn as_sample(&self) -> Recording {
        let mut exchanges: Vec<Exchange> = Vec::new();
        for exchange in &self.exchanges {
            let Answer::Turn(turn) = &exchange.answer else { continue };
            exchanges.retain(|known| known.place != exchange.place);
            exchanges.push(Exchange {
                asked: Asked {
                    added: exchange.asked.added.iter().filter_map(beginning).collect(),
                    ..Asked::default()
                },
                answer: Answer::Turn(Turn {
                    reasoning: String::new(),
                    replay: None,
                    ..turn.clone()
                }),
                cost: None,
                ..exchange.clone()
            });
        }
        let talks_beside =
            |place: &Place| place.role == "q_assistant" && !matches!(place.phase.as_str(), "discovery" | "planning");
        exchanges.retain(|exchange| !talks_beside(&exchange.place));
        Recording {
            brief: self.brief.clone(),
            exchanges,
        }
    }
}

/// The first line of a tool's answer; nothing of other messages.
fn beginning(message: &Message) -> Option<Message> {
    match message {
        Message::ToolResult {
            call_id,
            name,
            content,
            is_error,
        } => Some(Message::ToolResult {
            call_id: call_id.clone(),
            name: name.clone(),
            content: first_line(content).to_owned(),
            is_error: *is_error,
        }),
        Message::User { .. } | Message::Assistant { .. } => None,
    }
}

pub(crate) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// One request and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    #[serde(flatten)]
    pub place: Place,
    /// The name of the model, as the person knows it.
    pub model: String,
    pub asked: Asked,
    pub answer: Answer,
    /// What it cost, in US dollars; none where that was not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// Where in a build a model is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Wire name ("code_writer").
    pub role: String,
    /// Wire name of the state at work ("implementation").
    pub phase: String,
    /// As [`Task::attempt`].
    pub attempt: u32,
    /// The turns that the model had taken in this conversation before.
    pub turn: u32,
}

impl Place {
    #[must_use]
    pub fn of(request: &TurnRequest) -> Place {
        let Task {
            role, phase, attempt, ..
        } = &request.task;
        let turns = request
            .messages
            .iter()
            .filter(|message| matches!(message, Message::Assistant { .. }))
            .count();
        Place {
            role: role.clone(),
            phase: phase.clone(),
            attempt: *attempt,
            turn: u32::try_from(turns).unwrap_or(u32::MAX),
        }
    }
}

/// A request, as what it adds to the one before it in the same run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Asked {
    /// None: as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// None: as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<ToolSpec>>,
    /// So many of the messages before are still there, from the first one on.
    pub kept: usize,
    pub added: Vec<Message>,
}

impl Asked {
    /// What `request` adds to `before`.
    #[must_use]
    pub fn after(before: Option<&TurnRequest>, request: &TurnRequest) -> Asked {
        let known = before.map_or(&[] as &[Message], |before| &before.messages);
        let kept = known.iter().zip(&request.messages).take_while(|(a, b)| a == b).count();
        Asked {
            system: (before.map(|before| &before.system) != Some(&request.system)).then(|| request.system.clone()),
            tools: (before.map(|before| &before.tools) != Some(&request.tools)).then(|| request.tools.clone()),
            kept,
            added: request.messages.get(kept..).unwrap_or_default().to_vec(),
        }
    }

    /// The whole request, from the one before it.
    #[must_use]
    pub fn whole(self, before: Option<&Whole>) -> Whole {
        let kept = before.map_or(&[] as &[Message], |before| &before.messages);
        let mut messages = kept.get(..self.kept).unwrap_or(kept).to_vec();
        messages.extend(self.added);
        Whole {
            system: self
                .system
                .or_else(|| before.map(|b| b.system.clone()))
                .unwrap_or_default(),
            tools: self
                .tools
                .or_else(|| before.map(|b| b.tools.clone()))
                .unwrap_or_default(),
            messages,
        }
    }
}

/// A request as the model got it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Whole {
    pub system: String,
    pub tools: Vec<ToolSpec>,
    pub messages: Vec<Message>,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Turn(Turn),
    Error(ModelError),
}
