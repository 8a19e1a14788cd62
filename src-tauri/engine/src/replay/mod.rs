//! A finished or a standing build is gone through again from its recording, in a copy of its project: no model is asked, the person's
//! steps are taken from the record, and everything else (tools, tests, gates, releases) happens anew.

mod acts;
mod compare;
mod recording;

use std::path::Path;
use std::sync::Arc;

use models::{Happening, Model, Playback, What};
use store::workflows::{self, WorkflowRow};
use store::{Store, projects, worktrees};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use workflow::{Role, Standstill};
use workspace::Project;

use crate::attachments::Shown;
use crate::engine::{EngineConfig, ModelSource, StartBuild};
use crate::service::Service;
use crate::surroundings::persons_file;
use crate::{Engine, Limits, ServiceError, SiteHost};
use acts::Steps;
use compare::Volatile;

pub use compare::{Difference, Replayed};
pub use recording::recording;

/// Goes through a build again. `scratch` is an empty folder of the caller's, which holds the copy of the project and all that is made.
///
/// # Errors
/// No such build; a project whose folder or first commit is gone.
pub async fn replay(
    original: &Service,
    id: &str,
    scratch: &Path,
    limits: Limits,
    sites: SiteHost,
) -> Result<Replayed, ServiceError> {
    let past = Past::read(original, id)?;
    let folder = scratch.join("project").join(&past.project.name);
    let source = Project::open(Path::new(&past.project.path)).await?;
    let (commit, branch) = match &past.worktree {
        Some(row) => (Some(row.base_commit.clone()), Some(row.onto.clone())),
        None => (source.head().await?, source.branch().await?),
    };
    source
        .copy_at(
            commit.as_deref().unwrap_or("HEAD"),
            branch.as_deref().unwrap_or("main"),
            &folder,
        )
        .await?;

    let data = scratch.join("data");
    std::fs::create_dir_all(&data).map_err(workspace::WorkspaceError::io("The copy cannot be made"))?;
    let store = Store::open(&data.join("q-assistant.db"))?;
    let (happenings, happening) = unbounded_channel();
    let mut steps = Steps::of(original, id)?;
    let recorded = recording(original, id)?;
    let exchanges = recorded.exchanges.len();
    if exchanges == 0 {
        return Err(ServiceError::invalid(
            "There is nothing to go through again: no answer of a model was recorded in this build.",
        ));
    }
    let playback = Playback::new(recorded, happenings);
    let engine = Engine::new(EngineConfig {
        store,
        data: data.clone(),
        models: Arc::new(Recorded(Arc::clone(&playback))),
        limits: Limits {
            model_pause: std::time::Duration::from_millis(1),
            max_retries: past.row.workflow.max_retries,
            ..limits
        },
        sites,
    });
    copy_persons_files(&past, original, &engine, &data, &folder)?;
    let (policy, budget, language) = steps.at_first();
    let new = engine
        .start_build_from_chat(StartBuild {
            user_id: past.row.workflow.user_id.clone(),
            folder,
            brief: past.brief.clone(),
            model_id: past.row.model_id.clone(),
            policy,
            budget,
            language,
            seed: Vec::new(),
            shown: past.shown.clone(),
            idempotency_key: store::new_id(),
        })
        .await?;
    let mut seen = Seen::default();
    let stopped = go_through(&engine, &new, &mut steps, happening, &mut seen).await;
    engine.settled(&new).await;
    let now = Past::read(engine.service(), &new)?;
    let volatile = Volatile::of([&past, &now], scratch);
    Ok(Replayed::compare(
        &past,
        &now,
        &volatile,
        seen,
        stopped,
        exchanges,
        playback.left(),
    ))
}

/// What is known of a build.
struct Past {
    row: WorkflowRow,
    project: projects::Project,
    worktree: Option<worktrees::WorktreeRow>,
    events: Vec<store::events::EventRow>,
    interrupted: Vec<store::role_runs::RoleRun>,
    /// What the person said first, and what they showed with it. The row's brief is the newest: it may have been said anew.
    brief: String,
    shown: Shown,
}

