//! The person says something anew, in other words. While Q Assistant and the person still talk, that takes the conversation back to before
//! the message: what both had said since, what was understood and what was planned go along, exactly as the audit trail tells that they were,
//! and what was taken back stays to be read, as after a rollback. Nothing was built that could go back, so it is no rollback; the one pair of
//! states that it can move along, from planning to discovery, is one of the twenty-eight. Once a build is at work, its roles have acted on
//! what was said: then a message can only be said again, as a new one.

use store::events;
use store::messages::{self, Message, NewMessage};
use store::workflows::WorkflowRow;
use store::{Connection, role_runs, workflows};
use workflow::{Actor, Fact, NewWorkflow, Request, State, Workflow};

use super::apply::apply;
use super::start::{check_message, known_answer, remember_answer, title_from};
use super::steps::plain;
use super::{Service, request_hash};
use crate::ServiceError;
use crate::notice::Changed;

impl Service {
    /// Takes the talk back to before a message of the person's, and says `text` in its place, with the pictures and files of that message.
    /// The same key again returns the first answer.
    ///
    /// # Errors
    /// `stale_state` once building has begun; `invalid_input` for what is not the person's own, was taken back, or was said before the build
    /// was at work; an empty or oversized text.
    pub fn say_anew(
        &self,
        workflow_id: &str,
        by: Actor,
        message_id: &str,
        text: &str,
        idempotency_key: &str,
    ) -> Result<Message, ServiceError> {
        check_message(text)?;
        let (id, old, text) = (workflow_id.to_owned(), message_id.to_owned(), text.to_owned());
        let key = idempotency_key.to_owned();
        let message = self.store.write(move |tx| {
            let hash = request_hash("say_anew", &(&id, &old, &text));
            if let Some(said) = known_answer::<String>(tx, &key, &hash)? {
                return Ok(messages::get(tx, &id, &said)?);
            }
            let mut row = workflows::get(tx, &id)?;
            let old = messages::get(tx, &id, &old)?;
            let to = can_be_said_anew(tx, &row, &old)?;
            let then = as_it_was(tx, &row, &old)?;
            let is_brief = messages::count_before(tx, &id, old.seq)? == 0;
            if is_brief {
                row.title = title_from(&text);
                workflows::set_brief(tx, &id, &text)?;
            }
            let back = Request::TakeTalkBack {
                by,
                to,
                requirements: then.phases.discovery.clone(),
                plan: then.phases.planning.clone(),
                brief: is_brief.then(|| text.clone()),
            };
            apply(tx, &mut row, &back)?;
            messages::take_back_from(tx, &id, old.seq, row.workflow.revision)?;
            role_runs::take_back(tx, &id, old.seq, row.workflow.revision)?;
            let anew = NewMessage {
                images: old.images,
                files: old.files,
                ..plain(to, "you", text, None)
            };
            let message = messages::append(tx, &id, anew)?;
            remember_answer(tx, &key, &hash, &message.id)?;
            Ok::<_, ServiceError>(message)
        })?;
        self.publisher
            .changed(workflow_id, &[Changed::Build, Changed::Conversation]);
        Ok(message)
    }
}

/// The state that a message was said in, where the talk can go back to it.
fn can_be_said_anew(tx: &Connection, row: &WorkflowRow, message: &Message) -> Result<State, ServiceError> {
    let refuse = |why: &str| Err(ServiceError::invalid(why));
    if message.author != "you" || message.is_reason {
        return refuse("Only what you said yourself can be said anew.");
    }
    if message.taken_back.is_some() {
        return refuse("This message was taken back already. Say it as a new one.");
    }
    match State::from_wire(&message.state).filter(|state| *state <= State::Planning) {
        // The workflow refuses it by itself where building has begun.
        Some(state) if message.seq > messages::newest_of_the_work(tx, &row.workflow.id)? => Ok(state),
        Some(_) | None => refuse("The build has been at work since you said this. Say it as a new message."),
    }
}

/// The build as it was before a message was said: what the audit trail says of it until then, taken in again.
fn as_it_was(tx: &Connection, row: &WorkflowRow, message: &Message) -> Result<Workflow, ServiceError> {
    let now = &row.workflow;
    let mut then = Workflow::start(NewWorkflow {
        id: now.id.clone(),
        build_id: now.build_id.clone(),
        project_id: now.project_id.clone(),
        user_id: now.user_id.clone(),
        policy: now.policy,
        max_retries: now.max_retries,
        budget: now.budget,
    });
    let before = events::of_workflow(tx, &now.id)?
        .into_iter()
        .take_while(|event| event.timestamp < message.created_at);
    for event in before {
        let fact: Fact = serde_json::from_str(&event.event_data).map_err(|_| {
            ServiceError::invalid(
                "An earlier version wrote what was understood then, and it no longer reads. Say it as a new message.",
            )
        })?;
        then.apply(&fact);
    }
    Ok(then)
}
