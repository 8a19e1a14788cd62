//! The engine: what the doors call. It decides nothing itself; it asks the service, and carries out what follows.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use models::Model;
use serde_json::{Value, json};
use store::messages::{self, Meaning, Message, NewMessage};
use store::{Store, effects, projects, workflows, worktrees};
use workflow::phase::{Plan, Requirements};
use workflow::{
    Actor, ApprovalPolicy, Budget, Checkpoint, Language, NextAction, Pin, Request, Role, Standstill, State,
};
use workspace::{Project, Worktree, find_program};

use crate::attachments::Shown;
use crate::driver::{Aside, Drivers};
use crate::notice::{Changed, Publisher};
use crate::service::{NewBuild, Service, plain};
use crate::sites::Sites;
use crate::{ServiceError, SiteHost};

/// Where models come from: the shell knows the person's settings and keys, the engine does not.
pub trait ModelSource: Send + Sync {
    /// The model for a role in a build that was started with the model of that id, and those that take over when it fails.
    ///
    /// # Errors
    /// Why there is none, as the standstill that the build gets.
    fn models(&self, build_model_id: &str, role: Role) -> Result<Vec<Arc<dyn Model>>, Standstill>;

    /// Keys that must stand in no record, whichever model they belong to.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Limits that apply from the next run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub max_retries: u32,
    pub phase_timeout: Duration,
    /// How often a model that cannot answer is asked, the first time included.
    pub model_tries: u32,
    /// How long is waited before the second try; each further pause is twice as long.
    pub model_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_retries: 3,
            phase_timeout: Duration::from_secs(3600),
            model_tries: 5,
            model_pause: Duration::from_secs(1),
        }
    }
}

/// A model could not answer, and is asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelWait {
    /// A sentence for the person.
    pub why: String,
    /// Stable code of what happened.
    pub code: &'static str,
    /// What the sentence is about, for whoever says it in another language.
    pub facts: Value,
    pub until: DateTime<Utc>,
}

/// What an engine is made of.
pub struct EngineConfig {
    pub store: Store,
    /// Worktrees and released sites live below it.
    pub data: PathBuf,
    pub models: Arc<dyn ModelSource>,
    pub limits: Limits,
    pub sites: SiteHost,
}

/// The engine. Cheap to clone. Its methods are called inside a multi-threaded tokio runtime.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub service: Service,
    pub data: PathBuf,
    pub models: Arc<dyn ModelSource>,
    pub limits: RwLock<Limits>,
    pub drivers: Drivers,
    pub sites: Sites,
    /// One release at a time per project folder: two builds must not merge into one branch at once.
    pub releasing: Mutex<HashMap<PathBuf, Arc<tokio::sync::Mutex<()>>>>,
    /// One Ready to Build at a time: the second click finds what the first one decided.
    pub clicks: tokio::sync::Mutex<()>,
    /// The builds whose model is asked again later. Gone with the process, as the wait is.
    pub model_waits: Mutex<HashMap<String, ModelWait>>,
    /// What was looked at last in Changes.
    pub looked: crate::files::Looked,
    pub has_node: bool,
    pub has_python: bool,
}

/// What a build is started with.
#[derive(Debug, Clone)]
pub struct StartBuild {
    pub user_id: String,
    pub folder: PathBuf,
    pub brief: String,
    pub model_id: String,
    pub policy: ApprovalPolicy,
    /// What its models may use at most; none: no limit.
    pub budget: Option<Budget>,
    /// What the roles speak with the person.
    pub language: Language,
    /// Pictures that go with the brief.
    pub shown: Shown,
    /// Files that an empty folder gets first: those of a sample.
    pub seed: Vec<(String, String)>,
    pub idempotency_key: String,
}

