//! Carrying out what a rollback leaves to be done. Each may be done again after a kill and comes out the same.

use store::releases;
use workflow::Effect;

use crate::release::what_stands;
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
    let project = engine.project_of(id).await?;
    if let Some(released) = what_stands(&project, &release).await? {
        project.undo_release(&released, &release.onto).await?;
    }
    // Only then: while the work is on the branch, its page stays.
    engine.inner.sites.stop(&engine.inner.data, &release.id);
    release.status = "undone".to_owned();
    engine.save_release(release)
}
