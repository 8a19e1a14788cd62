//! The operations of the person: approve, send back, roll back, edit, talk, and say how tests are run.

use serde_json::json;
use store::messages::{self, Message, NewMessage};
use store::workflows::WorkflowRow;
use store::{new_id, projects, workflows, worktrees};
use workflow::phase::Requirements;
use workflow::{Actor, Checkpoint, Outcome, Pin, Request, Role, State};

use super::apply::{apply, load_and_apply};
use super::start::{check_message, known_answer, remember_answer};
use super::steps::plain;
use super::{Service, request_hash};
use crate::ServiceError;
use crate::attachments::Shown;
use crate::notice::Changed;

/// What the audit trail says of a test command that was taken away.
pub(crate) const FOUND: &str = "found from what lies in the project";

impl Service {
    /// Applies one request and tells what changed.
    ///
    /// # Errors
    /// As [`apply`]; a block because retries are used up is recorded and reported as an error.
    pub fn request(&self, workflow_id: &str, request: Request) -> Result<WorkflowRow, ServiceError> {
        self.requests(workflow_id, vec![request])
    }

    /// Applies several requests in one transaction.
    ///
    /// # Errors
    /// As [`Service::request`]; then none of them happened.
    pub fn requests(&self, workflow_id: &str, requests: Vec<Request>) -> Result<WorkflowRow, ServiceError> {
        let id = workflow_id.to_owned();
        let rolls_back = |request: &Request| matches!(request, Request::Rollback { .. } | Request::UndoRollback { .. });
        let changed: &[Changed] = if requests.iter().any(rolls_back) {
            &[Changed::Build, Changed::Conversation, Changed::Changes]
        } else {
            &[Changed::Build]
        };
        let (row, outcome) = self.store.write(move |tx| load_and_apply(tx, &id, &requests))?;
        self.publisher.changed(workflow_id, changed);
        match outcome {
            Outcome::Done => Ok(row),
            Outcome::RetriesExhausted(refusal) => Err(refusal.into()),
        }
    }

    /// Sends the work back along a Retry or Rejected transition; the reason reaches the receiving role, and a person's stands in the
    /// conversation like everything else that they said.
    ///
    /// # Errors
    /// `transition_refused`, `invalid_input` without a reason, `retries_exhausted` (the build is blocked then).
    pub fn request_retry(
        &self,
        workflow_id: &str,
        by: Actor,
        reason: &str,
        target: Option<State>,
    ) -> Result<WorkflowRow, ServiceError> {
        let (id, said) = (
            workflow_id.to_owned(),
            matches!(by, Actor::Person(_)).then(|| reason.to_owned()),
        );
        let request = Request::SendBack {
            by,
            reason: reason.to_owned(),
            target,
        };
        let (row, outcome) = self.store.write(move |tx| {
            let mut row = workflows::get(tx, &id)?;
            let before = row.workflow.state;
            let outcome = apply(tx, &mut row, &request)?.outcome;
            if let Some(text) = said {
                let reason = NewMessage {
                    is_reason: true,
                    ..plain(before, "you", text, None)
                };
                messages::append(tx, &id, reason)?;
            }
            Ok::<_, ServiceError>((row, outcome))
        })?;
        self.publisher
            .changed(workflow_id, &[Changed::Build, Changed::Conversation]);
        match outcome {
            Outcome::Done => Ok(row),
            Outcome::RetriesExhausted(refusal) => Err(refusal.into()),
        }
    }

    /// State, files and release go back together to the target's checkpoint.
    ///
    /// # Errors
    /// `rollback_refused`.
    pub fn rollback_workflow(
        &self,
        workflow_id: &str,
        by: Actor,
        target: State,
        reason: &str,
    ) -> Result<WorkflowRow, ServiceError> {
        self.request(
            workflow_id,
            Request::Rollback {
                by,
                target,
                reason: reason.to_owned(),
            },
        )
    }

    /// The person's click: binds this revision of the plan, hands over, and is the approval of that handoff.
    ///
    /// # Errors
    /// `stale_state` when the plan is at another revision or planning is over, `evidence_missing` when the plan has gaps.
    pub fn ready_to_build(
        &self,
        workflow_id: &str,
        by: Actor,
        plan_revision: u32,
        base: Checkpoint,
    ) -> Result<WorkflowRow, ServiceError> {
        let id = workflow_id.to_owned();
        let row = self.store.write(move |tx| {
            let mut row = workflows::get(tx, &id)?;
            apply(
                tx,
                &mut row,
                &Request::ReadyToBuild {
                    by: by.clone(),
                    plan_revision,
                },
            )?;
            if row
                .workflow
                .head
                .as_ref()
                .is_none_or(|head| Some(head) == row.workflow.began.as_ref())
            {
                worktrees::set_base(tx, &row.workflow.id, &base.commit)?;
                apply(tx, &mut row, &Request::RecordCheckpoint(base))?;
            }
            // The click is also the wish that it goes on, whatever it stood still for.
            apply(tx, &mut row, &Request::Resume { by: by.clone() })?;
            let handoff_id = new_id();
            let advance = Request::Advance {
                role: Role::QAssistant,
                completed_state: State::Planning,
                next_state: None,
                result: row
                    .workflow
                    .phases
                    .planning
                    .clone()
                    .map(workflow::PhaseResult::Planning),
                handoff_id: handoff_id.clone(),
            };
            apply(tx, &mut row, &advance)?;
            if let Some(open) = row.workflow.open_handoff.clone() {
                apply(
                    tx,
                    &mut row,
                    &Request::Approve {
                        by,
                        handoff_id,
                        pin: open.pin,
                        dont_ask_again: false,
                    },
                )?;
            }
            Ok::<_, ServiceError>(row)
        })?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(row)
    }

