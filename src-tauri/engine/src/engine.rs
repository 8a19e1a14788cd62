//! The engine: what it is made of, and what it takes up by itself. It decides nothing; it asks the service, and carries out what follows.
//! What the person asks of a build is in [`crate::asked`].

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use models::Model;
use serde_json::Value;
use store::{Store, effects, projects, workflows, worktrees};
use workflow::{ApprovalPolicy, Budget, Language, Role, Standstill};
use workspace::{Project, Worktree, find_program};

use crate::attachments::Shown;
use crate::driver::Drivers;
use crate::notice::{Changed, Publisher};
use crate::service::Service;
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
