//! Table `releases`: the intent is recorded before anything happens, under a stable key.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use crate::{StoreError, Timestamp, now};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseRow {
    pub id: String,
    pub workflow_id: String,
    /// "intended", "released", "failed" or "undone".
    pub status: String,
    pub tree_hash: String,
    pub commit_id: String,
    pub onto: String,
    pub tag: String,
    pub merged_commit: Option<String>,
    pub previous_commit: Option<String>,
    /// The exported folder that is served; none for what is not served.
    pub site: Option<String>,
    pub port: Option<u16>,
    pub probe: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

fn read(row: &Row<'_>) -> rusqlite::Result<ReleaseRow> {
    Ok(ReleaseRow {
        id: row.get("id")?,
        workflow_id: row.get("workflow_id")?,
        status: row.get("status")?,
        tree_hash: row.get("tree_hash")?,
        commit_id: row.get("commit_id")?,
        onto: row.get("onto")?,
        tag: row.get("tag")?,
        merged_commit: row.get("merged_commit")?,
        previous_commit: row.get("previous_commit")?,
        site: row.get("site")?,
        port: row.get("port")?,
        probe: row.get("probe")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// Writes the row as it is now: the intent first, then what came of it.
pub fn save(connection: &Connection, release: &ReleaseRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO releases (id, workflow_id, status, tree_hash, commit_id, onto, tag, merged_commit, previous_commit, \
             site, port, probe, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
             ON CONFLICT (id) DO UPDATE SET status = ?3, merged_commit = ?8, previous_commit = ?9, site = ?10, port = ?11, \
             probe = ?12, updated_at = ?14",
        )?
        .execute(params![
            release.id,
            release.workflow_id,
            release.status,
            release.tree_hash,
            release.commit_id,
            release.onto,
            release.tag,
            release.merged_commit,
            release.previous_commit,
            release.site,
            release.port,
            release.probe,
            release.created_at,
            now()
        ])?;
    Ok(())
}

pub fn get(connection: &Connection, id: &str) -> Result<ReleaseRow, StoreError> {
    connection
        .prepare_cached("SELECT * FROM releases WHERE id = ?1")?
        .query_row([id], read)
        .optional()?
        .ok_or_else(|| StoreError::NotFound {
            what: "release",
            id: id.to_owned(),
        })
}

/// The newest release of a build, whatever came of it.
pub fn newest(connection: &Connection, workflow_id: &str) -> Result<Option<ReleaseRow>, StoreError> {
    let row = connection
        .prepare_cached("SELECT * FROM releases WHERE workflow_id = ?1 ORDER BY created_at DESC, rowid DESC LIMIT 1")?
        .query_row([workflow_id], read)
        .optional()?;
    Ok(row)
}

/// Releases of a build that happened and were not taken back, or of which nobody knows yet whether they happened.
pub fn standing(connection: &Connection, workflow_id: &str) -> Result<Vec<ReleaseRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM releases WHERE workflow_id = ?1 AND status IN ('intended', 'released') ORDER BY created_at DESC",
    )?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// Releases that stand and are served: they are served again at start. Those of builds in the trash are not.
pub fn served(connection: &Connection) -> Result<Vec<ReleaseRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT r.* FROM releases r JOIN build_workflows w ON w.id = r.workflow_id \
         WHERE r.status = 'released' AND r.site IS NOT NULL AND w.trashed_at IS NULL",
    )?;
    let rows = statement.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// Ids of all releases of a build.
pub fn ids(connection: &Connection, workflow_id: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id FROM releases WHERE workflow_id = ?1")?;
    let ids = statement
        .query_map([workflow_id], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    Ok(ids)
}