    /// Approves the open handoff, for exactly the content that was shown.
    ///
    /// # Errors
    /// `approval_void` when plan, files or evidence are others by now.
    pub fn approve_handoff(
        &self,
        workflow_id: &str,
        by: Actor,
        handoff_id: &str,
        pin: Pin,
        dont_ask_again: bool,
    ) -> Result<WorkflowRow, ServiceError> {
        let handoff_id = handoff_id.to_owned();
        self.request(
            workflow_id,
            Request::Approve {
                by,
                handoff_id,
                pin,
                dont_ask_again,
            },
        )
    }

    /// New requirements by the person's hand.
    ///
    /// # Errors
    /// `stale_state` when the build changed since `revision`, or building has begun.
    pub fn edit_requirements(
        &self,
        workflow_id: &str,
        by: Actor,
        revision: u32,
        requirements: Requirements,
    ) -> Result<WorkflowRow, ServiceError> {
        let id = workflow_id.to_owned();
        let row = self.store.write(move |tx| {
            let mut row = workflows::get(tx, &id)?;
            if row.workflow.revision != revision {
                return Err(store::StoreError::StaleRevision {
                    expected: revision,
                    actual: row.workflow.revision,
                }
                .into());
            }
            let plan = row.workflow.phases.planning.clone();
            apply(
                tx,
                &mut row,
                &Request::ReviseRequirements {
                    by: by.clone(),
                    requirements,
                },
            )?;
            // The plan stands beside the requirements: when they change, so does what a click would bind.
            if let Some(plan) = plan {
                let expected = row.workflow.plan_revision;
                apply(tx, &mut row, &Request::RevisePlan { by, expected, plan })?;
            }
            Ok::<_, ServiceError>(row)
        })?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(row)
    }

    /// Adds what the person says. The same key again returns the first message.
    ///
    /// # Errors
    /// An empty or oversized message; a build that is in the trash.
    pub fn say(
        &self,
        workflow_id: &str,
        text: &str,
        shown: impl Into<Shown>,
        idempotency_key: &str,
    ) -> Result<Message, ServiceError> {
        check_message(text)?;
        let (id, text, key) = (workflow_id.to_owned(), text.to_owned(), idempotency_key.to_owned());
        let shown = shown.into();
        let message = self.store.write(move |tx| {
            let hash = request_hash("say", &(&id, &text, &shown.names()));
            if let Some(said) = known_answer::<String>(tx, &key, &hash)? {
                return Ok(messages::get(tx, &id, &said)?);
            }
            let row = workflows::get(tx, &id)?;
            if row.trashed_at.is_some() {
                return Err(ServiceError::InTrash);
            }
            let (images, files) = shown.keep(tx)?;
            let message = NewMessage {
                images,
                files,
                ..plain(row.workflow.state, "you", text, None)
            };
            let message = messages::append(tx, &id, message)?;
            remember_answer(tx, &key, &hash, &message.id)?;
            Ok::<_, ServiceError>(message)
        })?;
        self.publisher
            .changed(workflow_id, &[Changed::Conversation, Changed::Build]);
        Ok(message)
    }

    /// How the tests of the build's project are run from now on: a line for the shell, or an empty one when the product is to find out.
    /// It decides what counts as passed, so it stands in the audit trail.
    ///
    /// # Errors
    /// No such build; a command of more than one line.
    pub fn set_test_command(&self, workflow_id: &str, by: Actor, command: &str) -> Result<(), ServiceError> {
        let command = command.trim();
        if command.contains('\n') || command.len() > 1000 {
            return Err(ServiceError::invalid(
                "A test command is one line of at most 1000 characters.".to_owned(),
            ));
        }
        let (id, command) = (
            workflow_id.to_owned(),
            Some(command.to_owned()).filter(|c| !c.is_empty()),
        );
        self.store.write(move |tx| {
            let mut row = workflows::get(tx, &id)?;
            projects::set_test_command(tx, &row.workflow.project_id, command.as_deref())?;
            let note = Request::Note {
                by,
                event_type: "test_command_set",
                data: json!({
                    "command": command.as_deref(),
                    "detail": command.as_deref().unwrap_or(FOUND),
                }),
            };
            apply(tx, &mut row, &note).map(|_| ())
        })?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(())
    }
}
