//! One run of one role: its conversation with the model, its tools, and how it ends. A run either ends with everything it did in
//! one transaction, or it never was: the next one starts from the last checkpoint.

mod aside;
mod asking;
mod budget;
mod circles;
mod condense;
mod conversation;
pub(crate) mod evidence;
mod filter;

pub(crate) use aside::{run_answer, run_remark};

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use models::redact::{redact, redact_json};
use models::{Message, Model, ModelError, Task, TurnRequest};
use store::messages::Message as Said;
use store::role_runs::{self, RoleRun};
use store::workflows::WorkflowRow;
use store::{events, messages};
use tokio_util::sync::CancellationToken;
use workflow::{Fact, Language, NextAction, Request, Role, Standstill, State};
use workspace::{Project, Worktree};

use crate::service::{Finish, new_run};
use crate::surroundings::{Surroundings, persons_file};
use crate::{Engine, ServiceError, attachments, pictures, prompt};

/// A run that is going on.
pub(crate) struct Run {
    pub engine: Engine,
    pub row: WorkflowRow,
    pub run: RoleRun,
    pub role: Role,
    pub model: Arc<dyn Model>,
    /// Who takes over when it fails, in order.
    pub fallbacks: Vec<Arc<dyn Model>>,
    pub task: Task,
    pub system: String,
    pub messages: Vec<Message>,
    /// How far the conversation is shortened for the model.
    pub condensed: condense::Condensed,
    /// The build's worktree; none while Q Assistant talks.
    pub worktree: Option<Worktree>,
    /// What read tools look at.
    pub root: PathBuf,
    pub cancel: CancellationToken,
    pub kind: Kind,
    /// Keys and the like, which must stand in no record.
    pub secrets: Vec<String>,
    /// Its model takes no pictures.
    pub is_blind: bool,
    /// The newest message of the person that the role at work has heard.
    pub heard: u32,
    /// Milliseconds spent in commands.
    pub command_ms: u32,
    /// The newest request of this run: the next one is recorded as what it adds.
    pub asked_before: Option<TurnRequest>,
    /// The conversation with the model is taken up by the next run of this phase.
    pub goes_on: bool,
    /// Results that did not have the agreed form.
    pub invalid_results: u32,
    /// Results that a gate refused.
    pub gate_refusals: u32,
    /// Logs of its commands' long outputs; the first is output 1.
    pub outputs: Vec<PathBuf>,
    /// Files that the role wrote itself, as opposed to what its commands left.
    pub written: BTreeSet<String>,
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A phase of the build, in its worktree.
    Work,
    /// Q Assistant talks with the person, or plans.
    Talk,
    /// Q Assistant answers while others work.
    Answer,
    /// Q Assistant says what it thinks of a handoff. That is not part of the conversation, and nobody waits for it.
    Remark,
}

impl Kind {
    /// Whether others work meanwhile.
    pub const fn is_beside(self) -> bool {
        matches!(self, Kind::Answer | Kind::Remark)
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// Written already, with all that belongs to it.
    Written,
    /// The person is awaited.
    Waiting,
    Cancelled,
    Failed(Standstill),
}

impl Run {
    pub fn id(&self) -> &str {
        &self.row.workflow.id
    }

    pub fn finish(&self) -> Finish {
        let transcript = self.goes_on.then(|| {
            let closed = conversation::with_every_call_answered(&self.messages);
            let kept = redact_json(serde_json::to_value(&closed).unwrap_or_default(), &self.known_secrets());
            if kept.is_array() {
                kept.to_string()
            } else {
                "[]".to_owned()
            }
        });
        Finish {
            workflow_id: self.row.workflow.id.clone(),
            run_id: self.run.id.clone(),
            command_ms: self.command_ms,
            transcript,
        }
    }

    /// Keeps what the role is told at the beginning, word for word.
    fn keep_told(&self) -> Result<(), ServiceError> {
        let told = prompt::told(&self.system, &self.messages);
        let (id, told) = (self.run.id.clone(), redact(&told, &self.known_secrets()).into_owned());
        let store = self.engine.service().store();
        store.write(move |tx| Ok::<_, ServiceError>(role_runs::keep_told(tx, &id, &told)?))
    }

