//! Table `messages`: the conversation.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::files::FileRef;
use crate::text::{json_column, optional_json_column, to_json};
use crate::{StoreError, Timestamp, files, images, now};
use workflow::State;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub seq: u32,
    /// "you", "product", or a role's wire name.
    pub author: String,
    pub text: String,
    /// What a notice of the product says; none where its words are all there is.
    pub meaning: Option<Meaning>,
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
    /// The text files that were attached to it.
    pub files: Vec<FileRef>,
    /// Wire name of the state the work was in.
    pub state: String,
    /// Kept, but it no longer counts.
    pub taken_back: Option<TakenBack>,
    pub created_at: Timestamp,
}

/// What a notice says, for whoever says it in the person's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// Stable code ("left_out", "model_unreachable", …).
    pub code: String,
    /// What it is about, by name.
    pub facts: Value,
}

impl Meaning {
    #[must_use]
    pub fn new(code: &str, facts: Value) -> Meaning {
        Meaning {
            code: code.to_owned(),
            facts,
        }
    }
}

/// What took a message back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// The revision of the workflow at which it happened: what went back together has the same one.
    pub revision: u32,
    /// Wire name of the phase that a rollback went back to; none where the person said something anew.
    pub rolled_back_to: Option<String>,
}

/// A message that is about to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    pub id: String,
    pub author: String,
    pub text: String,
    pub meaning: Option<Meaning>,
    pub reasoning: String,
    pub choices: Vec<String>,
    pub is_error: bool,
    pub is_interrupted: bool,
    pub is_reason: bool,
    /// Names of pictures that are kept.
    pub images: Vec<String>,
    /// Files that are kept.
    pub files: Vec<FileRef>,
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
        meaning: optional_json_column(row, "meaning")?,
        reasoning: row.get("reasoning")?,
        choices: json_column(row, "choices")?,
        is_error: row.get("is_error")?,
        is_interrupted: row.get("is_interrupted")?,
        is_reason: row.get("is_reason")?,
        images: json_column(row, "images")?,
        files: json_column(row, "files")?,
        state: row.get("state")?,
        taken_back: match row.get("taken_back")? {
            Some(revision) => Some(TakenBack {
                revision,
                rolled_back_to: row.get("rolled_back_to")?,
            }),
            None => None,
        },
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
             state, run_id, created_at, meaning, taken_back) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, \
             (SELECT taken_back FROM role_runs WHERE id = ?12))",
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
            created_at,
            message.meaning.as_ref().map(to_json).transpose()?
        ])?;
    images::show(connection, &message.id, &message.images)?;
    files::attach(connection, &message.id, &message.files)?;
    let NewMessage {
        id,
        author,
        text,
        meaning,
        reasoning,
        choices,
        is_error,
        is_interrupted,
        is_reason,
        images,
        files,
        state,
        run_id: _,
    } = message;
    Ok(Message {
        id,
        seq,
        author,
        text,
        meaning,
        reasoning,
        choices,
        is_error,
        is_interrupted,
        is_reason,
        images,
        files,
        state,
        taken_back: None,
        created_at,
    })
}

/// A message with its pictures and files.
const WHOLE: &str = "SELECT m.*, r.to_state AS rolled_back_to, (SELECT json_group_array(i.hash) \
         FROM (SELECT hash FROM message_images WHERE message_id = m.id ORDER BY position) i) AS images, \
     (SELECT json_group_array(json_object('name', f.name, 'hash', f.hash, 'bytes', f.bytes)) \
         FROM (SELECT a.name, a.hash, k.bytes FROM message_files a JOIN files k ON k.hash = a.hash \
             WHERE a.message_id = m.id ORDER BY a.position) f) AS files \
     FROM messages m LEFT JOIN workflow_rollbacks r ON r.workflow_id = m.workflow_id AND r.revision = m.taken_back \
     WHERE m.workflow_id = ?1";

