//! What a build changed in the project's files, and what going back would change.

use store::{workflows, worktrees};
use workflow::{Effect, Request, State};
use workspace::FileDiff;

use crate::{Engine, ServiceError};

/// What a rollback would do, without doing it.
#[derive(Debug, Clone, PartialEq)]
pub struct RollbackPreview {
    /// How the files would change.
    pub files: Vec<FileDiff>,
    pub undoes_release: bool,
}

impl Engine {
    /// All that the build changed since it branched off, with what the role at work has not committed yet.
    ///
    /// # Errors
    /// A project folder or worktree that cannot be read.
    pub async fn changes(&self, id: &str) -> Result<Vec<FileDiff>, ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let known = store.read(move |db| Ok::<_, ServiceError>(worktrees::get(db, &workflow_id)?))?;
        let Some(known) = known else { return Ok(Vec::new()) };
        Ok(self.worktree(id).await?.diff(&known.base_commit, None).await?)
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
                    preview.files = worktree.diff(&now, Some(commit)).await.map_err(|error| {
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
