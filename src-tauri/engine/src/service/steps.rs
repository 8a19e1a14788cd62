//! The operations of the person (approve, send back, pause, roll back, edit, talk) and the steps of the engine.

use serde_json::{Value, json};
use store::messages::{self, Message, NewMessage};
use store::role_runs::{self, RoleRun, Used};
use store::test_runs::{self, TestRunRow};
use store::workflows::WorkflowRow;
use store::{Connection, effects, new_id, now, projects, workflows, worktrees};
use workflow::gate::Evidence;
use workflow::phase::{Plan, Requirements};
use workflow::{Actor, Checkpoint, Outcome, Pin, Request, Role, RunStatus, Standstill, State};

use super::advance::{Advance, advance_in};
use super::apply::{apply, load_and_apply};
use super::start::{check_message, known_answer, remember_answer};
use super::{Advanced, Service, request_hash};
use crate::ServiceError;
use crate::notice::Changed;

/// How a role run ended, and all that has to be written with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finish {
    pub workflow_id: String,
    pub run_id: String,
    pub used: Used,
    /// The conversation with the model, as JSON, where a later run takes it up.
    pub transcript: Option<String>,
}

/// A phase that is done: its evidence and its result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FinishedPhase {
    pub role: Role,
    pub state: State,
    pub evidence: Vec<Evidence>,
    pub result: Value,
}

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
            if row.workflow.head.is_none() {
                apply(tx, &mut row, &Request::RecordCheckpoint(base))?;
            }
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
    /// An empty or oversized message; a build that is over.
    pub fn say(&self, workflow_id: &str, text: &str, idempotency_key: &str) -> Result<Message, ServiceError> {
        check_message(text)?;
        let (id, text, key) = (workflow_id.to_owned(), text.to_owned(), idempotency_key.to_owned());
        let message = self.store.write(move |tx| {
            let hash = request_hash("say", &(&id, &text));
            if let Some(seq) = known_answer::<u32>(tx, &key, &hash)? {
                let said = messages::all_of_workflow(tx, &id)?;
                return said
                    .into_iter()
                    .find(|m| m.seq == seq)
                    .ok_or_else(|| ServiceError::NotFound {
                        what: "That message is gone.".to_owned(),
                    });
            }
            let row = workflows::get(tx, &id)?;
            let message = messages::append(tx, &id, plain(row.workflow.state, "you", text, None))?;
            remember_answer(tx, &key, &hash, &message.seq)?;
            Ok(message)
        })?;
        self.publisher
            .changed(workflow_id, &[Changed::Conversation, Changed::Build]);
        Ok(message)
    }

    /// Adds a message of a role or of the product.
    ///
    /// # Errors
    /// Where the store refuses.
    pub fn post(&self, workflow_id: &str, message: NewMessage) -> Result<(), ServiceError> {
        let id = workflow_id.to_owned();
        self.store
            .write(move |tx| Ok::<_, ServiceError>(messages::append(tx, &id, message).map(|_| ())?))?;
        self.publisher.changed(workflow_id, &[Changed::Conversation]);
        Ok(())
    }

    /// Starts an attempt: what a killed run left is marked interrupted, then the run and its event are written.
    ///
    /// # Errors
    /// Where the workflow is not in a phase.
    pub(crate) fn start_run(
        &self,
        workflow_id: &str,
        mut run: RoleRun,
    ) -> Result<(WorkflowRow, RoleRun), ServiceError> {
        let id = workflow_id.to_owned();
        let answer = self.store.write(move |tx| {
            role_runs::interrupt_all(tx, &id)?;
            let mut row = workflows::get(tx, &id)?;
            let checkpoint = row.workflow.head.clone();
            apply(tx, &mut row, &Request::StartAttempt { checkpoint })?;
            run.attempt = row
                .workflow
                .state
                .phase()
                .and_then(|p| row.workflow.attempts.get(&p).copied())
                .unwrap_or(1);
            role_runs::start(tx, &run)?;
            Ok::<_, ServiceError>((row, run))
        })?;
        self.publisher
            .changed(workflow_id, &[Changed::Build, Changed::Activity, Changed::Conversation]);
        Ok(answer)
    }

    /// A phase is done: evidence, the end of the run, and the advance, in one transaction.
    ///
    /// # Errors
    /// A refusal of the gate, after which nothing changed; or a build that the person stopped meanwhile.
    pub(crate) fn finish_phase(&self, finish: Finish, done: FinishedPhase) -> Result<Advanced, ServiceError> {
        let id = finish.workflow_id.clone();
        let advanced = self.store.write(move |tx| {
            let mut row = workflows::get(tx, &finish.workflow_id)?;
            still_at_work(&row)?;
            for evidence in done.evidence {
                apply(tx, &mut row, &Request::RecordEvidence(evidence))?;
            }
            // A plan that a role hands in is not the end of planning: it waits for Ready to Build.
            if done.state == State::Planning {
                let plan: Plan =
                    serde_json::from_value(done.result).map_err(|e| ServiceError::invalid(e.to_string()))?;
                let expected = row.workflow.plan_revision;
                apply(
                    tx,
                    &mut row,
                    &Request::RevisePlan {
                        by: Actor::Role(done.role),
                        expected,
                        plan,
                    },
                )?;
                end_run(tx, &finish, "finished")?;
                let workflow = &row.workflow;
                return Ok(Advanced {
                    previous_state: workflow.state,
                    new_state: workflow.state,
                    next_role: workflow.owner(),
                    handoff_data: None,
                    is_complete: false,
                    progress: workflow.progress(),
                });
            }
            if done.state == State::Discovery {
                let requirements: Requirements =
                    serde_json::from_value(done.result.clone()).map_err(|e| ServiceError::invalid(e.to_string()))?;
                apply(
                    tx,
                    &mut row,
                    &Request::ReviseRequirements {
                        by: Actor::Role(done.role),
                        requirements,
                    },
                )?;
            }
            end_run(tx, &finish, "finished")?;
            let advance = Advance {
                role: done.role,
                completed_state: done.state,
                phase_result: done.result,
                next_state: None,
            };
            advance_in(tx, &finish.workflow_id, &advance)
        })?;
        self.publisher.changed(
            &id,
            &[Changed::Build, Changed::Activity, Changed::Changes, Changed::Tests],
        );
        Ok(advanced)
    }

    /// A role sends the work back: what it committed counts, the run ends, the reason is recorded.
    ///
    /// # Errors
    /// A refusal; `retries_exhausted` after the build was blocked.
    pub(crate) fn finish_sending_back(
        &self,
        finish: Finish,
        role: Role,
        reason: &str,
        target: Option<State>,
        left: Option<Checkpoint>,
    ) -> Result<WorkflowRow, ServiceError> {
        let (id, reason) = (finish.workflow_id.clone(), reason.to_owned());
        let (row, outcome) = self.store.write(move |tx| {
            let mut row = workflows::get(tx, &finish.workflow_id)?;
            still_at_work(&row)?;
            if let Some(checkpoint) = left {
                apply(tx, &mut row, &Request::RecordCheckpoint(checkpoint))?;
            }
            let outcome = apply(
                tx,
                &mut row,
                &Request::SendBack {
                    by: Actor::Role(role),
                    reason,
                    target,
                },
            )?
            .outcome;
            end_run(tx, &finish, "sent_back")?;
            Ok::<_, ServiceError>((row, outcome))
        })?;
        self.publisher
            .changed(&id, &[Changed::Build, Changed::Activity, Changed::Changes]);
        match outcome {
            Outcome::Done => Ok(row),
            Outcome::RetriesExhausted(refusal) => Err(refusal.into()),
        }
    }

    /// The run waits for the person (`waiting`), was stopped (`cancelled`) or failed and blocks the build.
    ///
    /// # Errors
    /// Where the store refuses.
    pub(crate) fn end_run(
        &self,
        finish: Finish,
        status: &'static str,
        block: Option<Standstill>,
    ) -> Result<(), ServiceError> {
        let id = finish.workflow_id.clone();
        self.store.write(move |tx| {
            end_run(tx, &finish, status)?;
            if let Some(standstill) = block {
                let mut row = workflows::get(tx, &finish.workflow_id)?;
                if row.workflow.status == RunStatus::Active {
                    let notice = plain(row.workflow.state, "product", standstill.reason.clone(), None);
                    messages::append(
                        tx,
                        &finish.workflow_id,
                        NewMessage {
                            is_error: true,
                            ..notice
                        },
                    )?;
                    apply(tx, &mut row, &Request::Block(standstill))?;
                }
            }
            Ok::<_, ServiceError>(())
        })?;
        self.publisher
            .changed(&id, &[Changed::Build, Changed::Activity, Changed::Conversation]);
        Ok(())
    }

    /// Live requirements while Q Assistant still talks.
    ///
    /// # Errors
    /// A refusal once building has begun.
    pub(crate) fn update_requirements(
        &self,
        workflow_id: &str,
        requirements: Requirements,
    ) -> Result<(), ServiceError> {
        let by = Actor::Role(Role::QAssistant);
        self.request(workflow_id, Request::ReviseRequirements { by, requirements })
            .map(|_| ())
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
                data: json!({"detail": command.as_deref().unwrap_or("found from what lies in the project")}),
            };
            apply(tx, &mut row, &note).map(|_| ())
        })?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(())
    }

    pub(crate) fn record_test_run(&self, run: TestRunRow) -> Result<(), ServiceError> {
        let id = run.workflow_id.clone();
        self.store
            .write(move |tx| Ok::<_, ServiceError>(test_runs::insert(tx, &run)?))?;
        self.publisher.changed(&id, &[Changed::Tests]);
        Ok(())
    }

    pub(crate) fn effect_done(&self, workflow_id: &str, effect_id: i64) -> Result<(), ServiceError> {
        self.store
            .write(move |tx| Ok::<_, ServiceError>(effects::done(tx, effect_id)?))?;
        self.publisher.changed(workflow_id, &[Changed::Build, Changed::Changes]);
        Ok(())
    }

    pub(crate) fn remember_worktree(&self, id: &str, row: worktrees::WorktreeRow) -> Result<(), ServiceError> {
        let id = id.to_owned();
        self.store
            .write(move |tx| Ok::<_, ServiceError>(worktrees::insert(tx, &id, &row)?))
    }
}

