//! The steps of the engine: a run begins, ends, and leaves evidence. Each is one transaction.

use serde_json::{Value, json};
use store::messages::{self, Meaning, NewMessage};
use store::role_runs::{self, RoleRun};
use store::test_runs::{self, Printed, TestRun};
use store::workflows::WorkflowRow;
use store::{Connection, effects, new_id, now, remarks, workflows, worktrees};
use workflow::gate::Evidence;
use workflow::phase::{Plan, Requirements};
use workflow::{Actor, Checkpoint, Outcome, Refusal, Request, Role, RunStatus, Standstill, State};

use super::advance::{Advance, advance_in};
use super::apply::apply;
use super::{Advanced, Service};
use crate::ServiceError;
use crate::notice::Changed;

/// How a role run ended, and all that has to be written with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finish {
    pub workflow_id: String,
    pub run_id: String,
    /// Spent in commands.
    pub command_ms: u32,
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

    /// Starts an attempt: the run and its event are written.
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
            let mut row = workflows::get(tx, &id)?;
            if messages::is_taken_back(tx, &id, run.read_up_to)? {
                return Err(overtaken());
            }
            if let Some(planned) = State::from_wire(&run.phase).filter(|planned| *planned != row.workflow.state) {
                let (claimed, actual) = (planned, row.workflow.state);
                return Err(Refusal::StaleState { claimed, actual }.into());
            }
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
            still_at_work(tx, &row, &finish.run_id)?;
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
            still_at_work(tx, &row, &finish.run_id)?;
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
            let overtaken = !role_runs::is_running(tx, &finish.run_id)?;
            end_run(tx, &finish, status)?;
            if let Some(standstill) = block.filter(|_| !overtaken) {
                let mut row = workflows::get(tx, &finish.workflow_id)?;
                if row.workflow.status == RunStatus::Active {
                    let failure = failure(row.workflow.state, &standstill);
                    messages::append(tx, &finish.workflow_id, failure)?;
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
        run_id: &str,
        requirements: Requirements,
    ) -> Result<(), ServiceError> {
        let (id, run_id) = (workflow_id.to_owned(), run_id.to_owned());
        let by = Actor::Role(Role::QAssistant);
        self.store.write(move |tx| {
            let mut row = workflows::get(tx, &id)?;
            still_at_work(tx, &row, &run_id)?;
            apply(tx, &mut row, &Request::ReviseRequirements { by, requirements }).map(|_| ())
        })?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(())
    }

    pub(crate) fn keep_remark(&self, workflow_id: &str, handoff_id: &str, text: &str) -> Result<(), ServiceError> {
        let (handoff_id, text) = (handoff_id.to_owned(), text.to_owned());
        self.store
            .write(move |tx| Ok::<_, ServiceError>(remarks::keep(tx, &handoff_id, &text)?))?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(())
    }

    pub(crate) fn record_test_run(&self, run: TestRun, printed: Printed) -> Result<(), ServiceError> {
        let id = run.workflow_id.clone();
        self.store
            .write(move |tx| Ok::<_, ServiceError>(test_runs::insert(tx, &run, &printed)?))?;
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

/// What a run of the talk had read was taken back: the driver looks again at what is to be done.
fn overtaken() -> ServiceError {
    ServiceError::invalid("The person said it anew meanwhile.")
}

/// A run may write what it did only while the person lets the build go on, and has not said anew what it had read.
fn still_at_work(tx: &Connection, row: &WorkflowRow, run_id: &str) -> Result<(), ServiceError> {
    if !role_runs::is_running(tx, run_id)? {
        return Err(overtaken());
    }
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
    Ok(role_runs::end(tx, &finish.run_id, status, finish.command_ms)?)
}

/// A message without quick replies.
pub(crate) fn plain(state: State, author: &str, text: String, run_id: Option<String>) -> NewMessage {
    NewMessage {
        id: new_id(),
        author: author.to_owned(),
        text,
        meaning: None,
        reasoning: String::new(),
        choices: Vec::new(),
        is_error: false,
        is_interrupted: false,
        is_reason: false,
        images: Vec::new(),
        files: Vec::new(),
        state: state.wire().to_owned(),
        run_id,
    }
}

/// What stopped the work or an answer, said by the product.
pub(crate) fn failure(state: State, standstill: &Standstill) -> NewMessage {
    let facts = standstill.facts.as_deref().cloned();
    NewMessage {
        is_error: true,
        meaning: Some(Meaning::new(&standstill.code, facts.unwrap_or_else(|| json!({})))),
        ..plain(state, "product", standstill.reason.clone(), None)
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
        cost: Some(0.0),
        model_ms: 0,
        command_ms: 0,
        read_up_to,
        started_at: now(),
        ended_at: None,
    }
}
