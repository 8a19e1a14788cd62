//! Table `build_worktrees`: where a build works.

use rusqlite::{Connection, OptionalExtension, params};

use crate::StoreError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorktreeRow {
    pub path: String,
    pub branch: String,
    pub base_commit: String,
    /// The project's branch that the release goes to.
    pub onto: String,
}

pub fn insert(connection: &Connection, workflow_id: &str, row: &WorktreeRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO build_worktrees (workflow_id, path, branch, base_commit, onto) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (workflow_id) DO NOTHING",
        )?
        .execute(params![workflow_id, row.path, row.branch, row.base_commit, row.onto])?;
    Ok(())
}

/// The commit that the build's changes are counted from.
pub fn set_base(connection: &Connection, workflow_id: &str, commit: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE build_worktrees SET base_commit = ?2 WHERE workflow_id = ?1")?
        .execute(params![workflow_id, commit])?;
    Ok(())
}

pub fn get(connection: &Connection, workflow_id: &str) -> Result<Option<WorktreeRow>, StoreError> {
    let row = connection
        .prepare_cached("SELECT path, branch, base_commit, onto FROM build_worktrees WHERE workflow_id = ?1")?
        .query_row([workflow_id], |row| {
            Ok(WorktreeRow {
                path: row.get(0)?,
                branch: row.get(1)?,
                base_commit: row.get(2)?,
                onto: row.get(3)?,
            })
        })
        .optional()?;
    Ok(row)
}
