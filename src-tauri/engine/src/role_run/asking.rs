//! Asking the model for a turn: what streams is shown as it comes, and a fault that passes is waited out where the person sees it.

use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use chrono::Utc;
use models::redact::{redact, redact_json};
use models::{Answer, Asked, Delta, Message, ModelError, Place, Turn, TurnRequest, Usage};
use serde::Serialize;
use serde_json::json;
use store::exchanges::{self, Moment, NewExchange};
use store::messages::{Meaning, Message as Said, NewMessage};
use store::new_id;
use tokio::sync::mpsc::unbounded_channel;
use workflow::{NextAction, Role};

use super::filter::{safe_length, withhold_code};
use super::{End, Kind, Run, budget, condense, conversation_of, is_steering, standstill, standstill_of};
use crate::ServiceError;
use crate::engine::ModelWait;
use crate::notice::{Changed, Notice};
use crate::service::plain;
use crate::tools::Tool;
use crate::{attachments, pictures};

/// A server that asks to wait longer than this is not waited for: the person decides.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// Asks until there is a turn, or there will be none. The turn is in the conversation then.
pub(super) async fn ask(run: &mut Run, with_tools: bool) -> Result<Result<Turn, End>, ServiceError> {
    let mut pauses = pauses(run);
    loop {
        if let Some(end) = budget::look(run)? {
            return Ok(Err(end));
        }
        hear_the_person(run)?;
        condense::to_fit(run)?;
        let request = request(run, with_tools);
        let id = run.id().to_owned();
        let asked_at = run
            .engine
            .service()
            .store()
            .read(move |db| Ok::<_, ServiceError>(exchanges::moment(db, &id)?))?;
        let message_id = new_id();
        let started = Instant::now();
        let mut heard = Heard {
            room: budget::room(run)?,
            ..Heard::default()
        };
        let outcome = stream(run, &request, &message_id, &mut heard).await;
        let over_budget = heard.is_over() && !run.cancel.is_cancelled();
        record(run, request, asked_at, &outcome, &heard, started.elapsed())?;
        let error = match outcome {
            Ok(turn) => {
                hear(run, &turn, &message_id)?;
                done(run, message_id);
                return Ok(Ok(turn));
            }
            Err(error) => error,
        };
        keep_what_came(run, &message_id, heard)?;
        done(run, message_id);
        if over_budget {
            // What it said is counted by now, and the budget is looked at again.
            continue;
        }
        if matches!(error, ModelError::Cancelled) {
            return Ok(Err(End::Cancelled));
        }
        if matches!(error, ModelError::TooLong { .. }) && condense::further(run)? {
            continue;
        }
        if matches!(error, ModelError::Refused { .. }) && close_its_eyes(run)? {
            continue;
        }
        // Nobody waits for a remark.
        let again = error.may_pass() && run.kind != Kind::Remark;
        let pause = if again { pauses.next() } else { None };
        let Some(pause) = pause.map(|pause| error.retry_after().unwrap_or(pause)) else {
            if take_over(run, &error)? {
                pauses = self::pauses(run);
                continue;
            }
            return Ok(Err(End::Failed(standstill_of(&error))));
        };
        if pause > LONGEST_WAIT {
            if take_over(run, &error)? {
                continue;
            }
            let reason = format!(
                "{error} It asks to be left alone for {} minutes.",
                pause.as_secs().div_ceil(60)
            );
            return Ok(Err(End::Failed(standstill(
                "model_rate_limited",
                reason,
                NextAction::TryAgain,
            ))));
        }
        if wait(run, &error, pause).await.is_err() {
            return Ok(Err(End::Cancelled));
        }
    }
}

/// A model that turns a request down may not take pictures: it is asked once more without them, and the person hears it. False where there
/// are none, or they were left out already.
fn close_its_eyes(run: &mut Run) -> Result<bool, ServiceError> {
    let shows = |message: &Message| matches!(message, Message::User { images, .. } if !images.is_empty());
    if run.is_blind || !run.messages.iter().any(shows) {
        return Ok(false);
    }
    run.is_blind = true;
    if run.kind == Kind::Remark {
        return Ok(true);
    }
    let text = format!(
        "{} did not take what you showed, so it goes on without the pictures. Say in words what is on them, or choose a model that sees.",
        run.model.name()
    );
    let facts = json!({"model": run.model.name()});
    run.warn(text, Meaning::new("pictures_not_taken", facts))?;
    Ok(true)
}

