//! Answers from a recording. The practice model is one, and a build can be gone through again with one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::{Answer, Asked, Delta, Exchange, Model, ModelError, Place, Price, Recording, Turn, TurnRequest, Usage};

/// How fast a recorded turn is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    Instant,
    /// So that a person can read along.
    PerWord(Duration),
}

/// Says a recorded turn as if it came now.
pub(crate) async fn say(
    turn: &Turn,
    pace: Pace,
    deltas: &UnboundedSender<Delta>,
    cancel: &CancellationToken,
) -> Result<Turn, ModelError> {
    if !turn.reasoning.is_empty() {
        let _ = deltas.send(Delta::Reasoning(turn.reasoning.clone()));
    }
    for word in turn.text.split_inclusive(' ') {
        if cancel.is_cancelled() {
            return Err(ModelError::Cancelled);
        }
        let _ = deltas.send(Delta::Text(word.to_owned()));
        if let Pace::PerWord(pause) = pace {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = cancel.cancelled() => return Err(ModelError::Cancelled),
            }
        }
    }
    for (index, call) in turn.tool_calls.iter().enumerate() {
        let _ = deltas.send(Delta::ToolCall {
            index,
            name: call.name.clone(),
            arguments: call.arguments.to_string(),
        });
    }
    Ok(turn.clone())
}

/// A build's recording while it is gone through again: each exchange is given once, where it was recorded.
#[derive(Debug)]
pub struct Playback {
    recording: Recording,
    given: Mutex<Given>,
    happenings: UnboundedSender<Happening>,
}

#[derive(Debug, Default)]
struct Given {
    at: HashMap<Place, usize>,
    count: usize,
    /// The newest request of each role.
    before: HashMap<String, TurnRequest>,
}

/// What is told while a recording is gone through. The model goes on when it is let go on; a dropped `go_on` counts as that.
#[derive(Debug)]
pub struct Happening {
    /// The exchanges that were given, this one included once it is answered.
    pub given: usize,
    pub what: What,
    pub go_on: oneshot::Sender<()>,
}

/// See [`Happening`].
#[derive(Debug)]
pub enum What {
    /// The next turn is asked for.
    Asked,
    /// It was answered. What is asked now and what was asked when it was recorded, both as what they add to the request before them.
    Answered {
        place: Place,
        recorded: Box<Asked>,
        now: Box<Asked>,
    },
}

impl Playback {
    #[must_use]
    pub fn new(recording: Recording, happenings: UnboundedSender<Happening>) -> Arc<Playback> {
        Arc::new(Playback {
            recording,
            given: Mutex::default(),
            happenings,
        })
    }

    /// The models of the role's next run, first the one that begins: those that answered in it.
    #[must_use]
    pub fn models(self: &Arc<Playback>, role: &str) -> Vec<RecordedModel> {
        let given = self.lock();
        let mut seen: HashMap<&Place, usize> = HashMap::new();
        let mut names: Vec<&str> = Vec::new();
        let mut run: Option<(&str, u32)> = None;
        for exchange in &self.recording.exchanges {
            let place = &exchange.place;
            let count = seen.entry(place).or_default();
            *count += 1;
            if place.role != role || *count <= given.at.get(place).copied().unwrap_or(0) {
                continue;
            }
            if *run.get_or_insert((&place.phase, place.attempt)) != (&place.phase, place.attempt) {
                break;
            }
            if !names.contains(&exchange.model.as_str()) {
                names.push(&exchange.model);
            }
        }
        if names.is_empty() {
            names.push("recording");
        }
        names
            .into_iter()
            .map(|name| RecordedModel {
                name: name.to_owned(),
                playback: Arc::clone(self),
                cost: Arc::default(),
            })
            .collect()
    }

    /// The exchanges that were not given.
    #[must_use]
    pub fn left(&self) -> usize {
        self.recording.exchanges.len().saturating_sub(self.lock().count)
    }

