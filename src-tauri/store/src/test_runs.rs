//! Table `test_runs`: runs of the project's tests that the product made itself.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::text::{json_column, optional_json_column, to_json};
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

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// One case that the runner reported; stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What it stands in, outermost first.
    pub suite: Vec<String>,
    pub name: String,
    pub outcome: Outcome,
    pub ms: Option<u32>,
    pub output: String,
}

/// A run, without what it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRun {
    pub id: String,
    pub workflow_id: String,
    pub phase: String,
    pub attempt: u32,
    pub tree_hash: String,
    pub command: String,
    pub exit_code: Option<i32>,
    pub counts: Option<Counts>,
    pub duration_ms: u32,
    pub created_at: Timestamp,
}

/// What a run printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Printed {
    pub log: String,
    /// Empty where the runner names none.
    pub cases: Vec<Case>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<TestRun> {
    Ok(TestRun {
        id: row.get("id")?,
        workflow_id: row.get("workflow_id")?,
        phase: row.get("phase")?,
        attempt: row.get("attempt")?,
        tree_hash: row.get("tree_hash")?,
        command: row.get("command")?,
        exit_code: row.get("exit_code")?,
        counts: optional_json_column(row, "counts")?,
        duration_ms: row.get("duration_ms")?,
        created_at: row.get("created_at")?,
    })
}

pub fn insert(connection: &Connection, run: &TestRun, printed: &Printed) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO test_runs (id, workflow_id, phase, attempt, tree_hash, command, exit_code, counts, duration_ms, \
             log, cases, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
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
            printed.log,
            to_json(&printed.cases)?,
            run.created_at
        ])?;
    Ok(())
}

const HEAD: &str = "SELECT id, workflow_id, phase, attempt, tree_hash, command, exit_code, counts, duration_ms, created_at FROM test_runs";

/// The newest first.
pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<TestRun>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "{HEAD} WHERE workflow_id = ?1 ORDER BY created_at DESC, rowid DESC"
    ))?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// What a run printed, and the cases in it.
pub fn printed(connection: &Connection, id: &str) -> Result<Printed, StoreError> {
    let row = connection
        .prepare_cached("SELECT log, cases FROM test_runs WHERE id = ?1")?
        .query_row([id], |row| {
            Ok(Printed {
                log: row.get("log")?,
                cases: json_column(row, "cases")?,
            })
        })
        .optional()?;
    row.ok_or_else(|| StoreError::NotFound {
        what: "test run",
        id: id.to_owned(),
    })
}
