//! `get_workflow_history`.

use store::{Connection, audit, events, handoffs, workflows};

use super::{History, Service};
use crate::ServiceError;

impl Service {
    /// Handoffs and events in order, with the data passed, and whether the chain is whole.
    ///
    /// # Errors
    /// No such workflow.
    pub fn get_workflow_history(&self, workflow_id: &str) -> Result<History, ServiceError> {
        let id = workflow_id.to_owned();
        self.store.read(move |db| History::read(db, &id))
    }
}

impl History {
    pub(crate) fn read(db: &Connection, workflow_id: &str) -> Result<History, ServiceError> {
        workflows::get(db, workflow_id)?;
        let events = events::of_workflow(db, workflow_id)?;
        Ok(History {
            workflow_id: workflow_id.to_owned(),
            handoffs: handoffs::of_workflow(db, workflow_id)?,
            chain_ok: audit::verify(&events).is_ok(),
            events,
        })
    }
}