fn without_pictures(message: &mut Message) {
    if let Message::User { text, images } = message
        && !images.is_empty()
    {
        images.clear();
        text.push_str("\n[The person showed pictures here, which you cannot see. Ask what is on them if it matters.]");
    }
}

/// What the person said since the last request is put before the role at work.
fn hear_the_person(run: &mut Run) -> Result<(), ServiceError> {
    if run.kind != Kind::Work {
        return Ok(());
    }
    let said = conversation_of(&run.engine, run.id())?;
    let new = said
        .iter()
        .filter(|message| message.seq > run.heard && is_steering(message));
    let new: Vec<&Said> = new.collect();
    let words = new.iter().map(|message| {
        let text = attachments::with_files(&run.engine, message)?;
        Ok::<_, ServiceError>(format!("- {text}"))
    });
    let words = words.collect::<Result<Vec<_>, _>>()?;
    let images = pictures::of(&run.engine, new.iter().copied())?;
    run.heard = said.last().map_or(run.heard, |message| message.seq.max(run.heard));
    if !words.is_empty() {
        let text = format!("The person says, while you work:\n{}", words.join("\n"));
        run.messages.push(Message::User { text, images });
    }
    Ok(())
}

/// Growing pauses between the tries, with chance in them, so that several builds do not ask in step.
fn pauses(run: &Run) -> ExponentialBackoff {
    let limits = run.engine.limits();
    ExponentialBuilder::default()
        .with_min_delay(limits.model_pause)
        .with_max_delay(Duration::from_secs(60))
        .with_max_times(usize::try_from(limits.model_tries.saturating_sub(1)).unwrap_or(0))
        .with_jitter()
        .build()
}

fn request(run: &Run, with_tools: bool) -> TurnRequest {
    let tools = if with_tools {
        Tool::of(run.role).iter().map(|tool| tool.spec()).collect()
    } else {
        Vec::new()
    };
    let mut messages = condense::view(&run.messages, run.condensed);
    if run.is_blind {
        messages.iter_mut().for_each(without_pictures);
    }
    TurnRequest {
        system: run.system.clone(),
        messages,
        tools,
        task: run.task.clone(),
    }
}

/// Waits where the person sees it.
///
/// # Errors
/// When the person stops the build meanwhile.
async fn wait(run: &Run, error: &ModelError, pause: Duration) -> Result<(), ()> {
    let why = error.what();
    tracing::info!(
        workflow = run.id(),
        why,
        seconds = pause.as_secs(),
        "the model is asked again later"
    );
    // The wait that is shown is the one of the role at work.
    if run.kind.is_beside() {
        return tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = run.cancel.cancelled() => Err(()),
        };
    }
    let until = Utc::now() + pause;
    run.engine.set_model_wait(
        run.id(),
        Some(ModelWait {
            why: why.clone(),
            code: error.code(),
            facts: error.facts(),
            until,
        }),
    );
    run.engine.publisher().publish(Notice::ModelWait {
        workflow_id: run.id().to_owned(),
        why,
        seconds: pause.as_secs(),
    });
    let result = tokio::select! {
        () = tokio::time::sleep(pause) => Ok(()),
        () = run.cancel.cancelled() => Err(()),
    };
    run.engine.set_model_wait(run.id(), None);
    result
}

/// Goes on with the model that was named for the case that this one fails. False where there is none.
fn take_over(run: &mut Run, error: &ModelError) -> Result<bool, ServiceError> {
    if run.fallbacks.is_empty() {
        return Ok(false);
    }
    let next = run.fallbacks.remove(0);
    if run.kind == Kind::Remark {
        run.model = next;
        return Ok(true);
    }
    let text = format!("{} {} takes over.", error.what(), next.name());
    run.note(
        "model_changed",
        json!({"role": run.role, "from": run.model.name(), "to": next.name(), "why": error.to_string()}),
    )?;
    let facts = json!({"model": run.model.name(), "next": next.name(), "failure": error.code()});
    run.model = next;
    run.warn(text, Meaning::new("model_took_over", facts))?;
    let (run_id, name) = (run.run.id.clone(), run.model.name().to_owned());
    run.engine
        .service()
        .store()
        .write(move |tx| Ok::<_, ServiceError>(store::role_runs::set_model(tx, &run_id, &name)?))?;
    Ok(true)
}