/// Everything that was said, in order, what was taken back too.
pub fn all_of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<Message>, StoreError> {
    after(connection, workflow_id, 0)
}

/// Everything that was said after a message, in order, what was taken back too.
pub fn after(connection: &Connection, workflow_id: &str, seq: u32) -> Result<Vec<Message>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{WHOLE} AND m.seq > ?2 ORDER BY m.seq"))?;
    let rows = statement
        .query_map(params![workflow_id, seq], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// The newest messages before one, in order, at most so many, what was taken back too.
pub fn before(connection: &Connection, workflow_id: &str, seq: u32, most: u32) -> Result<Vec<Message>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{WHOLE} AND m.seq < ?2 ORDER BY m.seq DESC LIMIT ?3"))?;
    let mut rows = statement
        .query_map(params![workflow_id, seq, most], read)?
        .collect::<Result<Vec<_>, _>>()?;
    rows.reverse();
    Ok(rows)
}

/// One message.
pub fn get(connection: &Connection, workflow_id: &str, id: &str) -> Result<Message, StoreError> {
    connection
        .prepare_cached(&format!("{WHOLE} AND m.id = ?2"))?
        .query_row([workflow_id, id], read)
        .optional()?
        .ok_or_else(|| StoreError::NotFound {
            what: "message",
            id: id.to_owned(),
        })
}

/// How many messages stand before one.
pub fn count_before(connection: &Connection, workflow_id: &str, seq: u32) -> Result<u32, StoreError> {
    let count = connection
        .prepare_cached("SELECT count(*) FROM messages WHERE workflow_id = ?1 AND seq < ?2")?
        .query_row(params![workflow_id, seq], |row| row.get(0))?;
    Ok(count)
}

/// How many messages were taken back, and at which revision last: as long as both stay, so does what is known of old messages.
pub fn taken_back(connection: &Connection, workflow_id: &str) -> Result<(u32, u32), StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT count(*), coalesce(max(taken_back), 0) FROM messages WHERE workflow_id = ?1 AND taken_back IS NOT NULL",
        )?
        .query_row([workflow_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found)
}

/// The newest message that was said in the work and counts; 0 where there is none. What came after it is the talk that goes on now.
pub fn newest_of_the_work(connection: &Connection, workflow_id: &str) -> Result<u32, StoreError> {
    let seq = connection
        .prepare_cached(
            "SELECT coalesce(max(seq), 0) FROM messages WHERE workflow_id = ?1 AND taken_back IS NULL \
             AND state NOT IN ('discovery', 'planning')",
        )?
        .query_row([workflow_id], |row| row.get(0))?;
    Ok(seq)
}

/// Whether the person said something after a message. Why work went back counts only where it is asked for.
pub fn person_said_after(
    connection: &Connection,
    workflow_id: &str,
    seq: u32,
    with_reasons: bool,
) -> Result<bool, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM messages WHERE workflow_id = ?1 AND seq > ?2 AND author = 'you' \
             AND taken_back IS NULL AND (?3 OR NOT is_reason))",
        )?
        .query_row(params![workflow_id, seq, with_reasons], |row| row.get(0))?;
    Ok(found)
}

/// Whether a message was taken back.
pub fn is_taken_back(connection: &Connection, workflow_id: &str, seq: u32) -> Result<bool, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM messages WHERE workflow_id = ?1 AND seq = ?2 AND taken_back IS NOT NULL)",
        )?
        .query_row(params![workflow_id, seq], |row| row.get(0))?;
    Ok(found)
}

/// Takes back what was said from a message on. What runs say later that had read it goes with it: see `append`.
pub fn take_back_from(connection: &Connection, workflow_id: &str, seq: u32, revision: u32) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE messages SET taken_back = ?3 WHERE workflow_id = ?1 AND seq >= ?2 AND taken_back IS NULL",
        )?
        .execute(params![workflow_id, seq, revision])?;
    Ok(())
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