/// A run may write its end only while the person lets the build go on.
fn still_at_work(row: &WorkflowRow) -> Result<(), ServiceError> {
    if row.workflow.status == RunStatus::Active {
        return Ok(());
    }
    Err(ServiceError::invalid(format!(
        "The build is {} now.",
        row.workflow.status.wire()
    )))
}

fn end_run(tx: &Connection, finish: &Finish, status: &str) -> Result<(), ServiceError> {
    if let Some(transcript) = &finish.transcript {
        role_runs::save_transcript(tx, &finish.run_id, transcript)?;
    }
    Ok(role_runs::end(tx, &finish.run_id, status, finish.used)?)
}

/// A message without quick replies.
pub(crate) fn plain(state: State, author: &str, text: String, run_id: Option<String>) -> NewMessage {
    NewMessage {
        id: new_id(),
        author: author.to_owned(),
        text,
        choices: Vec::new(),
        is_error: false,
        is_reason: false,
        state: state.wire().to_owned(),
        run_id,
    }
}

/// The row of a run that starts now.
pub(crate) fn new_run(workflow: &workflow::Workflow, role: Role, model: &str, read_up_to: u32) -> RoleRun {
    RoleRun {
        id: new_id(),
        workflow_id: workflow.id.clone(),
        phase: workflow.state.wire().to_owned(),
        role: role.wire().to_owned(),
        attempt: 1,
        model: model.to_owned(),
        status: "running".to_owned(),
        input_tokens: 0,
        output_tokens: 0,
        model_ms: 0,
        command_ms: 0,
        read_up_to,
        started_at: now(),
        ended_at: None,
    }
}
