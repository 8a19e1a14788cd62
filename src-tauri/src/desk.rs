//! What the window stands on: the engine, the models, and the folder of its data.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use engine::{Engine, ServiceError, SiteHost, StartBuild};
use models::Pace;
use serde_json::{Value, json};
use store::workflows;

use crate::dto::{BuildDetail, BuildSummary, ProjectChoice, WireError};
use crate::hearing::Hearing;
use crate::host::{self, ConfiguredModels, user};
use crate::live::Live;
use crate::report::{self, Report};
use crate::settings::PRACTICE;
use crate::view;
use crate::words::Words;

/// The practice model speaks at a pace that a person can read along with.
const READING_PACE: std::time::Duration = std::time::Duration::from_millis(12);

/// A recogniser takes note of so many names, about.
const MOST_NAMES: usize = 60;

/// One desk per process.
pub struct Desk {
    pub data: PathBuf,
    pub models: Arc<ConfiguredModels>,
    pub hearing: Hearing,
    /// What is being said and printed right now.
    pub live: Arc<Live>,
    opened: RwLock<Opened>,
    /// Builds started by this window, by the key of the click: the same click twice is one build.
    started: tokio::sync::Mutex<HashMap<String, String>>,
    /// Why the daily backup could not be made, while that is so.
    pub backup_problem: Mutex<Option<String>>,
    /// One change of the settings at a time.
    pub changing_settings: Mutex<()>,
    /// One restore or deletion at a time.
    pub keeping: tokio::sync::Mutex<()>,
}

/// The engine over the data folder, or why there is none.
struct Opened {
    engine: Result<Engine, WireError>,
    /// Held as long as the engine may work.
    lock: Option<std::fs::File>,
    /// It took the place of another one, and nobody has taken up yet what is at work in it.
    is_new: bool,
}

impl Opened {
    fn try_open(data: &Path, models: &Arc<ConfiguredModels>) -> Opened {
        Opened::with(host::lock(data), data, models)
    }

    fn with(lock: Result<std::fs::File, String>, data: &Path, models: &Arc<ConfiguredModels>) -> Opened {
        let engine = match &lock {
            Err(why) => Err(problem("data_folder", why.clone())),
            Ok(_) => std::env::current_exe()
                .map_err(|error| problem("io", error.to_string()))
                .and_then(|program| {
                    // A restore that was killed may have left its copy.
                    store::restore::sweep(&host::database(data));
                    let engine =
                        host::engine(data, Arc::clone(models), SiteHost::Spawn(program)).map_err(ServiceError::from)?;
                    engine.clear_left_over()?;
                    Ok(engine)
                }),
        };
        Opened {
            // What cannot be used is not kept from another program either.
            lock: lock.ok().filter(|_| engine.is_ok()),
            is_new: false,
            engine,
        }
    }
}

impl Desk {
    /// Opens the data folder. A database that cannot be used is not an end: the window opens and says so.
    #[must_use]
    pub fn open(data: PathBuf) -> Desk {
        let models = Arc::new(ConfiguredModels::new(
            &data,
            Arc::default(),
            Pace::PerWord(READING_PACE),
        ));
        Desk {
            opened: RwLock::new(Opened::try_open(&data, &models)),
            hearing: Hearing::new(&data),
            data,
            models,
            live: Arc::default(),
            started: tokio::sync::Mutex::default(),
            backup_problem: Mutex::default(),
            changing_settings: Mutex::default(),
            keeping: tokio::sync::Mutex::default(),
        }
    }

    /// Opens the data folder once more, after whatever stood in the way is gone. True where it works now and did not before.
    pub fn open_again(&self) -> bool {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        if opened.engine.is_ok() {
            return false;
        }
        *opened = Opened::try_open(&self.data, &self.models);
        opened.engine.is_ok()
    }

    /// The words of the person's language.
    #[must_use]
    pub fn words(&self) -> Words {
        Words::of(self.models.settings().speaks())
    }

    /// Lets go of the data, so that it can be replaced; the data folder stays this program's. The engine that has come to rest, where
    /// there was one.
    ///
    /// # Errors
    /// Another program holds the data folder.
    pub async fn close(&self) -> Result<Option<Engine>, WireError> {
        let engine = self.engine();
        if let Ok(engine) = &engine
            && let Err(error) = engine.close().await
        {
            tracing::warn!(%error, "released pages may still be served");
        }
        self.started.lock().await.clear();
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        if opened.lock.is_none() {
            opened.lock = Some(host::lock(&self.data).map_err(|why| problem("data_folder", why))?);
        }
        opened.engine = Err(problem(
            "data_folder",
            "The data is being replaced. This takes a moment.",
        ));
        Ok(engine.ok())
    }

    /// Opens what is there after [`Desk::close`].
    pub fn open_anew(&self) {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let lock = opened.lock.take().map_or_else(|| host::lock(&self.data), Ok);
        *opened = Opened::with(lock, &self.data, &self.models);
        opened.is_new = opened.engine.is_ok();
    }

    /// The engine, once after [`Desk::open_anew`]: for whoever takes up what is at work in it.
    pub fn begun_anew(&self) -> Option<Engine> {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let engine = opened.engine.clone().ok();
        engine.filter(|_| std::mem::take(&mut opened.is_new))
    }

    /// The engine.
    ///
    /// # Errors
    /// Why there is none: then nothing can be built, and the window shows this.
    pub fn engine(&self) -> Result<Engine, WireError> {
        self.opened
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .engine
            .clone()
    }

