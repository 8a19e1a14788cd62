//! Table `role_runs`: one attempt of one role at one phase.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use crate::{StoreError, Timestamp, now};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoleRun {
    pub id: String,
    pub workflow_id: String,
    pub phase: String,
    pub role: String,
    pub attempt: u32,
    pub model: String,
    pub status: String,
    pub input_tokens: u32,
    pub output_tokens: u32,
    /// US dollars; none where a price was not known.
    pub cost: Option<f64>,
    /// Time spent waiting for the model, and for commands: the rest is the product's own.
    pub model_ms: u32,
    pub command_ms: u32,
    pub read_up_to: u32,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<RoleRun> {
    Ok(RoleRun {
        id: row.get("id")?,
        workflow_id: row.get("workflow_id")?,
        phase: row.get("phase")?,
        role: row.get("role")?,
        attempt: row.get("attempt")?,
        model: row.get("model")?,
        status: row.get("status")?,
        input_tokens: row.get("input_tokens")?,
        output_tokens: row.get("output_tokens")?,
        cost: row.get("cost")?,
        model_ms: row.get("model_ms")?,
        command_ms: row.get("command_ms")?,
        read_up_to: row.get("read_up_to")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
    })
}

/// Starts a run, which has used nothing yet.
pub fn start(connection: &Connection, run: &RoleRun) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO role_runs (id, workflow_id, phase, role, attempt, model, status, read_up_to, cost, started_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'running', ?7, 0, ?8)",
        )?
        .execute(params![
            run.id,
            run.workflow_id,
            run.phase,
            run.role,
            run.attempt,
            run.model,
            run.read_up_to,
            run.started_at
        ])?;
    Ok(())
}

/// Ends a run, once. What its model used was added with each exchange.
pub fn end(connection: &Connection, id: &str, status: &str, command_ms: u32) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE role_runs SET status = ?2, command_ms = ?3, ended_at = ?4 WHERE id = ?1 AND status = 'running'",
        )?
        .execute(params![id, status, command_ms, now()])?;
    Ok(())
}

/// Keeps what the role was told when the run began.
pub fn keep_told(connection: &Connection, id: &str, told: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE role_runs SET told = ?2 WHERE id = ?1")?
        .execute(params![id, told])?;
    Ok(())
}

/// What the role was told in an attempt at a phase; the newest run of it counts.
pub fn told(
    connection: &Connection,
    workflow_id: &str,
    phase: &str,
    attempt: u32,
) -> Result<Option<String>, StoreError> {
    let text = connection
        .prepare_cached(
            "SELECT told FROM role_runs WHERE workflow_id = ?1 AND phase = ?2 AND attempt = ?3 AND told <> '' \
             ORDER BY started_at DESC, rowid DESC LIMIT 1",
        )?
        .query_row(params![workflow_id, phase, attempt], |row| row.get(0))
        .optional()?;
    Ok(text)
}

/// Another model goes on with the run.
pub fn set_model(connection: &Connection, id: &str, model: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE role_runs SET model = ?2 WHERE id = ?1")?
        .execute(params![id, model])?;
    Ok(())
}

/// Keeps the conversation with the model, as JSON.
pub fn save_transcript(connection: &Connection, id: &str, transcript: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE role_runs SET transcript = ?2 WHERE id = ?1")?
        .execute(params![id, transcript])?;
    Ok(())
}

/// The newest conversation with the model in this phase that was not thrown away, as JSON.
pub fn newest_transcript(
    connection: &Connection,
    workflow_id: &str,
    phase: &str,
) -> Result<Option<String>, StoreError> {
    let text = connection
        .prepare_cached(
            "SELECT transcript FROM role_runs WHERE workflow_id = ?1 AND phase = ?2 AND taken_back IS NULL \
             AND status IN ('finished', 'sent_back', 'waiting') ORDER BY started_at DESC, rowid DESC LIMIT 1",
        )?
        .query_row([workflow_id, phase], |row| row.get(0))
        .optional()?;
    Ok(text)
}

/// The newest message of the person that a run which counts has read.
pub fn read_up_to(connection: &Connection, workflow_id: &str) -> Result<u32, StoreError> {
    let seq = connection
        .prepare_cached(
            "SELECT coalesce(max(read_up_to), 0) FROM role_runs WHERE workflow_id = ?1 AND role = 'q_assistant' \
             AND taken_back IS NULL AND status IN ('finished', 'sent_back', 'waiting', 'cancelled')",
        )?
        .query_row([workflow_id], |row| row.get(0))?;
    Ok(seq)
}

/// Takes back the runs of the talk that had read a message: what they knew is forgotten, and those that still run write nothing more.
pub fn take_back(connection: &Connection, workflow_id: &str, seq: u32, revision: u32) -> Result<(), StoreError> {
    let at = now();
    connection
        .prepare_cached(
            "UPDATE role_runs SET taken_back = ?3, ended_at = coalesce(ended_at, ?4), \
             status = CASE status WHEN 'running' THEN 'cancelled' ELSE status END \
             WHERE workflow_id = ?1 AND role = 'q_assistant' AND phase IN ('discovery', 'planning') AND read_up_to >= ?2",
        )?
        .execute(params![workflow_id, seq, revision, at])?;
    Ok(())
}

/// Whether a run goes on: what the person said anew ends it from outside.
pub fn is_running(connection: &Connection, id: &str) -> Result<bool, StoreError> {
    let found = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM role_runs WHERE id = ?1 AND status = 'running')")?
        .query_row([id], |row| row.get(0))?;
    Ok(found)
}

/// Marks what a killed program left running, and its tool calls, as interrupted; what those runs said goes with them.
pub fn interrupt_all(connection: &Connection) -> Result<(), StoreError> {
    let at = now();
    connection.execute(
        "UPDATE tool_calls SET status = 'interrupted', ended_at = ?1 WHERE status = 'running' \
         AND run_id IN (SELECT id FROM role_runs WHERE status = 'running')",
        [&at],
    )?;
    connection.execute(
        "DELETE FROM messages WHERE run_id IN (SELECT id FROM role_runs WHERE status = 'running')",
        [],
    )?;
    connection.execute(
        "UPDATE role_runs SET status = 'interrupted', ended_at = ?1 WHERE status = 'running'",
        [&at],
    )?;
    Ok(())
}

pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<RoleRun>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM role_runs WHERE workflow_id = ?1 ORDER BY started_at, rowid")?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// What a build used so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Totals {
    pub input_tokens: f64,
    pub output_tokens: f64,
    /// US dollars; none where a price was not known.
    pub cost: Option<f64>,
    /// US dollars, of the calls whose price was known.
    pub known_cost: f64,
}

/// Sums over all runs of a build.
pub fn totals(connection: &Connection, workflow_id: &str) -> Result<Totals, StoreError> {
    let sums = connection
        .prepare_cached(
            "SELECT total(input_tokens), total(output_tokens), \
             CASE WHEN total(cost IS NULL) = 0 THEN total(cost) END, \
             (SELECT total(cost) FROM exchanges WHERE workflow_id = ?1) \
             FROM role_runs WHERE workflow_id = ?1",
        )?
        .query_row([workflow_id], |row| {
            Ok(Totals {
                input_tokens: row.get(0)?,
                output_tokens: row.get(1)?,
                cost: row.get(2)?,
                known_cost: row.get(3)?,
            })
        })?;
    Ok(sums)
}