impl Engine {
    #[must_use]
    pub fn new(config: EngineConfig) -> Engine {
        Engine {
            inner: Arc::new(Inner {
                service: Service::new(config.store, Publisher::new(4096)),
                data: config.data,
                models: config.models,
                limits: RwLock::new(config.limits),
                drivers: Drivers::default(),
                sites: Sites::new(config.sites),
                releasing: Mutex::default(),
                clicks: tokio::sync::Mutex::default(),
                model_waits: Mutex::default(),
                looked: crate::files::Looked::default(),
                has_node: find_program("node").is_some(),
                has_python: find_program("python3").is_some(),
            }),
        }
    }

    #[must_use]
    pub fn service(&self) -> &Service {
        &self.inner.service
    }

    #[must_use]
    pub fn publisher(&self) -> &Publisher {
        self.inner.service.publisher()
    }

    pub fn set_limits(&self, limits: Limits) {
        *self.inner.limits.write().unwrap_or_else(PoisonError::into_inner) = limits;
    }

    pub(crate) fn limits(&self) -> Limits {
        *self.inner.limits.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the long outputs of a build's commands are kept.
    pub(crate) fn outputs_of(&self, id: &str) -> PathBuf {
        self.inner.data.join("outputs").join(id)
    }

    /// What a role would be told if it began now in a build.
    ///
    /// # Errors
    /// No such build, or a project's folder that is gone.
    pub async fn prompt(&self, role: Role, workflow_id: &str) -> Result<String, ServiceError> {
        let workflow_id = workflow_id.to_owned();
        let row = self
            .inner
            .service
            .store()
            .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &workflow_id)?))?;
        crate::role_run::preview(self, &row, role).await
    }

    /// The file in which the person may add to what a role is told in the build's project.
    ///
    /// # Errors
    /// No such build.
    pub fn persons_prompt_file(&self, role: Role, workflow_id: &str) -> Result<PathBuf, ServiceError> {
        let id = workflow_id.to_owned();
        let row = self
            .inner
            .service
            .store()
            .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &id)?))?;
        Ok(crate::surroundings::persons_file(
            &self.inner.data,
            &row.workflow.project_id,
            role,
        ))
    }

    /// What the build waits for, while its model is asked again later.
    #[must_use]
    pub fn model_wait(&self, id: &str) -> Option<ModelWait> {
        let waits = self.inner.model_waits.lock().unwrap_or_else(PoisonError::into_inner);
        waits.get(id).cloned()
    }

    pub(crate) fn set_model_wait(&self, id: &str, wait: Option<ModelWait>) {
        let mut waits = self.inner.model_waits.lock().unwrap_or_else(PoisonError::into_inner);
        match wait {
            Some(wait) => waits.insert(id.to_owned(), wait),
            None => waits.remove(id),
        };
        drop(waits);
        self.publisher().changed(id, &[Changed::Build]);
    }

    /// Marks what a killed program left running, of all builds. Called once, by the program that holds the data folder, before anything
    /// runs: what is marked later may be at work.
    ///
    /// # Errors
    /// Where the store refuses.
    pub fn clear_left_over(&self) -> Result<(), ServiceError> {
        let store = self.inner.service.store();
        store.write(|tx| Ok::<_, ServiceError>(store::role_runs::interrupt_all(tx)?))
    }

    /// Takes up what the store says is to be done: builds at work go on, effects are carried out, released pages are served.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn resume_all(&self) -> Result<(), ServiceError> {
        workspace::sweep_checkouts();
        let ids = self.inner.service.store().read(|db| {
            let mut ids = workflows::open_ids(db)?;
            ids.extend(effects::workflows_with_open(db)?);
            Ok::<_, ServiceError>(ids)
        })?;
        self.serve_released().await?;
        self.clear_leftovers().await?;
        for id in ids {
            self.kick(&id);
        }
        Ok(())
    }

    /// Starts a build in the person's folder.
    ///
    /// # Errors
    /// A folder that cannot be used, an empty brief, a key that was used for something else.
    pub async fn start_build_from_chat(&self, start: StartBuild) -> Result<String, ServiceError> {
        crate::service::check_message(&start.brief)?;
        refuse_nothing(start.budget)?;
        self.refuse_folder(&start.folder)?;
        seed_empty_folder(&start.folder, &start.seed)?;
        let project = Project::open_or_create(&start.folder).await?;
        let path = project.path().to_string_lossy().into_owned();
        let name = project
            .path()
            .file_name()
            .map_or_else(|| path.clone(), |n| n.to_string_lossy().into_owned());
        let new = NewBuild {
            user_id: start.user_id,
            project_name: name,
            project_path: path,
            brief: start.brief,
            model_id: start.model_id,
            policy: start.policy,
            max_retries: self.limits().max_retries,
            budget: start.budget,
            language: start.language,
            shown: start.shown,
        };
        let uncommitted = Project::inspect(project.path()).await?.uncommitted;
        let started = self.inner.service.start_build_from_chat(new, &start.idempotency_key)?;
        self.say_what_is_left_out(&started.workflow_id, &uncommitted)?;
        self.kick(&started.workflow_id);
        Ok(started.workflow_id)
    }

    /// The program's own data must not become part of what it builds, and a name that is not text could not be kept.
    fn refuse_folder(&self, folder: &Path) -> Result<(), ServiceError> {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if folder.to_str().is_none() {
            return Err(ServiceError::invalid(format!(
                "The name of {} is not UTF-8 text. Rename the folder, or choose another one.",
                folder.display()
            )));
        }
        if real(&self.inner.data).starts_with(real(folder)) || real(folder).starts_with(real(&self.inner.data)) {
            return Err(ServiceError::invalid(format!(
                "This project and the data of Q Assistant ({}) lie one in the other. Choose another folder for one of them.",
                self.inner.data.display()
            )));
        }
        Ok(())
    }

    /// A build starts from what is committed. Where that is not all there is, the person hears it, once.
    fn say_what_is_left_out(&self, id: &str, uncommitted: &[String]) -> Result<(), ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let begun = store.read(move |db| Ok::<_, ServiceError>(messages::of_workflow(db, &workflow_id)?.len() > 1))?;
        if uncommitted.is_empty() || begun {
            return Ok(());
        }
        let some: Vec<&String> = uncommitted.iter().take(3).collect();
        let more = uncommitted.len() - some.len();
        let mut named = some.iter().map(|file| file.as_str()).collect::<Vec<_>>().join(", ");
        let meaning = if more == 0 {
            Meaning::new("left_out", json!({"files": some}))
        } else {
            named.push_str(&format!(" and {more} more"));
            Meaning::new("left_out_and_more", json!({"files": some, "more": more}))
        };
        let text = format!(
            "Your folder has changes that are not committed ({named}). They stay exactly as they are: the build starts from the \
             last commit and works in a folder of its own."
        );
        self.inner.service.post(
            id,
            NewMessage {
                meaning: Some(meaning),
                ..plain(State::Discovery, "product", text, None)
            },
        )
    }

    /// What the person says, to Q Assistant or to the role at work.
    ///
    /// # Errors
    /// An empty or oversized message.
    pub fn send_message(
        &self,
        id: &str,
        text: &str,
        shown: impl Into<Shown>,
        idempotency_key: &str,
    ) -> Result<Message, ServiceError> {
        let message = self.inner.service.say(id, text, shown, idempotency_key)?;
        if self.talks_on(id)? > State::Planning {
            self.attend(id);
        }
        self.kick(id);
        Ok(message)
    }

    /// Going on talking is the way out of a talk that stands still. The state that the build is in.
    fn talks_on(&self, id: &str) -> Result<State, ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let workflow = store
            .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &workflow_id)?))?
            .workflow;
        if workflow.state <= State::Planning && workflow.standstill().is_some() {
            let by = Actor::Person(workflow.user_id.clone());
            self.inner.service.request(id, Request::Resume { by })?;
        }
        Ok(workflow.state)
    }

    /// Takes the talk back to before something that the person said, and lets them say it in other words: see [`crate::service`]'s `anew`.
    /// Who still answers the old words is stopped.
    ///
    /// # Errors
    /// `stale_state` once building has begun; what is not the person's own; an empty or oversized message.
    pub fn say_anew(
        &self,
        id: &str,
        by: Actor,
        message_id: &str,
        text: &str,
        idempotency_key: &str,
    ) -> Result<Message, ServiceError> {
        let service = &self.inner.service;
        let message = service.say_anew(id, by, message_id, text, idempotency_key)?;
        self.talks_on(id)?;
        self.interrupt(id);
        Ok(message)
    }

    /// # Errors
    /// `stale_state` when the build changed meanwhile or building has begun.
    pub fn edit_requirements(&self, id: &str, by: Actor, revision: u32, new: Requirements) -> Result<(), ServiceError> {
        self.inner.service.edit_requirements(id, by, revision, new).map(|_| ())
    }

    /// # Errors
    /// `stale_state` when the plan is at another revision by now.
    pub fn edit_plan(&self, id: &str, by: Actor, expected: u32, plan: Plan) -> Result<(), ServiceError> {
        self.inner
            .service
            .request(id, Request::RevisePlan { by, expected, plan })
            .map(|_| ())
    }

    /// The click. The worktree is made first, so that what goes wrong with the folder is said where the click was.
    ///
    /// # Errors
    /// A folder that cannot be used; a plan with gaps or at another revision.
    pub async fn ready_to_build(&self, id: &str, by: Actor, plan_revision: u32) -> Result<(), ServiceError> {
        let _one_click = self.inner.clicks.lock().await;
        // Asked before anything is touched: a click that comes too late must not move files under a role at work.
        let (workflow_id, click) = (
            id.to_owned(),
            Request::ReadyToBuild {
                by: by.clone(),
                plan_revision,
            },
        );
        let store = self.inner.service.store();
        let (workflow, open) = store.read(move |db| {
            let workflow = workflows::get(db, &workflow_id)?.workflow;
            Ok::<_, ServiceError>((workflow, effects::open(db, &workflow_id)?))
        })?;
        workflow::decide(&workflow, &click)?;
        if !open.is_empty() {
            return Err(ServiceError::invalid(
                "The rollback is still being carried out. Try again in a moment.",
            ));
        }
        let worktree = self.worktree(id).await?;
        let head = self.start_of(id, &worktree).await?;
        let base = Checkpoint {
            commit: head.commit,
            tree: head.tree,
        };
        self.inner.service.ready_to_build(id, by, plan_revision, base)?;
        self.kick(id);
        Ok(())
    }

    /// Where the build begins: at its branch, or, where it was rolled back to the plan, at the project's branch as it is now.
    async fn start_of(&self, id: &str, worktree: &Worktree) -> Result<workspace::Checkpoint, ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let (workflow, row) = store.read(move |db| {
            let workflow = workflows::get(db, &workflow_id)?.workflow;
            Ok::<_, ServiceError>((workflow, worktrees::get(db, &workflow_id)?))
        })?;
        let rolled_back = workflow.began.is_some() && workflow.head == workflow.began;
        if let Some(row) = row.filter(|_| rolled_back)
            && let Some(now) = self.project_of(id).await?.commit_on(&row.onto).await?
        {
            worktree.restore(&now).await?;
        }
        Ok(worktree.head().await?)
    }

    /// # Errors
    /// `approval_void` when plan, files or evidence are others than the person saw.
    pub fn approve_handoff(
        &self,
        id: &str,
        by: Actor,
        handoff_id: &str,
        pin: Pin,
        dont_ask_again: bool,
    ) -> Result<(), ServiceError> {
        self.inner
            .service
            .approve_handoff(id, by, handoff_id, pin, dont_ask_again)?;
        self.inner.drivers.interrupt_beside(id, &[Aside::Remark]);
        self.kick(id);
        Ok(())
    }

    /// # Errors
    /// `transition_refused`, `retries_exhausted`, a missing reason.
    pub fn request_retry(&self, id: &str, by: Actor, reason: &str, target: Option<State>) -> Result<(), ServiceError> {
        let result = self.inner.service.request_retry(id, by, reason, target);
        self.interrupt(id);
        result.map(|_| ())
    }

    /// Ends the build; what a release of it left is taken back.
    ///
    /// # Errors
    /// A refusal; what stands in the way of taking a release back: the build goes on then.
    pub async fn cancel(&self, id: &str, by: Actor) -> Result<(), ServiceError> {
        self.can_undo_releases(id).await?;
        self.stop_with(id, Request::Cancel { by })?;
        self.inner.drivers.interrupt_beside(id, &[Aside::Answer]);
        Ok(())
    }

    /// Pauses, cancels, or any other request that stops the role at work.
    ///
    /// # Errors
    /// A refusal.
    pub fn stop_with(&self, id: &str, request: Request) -> Result<(), ServiceError> {
        self.inner.service.request(id, request)?;
        self.interrupt(id);
        Ok(())
    }

    /// Goes on after a pause or a block.
    ///
    /// # Errors
    /// A refusal.
    pub fn go_on_with(&self, id: &str, request: Request) -> Result<(), ServiceError> {
        let result = self.inner.service.request(id, request);
        self.kick(id);
        result.map(|_| ())
    }

    /// State, files and release go back together, and the build waits there: nothing starts again by itself, so that the rollback can be
    /// looked at and taken back.
    ///
    /// # Errors
    /// `rollback_refused`; what stands in the way of taking a release back: nothing went back then.
    pub async fn rollback_workflow(
        &self,
        id: &str,
        by: Actor,
        target: State,
        reason: &str,
    ) -> Result<(), ServiceError> {
        self.can_undo_releases(id).await?;
        // What it would go back to must be there.
        self.preview_rollback(id, target).await?;
        let reason = reason.to_owned();
        let back = Request::Rollback {
            by: by.clone(),
            target,
            reason,
        };
        self.inner.service.requests(id, vec![back, Request::Pause { by }])?;
        self.interrupt(id);
        Ok(())
    }

    /// # Errors
    /// `rollback_refused` when work went on since.
    pub fn undo_rollback(&self, id: &str, by: Actor) -> Result<(), ServiceError> {
        self.inner.service.request(id, Request::UndoRollback { by })?;
        self.interrupt(id);
        Ok(())
    }

    /// How the tests of the build's project are run from now on. Empty: the product finds out.
    ///
    /// # Errors
    /// No such build; a command of more than one line.
    pub fn set_test_command(&self, id: &str, by: Actor, command: &str) -> Result<(), ServiceError> {
        self.inner.service.set_test_command(id, by, command)
    }

    /// What the models of this build may use from now on; none: no limit. A build that stands still for its budget goes on.
    ///
    /// # Errors
    /// A build that is over; a limit of nothing.
    pub fn set_budget(&self, id: &str, by: Actor, budget: Option<Budget>) -> Result<(), ServiceError> {
        refuse_nothing(budget)?;
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let workflow = store
            .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &workflow_id)?))?
            .workflow;
        let stood_for_it = workflow
            .standstill()
            .is_some_and(|standstill| standstill.next_action == NextAction::RaiseBudget);
        let mut requests = vec![Request::SetBudget { by: by.clone(), budget }];
        if stood_for_it {
            requests.push(Request::Resume { by });
        }
        self.inner.service.requests(id, requests)?;
        self.kick(id);
        Ok(())
    }

    /// The model that the roles of this build talk to from the next run on.
    ///
    /// # Errors
    /// No such build.
    pub fn use_model(&self, id: &str, model_id: &str) -> Result<(), ServiceError> {
        let (workflow_id, model_id) = (id.to_owned(), model_id.to_owned());
        let store = self.inner.service.store();
        store.write(move |tx| {
            if workflows::get(tx, &workflow_id)?.trashed_at.is_some() {
                return Err(ServiceError::InTrash);
            }
            Ok(workflows::set_model(tx, &workflow_id, &model_id)?)
        })?;
        self.publisher().changed(id, &[Changed::Build]);
        self.go_on_with(id, Request::Resume { by: Actor::Product })
    }

    /// Stops the role at work, or Q Assistant in the middle of a reply; the build's status stays.
    pub fn interrupt(&self, id: &str) {
        // What it thinks of a handoff matters only as long as that waits.
        self.inner.drivers.interrupt_beside(id, &[Aside::Remark]);
        self.inner.drivers.interrupt(id);
        self.kick(id);
    }

    /// Stops what is being said: Q Assistant's answer beside the work if it gives one, otherwise the role at work.
    pub fn stop_reply(&self, id: &str) {
        if !self.inner.drivers.interrupt_beside(id, &[Aside::Answer]) {
            self.interrupt(id);
        }
    }

    /// Makes sure that Q Assistant looks whether something is asked of it beside the work.
    pub(crate) fn attend(&self, id: &str) {
        self.inner.drivers.attend(self, id);
    }

    /// Makes sure that somebody looks at what this build has to do.
    pub fn kick(&self, id: &str) {
        self.inner.drivers.kick(self, id);
    }

    /// Waits until nothing is being done for the build: it waits for the person, or it is over.
    pub async fn settled(&self, id: &str) {
        self.inner.drivers.settled(id).await;
    }

    /// The build's worktree, made if need be.
    pub(crate) async fn worktree(&self, id: &str) -> Result<Worktree, ServiceError> {
        let workflow_id = id.to_owned();
        let (path, title, known) = self.inner.service.store().read(move |db| {
            let row = workflows::get(db, &workflow_id)?;
            let project = projects::get(db, &row.workflow.project_id)?;
            Ok::<_, ServiceError>((project.path, row.title, worktrees::get(db, &workflow_id)?))
        })?;
        let project = Project::open(Path::new(&path)).await?;
        if let Some(row) = known {
            return Ok(project.add_worktree(Path::new(&row.path), &row.branch).await?);
        }
        let onto = project.branch().await?.ok_or(workspace::WorkspaceError::DetachedHead)?;
        let dir = self.inner.data.join("worktrees").join(id);
        let branch = branch_name(&title, id);
        let worktree = project.add_worktree(&dir, &branch).await?;
        let head = worktree.head().await?;
        let path = dir.to_string_lossy().into_owned();
        let row = worktrees::WorktreeRow {
            path,
            branch,
            base_commit: head.commit,
            onto,
        };
        self.inner.service.remember_worktree(id, row)?;
        Ok(worktree)
    }

    pub(crate) async fn project_of(&self, id: &str) -> Result<Project, ServiceError> {
        let workflow_id = id.to_owned();
        let path = self.inner.service.store().read(move |db| {
            let row = workflows::get(db, &workflow_id)?;
            Ok::<_, ServiceError>(projects::get(db, &row.workflow.project_id)?.path)
        })?;
        Ok(Project::open(Path::new(&path)).await?)
    }
}

