//! Tables `files` and `message_files`: text files that the person attaches to what they say.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::StoreError;

/// A text file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub text: String,
}

/// A file that is kept, as a message names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    pub name: String,
    /// SHA-256 of its text.
    pub hash: String,
    pub bytes: u32,
}

impl FileRef {
    #[must_use]
    pub fn of(file: &File) -> FileRef {
        FileRef {
            name: file.name.clone(),
            hash: hex::encode(Sha256::digest(file.text.as_bytes())),
            bytes: u32::try_from(file.text.len()).unwrap_or(u32::MAX),
        }
    }
}

/// Keeps the text of a file, once, and says what it is kept as.
pub fn keep(connection: &Connection, file: &File) -> Result<FileRef, StoreError> {
    let kept = FileRef::of(file);
    connection
        .prepare_cached("INSERT OR IGNORE INTO files (hash, text, bytes) VALUES (?1, ?2, ?3)")?
        .execute(params![kept.hash, file.text, kept.bytes])?;
    Ok(kept)
}

/// Puts files that are kept beside a message.
pub fn attach(connection: &Connection, message_id: &str, files: &[FileRef]) -> Result<(), StoreError> {
    let mut insert = connection
        .prepare_cached("INSERT INTO message_files (message_id, position, name, hash) VALUES (?1, ?2, ?3, ?4)")?;
    for (position, file) in (0_u32..).zip(files) {
        insert.execute(params![message_id, position, file.name, file.hash])?;
    }
    Ok(())
}

/// The text that is kept under a hash.
pub fn text(connection: &Connection, hash: &str) -> Result<String, StoreError> {
    connection
        .prepare_cached("SELECT text FROM files WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?
        .ok_or_else(|| StoreError::NotFound {
            what: "file",
            id: hash.to_owned(),
        })
}

/// Lets go of texts that no message names any longer.
pub fn let_go(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM files WHERE hash NOT IN (SELECT hash FROM message_files)")?
        .execute([])?;
    Ok(())
}

/// The texts of the files of a build's messages, by hash.
pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT f.hash, f.text FROM files f JOIN message_files m ON m.hash = f.hash \
         JOIN messages said ON said.id = m.message_id WHERE said.workflow_id = ?1",
    )?;
    let rows = statement
        .query_map([workflow_id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}