/// What was shown of a turn so far.
#[derive(Debug, Default)]
struct Heard {
    text: String,
    reasoning: String,
    /// Letters of all that came, of tool calls too.
    letters: usize,
    /// So many may come before the build's budget is used up.
    room: Option<usize>,
}

impl Heard {
    fn is_over(&self) -> bool {
        self.room.is_some_and(|room| self.letters > room)
    }
}

async fn stream(run: &Run, request: &TurnRequest, message_id: &str, heard: &mut Heard) -> Result<Turn, ModelError> {
    let (deltas, mut coming) = unbounded_channel();
    let stop = run.cancel.child_token();
    let turn = run.model.turn(request, &deltas, &stop);
    tokio::pin!(turn);
    let mut whole = String::new();
    let mut show = |delta: Delta| {
        let (workflow_id, message_id, role) = (run.id().to_owned(), message_id.to_owned(), run.role);
        heard.letters += match &delta {
            Delta::Text(text) | Delta::Reasoning(text) => text.len(),
            Delta::ToolCall { arguments, .. } => arguments.len(),
        };
        if heard.is_over() {
            stop.cancel();
        }
        let notice = match delta {
            Delta::Text(text) => {
                whole.push_str(&text);
                let safe = if role == Role::QAssistant {
                    safe_length(&whole)
                } else {
                    whole.len()
                };
                let Some(text) = whole.get(heard.text.len()..safe).filter(|text| !text.is_empty()) else {
                    return;
                };
                heard.text.push_str(text);
                Notice::Text {
                    workflow_id,
                    message_id,
                    role,
                    text: text.to_owned(),
                }
            }
            Delta::Reasoning(text) => {
                heard.reasoning.push_str(&text);
                Notice::Reasoning {
                    workflow_id,
                    message_id,
                    role,
                    text,
                }
            }
            Delta::ToolCall { index, name, arguments } => Notice::Calling {
                workflow_id,
                message_id,
                role,
                index,
                tool: name,
                arguments,
            },
        };
        if run.kind != Kind::Remark {
            run.engine.publisher().publish(notice);
        }
    };
    loop {
        tokio::select! {
            biased;
            Some(delta) = coming.recv() => show(delta),
            result = &mut turn => {
                while let Ok(delta) = coming.try_recv() {
                    show(delta);
                }
                return result;
            }
        }
    }
}

fn done(run: &Run, message_id: String) {
    run.engine.publisher().publish(Notice::TextDone {
        workflow_id: run.id().to_owned(),
        message_id,
    });
    run.engine.publisher().changed(run.id(), &[Changed::Conversation]);
}

/// What had come of a turn that was interrupted stays in the conversation, marked. The model does not see it again.
fn keep_what_came(run: &Run, message_id: &str, heard: Heard) -> Result<(), ServiceError> {
    if run.kind == Kind::Remark || heard.text.trim().is_empty() {
        return Ok(());
    }
    let message = plain(
        run.row.workflow.state,
        run.role.wire(),
        heard.text,
        Some(run.run.id.clone()),
    );
    run.engine.service().post(
        run.id(),
        NewMessage {
            id: message_id.to_owned(),
            reasoning: heard.reasoning,
            is_interrupted: true,
            ..message
        },
    )
}