fn refuse_nothing(budget: Option<Budget>) -> Result<(), ServiceError> {
    if matches!(budget, Some(Budget::Cents(0) | Budget::Tokens(0))) {
        return Err(ServiceError::invalid(
            "A budget of nothing would stop the build at once. Type a larger one, or take the limit away.",
        ));
    }
    Ok(())
}

/// A branch name that a person recognises and no other build has.
fn branch_name(title: &str, id: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .take(5)
        .map(str::to_ascii_lowercase)
        .collect();
    let tail: String = id.chars().skip(id.len().saturating_sub(6)).collect();
    format!(
        "q/{}-{tail}",
        if words.is_empty() {
            "build".to_owned()
        } else {
            words.join("-")
        }
    )
}

/// A sample's own files, only into a folder that is empty or not there yet.
fn seed_empty_folder(folder: &Path, seed: &[(String, String)]) -> Result<(), ServiceError> {
    let occupied = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if seed.is_empty() || occupied {
        return Ok(());
    }
    let cannot = |error: std::io::Error| {
        ServiceError::invalid(format!(
            "The folder {} cannot be written ({error}). Choose another one.",
            folder.display()
        ))
    };
    for (path, content) in seed {
        let target = folder.join(path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(cannot)?;
        }
        std::fs::write(&target, content).map_err(cannot)?;
    }
    Ok(())
}
