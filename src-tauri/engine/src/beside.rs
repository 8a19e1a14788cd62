//! What Q Assistant does beside the work of others: it answers what the person asks, and says what it thinks of an open handoff. It
//! decides nothing, and nobody waits for it.

use store::{remarks, workflows};
use tokio_util::sync::CancellationToken;
use workflow::{RunStatus, State};

use crate::driver::Aside;
use crate::service::nothing_unread;
use crate::{Engine, ServiceError, role_run};

/// Goes on until nothing is asked of it any longer.
pub(crate) async fn attend(engine: Engine, id: String, mut cancel: CancellationToken) {
    loop {
        match next(&engine, &id, &cancel).await {
            Ok(true) if !cancel.is_cancelled() => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(workflow = id, code = error.code(), %error, "Q Assistant could not answer"),
        }
        match engine.inner.drivers.leave_beside(&id) {
            Some(fresh) => cancel = fresh,
            None => return,
        }
    }
}

/// Does the next thing. False where there is none.
async fn next(engine: &Engine, id: &str, cancel: &CancellationToken) -> Result<bool, ServiceError> {
    let workflow_id = id.to_owned();
    let (row, unread, remarked) = engine.service().store().read(move |db| {
        let row = workflows::get(db, &workflow_id)?;
        let unread = !nothing_unread(db, &workflow_id)?;
        let open = row.workflow.open_handoff.as_ref();
        let remarked = match open {
            Some(open) => remarks::of(db, &open.id)?.is_some(),
            None => true,
        };
        Ok::<_, ServiceError>((row, unread, remarked))
    })?;
    let workflow = &row.workflow;
    if row.trashed_at.is_some() || engine.inner.drivers.is_closed() {
        engine.inner.drivers.beside_does(id, None);
        return Ok(false);
    }
    // What is said while the talk itself stands still is no question beside the work: it is the talk, and waits until that goes on.
    if unread && workflow.state > State::Planning && workflow.status != RunStatus::Cancelled {
        engine.inner.drivers.beside_does(id, Some(Aside::Answer));
        role_run::run_answer(engine, &row, cancel).await?;
        return Ok(true);
    }
    if !remarked && workflow.status == RunStatus::AwaitingApproval {
        engine.inner.drivers.beside_does(id, Some(Aside::Remark));
        role_run::run_remark(engine, &row, cancel).await?;
        return Ok(true);
    }
    engine.inner.drivers.beside_does(id, None);
    Ok(false)
}