/// Keeps the exchange, without keys and other secrets, and what it used.
fn record(
    run: &mut Run,
    request: TurnRequest,
    asked_at: Moment,
    outcome: &Result<Turn, ModelError>,
    heard: &Heard,
    spent: Duration,
) -> Result<(), ServiceError> {
    let place = Place::of(&request);
    let asked = Asked::after(run.asked_before.as_ref(), &request);
    let (usage, answer) = match outcome {
        // Where the provider does not say, it is estimated: a token is about four letters.
        Ok(turn) => (
            turn.usage.unwrap_or_else(|| estimate(&request, turn)),
            Answer::Turn(turn.clone()),
        ),
        // What was asked and then broke off is paid for like the rest.
        Err(error) if was_at_work(error) => {
            let output_tokens = u32::try_from(heard.letters.div_ceil(4)).unwrap_or(u32::MAX);
            let asked = estimate(&request, &Turn::default());
            let usage = Usage { output_tokens, ..asked };
            (usage, Answer::Error(error.clone()))
        }
        Err(error) => (Usage::default(), Answer::Error(error.clone())),
    };
    let cost = match outcome {
        Err(error) if !was_at_work(error) => Some(0.0),
        Ok(_) | Err(_) => run.model.cost(&usage),
    };
    let secrets = run.known_secrets();
    let exchange = NewExchange {
        workflow_id: run.id().to_owned(),
        run_id: run.run.id.clone(),
        attempt: place.attempt,
        turn: place.turn,
        model: run.model.name().to_owned(),
        asked: redacted(&asked, &secrets),
        answer: redacted(&answer, &secrets),
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cost,
        ms: u32::try_from(spent.as_millis()).unwrap_or(u32::MAX),
        asked_at,
    };
    run.asked_before = Some(request);
    let store = run.engine.service().store();
    store.write(move |tx| Ok::<_, ServiceError>(exchanges::append(tx, &exchange)?))
}

/// Whether the model had begun to work on what was asked.
const fn was_at_work(error: &ModelError) -> bool {
    matches!(
        error,
        ModelError::Cancelled | ModelError::Silent { .. } | ModelError::BrokeOff { .. } | ModelError::Endless { .. }
    )
}

impl Run {
    /// Keys that this run must leave in no record.
    pub(crate) fn known_secrets(&self) -> Vec<&str> {
        let own = self.model.secret().into_iter();
        own.chain(self.secrets.iter().map(String::as_str)).collect()
    }
}

fn redacted(value: &impl Serialize, secrets: &[&str]) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    redact_json(value, secrets).to_string()
}

fn estimate(request: &TurnRequest, turn: &Turn) -> Usage {
    let tokens = |letters: usize| u32::try_from(letters / 4).unwrap_or(u32::MAX);
    let said: usize = request.messages.iter().map(condense::size).sum();
    let told: usize = request.tools.iter().map(|tool| tool.parameters.to_string().len()).sum();
    let called: usize = turn
        .tool_calls
        .iter()
        .map(|call| call.arguments.to_string().len())
        .sum();
    Usage {
        input_tokens: tokens(request.system.len() + said + told),
        output_tokens: tokens(turn.text.len() + turn.reasoning.len() + called),
        ..Usage::default()
    }
}

/// Takes a turn into the transcript and the conversation. Code in Q Assistant's words is withheld, recorded, and said to it.
fn hear(run: &mut Run, turn: &Turn, message_id: &str) -> Result<(), ServiceError> {
    run.messages.push(Message::Assistant {
        text: turn.text.clone(),
        tool_calls: turn.tool_calls.clone(),
        replay: turn.replay.clone(),
    });
    let mut text = turn.text.clone();
    if run.role == Role::QAssistant {
        let (words, had_code) = withhold_code(&turn.text);
        if had_code {
            text = words;
            run.note(
                "scope_violation",
                json!({"role": run.role, "what": "a code block in a reply was withheld"}),
            )?;
            if turn.tool_calls.is_empty() && run.kind != Kind::Remark {
                run.messages.push(Message::user(
                    "You wrote code, which is not yours to write; it was not shown. Say it in words.",
                ));
            }
        }
    }
    if run.kind == Kind::Remark || text.trim().is_empty() && turn.reasoning.trim().is_empty() {
        return Ok(());
    }
    let secrets = run.known_secrets();
    let text = redact(&text, &secrets).into_owned();
    let message = plain(run.row.workflow.state, run.role.wire(), text, Some(run.run.id.clone()));
    run.engine.service().post(
        run.id(),
        NewMessage {
            id: message_id.to_owned(),
            reasoning: redact(&turn.reasoning, &secrets).into_owned(),
            ..message
        },
    )
}
