//! Table `workflow_rollbacks`: the only changes of state beside the twenty-eight transitions.

use rusqlite::{Connection, params};
use workflow::State;

use crate::{StoreError, now};

/// Records a rollback; the row must stand before the state moves.
pub fn insert(
    connection: &Connection,
    workflow_id: &str,
    revision: u32,
    from: State,
    to: State,
    reason: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO workflow_rollbacks (workflow_id, revision, from_state, to_state, reason, timestamp) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![workflow_id, revision, from.wire(), to.wire(), reason, now()])?;
    Ok(())
}
