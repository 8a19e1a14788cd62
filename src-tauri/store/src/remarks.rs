//! Table `handoff_remarks`: what Q Assistant says of a handoff.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{StoreError, now};

/// Keeps the remark; the first one stays.
pub fn keep(connection: &Connection, handoff_id: &str, text: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO handoff_remarks (handoff_id, text, created_at) VALUES (?1, ?2, ?3)")?
        .execute(params![handoff_id, text, now()])?;
    Ok(())
}

/// The remark on a handoff: none where nobody was asked, empty where nothing could be said.
pub fn of(connection: &Connection, handoff_id: &str) -> Result<Option<String>, StoreError> {
    let text = connection
        .prepare_cached("SELECT text FROM handoff_remarks WHERE handoff_id = ?1")?
        .query_row([handoff_id], |row| row.get(0))
        .optional()?;
    Ok(text)
}
