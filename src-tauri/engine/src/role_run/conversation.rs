//! Turn after turn, until the run ends.

use std::time::Instant;

use models::{Delta, Message, ModelError, ToolCall, Turn, TurnRequest};
use serde_json::json;
use store::messages::NewMessage;
use store::{new_id, tool_calls};
use tokio::sync::mpsc::unbounded_channel;
use workflow::{Actor, NextAction, Request, Role};

use super::filter::{safe_length, withhold_code};
use super::{End, Run, standstill, standstill_of};
use crate::ServiceError;
use crate::notice::{Changed, Notice};
use crate::service::plain;
use crate::toolbox::{self, Handled};
use crate::tools::Tool;

/// More turns than any honest run needs; a model that turns in circles is stopped.
const MAX_TURNS: usize = 120;
/// How often a role that does nothing is reminded.
const MAX_REMINDERS: u32 = 2;

/// Talks with the model until the phase is finished, sent back, waiting, stopped or failed.
pub(super) async fn converse(run: &mut Run) -> Result<End, ServiceError> {
    let mut reminders = 0;
    for _ in 0..MAX_TURNS {
        let turn = match take_turn(run, true).await? {
            Ok(turn) => turn,
            Err(end) => return Ok(end),
        };
        if turn.tool_calls.is_empty() {
            if run.role == Role::QAssistant {
                return Ok(End::Waiting);
            }
            reminders += 1;
            if reminders > MAX_REMINDERS {
                return Ok(End::Failed(standstill(
                    "role_stuck",
                    format!("{} stopped without handing in a result.", run.role.title()),
                    NextAction::TryAgain,
                )));
            }
            run.messages.push(Message::User {
                text: "Go on with your tools. Call finish_phase when the phase is done, or send_back with the reason."
                    .to_owned(),
            });
            continue;
        }
        for call in &turn.tool_calls {
            if run.cancel.is_cancelled() {
                return Ok(End::Cancelled);
            }
            match use_tool(run, call).await? {
                Handled::Answer { content, is_error } => run.messages.push(Message::ToolResult {
                    call_id: call.id.clone(),
                    name: call.name.clone(),
                    content,
                    is_error,
                }),
                Handled::End(end) => return Ok(end),
            }
        }
    }
    Ok(End::Failed(standstill(
        "role_stuck",
        format!("{} took {MAX_TURNS} turns without an end.", run.role.title()),
        NextAction::TryAgain,
    )))
}

/// The conversation with an answer to every tool call: endpoints refuse one in which a call was never answered, and the call that ends
/// a run is not.
pub(super) fn with_every_call_answered(messages: &[Message]) -> Vec<Message> {
    let mut closed = Vec::with_capacity(messages.len() + 1);
    let mut open: Vec<ToolCall> = Vec::new();
    let mut ended = false;
    let answer_open = |open: &mut Vec<ToolCall>, ended: &mut bool, closed: &mut Vec<Message>| {
        for call in open.drain(..) {
            let content = if *ended {
                "Not carried out: your turn had ended."
            } else {
                "Done; it ended your turn."
            };
            *ended = true;
            closed.push(Message::ToolResult {
                call_id: call.id,
                name: call.name,
                content: content.to_owned(),
                is_error: false,
            });
        }
    };
    for message in messages {
        match message {
            Message::ToolResult { call_id, .. } => open.retain(|call| call.id != *call_id),
            Message::Assistant { tool_calls, .. } => {
                answer_open(&mut open, &mut ended, &mut closed);
                ended = false;
                open.clone_from(tool_calls);
            }
            Message::User { .. } => answer_open(&mut open, &mut ended, &mut closed),
        }
        closed.push(message.clone());
    }
    answer_open(&mut open, &mut ended, &mut closed);
    closed
}

/// One turn without tools: an answer to a question.
pub(super) async fn answer_once(run: &mut Run) -> Result<End, ServiceError> {
    match take_turn(run, false).await? {
        Ok(_) => Ok(End::Waiting),
        Err(end) => Ok(end),
    }
}

/// Asks the model, streams what it says, and puts it into the conversation.
async fn take_turn(run: &mut Run, with_tools: bool) -> Result<Result<Turn, End>, ServiceError> {
    let tools = if with_tools {
        Tool::of(run.role).iter().map(|tool| tool.spec()).collect()
    } else {
        Vec::new()
    };
    let request = TurnRequest {
        system: run.system.clone(),
        messages: run.messages.clone(),
        tools,
        task: run.task.clone(),
    };
    let message_id = new_id();
    let started = Instant::now();
    let outcome = stream(run, &request, &message_id).await;
    let spent = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
    run.used.model_ms = run.used.model_ms.saturating_add(spent);
    let result = match outcome {
        Err(ModelError::Cancelled) => Err(End::Cancelled),
        Err(error) => Err(End::Failed(standstill_of(&error))),
        Ok(turn) => {
            run.used.input_tokens = run.used.input_tokens.saturating_add(turn.usage.input_tokens);
            run.used.output_tokens = run.used.output_tokens.saturating_add(turn.usage.output_tokens);
            hear(run, &turn, &message_id)?;
            Ok(turn)
        }
    };
    let workflow_id = run.id().to_owned();
    run.engine.publisher().publish(Notice::TextDone {
        workflow_id,
        message_id,
    });
    Ok(result)
}

