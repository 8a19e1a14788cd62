//! Table `exchanges`: what models were asked and what they answered.

use rusqlite::{Connection, Row, params};

use crate::{StoreError, Timestamp, now};

/// One exchange that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct NewExchange {
    pub workflow_id: String,
    pub run_id: String,
    /// How many times the work was in this phase.
    pub attempt: u32,
    /// The turns that the model had taken in the conversation before.
    pub turn: u32,
    pub model: String,
    /// JSON.
    pub asked: String,
    /// JSON.
    pub answer: String,
    pub input_tokens: u32,
    pub output_tokens: u32,
    /// US dollars; none where the price is not known.
    pub cost: Option<f64>,
    pub ms: u32,
    pub asked_at: Moment,
}

/// How far a build's record went: the sequence numbers of its newest event and message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    pub event: u32,
    pub message: u32,
}

/// An exchange as it was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct ExchangeRow {
    pub run_id: String,
    pub attempt: u32,
    pub turn: u32,
    pub model: String,
    pub asked: String,
    pub answer: String,
    pub input_tokens: u32,
    pub output_tokens: u32,
    pub cost: Option<f64>,
    pub ms: u32,
    pub asked_at: Moment,
    pub answered_at: Moment,
    pub ended_at: Timestamp,
    /// Of the run it belongs to.
    pub role: String,
    pub phase: String,
    pub run_status: String,
}

fn read(row: &Row<'_>) -> rusqlite::Result<ExchangeRow> {
    Ok(ExchangeRow {
        run_id: row.get("run_id")?,
        attempt: row.get("attempt")?,
        turn: row.get("turn")?,
        model: row.get("model")?,
        asked: row.get("asked")?,
        answer: row.get("answer")?,
        input_tokens: row.get("input_tokens")?,
        output_tokens: row.get("output_tokens")?,
        cost: row.get("cost")?,
        ms: row.get("ms")?,
        asked_at: Moment {
            event: row.get("asked_event")?,
            message: row.get("asked_message")?,
        },
        answered_at: Moment {
            event: row.get("ended_event")?,
            message: row.get("ended_message")?,
        },
        ended_at: row.get("ended_at")?,
        role: row.get("role")?,
        phase: row.get("phase")?,
        run_status: row.get("status")?,
    })
}

/// How far the build's record goes now.
pub fn moment(connection: &Connection, workflow_id: &str) -> Result<Moment, StoreError> {
    let moment = connection
        .prepare_cached(
            "SELECT (SELECT coalesce(max(seq), 0) FROM workflow_events WHERE workflow_id = ?1), \
             (SELECT coalesce(max(seq), 0) FROM messages WHERE workflow_id = ?1)",
        )?
        .query_row([workflow_id], |row| {
            Ok(Moment {
                event: row.get(0)?,
                message: row.get(1)?,
            })
        })?;
    Ok(moment)
}

/// Keeps an exchange, and adds what it used to its run.
pub fn append(connection: &Connection, new: &NewExchange) -> Result<(), StoreError> {
    let answered_at = moment(connection, &new.workflow_id)?;
    connection
        .prepare_cached(
            "INSERT INTO exchanges (workflow_id, run_id, attempt, turn, model, asked, answer, input_tokens, output_tokens, cost, ms, \
             ended_at, asked_event, asked_message, ended_event, ended_message) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(params![
            new.workflow_id,
            new.run_id,
            new.attempt,
            new.turn,
            new.model,
            new.asked,
            new.answer,
            new.input_tokens,
            new.output_tokens,
            new.cost,
            new.ms,
            now(),
            new.asked_at.event,
            new.asked_at.message,
            answered_at.event,
            answered_at.message
        ])?;
    connection
        .prepare_cached(
            "UPDATE role_runs SET input_tokens = input_tokens + ?2, output_tokens = output_tokens + ?3, cost = cost + ?4, \
             model_ms = model_ms + ?5 WHERE id = ?1",
        )?
        .execute(params![new.run_id, new.input_tokens, new.output_tokens, new.cost, new.ms])?;
    Ok(())
}

/// What calls used whose price was not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpriced {
    pub model: String,
    pub input_tokens: u32,
    pub output_tokens: u32,
}

/// The calls of a build whose price was not known, by model.
pub fn unpriced(connection: &Connection, workflow_id: &str) -> Result<Vec<Unpriced>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT model, sum(input_tokens), sum(output_tokens) FROM exchanges WHERE workflow_id = ?1 AND cost IS NULL GROUP BY model",
    )?;
    let rows = statement
        .query_map([workflow_id], |row| {
            Ok(Unpriced {
                model: row.get(0)?,
                input_tokens: row.get(1)?,
                output_tokens: row.get(2)?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// The exchanges of a build, in the order in which they ended.
pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<ExchangeRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT e.*, r.role, r.phase, r.status FROM exchanges e JOIN role_runs r ON r.id = e.run_id \
         WHERE e.workflow_id = ?1 ORDER BY e.id",
    )?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}