    /// Reads from one committed state.
    ///
    /// # Errors
    /// As [`Desk::engine`], or where the store cannot be read.
    pub fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&store::Connection) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, WireError> {
        Ok(self.engine()?.service().store().read(work)?)
    }

    /// All that the window shows of one build.
    ///
    /// # Errors
    /// No such build.
    pub fn build(&self, id: &str) -> Result<BuildDetail, WireError> {
        let wait = self.engine()?.model_wait(id).map(view::model_wait);
        let (id, settings) = (id.to_owned(), self.models.settings());
        let mut build = self.read(move |db| {
            let row = workflows::get(db, &id)?;
            view::detail(db, &row, settings.model_name(&row.model_id))
        })?;
        build.summary.model_wait = wait;
        Ok(build)
    }

    /// A build's history, to take along.
    ///
    /// # Errors
    /// No such build.
    pub fn report(&self, id: &str) -> Result<Report, WireError> {
        let (id, settings) = (id.to_owned(), self.models.settings());
        self.read(move |db| report::gather(db, &workflows::get(db, &id)?, &settings))
    }

    /// The line of every build.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn builds(&self) -> Result<Vec<BuildSummary>, WireError> {
        let mut builds: Vec<BuildSummary> =
            self.read(|db| workflows::list(db)?.iter().map(|row| view::summary(db, row)).collect())?;
        let engine = self.engine()?;
        for build in &mut builds {
            build.model_wait = engine.model_wait(&build.workflow_id).map(view::model_wait);
        }
        Ok(builds)
    }

    /// Starts a build where the person chose.
    ///
    /// # Errors
    /// A folder that cannot be used, an empty brief.
    pub async fn start(
        &self,
        brief: String,
        project: &ProjectChoice,
        shown: engine::attachments::Shown,
        key: String,
    ) -> Result<String, WireError> {
        let mut started = self.started.lock().await;
        if let Some(id) = started.get(&key) {
            return Ok(id.clone());
        }
        let settings = self.models.settings();
        let sample = match project {
            ProjectChoice::Sample { sample_id } => models::samples().iter().find(|sample| sample.id == sample_id),
            ProjectChoice::New => models::sample_of(&brief),
            ProjectChoice::Folder { .. } => None,
        };
        let folder = match project {
            ProjectChoice::Folder { path } => PathBuf::from(path),
            ProjectChoice::New | ProjectChoice::Sample { .. } => {
                free_folder(Path::new(&settings.builds_folder), sample.map_or(&brief, |s| s.title))
            }
        };
        let start = StartBuild {
            user_id: user(),
            folder,
            brief,
            model_id: settings.default_model.clone(),
            policy: settings.policy.into(),
            budget: settings.budget.map(Into::into),
            language: settings.speaks(),
            seed: sample
                .map(|s| s.seed)
                .unwrap_or_default()
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
            shown,
            idempotency_key: key.clone(),
        };
        let id = self.engine()?.start_build_from_chat(start).await?;
        started.insert(key, id.clone());
        Ok(id)
    }

    /// Names that are likely to be said about a build: of its project, its plan, and the files that lie on top.
    #[must_use]
    pub fn names(&self, id: &str) -> Vec<String> {
        let Ok(build) = self.build(id) else {
            return Vec::new();
        };
        let project = Path::new(&build.summary.project.path);
        let planned = build
            .plan
            .iter()
            .flat_map(|plan| &plan.tasks)
            .flat_map(|task| &task.files);
        let on_top = std::fs::read_dir(project).into_iter().flatten().flatten();
        let mut names = vec![build.summary.title.clone(), build.summary.project.name.clone()];
        names.extend(planned.filter_map(|file| Some(Path::new(file).file_name()?.to_string_lossy().into_owned())));
        let mut on_top: Vec<String> = on_top
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        on_top.sort();
        names.extend(on_top.into_iter().filter(|name| !name.starts_with('.')));
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names.truncate(MOST_NAMES);
        names
    }

    /// The name of a model, as the person knows it.
    #[must_use]
    pub fn knows_model(&self, id: &str) -> bool {
        id == PRACTICE || self.models.find(id).is_some()
    }
}

/// An error of the shell's own.
#[must_use]
pub fn problem(code: &str, message: impl Into<String>) -> WireError {
    problem_about(code, &json!({}), message)
}

/// The same, with what it is about, for whoever says it in another language.
#[must_use]
pub fn problem_about(code: &str, facts: &Value, message: impl Into<String>) -> WireError {
    WireError {
        code: code.to_owned(),
        message: message.into(),
        facts: facts.to_string(),
    }
}

/// A folder that is not there yet, named after the first words of the brief.
fn free_folder(parent: &Path, brief: &str) -> PathBuf {
    let words: Vec<String> = brief
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(4)
        .map(str::to_lowercase)
        .collect();
    let name: String = if words.is_empty() {
        "build".to_owned()
    } else {
        words.join("-").chars().take(48).collect()
    };
    let taken = |path: &PathBuf| std::fs::symlink_metadata(path).is_ok();
    (1..)
        .map(|number| {
            if number == 1 {
                parent.join(&name)
            } else {
                parent.join(format!("{name}-{number}"))
            }
        })
        .find(|path| !taken(path))
        .unwrap_or_else(|| parent.join(&name))
}
