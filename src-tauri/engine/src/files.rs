//! What a build changed in the project's files, and what going back would change.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use store::{events, workflows, worktrees};
use workflow::gate::Evidence;
use workflow::{Effect, Fact, Phase, Request, State};
use workspace::{FileChange, Patch, Space, Worktree};

use crate::{Engine, ServiceError};

/// What a rollback would do, without doing it.
#[derive(Debug, Clone, PartialEq)]
pub struct RollbackPreview {
    /// How the files would change.
    pub files: Vec<FileChange>,
    pub undoes_release: bool,
}

/// An attempt that left files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesAttempt {
    /// "implementation-2".
    pub name: String,
    pub phase: Phase,
    pub attempt: u32,
    pub at: String,
    from: String,
    /// None: it is at work.
    to: Option<String>,
}

/// What changed between two points of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The commit or tree it is compared with, and the one that is compared.
    pub from: String,
    pub to: String,
    pub attempts: Vec<FilesAttempt>,
    pub files: Vec<FileChange>,
}

/// Two points that were compared, and how.
type Compared = (String, String, Space);

/// The newest comparison that was looked at. Who reads it asks file by file: the first files are read one by one, so that they are there
/// at once, and a moment later git is asked for all of them.
pub(crate) struct LookedAt {
    compared: Compared,
    worktree: Worktree,
    files: Vec<FileChange>,
    /// None until the first file is looked at.
    patches: Option<Patches>,
}

/// Every file's patch, once they are read.
type Patches = Arc<OnceLock<HashMap<String, Patch>>>;

/// After the first file was asked for, those beside it have the processors for themselves so long.
const FIRST_FILES: Duration = Duration::from_millis(250);

pub(crate) type Looked = tokio::sync::Mutex<Option<LookedAt>>;

impl Engine {
    /// What the build changed since it branched off, with what the role at work has not committed yet; or what one attempt changed. None
    /// before there are files.
    ///
    /// # Errors
    /// A project folder or worktree that cannot be read; no such attempt.
    pub async fn changes(
        &self,
        id: &str,
        attempt: Option<&str>,
        space: Space,
    ) -> Result<Option<Changes>, ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let (known, events, row) = store.read(move |db| {
            let types = ["attempt_started", "evidence_recorded", "checkpoint_made"];
            let events = events::of_types(db, &workflow_id, &types)?;
            let row = workflows::get(db, &workflow_id)?;
            Ok::<_, ServiceError>((worktrees::get(db, &workflow_id)?, events, row))
        })?;
        let Some(known) = known else { return Ok(None) };
        let attempts = attempts(&events);
        let (from, to) = match attempt {
            // Where nobody is at work, the files are those of the newest commit.
            None if row.workflow.state.handoff().is_some() || row.workflow.status.is_over() => (
                known.base_commit,
                row.workflow.head.as_ref().map(|head| head.commit.clone()),
            ),
            None => (known.base_commit, None),
            Some(name) => attempts
                .iter()
                .find(|attempt| attempt.name == name)
                .map(|attempt| (attempt.from.clone(), attempt.to.clone()))
                .ok_or_else(|| ServiceError::invalid("This attempt left no files."))?,
        };
        let worktree = self.worktree_to_look_at(id).await?;
        let to = match to {
            Some(to) => to,
            None => worktree.tree_hash().await?,
        };
        let files = worktree.changes(&from, &to, space).await?;
        *self.inner.looked.lock().await = Some(LookedAt {
            compared: (from.clone(), to.clone(), space),
            worktree,
            files: files.clone(),
            patches: None,
        });
        Ok(Some(Changes {
            from,
            to,
            attempts,
            files,
        }))
    }

    /// What changed in one file, between two points that [`Engine::changes`] named.
    ///
    /// # Errors
    /// Points that are none; a worktree that cannot be read.
    pub async fn patch(
        &self,
        id: &str,
        (from, to, space): Compared,
        path: &str,
        old_path: Option<&str>,
    ) -> Result<Patch, ServiceError> {
        let is_hash = |text: &str| (40..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash(&from) || !is_hash(&to) {
            return Err(ServiceError::invalid("These are no two points of a build."));
        }
        let compared = (from, to, space);
        let mut looked = self.inner.looked.lock().await;
        let mut at = match looked.take() {
            Some(at) if at.compared == compared => at,
            Some(_) | None => {
                let worktree = self.worktree_to_look_at(id).await?;
                let files = worktree.changes(&compared.0, &compared.1, space).await?;
                LookedAt {
                    compared,
                    worktree,
                    files,
                    patches: None,
                }
            }
        };
        let patches = at
            .patches
            .get_or_insert_with(|| read_soon(&at.worktree, &at.compared, &at.files));
        if let Some(patch) = patches.get().and_then(|all| all.get(path)).cloned() {
            *looked = Some(at);
            return Ok(patch);
        }
        let worktree = at.worktree.clone();
        let (from, to, _) = looked.insert(at).compared.clone();
        drop(looked);
        Ok(worktree.patch(&from, &to, space, path, old_path).await?)
    }

    /// The worktree as it lies there; made if it is gone.
    async fn worktree_to_look_at(&self, id: &str) -> Result<Worktree, ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let known = store.read(move |db| Ok::<_, ServiceError>(worktrees::get(db, &workflow_id)?))?;
        match known.filter(|row| Path::new(&row.path).join(".git").is_file()) {
            Some(row) => Ok(Worktree::open(Path::new(&row.path), &row.branch).await?),
            None => self.worktree(id).await,
        }
    }

    /// What a rollback to `target` would take back.
    ///
    /// # Errors
    /// `rollback_refused`, with the reason it would be refused now.
    pub async fn preview_rollback(&self, id: &str, target: State) -> Result<RollbackPreview, ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let row = store.read(move |db| Ok::<_, ServiceError>(workflows::get(db, &workflow_id)?))?;
        let request = Request::Rollback {
            by: workflow::Actor::Product,
            target,
            reason: "preview".to_owned(),
        };
        let decided = workflow::decide(&row.workflow, &request)?;
        let mut preview = RollbackPreview {
            files: Vec::new(),
            undoes_release: self.can_undo_releases(id).await?,
        };
        for effect in &decided.effects {
            match effect {
                Effect::UndoRelease { .. } => {}
                Effect::RestoreFiles { commit } => {
                    let worktree = self.worktree(id).await?;
                    let now = worktree.head().await?.commit;
                    preview.files = worktree.changes(&now, commit, Space::Counts).await.map_err(|error| {
                        let short: String = commit.chars().take(12).collect();
                        ServiceError::invalid(format!(
                            "It cannot go back there: commit {short}, at which the work stood then, cannot be read in the project any longer \
                             ({error}). Nothing was changed."
                        ))
                    })?;
                }
            }
        }
        Ok(preview)
    }
}

