//! Table `messages`: the conversation.

use rusqlite::{Connection, Row, params};

use crate::text::{json_column, to_json};
use crate::{StoreError, Timestamp, now};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub seq: u32,
    /// "you", "product", or a role's wire name.
    pub author: String,
    pub text: String,
    pub choices: Vec<String>,
    pub is_error: bool,
    /// Wire name of the state the work was in.
    pub state: String,
    pub created_at: Timestamp,
}

/// A message that is about to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    pub id: String,
    pub author: String,
    pub text: String,
    pub choices: Vec<String>,
    pub is_error: bool,
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
        choices: json_column(row, "choices")?,
        is_error: row.get("is_error")?,
        state: row.get("state")?,
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
            "INSERT INTO messages (id, workflow_id, seq, author, text, choices, is_error, state, run_id, \
             created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            message.id,
            workflow_id,
            seq,
            message.author,
            message.text,
            to_json(&message.choices)?,
            message.is_error,
            message.state,
            message.run_id,
            created_at
        ])?;
    let NewMessage {
        id,
        author,
        text,
        choices,
        is_error,
        state,
        run_id: _,
    } = message;
    Ok(Message {
        id,
        seq,
        author,
        text,
        choices,
        is_error,
        state,
        created_at,
    })
}

pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<Message>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM messages WHERE workflow_id = ?1 ORDER BY seq")?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}
