//! Table `pending_effects`: what has still to be done outside the database.

use rusqlite::{Connection, params};
use workflow::Effect;

use crate::text::{json_column, to_json};
use crate::{StoreError, now};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingEffect {
    pub id: i64,
    pub effect: Effect,
}

pub fn insert(connection: &Connection, workflow_id: &str, effect: &Effect) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO pending_effects (workflow_id, effect, created_at) VALUES (?1, ?2, ?3)")?
        .execute(params![workflow_id, to_json(effect)?, now()])?;
    Ok(())
}

/// What is still open for a build, in order.
pub fn open(connection: &Connection, workflow_id: &str) -> Result<Vec<PendingEffect>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, effect FROM pending_effects WHERE workflow_id = ?1 AND done_at IS NULL ORDER BY id",
    )?;
    let rows = statement
        .query_map([workflow_id], |row| {
            Ok(PendingEffect {
                id: row.get("id")?,
                effect: json_column(row, "effect")?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

pub fn done(connection: &Connection, id: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE pending_effects SET done_at = ?2 WHERE id = ?1 AND done_at IS NULL")?
        .execute(params![id, now()])?;
    Ok(())
}

/// Builds that have something to carry out, whatever their status: recovery finds them here.
pub fn workflows_with_open(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT DISTINCT workflow_id FROM pending_effects WHERE done_at IS NULL")?;
    let ids = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    Ok(ids)
}
