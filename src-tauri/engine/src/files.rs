//! What a build changed in the project's files, and what going back would change.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

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

/// The newest comparison that was looked at: who reads it asks file by file, and git is asked once.
pub(crate) struct LookedAt {
    compared: Compared,
    worktree: Worktree,
    files: Vec<FileChange>,
    /// None until the first file is looked at.
    patches: Option<Arc<HashMap<String, Patch>>>,
}

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
        let (from, to, _) = &at.compared;
        let patches = match &at.patches {
            Some(patches) => Arc::clone(patches),
            None => Arc::new(at.worktree.patches(from, to, space, &at.files).await?),
        };
        at.patches = Some(Arc::clone(&patches));
        let worktree = at.worktree.clone();
        let (from, to, _) = looked.insert(at).compared.clone();
        drop(looked);
        match patches.get(path) {
            Some(patch) => Ok(patch.clone()),
            None => Ok(worktree.patch(&from, &to, space, path, old_path).await?),
        }
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
