//! Table `notes`: small texts by name, such as drafts and the window's layout.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{StoreError, now};

pub fn save(connection: &Connection, key: &str, text: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO notes (key, text, updated_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (key) DO UPDATE SET text = ?2, updated_at = ?3",
        )?
        .execute(params![key, text, now()])?;
    Ok(())
}

/// The text of that name; empty where there is none.
pub fn load(connection: &Connection, key: &str) -> Result<String, StoreError> {
    let text = connection
        .prepare_cached("SELECT text FROM notes WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(text.unwrap_or_default())
}

/// Takes out what was typed for a build and its handoffs: their ids stand in the names.
pub fn forget(connection: &Connection, workflow_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM notes WHERE instr(key, ?1) > 0 OR EXISTS (SELECT 1 FROM workflow_handoffs \
             WHERE workflow_id = ?1 AND instr(key, id) > 0)",
        )?
        .execute([workflow_id])?;
    Ok(())
}
