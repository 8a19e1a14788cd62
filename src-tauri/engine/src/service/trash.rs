//! The trash, as decisions of the person: into it, out of it, and for good.

use serde_json::json;
use store::leftovers::{self, Leftover};
use store::workflows::WorkflowRow;
use store::{Connection, now, workflows};
use workflow::{Actor, Request, RunStatus, State};

use super::{Service, apply, nothing_unread};
use crate::ServiceError;
use crate::notice::Changed;

const MOVED: &str = "moved_to_trash";
const RESTORED: &str = "restored_from_trash";
const RESTORED_BACKUP: &str = "restored_from_backup";

/// What the audit trail says of where a build was kept. It is no part of the work.
pub(crate) const EVENTS: [&str; 3] = [MOVED, RESTORED, RESTORED_BACKUP];

impl Service {
    /// Moves a build to the trash. One at which a role is at work is paused, so that nothing starts by itself when it comes back. True
    /// where that was so.
    ///
    /// # Errors
    /// No such build.
    pub fn move_to_trash(&self, workflow_id: &str, by: &Actor) -> Result<bool, ServiceError> {
        let (id, by) = (workflow_id.to_owned(), by.clone());
        let paused = self.store.write(move |tx| {
            let mut row = workflows::get(tx, &id)?;
            if row.trashed_at.is_some() {
                return Ok(false);
            }
            let paused = pause_work(tx, &mut row, &by)?;
            note(tx, &mut row, &by, MOVED)?;
            workflows::set_trashed(tx, &id, Some(&now()))?;
            Ok::<_, ServiceError>(paused)
        })?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(paused)
    }

    /// Takes a build out of the trash. It is as it was; `go_on` lets a paused one go on, too.
    ///
    /// # Errors
    /// No such build.
    pub fn restore_from_trash(&self, workflow_id: &str, by: &Actor, go_on: bool) -> Result<(), ServiceError> {
        let (id, by) = (workflow_id.to_owned(), by.clone());
        self.store.write(move |tx| {
            let mut row = workflows::get(tx, &id)?;
            if row.trashed_at.take().is_none() {
                return Ok(());
            }
            workflows::set_trashed(tx, &id, None)?;
            note(tx, &mut row, &by, RESTORED)?;
            if go_on {
                apply(tx, &mut row, &Request::Resume { by: by.clone() })?;
            }
            Ok::<_, ServiceError>(())
        })?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(())
    }

    /// Deletes a build that is in the trash: every row. What it left outside the database is a row until it is cleared away.
    ///
    /// # Errors
    /// No such build, or one that is not in the trash.
    pub fn delete_for_good(&self, workflow_id: &str) -> Result<Leftover, ServiceError> {
        let id = workflow_id.to_owned();
        let left = self.store.write(move |tx| {
            if workflows::get(tx, &id)?.trashed_at.is_none() {
                return Err(ServiceError::invalid(
                    "Only what is in the trash is deleted for good. Move it there first.",
                ));
            }
            let left = leftovers::of_workflow(tx, &id)?;
            leftovers::insert(tx, &left)?;
            workflows::delete(tx, &id)?;
            Ok(left)
        })?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(left)
    }

    /// A database out of a backup: where a role was at work then, nothing goes on before the person says so.
    ///
    /// # Errors
    /// Where the store refuses.
    pub fn rest_after_restore(&self, by: &Actor) -> Result<(), ServiceError> {
        let by = by.clone();
        self.store.write(move |tx| {
            for id in workflows::open_ids(tx)? {
                let mut row = workflows::get(tx, &id)?;
                pause_work(tx, &mut row, &by)?;
                note(tx, &mut row, &by, RESTORED_BACKUP)?;
            }
            Ok(())
        })
    }
}

/// Pauses a build at which a role is at work, and says whether one was.
fn pause_work(tx: &Connection, row: &mut WorkflowRow, by: &Actor) -> Result<bool, ServiceError> {
    let workflow = &row.workflow;
    let talking = workflow.state <= State::Planning;
    let begins = workflow.state == State::Planning && workflow.phases.planning.is_none();
    let at_work = workflow.status == RunStatus::Active && (!talking || begins || !nothing_unread(tx, &workflow.id)?);
    if at_work {
        apply(tx, row, &Request::Pause { by: by.clone() })?;
    }
    Ok(at_work)
}

fn note(tx: &Connection, row: &mut WorkflowRow, by: &Actor, event_type: &'static str) -> Result<(), ServiceError> {
    let note = Request::Note {
        by: by.clone(),
        event_type,
        data: json!({}),
    };
    apply(tx, row, &note).map(|_| ())
}
