//! Table `messages`: the conversation.

use rusqlite::{Connection, Row, params};

use crate::text::{json_column, to_json};
use crate::{StoreError, Timestamp, images, now};
use workflow::State;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub seq: u32,
    /// "you", "product", or a role's wire name.
    pub author: String,
    pub text: String,
    /// What the model thought before it said this.
    pub reasoning: String,
    pub choices: Vec<String>,
    pub is_error: bool,
    /// The stream ended before the message did.
    pub is_interrupted: bool,
    /// Said as the reason for sending work back.
    pub is_reason: bool,
    /// Names of the pictures that were shown with it.
    pub images: Vec<String>,
    /// Wire name of the state the work was in.
    pub state: String,
    /// Wire name of the phase that a rollback went back to, if it took this message back.
    pub taken_back: Option<String>,
    pub created_at: Timestamp,
}

/// A message that is about to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    pub id: String,
    pub author: String,
    pub text: String,
    pub reasoning: String,
    pub choices: Vec<String>,
    pub is_error: bool,
    pub is_interrupted: bool,
    pub is_reason: bool,
    /// Names of pictures that are kept.
    pub images: Vec<String>,
    pub state: String,
    /// The run that says it; none for the person and the product.
    pub run_id: Option<String>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get("id")?,
        seq: row.get("seq")?,
        author: row.get("author")?,
        text: row.get("text")?,
        reasoning: row.get("reasoning")?,
        choices: json_column(row, "choices")?,
        is_error: row.get("is_error")?,
        is_interrupted: row.get("is_interrupted")?,
        is_reason: row.get("is_reason")?,
        images: json_column(row, "images")?,
        state: row.get("state")?,
        taken_back: row.get("taken_back_to")?,
        created_at: row.get("created_at")?,
    })
}

pub fn append(connection: &Connection, workflow_id: &str, message: NewMessage) -> Result<Message, StoreError> {
    let seq: u32 = connection
        .prepare_cached("SELECT 1 + coalesce(max(seq), 0) FROM messages WHERE workflow_id = ?1")?
        .query_row([workflow_id], |row| row.get(0))?;
    let created_at = now();
    connection
        .prepare_cached(
            "INSERT INTO messages (id, workflow_id, seq, author, text, reasoning, choices, is_error, is_interrupted, is_reason, \
             state, run_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            message.id,
            workflow_id,
            seq,
            message.author,
            message.text,
            message.reasoning,
            to_json(&message.choices)?,
            message.is_error,
            message.is_interrupted,
            message.is_reason,
            message.state,
            message.run_id,
            created_at
        ])?;
    images::show(connection, &message.id, &message.images)?;
    let NewMessage {
        id,
        author,
        text,
        reasoning,
        choices,
        is_error,
        is_interrupted,
        is_reason,
        images,
        state,
        run_id: _,
    } = message;
    Ok(Message {
        id,
        seq,
        author,
        text,
        reasoning,
        choices,
        is_error,
        is_interrupted,
        is_reason,
        images,
        state,
        taken_back: None,
        created_at,
    })
}

/// Everything that was said, in order, what rollbacks took back too.
pub fn all_of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<Message>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT m.*, r.to_state AS taken_back_to, (SELECT json_group_array(i.hash) \
             FROM (SELECT hash FROM message_images WHERE message_id = m.id ORDER BY position) i) AS images FROM messages m \
         LEFT JOIN workflow_rollbacks r ON r.workflow_id = m.workflow_id AND r.revision = m.taken_back \
         WHERE m.workflow_id = ?1 ORDER BY m.seq",
    )?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// What was said and counts, in order.
pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<Message>, StoreError> {
    let mut all = all_of_workflow(connection, workflow_id)?;
    all.retain(|message| message.taken_back.is_none());
    Ok(all)
}

/// Takes back what was said since the work of that state began; of the talking states, what was said since they were left, because
/// the talk is their work and stays.
pub fn take_back(connection: &Connection, workflow_id: &str, to: State, revision: u32) -> Result<(), StoreError> {
    let talk = to <= State::Planning;
    connection
        .prepare_cached(
            "UPDATE messages SET taken_back = ?3 WHERE workflow_id = ?1 AND taken_back IS NULL AND CASE WHEN ?4 \
             THEN seq > (SELECT coalesce(max(seq), 0) FROM messages \
                 WHERE workflow_id = ?1 AND state IN ('discovery', ?2) AND taken_back IS NULL) \
             ELSE created_at >= (SELECT max(timestamp) FROM workflow_events \
                 WHERE workflow_id = ?1 AND event_type = 'attempt_started' AND event_data ->> '$.phase' = ?2) END",
        )?
        .execute(params![workflow_id, to.wire(), revision, talk])?;
    Ok(())
}

/// The newest rollback is undone: what it took back counts again.
pub fn give_back(connection: &Connection, workflow_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE messages SET taken_back = NULL WHERE workflow_id = ?1 \
             AND taken_back = (SELECT max(revision) FROM workflow_rollbacks WHERE workflow_id = ?1)",
        )?
        .execute([workflow_id])?;
    Ok(())
}
