//! Turn after turn, until the run ends.

use models::redact::redact;
use models::{Message, Stop, ToolCall};
use serde_json::json;
use store::messages::{Meaning, NewMessage};
use store::{new_id, tool_calls};
use workflow::{Actor, NextAction, Request, Role};

use super::asking::ask;
use super::circles::{Circles, Nudge};
use super::{End, Run, standstill};
use crate::ServiceError;
use crate::notice::Changed;
use crate::service::plain;
use crate::toolbox::{self, Handled};
use crate::tools::Tool;

/// More turns than any honest run needs; a model that turns in circles is stopped.
const MAX_TURNS: usize = 400;
/// How often a role that does nothing is reminded.
const MAX_REMINDERS: u32 = 2;

/// Talks with the model until the phase is finished, sent back, waiting, stopped or failed.
pub(super) async fn converse(run: &mut Run) -> Result<End, ServiceError> {
    let mut reminders = 0;
    let mut circles = Circles::default();
    for _ in 0..MAX_TURNS {
        let turn = match ask(run, true).await? {
            Ok(turn) => turn,
            Err(end) => return Ok(end),
        };
        if turn.stop == Stop::Filtered && turn.tool_calls.is_empty() {
            let reason = format!(
                "{}'s provider ended the answer with a filter of its own.",
                run.model.name()
            );
            return Ok(End::Failed(standstill("model_filtered", reason, NextAction::TryAgain)));
        }
        if turn.tool_calls.is_empty() {
            if run.role == Role::QAssistant && turn.stop != Stop::Length {
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
            let text = if turn.stop == Stop::Length {
                "Your answer was cut off: it had reached the longest that your provider allows. Go on, in shorter steps."
            } else {
                "Go on with your tools. Call finish_phase when the phase is done, or send_back with the reason."
            };
            run.messages.push(Message::user(text));
            continue;
        }
        for call in &turn.tool_calls {
            if run.cancel.is_cancelled() {
                return Ok(End::Cancelled);
            }
            match use_tool(run, call, turn.stop).await? {
                Handled::Answer { mut content, is_error } => {
                    if let Some(nudge) = circles.notice(call, is_error, &content) {
                        match nudge {
                            Nudge::Say(text) => content.push_str(text),
                            Nudge::Stop => return Ok(in_circles(run, call, &content)),
                        }
                    }
                    run.messages.push(Message::ToolResult {
                        call_id: call.id.clone(),
                        name: call.name.clone(),
                        content,
                        is_error,
                    });
                }
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

/// A role that makes the same failing call again and again would do so for as long as it is paid for.
fn in_circles(run: &Run, call: &ToolCall, answer: &str) -> End {
    let answer: String = answer.lines().next().unwrap_or_default().chars().take(200).collect();
    let reason = format!(
        "{} goes in circles: it made the same call of {} again and again, and it failed each time ({answer}). Say how to go on, \
         then press Try again, or choose another model.",
        run.role.title(),
        short(&call.name)
    );
    End::Failed(standstill("role_in_circles", reason, NextAction::TryAgain))
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
    match ask(run, false).await? {
        Ok(_) => Ok(End::Waiting),
        Err(end) => Ok(end),
    }
}

/// Checks the call against the role's list and the tool's schema, records it, and carries it out.
async fn use_tool(run: &mut Run, call: &ToolCall, stop: Stop) -> Result<Handled, ServiceError> {
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
        Err(why) if stop == Stop::Length => Handled::Answer {
            content: format!(
                "{why}. Your turn was cut off at the longest that your provider allows: write less at once, a large file in parts."
            ),
            is_error: true,
        },
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
    let secrets = run.known_secrets();
    let clean = |text: &str| redact(text, &secrets).into_owned();
    let (id, subject, input) = (id.to_owned(), clean(subject), clean(input));
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
    let output = redact(&output, &run.known_secrets()).into_owned();
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

    /// Asks something in the conversation as this role.
    pub(crate) fn ask(&self, question: String, choices: Vec<String>) -> Result<(), ServiceError> {
        let message = plain(
            self.row.workflow.state,
            self.role.wire(),
            question,
            Some(self.run.id.clone()),
        );
        self.engine.service().post(self.id(), NewMessage { choices, ..message })
    }

    /// Something went wrong that the work goes on with: the product says it.
    pub(crate) fn warn(&self, text: String, meaning: Meaning) -> Result<(), ServiceError> {
        let message = plain(self.row.workflow.state, "product", text, Some(self.run.id.clone()));
        self.engine.service().post(
            self.id(),
            NewMessage {
                meaning: Some(meaning),
                is_error: true,
                ..message
            },
        )
    }
}
