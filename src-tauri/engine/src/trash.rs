//! The trash, as far as it touches worktrees and served pages; and putting an engine to rest.

use std::path::{Component, Path};

use store::leftovers::{self, Leftover};
use store::{releases, workflows};
use workflow::Actor;
use workspace::{Project, WorkspaceError};

use crate::driver::Aside;
use crate::sites::site_folder;
use crate::{Engine, ServiceError};

impl Engine {
    /// Moves a build to the trash: who is at work stops, and its page is no longer served. True where a role was at work.
    ///
    /// # Errors
    /// No such build.
    pub async fn move_to_trash(&self, id: &str, by: &Actor) -> Result<bool, ServiceError> {
        let paused = self.inner.service.move_to_trash(id, by)?;
        self.stop_all_of(id).await;
        for release in self.releases_of(id)? {
            self.inner.sites.stop(&self.inner.data, &release);
        }
        Ok(paused)
    }

    /// Takes a build out of the trash: its page is served again. `go_on` lets a build that is paused go on, too: that is how a move to
    /// the trash is undone.
    ///
    /// # Errors
    /// No such build.
    pub async fn restore_from_trash(&self, id: &str, by: &Actor, go_on: bool) -> Result<(), ServiceError> {
        self.inner.service.restore_from_trash(id, by, go_on)?;
        self.serve_released().await?;
        self.kick(id);
        Ok(())
    }

    /// Deletes a build that is in the trash, with worktree, branch, pages and logs. The project's own folder and what was released into
    /// it stay.
    ///
    /// # Errors
    /// No such build, or one that is not in the trash. What cannot be cleared away now is tried again at the next start.
    pub async fn delete_for_good(&self, id: &str) -> Result<(), ServiceError> {
        self.stop_all_of(id).await;
        let left = self.inner.service.delete_for_good(id)?;
        self.inner.service.store().write_back();
        self.clear_away(&left).await;
        Ok(())
    }

    /// Deletes all that is in the trash.
    ///
    /// # Errors
    /// As [`Engine::delete_for_good`], at the first build for which it fails.
    pub async fn empty_trash(&self) -> Result<(), ServiceError> {
        let store = self.inner.service.store();
        let rows = store.read(|db| Ok::<_, ServiceError>(workflows::in_trash(db)?))?;
        for row in rows {
            self.delete_for_good(&row.workflow.id).await?;
        }
        Ok(())
    }

    /// Clears away what deleted builds left and could not be cleared away before.
    pub(crate) async fn clear_leftovers(&self) -> Result<(), ServiceError> {
        let store = self.inner.service.store();
        for left in store.read(|db| Ok::<_, ServiceError>(leftovers::all(db)?))? {
            self.clear_away(&left).await;
        }
        Ok(())
    }

    /// Stops everything for good: the data is about to be replaced or deleted. What was released is no longer served either. An engine
    /// over the same data begins where this one ended.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn close(&self) -> Result<(), ServiceError> {
        for id in self.inner.drivers.close() {
            self.stop_all_of(&id).await;
        }
        let store = self.inner.service.store();
        for release in store.read(|db| Ok::<_, ServiceError>(releases::served(db)?))? {
            self.inner.sites.stop(&self.inner.data, &release.id);
        }
        Ok(())
    }

    /// Takes the worktrees, branches, pages and logs of all builds away. Their rows stay: they go with the database.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn clear_all_away(&self) -> Result<(), ServiceError> {
        let store = self.inner.service.store();
        let all = store.read(|db| {
            let ids = workflows::all_ids(db)?;
            let left = ids.iter().map(|id| leftovers::of_workflow(db, id));
            let mut left = left.collect::<Result<Vec<_>, _>>()?;
            left.extend(leftovers::all(db)?);
            Ok::<_, ServiceError>(left)
        })?;
        for left in all {
            self.clear_away(&left).await;
        }
        Ok(())
    }

    /// Ends whatever is being done for a build, and waits until it has ended.
    async fn stop_all_of(&self, id: &str) {
        self.inner.drivers.interrupt_beside(id, &[Aside::Answer, Aside::Remark]);
        self.inner.drivers.interrupt(id);
        self.settled(id).await;
    }

    fn releases_of(&self, id: &str) -> Result<Vec<String>, ServiceError> {
        let id = id.to_owned();
        let store = self.inner.service.store();
        store.read(move |db| Ok::<_, ServiceError>(releases::ids(db, &id)?))
    }

    /// Once or several times: it comes out the same.
    async fn clear_away(&self, left: &Leftover) {
        match self.try_clear_away(left).await {
            Ok(()) => {}
            Err(error) => tracing::warn!(workflow = left.workflow_id, %error, "something of a deleted build is left"),
        }
    }

    async fn try_clear_away(&self, left: &Leftover) -> Result<(), ServiceError> {
        let id = left.workflow_id.clone();
        for release in left.releases.iter().filter(|id| is_name(id)) {
            self.inner.sites.stop(&self.inner.data, release);
            remove(&site_folder(&self.inner.data, release))?;
        }
        if is_name(&id) {
            remove(&self.outputs_of(&id))?;
        }
        // Only where worktrees are made: a path that a database names must not lead anywhere else.
        let ours = self.inner.data.join("worktrees").join(&id);
        let worktree = left
            .worktree
            .as_ref()
            .map(|(path, branch)| (Path::new(path), branch.as_str()));
        let worktree = worktree.filter(|(path, _)| is_name(&id) && *path == ours);
        match Project::open(Path::new(&left.project)).await {
            Ok(project) => {
                project
                    .forget_build(worktree, &format!("refs/q-assistant/{id}/"))
                    .await?
            }
            Err(error) => {
                if let Some((path, _)) = worktree {
                    remove(path)?;
                }
                // A folder that is on a disk which is not there just now may come back; one that is no repository any more will not.
                if matches!(error, WorkspaceError::FolderGone { .. } | WorkspaceError::GitMissing) {
                    return Err(error.into());
                }
            }
        }
        let store = self.inner.service.store();
        store.write(move |tx| Ok::<_, ServiceError>(leftovers::done(tx, &id)?))
    }
}

/// An id of ours is a plain name. Anything else must not become part of a path.
fn is_name(id: &str) -> bool {
    let mut parts = Path::new(id).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None))
}

fn remove(folder: &Path) -> Result<(), ServiceError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(WorkspaceError::Io {
            what: format!("{} could not be removed", folder.display()),
            source: error,
        }
        .into()),
        Ok(()) | Err(_) => Ok(()),
    }
}
