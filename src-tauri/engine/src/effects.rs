//! Carrying out what a rollback leaves to be done. Each may be done again after a kill and comes out the same.

use store::releases;
use workflow::Effect;
use workspace::Released;

use crate::{Engine, ServiceError};

pub(crate) async fn carry_out(engine: &Engine, id: &str, effect: &Effect) -> Result<(), ServiceError> {
    match effect {
        Effect::RestoreFiles { commit } => Ok(engine.worktree(id).await?.restore(commit).await?),
        Effect::UndoRelease { release_id } => undo_release(engine, id, release_id).await,
    }
}

async fn undo_release(engine: &Engine, id: &str, release_id: &str) -> Result<(), ServiceError> {
    let wanted = release_id.to_owned();
    let mut release = engine
        .service()
        .store()
        .read(move |db| Ok::<_, ServiceError>(releases::get(db, &wanted)?))?;
    engine.inner.sites.stop(&engine.inner.data, &release.id);
    if let (Some(merged_commit), Some(previous_commit)) = (&release.merged_commit, &release.previous_commit) {
        let project = engine.project_of(id).await?;
        let released = Released {
            merged_commit: merged_commit.clone(),
            previous_commit: previous_commit.clone(),
            tag: release.tag.clone(),
            tree: release.tree_hash.clone(),
        };
        project.undo_release(&released, &release.onto).await?;
    }
    release.status = "undone".to_owned();
    engine.save_release(release)
}