    fn lock(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The exchange that comes next at this place; it is given from now on.
    fn give(&self, request: &TurnRequest) -> Result<(&Exchange, What), ModelError> {
        let place = Place::of(request);
        let mut given = self.lock();
        let found = self.next(&given, &place).ok_or_else(|| ModelError::WentOtherwise {
            detail: format!(
                "{} asks for an answer in {} (attempt {}, turn {}) that was not recorded.",
                place.role,
                place.phase,
                place.attempt,
                place.turn + 1
            ),
        })?;
        *given.at.entry(place.clone()).or_default() += 1;
        given.count += 1;
        // The first request of a run stands for itself.
        let before = given.before.remove(&place.role).filter(|_| found.asked.kept > 0);
        let now = Asked::after(before.as_ref(), request);
        given.before.insert(place.role.clone(), request.clone());
        let recorded = Box::new(found.asked.clone());
        Ok((
            found,
            What::Answered {
                place,
                recorded,
                now: Box::new(now),
            },
        ))
    }

    fn next(&self, given: &Given, place: &Place) -> Option<&Exchange> {
        let count = given.at.get(place).copied().unwrap_or(0);
        self.recording
            .exchanges
            .iter()
            .filter(|exchange| exchange.place == *place)
            .nth(count)
    }

    /// A turn that was stopped when it was recorded, and is stopped now, was given; with what it cost.
    fn stopped(&self, request: &TurnRequest) -> (ModelError, Option<f64>) {
        let next = self
            .next(&self.lock(), &Place::of(request))
            .filter(|exchange| exchange.answer == Answer::Error(ModelError::Cancelled))
            .map(|exchange| exchange.cost);
        if next.is_some() {
            let _ = self.give(request);
        }
        (ModelError::Cancelled, next.flatten())
    }

    /// Tells what happens, and waits until it may go on.
    async fn tell(&self, what: What, cancel: &CancellationToken) -> Result<(), ModelError> {
        let (go_on, gone_on) = oneshot::channel();
        let given = self.lock().count;
        let told = self.happenings.send(Happening { given, what, go_on });
        if told.is_ok() {
            tokio::select! {
                _ = gone_on => {}
                () = cancel.cancelled() => return Err(ModelError::Cancelled),
            }
        }
        if cancel.is_cancelled() {
            return Err(ModelError::Cancelled);
        }
        Ok(())
    }
}

/// One model of a recording.
#[derive(Debug, Clone)]
pub struct RecordedModel {
    name: String,
    playback: Arc<Playback>,
    /// What its newest turn cost.
    cost: Arc<Mutex<Option<f64>>>,
}

#[async_trait]
impl Model for RecordedModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn price(&self) -> Option<Price> {
        // Only whether there was one is asked: what a turn cost is recorded.
        let next = self.playback.lock().count;
        let next = self.playback.recording.exchanges.get(next);
        next.is_none_or(|exchange| exchange.cost.is_some())
            .then_some(Price::FREE)
    }

    /// As it was when it was recorded.
    fn cost(&self, _: &Usage) -> Option<f64> {
        *self.cost.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn turn(
        &self,
        request: &TurnRequest,
        deltas: &UnboundedSender<Delta>,
        cancel: &CancellationToken,
    ) -> Result<Turn, ModelError> {
        let playback = &self.playback;
        let cost = |cost: Option<f64>| *self.cost.lock().unwrap_or_else(PoisonError::into_inner) = cost;
        if playback.tell(What::Asked, cancel).await.is_err() {
            let (error, spent) = playback.stopped(request);
            cost(spent);
            return Err(error);
        }
        let (exchange, told) = playback.give(request)?;
        cost(exchange.cost);
        let outcome = match &exchange.answer {
            Answer::Turn(turn) => say(turn, Pace::Instant, deltas, cancel).await,
            Answer::Error(error) => Err(error.clone().at_once()),
        };
        // What the person did after this turn and before the next one is done now. If it stopped the work, the work notices by itself.
        let _ = playback.tell(told, cancel).await;
        outcome
    }
}
