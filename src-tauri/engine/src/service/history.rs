//! `get_workflow_history`.

use store::{audit, events, handoffs, workflows};

use super::{History, Service};
use crate::ServiceError;

impl Service {
    /// Handoffs and events in order, with the data passed, and whether the chain is whole.
    ///
    /// # Errors
    /// No such workflow.
    pub fn get_workflow_history(&self, workflow_id: &str) -> Result<History, ServiceError> {
        let id = workflow_id.to_owned();
        self.store.read(move |db| {
            workflows::get(db, &id)?;
            let events = events::of_workflow(db, &id)?;
            let chain_ok = audit::verify(&events).is_ok();
            Ok(History {
                handoffs: handoffs::of_workflow(db, &id)?,
                workflow_id: id,
                events,
                chain_ok,
            })
        })
    }
}