    /// Lets it go on until it ends. A run that an error of the engine's own ends is not left as if it went on.
    async fn go_through(&mut self) -> Result<End, ServiceError> {
        let limit = self.engine.limits().phase_timeout;
        let ended = within_time(self, limit).await;
        if ended.is_err() {
            self.engine.service().end_run(self.finish(), "failed", None)?;
        }
        ended
    }

    fn end(&self, end: End) -> Result<(), ServiceError> {
        let service = self.engine.service();
        match end {
            End::Written => Ok(()),
            End::Waiting => service.end_run(self.finish(), "waiting", None),
            End::Cancelled => service.end_run(self.finish(), "cancelled", None),
            End::Failed(standstill) => service.end_run(self.finish(), "failed", Some(standstill)),
        }
    }
}

/// A phase of the build: a role at work in the worktree, from the checkpoint at which the work stands.
pub(crate) async fn run_phase(
    engine: &Engine,
    row: &WorkflowRow,
    cancel: &CancellationToken,
) -> Result<(), ServiceError> {
    let workflow = &row.workflow;
    let Some(role) = workflow.owner() else { return Ok(()) };
    let (model, fallbacks) = match models_for(engine, row, role) {
        Ok(models) => models,
        Err(standstill) => return block(engine, row, standstill),
    };
    let worktree = engine.worktree(&workflow.id).await?;
    if let Some(head) = &workflow.head {
        worktree.restore(&head.commit).await?;
    }
    let existing = engine.project_of(&workflow.id).await?.has_files().await?;
    let said = conversation_of(engine, &workflow.id)?;
    let newest = said.last().map_or(0, |message| message.seq);
    // What somebody has to look at to judge it.
    let images = match role {
        Role::CodeWriter | Role::VerificationOverseer => {
            pictures::of(engine, said.iter().filter(|m| m.author == "you"))?
        }
        Role::QAssistant | Role::TestAuditor | Role::ReleaseManager => Vec::new(),
    };
    let files = if role == Role::ReleaseManager {
        String::new()
    } else {
        attachments::all_of(engine, said.iter().filter(|m| m.author == "you"))?
    };
    let steering: Vec<Said> = said.into_iter().filter(is_steering).collect();
    let new = new_run(workflow, role, model.name(), 0);
    let (row, run) = engine.service().start_run(&workflow.id, new)?;
    let task = task(engine, &row, role, existing);
    let root = worktree.path().to_owned();
    let mut run = Run {
        system: prompt::system(role, row.workflow.state, &task, &around(engine, &row, role, &root)?),
        messages: vec![prompt::assignment(&row.workflow, role, &steering, images, &files)],
        engine: engine.clone(),
        row,
        run,
        role,
        model,
        fallbacks,
        task,
        condensed: 0,
        worktree: Some(worktree),
        root,
        cancel: cancel.child_token(),
        kind: Kind::Work,
        secrets: engine.inner.models.secrets(),
        is_blind: false,
        heard: newest,
        command_ms: 0,
        asked_before: None,
        goes_on: false,
        invalid_results: 0,
        gate_refusals: 0,
        outputs: Vec::new(),
        written: BTreeSet::new(),
    };
    run.keep_told()?;
    let end = run.go_through().await?;
    run.end(end)
}

/// Q Assistant talks with the person, or writes the plan. True when the work went on.
pub(crate) async fn run_talk(
    engine: &Engine,
    row: &WorkflowRow,
    cancel: &CancellationToken,
) -> Result<bool, ServiceError> {
    let mut run = match talking_run(engine, row, cancel, Kind::Talk).await? {
        Ok(run) => run,
        Err(standstill) => return block(engine, row, standstill).map(|()| false),
    };
    let id = row.workflow.id.clone();
    let phase = row.workflow.state.wire();
    let kept = engine
        .service()
        .store()
        .read(move |db| Ok::<_, ServiceError>(role_runs::newest_transcript(db, &id, phase)?))?;
    let mut transcript: Vec<Message> = kept
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let said = conversation_of(engine, run.id())?;
    if row.workflow.state == State::Planning && transcript.is_empty() {
        let images = pictures::of(engine, said.iter().filter(|m| m.author == "you"))?;
        let files = attachments::all_of(engine, said.iter().filter(|m| m.author == "you"))?;
        transcript.push(prompt::planning(&row.workflow, &row.brief, &said, images, &files));
    } else {
        let unread = said
            .iter()
            .filter(|m| m.author == "you" && m.seq > run.row_read_before(engine));
        for message in unread {
            transcript.push(Message::User {
                text: attachments::with_files(engine, message)?,
                images: pictures::of(engine, std::iter::once(message))?,
            });
        }
    }
    pictures::fetch_all(engine, &mut transcript)?;
    run.messages = transcript;
    run.run = match engine.service().start_run(run.id(), run.run.clone()) {
        Ok((_, started)) => started,
        // The person said it anew while it was being read: what counts now is looked at.
        Err(ServiceError::InvalidInput { .. }) => return Ok(true),
        Err(error) => return Err(error),
    };
    run.keep_told()?;
    let end = run.go_through().await?;
    let went_on = end == End::Written;
    run.end(end)?;
    Ok(went_on)
}

impl Run {
    /// The newest message that earlier runs had read.
    fn row_read_before(&self, engine: &Engine) -> u32 {
        let id = self.id().to_owned();
        engine
            .service()
            .store()
            .read(move |db| Ok::<_, ServiceError>(role_runs::read_up_to(db, &id)?))
            .unwrap_or(0)
    }
}

/// A run of Q Assistant's, or why there is no model for it.
async fn talking_run(
    engine: &Engine,
    row: &WorkflowRow,
    cancel: &CancellationToken,
    kind: Kind,
) -> Result<Result<Run, Standstill>, ServiceError> {
    let role = Role::QAssistant;
    let (model, fallbacks) = match models_for(engine, row, role) {
        Ok(models) => models,
        Err(standstill) => return Ok(Err(standstill)),
    };
    let project: Project = engine.project_of(&row.workflow.id).await?;
    let existing = project.has_files().await?;
    let newest = conversation_of(engine, &row.workflow.id)?.last().map_or(0, |m| m.seq);
    let task = task(engine, row, role, existing);
    Ok(Ok(Run {
        system: prompt::system(
            role,
            row.workflow.state,
            &task,
            &around(engine, row, role, project.path())?,
        ),
        messages: Vec::new(),
        engine: engine.clone(),
        run: new_run(&row.workflow, role, model.name(), newest),
        row: row.clone(),
        role,
        model,
        fallbacks,
        task,
        condensed: 0,
        worktree: None,
        root: project.path().to_owned(),
        cancel: cancel.child_token(),
        kind,
        secrets: engine.inner.models.secrets(),
        is_blind: false,
        heard: newest,
        command_ms: 0,
        asked_before: None,
        goes_on: kind == Kind::Talk,
        invalid_results: 0,
        gate_refusals: 0,
        outputs: Vec::new(),
        written: BTreeSet::new(),
    }))
}

/// Whether the person said it while others worked: it is for the role at work, too.
fn is_steering(message: &Said) -> bool {
    message.author == "you" && !matches!(message.state.as_str(), "discovery" | "planning")
}

fn around(engine: &Engine, row: &WorkflowRow, role: Role, root: &Path) -> Result<Surroundings, ServiceError> {
    let persons = persons_file(&engine.inner.data, &row.workflow.project_id, role);
    Ok(Surroundings::of(root, &persons, language_of(engine, &row.workflow.id)?))
}

/// What the person spoke when they began the build. It is in the trail, so that a replay tells the roles the same.
fn language_of(engine: &Engine, id: &str) -> Result<Language, ServiceError> {
    let id = id.to_owned();
    let store = engine.service().store();
    let first = store.read(move |db| Ok::<_, ServiceError>(events::first(db, &id)?))?;
    let fact = first.and_then(|event| serde_json::from_str::<Fact>(&event.event_data).ok());
    let Some(Fact::WorkflowStarted { language, .. }) = fact else {
        return Ok(Language::default());
    };
    Ok(language)
}

/// What a role would be told if it began now in this build.
pub(crate) async fn preview(engine: &Engine, row: &WorkflowRow, role: Role) -> Result<String, ServiceError> {
    let project = engine.project_of(&row.workflow.id).await?;
    let root = if row.workflow.state > State::Planning {
        engine.worktree(&row.workflow.id).await?.path().to_owned()
    } else {
        project.path().to_owned()
    };
    let task = task(engine, row, role, project.has_files().await?);
    let system = prompt::system(role, row.workflow.state, &task, &around(engine, row, role, &root)?);
    let asked = prompt::assignment(&row.workflow, role, &[], Vec::new(), "");
    Ok(prompt::told(&system, &[asked]))
}

fn task(engine: &Engine, row: &WorkflowRow, role: Role, existing: bool) -> Task {
    let has = (engine.inner.has_node, engine.inner.has_python);
    prompt::task(&row.workflow, role, &row.brief, existing, has)
}

fn conversation_of(engine: &Engine, id: &str) -> Result<Vec<Said>, ServiceError> {
    let id = id.to_owned();
    engine
        .service()
        .store()
        .read(move |db| Ok(messages::of_workflow(db, &id)?))
}

type Models = (Arc<dyn Model>, Vec<Arc<dyn Model>>);

/// The model for the role, and those that take over when it fails; or why there is none.
fn models_for(engine: &Engine, row: &WorkflowRow, role: Role) -> Result<Models, Standstill> {
    let mut models = engine.inner.models.models(&row.model_id, role)?.into_iter();
    let first = models.next().ok_or_else(|| {
        standstill(
            "no_model",
            "No model is connected.".to_owned(),
            NextAction::ConnectModel,
        )
    })?;
    Ok((first, models.collect()))
}

fn block(engine: &Engine, row: &WorkflowRow, standstill: Standstill) -> Result<(), ServiceError> {
    if !row.workflow.status.is_over() {
        engine.service().request(&row.workflow.id, Request::Block(standstill))?;
    }
    Ok(())
}

/// Lets the run go on until it ends by itself or its time is over; then everything it started is stopped before this returns.
async fn within_time(run: &mut Run, limit: Duration) -> Result<End, ServiceError> {
    let stop = run.cancel.clone();
    let work = conversation::converse(run);
    tokio::pin!(work);
    tokio::select! {
        end = &mut work => return end,
        () = tokio::time::sleep(limit) => stop.cancel(),
    }
    work.await?;
    Ok(End::Failed(standstill(
        "phase_timeout",
        format!(
            "This phase took longer than the {} s it may take, so it was stopped.",
            limit.as_secs()
        ),
        NextAction::TryAgain,
    )))
}

pub(crate) fn standstill(code: &str, reason: String, next_action: NextAction) -> Standstill {
    Standstill {
        code: code.to_owned(),
        reason,
        facts: None,
        next_action,
        pending_return: None,
    }
}

/// Why a model's failure stops the build, and what helps.
fn standstill_of(error: &ModelError) -> Standstill {
    let next = match error {
        ModelError::NotASample
        | ModelError::Unauthorized { .. }
        | ModelError::NoCredit { .. }
        | ModelError::UnknownModel { .. }
        | ModelError::NotAModelServer { .. }
        | ModelError::TooLong { .. }
        | ModelError::Refused { .. } => NextAction::ConnectModel,
        ModelError::Cancelled
        | ModelError::WentOtherwise { .. }
        | ModelError::Unreachable { .. }
        | ModelError::RateLimited { .. }
        | ModelError::Failing { .. }
        | ModelError::Silent { .. }
        | ModelError::Endless { .. }
        | ModelError::BrokeOff { .. } => NextAction::TryAgain,
    };
    Standstill {
        facts: Some(Box::new(error.facts())),
        ..standstill(error.code(), error.to_string(), next)
    }
}