/// Reads all patches at once, a moment later and beside everything else. What cannot be read is asked for file by file, and said there.
fn read_soon(worktree: &Worktree, (from, to, space): &Compared, files: &[FileChange]) -> Patches {
    let patches = Patches::default();
    let (worktree, from, to, space, files) = (worktree.clone(), from.clone(), to.clone(), *space, files.to_vec());
    // Who looks at something else lets go of these, and then nobody needs them.
    let wanted = Arc::downgrade(&patches);
    tokio::spawn(async move {
        tokio::time::sleep(FIRST_FILES).await;
        if wanted.strong_count() > 0
            && let Ok(all) = worktree.patches(&from, &to, space, &files).await
            && let Some(patches) = wanted.upgrade()
        {
            let _ = patches.set(all);
        }
    });
    patches
}

/// The attempts at writing and testing, from where each began to what it left.
fn attempts(events: &[events::EventRow]) -> Vec<FilesAttempt> {
    let mut attempts: Vec<FilesAttempt> = Vec::new();
    for event in events {
        match serde_json::from_str::<Fact>(&event.event_data) {
            Ok(Fact::AttemptStarted {
                phase: phase @ (Phase::Implementation | Phase::Testing),
                attempt,
                checkpoint: Some(checkpoint),
            }) => {
                // What one that was cut off had written was thrown away.
                attempts.retain(|attempt| attempt.to.is_some());
                attempts.push(FilesAttempt {
                    name: format!("{}-{attempt}", phase.wire()),
                    phase,
                    attempt,
                    at: event.timestamp.clone(),
                    from: checkpoint.commit,
                    to: None,
                });
            }
            Ok(Fact::AttemptStarted { .. }) => attempts.retain(|attempt| attempt.to.is_some()),
            Ok(Fact::EvidenceRecorded { evidence }) => {
                let (Evidence::Commit(_) | Evidence::TestRun(_)) = &*evidence else {
                    continue;
                };
                let left = evidence.checkpoint().map(|checkpoint| checkpoint.commit);
                ended(&mut attempts, left);
            }
            Ok(Fact::CheckpointMade { checkpoint }) => ended(&mut attempts, Some(checkpoint.commit)),
            Ok(_) | Err(_) => {}
        }
    }
    attempts
}

fn ended(attempts: &mut [FilesAttempt], left: Option<String>) {
    if let Some(attempt) = attempts.last_mut().filter(|attempt| attempt.to.is_none()) {
        attempt.to = left;
    }
}
