//! Table `tool_calls`: what a role did, one line a call.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{StoreError, Timestamp, now};

/// A call, without what went into it and what came of it: there may be thousands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCallRow {
    pub id: String,
    pub run_id: String,
    pub tool: String,
    pub subject: String,
    pub status: String,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// Of the run it belongs to.
    pub role: String,
    pub phase: String,
    pub attempt: u32,
}

fn read(row: &Row<'_>) -> rusqlite::Result<ToolCallRow> {
    Ok(ToolCallRow {
        id: row.get("id")?,
        run_id: row.get("run_id")?,
        tool: row.get("tool")?,
        subject: row.get("subject")?,
        status: row.get("status")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        role: row.get("role")?,
        phase: row.get("phase")?,
        attempt: row.get("attempt")?,
    })
}

/// A tool call that starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started<'a> {
    pub id: &'a str,
    pub run_id: &'a str,
    pub workflow_id: &'a str,
    pub tool: &'a str,
    pub subject: &'a str,
    pub input: &'a str,
}

pub fn start(connection: &Connection, call: &Started<'_>) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO tool_calls (id, run_id, workflow_id, seq, tool, subject, input, status, started_at) VALUES (?1, ?2, \
             ?3, 1 + coalesce((SELECT max(seq) FROM tool_calls WHERE workflow_id = ?3), 0), ?4, ?5, ?6, 'running', ?7)",
        )?
        .execute(params![call.id, call.run_id, call.workflow_id, call.tool, call.subject, call.input, now()])?;
    Ok(())
}

pub fn end(connection: &Connection, id: &str, ok: bool, output: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE tool_calls SET status = ?2, output = ?3, ended_at = ?4 WHERE id = ?1 AND status = 'running'",
        )?
        .execute(params![id, if ok { "ok" } else { "failed" }, output, now()])?;
    Ok(())
}

const JOINED: &str = "SELECT c.id, c.run_id, c.tool, c.subject, c.status, c.started_at, c.ended_at, r.role, r.phase, r.attempt FROM tool_calls c JOIN role_runs r ON r.id = c.run_id \
    WHERE c.workflow_id = ?1";

pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<ToolCallRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{JOINED} ORDER BY c.seq"))?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// What went into a call, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InAndOut {
    pub input: String,
    pub output: String,
}

pub fn in_and_out(connection: &Connection, id: &str) -> Result<InAndOut, StoreError> {
    let found = connection
        .prepare_cached("SELECT input, output FROM tool_calls WHERE id = ?1")?
        .query_row([id], |row| {
            Ok(InAndOut {
                input: row.get("input")?,
                output: row.get("output")?,
            })
        })
        .optional()?;
    found.ok_or_else(|| StoreError::NotFound {
        what: "tool call",
        id: id.to_owned(),
    })
}

/// The call that is running now, if one is.
pub fn running(connection: &Connection, workflow_id: &str) -> Result<Option<ToolCallRow>, StoreError> {
    let row = connection
        .prepare_cached(&format!(
            "{JOINED} AND c.status = 'running' ORDER BY c.seq DESC LIMIT 1"
        ))?
        .query_row([workflow_id], read)
        .optional()?;
    Ok(row)
}