impl Past {
    fn read(service: &Service, id: &str) -> Result<Past, ServiceError> {
        let id = id.to_owned();
        service.store().read(move |db| {
            let row = workflows::get(db, &id)?;
            let runs = store::role_runs::of_workflow(db, &id)?;
            let said = store::messages::all_of_workflow(db, &id)?;
            let first = said.first();
            Ok(Past {
                project: projects::get(db, &row.workflow.project_id)?,
                worktree: worktrees::get(db, &id)?,
                events: store::events::of_workflow(db, &id)?,
                brief: first.map_or_else(|| row.brief.clone(), |brief| brief.text.clone()),
                shown: first.map(|brief| Shown::of(db, brief)).transpose()?.unwrap_or_default(),
                interrupted: runs.into_iter().filter(|run| run.status == "interrupted").collect(),
                row,
            })
        })
    }
}

/// How the tests of the project are run, and what the person added to the prompts, hold for the copy too.
fn copy_persons_files(
    past: &Past,
    original: &Service,
    engine: &Engine,
    data: &Path,
    folder: &Path,
) -> Result<(), ServiceError> {
    let path = folder
        .canonicalize()
        .unwrap_or_else(|_| folder.to_owned())
        .to_string_lossy()
        .into_owned();
    let (name, command) = (past.project.name.clone(), past.project.test_command.clone());
    let set_in_this_build = past.events.iter().any(|event| event.event_type == "test_command_set");
    let project = engine.service().store().write(move |tx| {
        let project = projects::get_or_insert(tx, &name, &path)?;
        if !set_in_this_build {
            projects::set_test_command(tx, &project.id, command.as_deref())?;
        }
        Ok::<_, ServiceError>(project)
    })?;
    let Some(home) = original
        .store()
        .path()
        .and_then(|database| database.parent().map(Path::to_owned))
    else {
        return Ok(());
    };
    for role in Role::ALL {
        let (from, to) = (
            persons_file(&home, &past.project.id, role),
            persons_file(data, &project.id, role),
        );
        if let (Ok(text), Some(parent)) = (std::fs::read(&from), to.parent()) {
            std::fs::create_dir_all(parent)
                .and_then(|()| std::fs::write(&to, text))
                .map_err(workspace::WorkspaceError::io("The copy cannot be made"))?;
        }
    }
    Ok(())
}

/// The models of a recording, for whoever asks.
struct Recorded(Arc<Playback>);

impl ModelSource for Recorded {
    fn models(&self, _: &str, role: Role) -> Result<Vec<Arc<dyn Model>>, Standstill> {
        let models = self.0.models(role.wire()).into_iter();
        Ok(models.map(|model| Arc::new(model) as Arc<dyn Model>).collect())
    }
}

/// What was seen on the way.
#[derive(Default)]
struct Seen {
    given: usize,
    asked: Vec<What>,
}

/// Takes the person's steps when it is their time. Why it ended early, if it did.
async fn go_through(
    engine: &Engine,
    id: &str,
    steps: &mut Steps,
    mut happening: UnboundedReceiver<Happening>,
    seen: &mut Seen,
) -> Option<String> {
    loop {
        tokio::select! {
            biased;
            Some(happening) = happening.recv() => {
                let Happening { given, what, go_on } = happening;
                seen.given = given;
                let answered = matches!(what, What::Answered { .. });
                if answered {
                    seen.asked.push(what);
                }
                while let Some(step) = if answered { steps.after(given) } else { steps.before(given) } {
                    if let Err(error) = step.take(engine, id).await {
                        return Some(format!("{step} could not be done again: {error}"));
                    }
                }
                let _ = go_on.send(());
            }
            () = engine.settled(id) => {
                let Some(step) = steps.before(seen.given) else {
                    return steps.left().map(|step| format!("{step} came later, and the build did not come so far."));
                };
                if let Err(error) = step.take(engine, id).await {
                    return Some(format!("{step} could not be done again: {error}"));
                }
            }
        }
    }
}
