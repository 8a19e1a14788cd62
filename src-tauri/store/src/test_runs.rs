//! Table `test_runs`: runs of the project's tests that the product made itself.

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::text::{optional_json_column, to_json};
use crate::{StoreError, Timestamp};

/// What the runner said; stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub run: u32,
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
    pub failures: Vec<String>,
    pub names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestRunRow {
    pub id: String,
    pub workflow_id: String,
    pub phase: String,
    pub attempt: u32,
    pub tree_hash: String,
    pub command: String,
    pub exit_code: Option<i32>,
    pub counts: Option<Counts>,
    pub duration_ms: u32,
    pub log: String,
    pub created_at: Timestamp,
}

fn read(row: &Row<'_>) -> rusqlite::Result<TestRunRow> {
    Ok(TestRunRow {
        id: row.get("id")?,
        workflow_id: row.get("workflow_id")?,
        phase: row.get("phase")?,
        attempt: row.get("attempt")?,
        tree_hash: row.get("tree_hash")?,
        command: row.get("command")?,
        exit_code: row.get("exit_code")?,
        counts: optional_json_column(row, "counts")?,
        duration_ms: row.get("duration_ms")?,
        log: row.get("log")?,
        created_at: row.get("created_at")?,
    })
}

pub fn insert(connection: &Connection, run: &TestRunRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO test_runs (id, workflow_id, phase, attempt, tree_hash, command, exit_code, counts, duration_ms, \
             log, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            run.id,
            run.workflow_id,
            run.phase,
            run.attempt,
            run.tree_hash,
            run.command,
            run.exit_code,
            run.counts.as_ref().map(to_json).transpose()?,
            run.duration_ms,
            run.log,
            run.created_at
        ])?;
    Ok(())
}

/// The newest first.
pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<TestRunRow>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT * FROM test_runs WHERE workflow_id = ?1 ORDER BY created_at DESC, rowid DESC")?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}
