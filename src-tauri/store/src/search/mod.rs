//! Finding builds, and what was said in them: the indexes of `V11__search.sql`, which triggers keep. What is in the trash is not found.

mod wanted;

use rusqlite::{Connection, params};

use crate::{StoreError, Timestamp};

pub use wanted::Wanted;

/// A build that holds what is wanted, with all that it is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBuild {
    pub workflow_id: String,
    pub title: String,
    pub project: String,
    pub brief: String,
    /// The sentences of its requirements and of its plan, one a line.
    pub plan: String,
}

/// A message that holds what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMessage {
    pub message_id: String,
    pub workflow_id: String,
    pub build_title: String,
    pub author: String,
    pub text: String,
    pub created_at: Timestamp,
}

/// The best of what was found, and how much there is in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    pub best: Vec<T>,
    pub total: u32,
}

/// A column of the index weighs as much as it says about what the build is.
const BUILDS: &str = "SELECT w.id FROM build_index \
    JOIN searched_builds s ON s.number = build_index.rowid \
    JOIN build_workflows w ON w.id = s.workflow_id \
    WHERE build_index MATCH ?1 AND w.trashed_at IS NULL AND NOT EXISTS (SELECT 1 FROM json_each(?2) short, build_texts t \
        WHERE t.workflow_id = w.id AND instr(lower(concat_ws(' ', t.title, t.project, t.brief, t.plan)), lower(short.value)) = 0) \
    ORDER BY bm25(build_index, 16, 8, 2, 1), w.updated_at DESC";

/// One or two letters alone are in every text: they are looked for in names.
const BUILDS_BY_A_LETTER: &str = "SELECT w.id FROM build_workflows w JOIN projects p ON p.id = w.project_id \
    WHERE w.trashed_at IS NULL AND NOT EXISTS (SELECT 1 FROM json_each(?1) \
        WHERE instr(lower(w.title || ' ' || p.name), lower(value)) = 0) \
    ORDER BY w.updated_at DESC";

/// What a rollback took back no longer counts, and is not found while it does not.
const MESSAGES: &str = "SELECT m.id FROM message_index \
    JOIN searched_messages s ON s.number = message_index.rowid JOIN messages m ON m.id = s.message_id \
    JOIN build_workflows w ON w.id = m.workflow_id \
    WHERE message_index MATCH ?1 AND m.taken_back IS NULL AND w.trashed_at IS NULL AND NOT EXISTS (SELECT 1 FROM json_each(?2) \
        WHERE instr(lower(m.text), lower(value)) = 0) \
    ORDER BY bm25(message_index), s.number DESC";

/// Builds, those first that are called what is wanted.
///
/// # Errors
/// Where the store cannot be read.
pub fn builds(connection: &Connection, wanted: &Wanted, limit: usize) -> Result<Found<FoundBuild>, StoreError> {
    let short = wanted.short();
    let ids = match wanted.indexed() {
        _ if wanted.is_empty() => Found::nothing(),
        Some(indexed) => ids(connection, BUILDS, &[&indexed, &short], limit)?,
        None => ids(connection, BUILDS_BY_A_LETTER, &[&short], limit)?,
    };
    let mut texts = connection.prepare_cached("SELECT * FROM build_texts WHERE workflow_id = ?1")?;
    ids.read(|id| {
        texts.query_row(params![id], |row| {
            Ok(FoundBuild {
                workflow_id: row.get("workflow_id")?,
                title: row.get("title")?,
                project: row.get("project")?,
                brief: row.get("brief")?,
                plan: row.get("plan")?,
            })
        })
    })
}

/// What was said, the best match first. Nothing is looked for by one or two letters: those are in every text.
///
/// # Errors
/// Where the store cannot be read.
pub fn messages(connection: &Connection, wanted: &Wanted, limit: usize) -> Result<Found<FoundMessage>, StoreError> {
    let ids = match wanted.indexed() {
        Some(indexed) => ids(connection, MESSAGES, &[&indexed, &wanted.short()], limit)?,
        None => Found::nothing(),
    };
    let mut said = connection.prepare_cached(
        "SELECT m.*, w.title FROM messages m JOIN build_workflows w ON w.id = m.workflow_id WHERE m.id = ?1",
    )?;
    ids.read(|id| {
        said.query_row(params![id], |row| {
            Ok(FoundMessage {
                message_id: row.get("id")?,
                workflow_id: row.get("workflow_id")?,
                build_title: row.get("title")?,
                author: row.get("author")?,
                text: row.get("text")?,
                created_at: row.get("created_at")?,
            })
        })
    })
}

/// Takes what was deleted out of the indexes' pages, too: until then it is only marked there, and its words could be put together again.
pub(crate) fn forget_deleted(connection: &Connection) -> Result<(), StoreError> {
    for index in ["message_index", "build_index"] {
        connection.execute(&format!("INSERT INTO {index} ({index}) VALUES ('optimize')"), [])?;
    }
    Ok(())
}

fn ids(connection: &Connection, sql: &str, given: &[&str], limit: usize) -> Result<Found<String>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(given))?;
    let mut found = Found::nothing();
    while let Some(row) = rows.next()? {
        found.total = found.total.saturating_add(1);
        if found.best.len() < limit {
            found.best.push(row.get(0)?);
        }
    }
    Ok(found)
}

impl<T> Found<T> {
    const fn nothing() -> Found<T> {
        Found {
            best: Vec::new(),
            total: 0,
        }
    }
}

impl Found<String> {
    fn read<T>(self, read: impl FnMut(&String) -> rusqlite::Result<T>) -> Result<Found<T>, StoreError> {
        Ok(Found {
            best: self.best.iter().map(read).collect::<rusqlite::Result<_>>()?,
            total: self.total,
        })
    }
}