async fn stream(run: &Run, request: &TurnRequest, message_id: &str) -> Result<Turn, ModelError> {
    let (deltas, mut heard) = unbounded_channel();
    let turn = run.model.turn(request, &deltas, &run.cancel);
    tokio::pin!(turn);
    let mut whole = String::new();
    let mut shown = 0;
    let mut show = |Delta::Text(text): Delta| {
        whole.push_str(&text);
        let safe = if run.role == Role::QAssistant {
            safe_length(&whole)
        } else {
            whole.len()
        };
        if let Some(text) = whole.get(shown..safe).filter(|text| !text.is_empty()) {
            let (workflow_id, message_id) = (run.id().to_owned(), message_id.to_owned());
            run.engine.publisher().publish(Notice::Text {
                workflow_id,
                message_id,
                role: run.role,
                text: text.to_owned(),
            });
            shown = safe;
        }
    };
    loop {
        tokio::select! {
            biased;
            Some(delta) = heard.recv() => show(delta),
            result = &mut turn => {
                while let Ok(delta) = heard.try_recv() {
                    show(delta);
                }
                return result;
            }
        }
    }
}

/// Takes a turn into the transcript and the conversation. Code in Q Assistant's words is withheld, recorded, and said to it.
fn hear(run: &mut Run, turn: &Turn, message_id: &str) -> Result<(), ServiceError> {
    run.messages.push(Message::Assistant {
        text: turn.text.clone(),
        tool_calls: turn.tool_calls.clone(),
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
            if turn.tool_calls.is_empty() {
                run.messages.push(Message::User {
                    text: "You wrote code, which is not yours to write; it was not shown. Say it in words.".to_owned(),
                });
            }
        }
    }
    if !text.trim().is_empty() {
        let message = plain(run.row.workflow.state, run.role.wire(), text, Some(run.run.id.clone()));
        run.engine.service().post(
            run.id(),
            NewMessage {
                id: message_id.to_owned(),
                ..message
            },
        )?;
    }
    Ok(())
}

/// Checks the call against the role's list and the tool's schema, records it, and carries it out.
async fn use_tool(run: &mut Run, call: &ToolCall) -> Result<Handled, ServiceError> {
    let error = |content: String| {
        Ok(Handled::Answer {
            content,
            is_error: true,
        })
    };
    let Some(tool) = Tool::named(&call.name) else {
        run.note(
            "scope_violation",
            json!({"role": run.role, "what": "asked for a tool that does not exist"}),
        )?;
        return error(format!(
            "There is no tool {}. Yours are: {}.",
            short(&call.name),
            own_tools(run.role)
        ));
    };
    if !Tool::of(run.role).contains(&tool) {
        run.note(
            "scope_violation",
            json!({"role": run.role, "tool": tool.name(), "what": "asked for another role's tool"}),
        )?;
        return error(format!(
            "{} is not yours to use. Yours are: {}.",
            tool.name(),
            own_tools(run.role)
        ));
    }
    let id = new_id();
    let input = call.arguments.to_string();
    start_call(run, &id, tool, &tool.subject(&call.arguments), &input)?;
    let handled = match tool.check_arguments(&call.arguments) {
        Err(why) => Handled::Answer {
            content: why,
            is_error: true,
        },
        Ok(()) => toolbox::carry_out(run, tool, &call.arguments, &id).await?,
    };
    let (ok, output) = match &handled {
        Handled::Answer { content, is_error } => (!is_error, content.clone()),
        Handled::End(End::Failed(standstill)) => (false, standstill.reason.clone()),
        Handled::End(End::Written | End::Waiting | End::Cancelled) => (true, String::new()),
    };
    end_call(run, &id, ok, output)?;
    Ok(handled)
}

fn own_tools(role: Role) -> String {
    Tool::of(role)
        .iter()
        .map(|tool| tool.name())
        .collect::<Vec<_>>()
        .join(", ")
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn start_call(run: &Run, id: &str, tool: Tool, subject: &str, input: &str) -> Result<(), ServiceError> {
    let (id, subject, input) = (id.to_owned(), subject.to_owned(), input.to_owned());
    let (run_id, workflow_id) = (run.run.id.clone(), run.id().to_owned());
    run.engine.service().store().write(move |tx| {
        let started = tool_calls::Started {
            id: &id,
            run_id: &run_id,
            workflow_id: &workflow_id,
            tool: tool.name(),
            subject: &subject,
            input: &input,
        };
        Ok::<_, ServiceError>(tool_calls::start(tx, &started)?)
    })?;
    run.engine.publisher().changed(run.id(), &[Changed::Activity]);
    Ok(())
}

fn end_call(run: &Run, id: &str, ok: bool, output: String) -> Result<(), ServiceError> {
    let id = id.to_owned();
    run.engine
        .service()
        .store()
        .write(move |tx| Ok::<_, ServiceError>(tool_calls::end(tx, &id, ok, &output)?))?;
    run.engine.publisher().changed(run.id(), &[Changed::Activity]);
    Ok(())
}

impl Run {
    /// Writes something into the audit trail that changes nothing else.
    pub(crate) fn note(&self, event_type: &'static str, data: serde_json::Value) -> Result<(), ServiceError> {
        let by = Actor::Role(self.role);
        self.engine
            .service()
            .request(self.id(), Request::Note { by, event_type, data })
            .map(|_| ())
    }

    /// Says something in the conversation as this role.
    pub(crate) fn post(&self, text: String, choices: Vec<String>, is_error: bool) -> Result<(), ServiceError> {
        let author = if is_error { "product" } else { self.role.wire() };
        let message = plain(self.row.workflow.state, author, text, Some(self.run.id.clone()));
        self.engine.service().post(
            self.id(),
            NewMessage {
                choices,
                is_error,
                ..message
            },
        )
    }
}
