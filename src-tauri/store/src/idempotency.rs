//! Table `idempotency_keys`: the first answer to a key is the only one.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{StoreError, now};

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    New,
    /// The same request was answered before; this is the answer, as JSON.
    Answered(String),
    /// The key belongs to another request.
    Conflict,
}

pub fn look_up(connection: &Connection, key: &str, request_hash: &str) -> Result<Known, StoreError> {
    let found: Option<(String, String)> = connection
        .prepare_cached("SELECT request_hash, answer FROM idempotency_keys WHERE key = ?1")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match found {
        None => Known::New,
        Some((hash, answer)) if hash == request_hash => Known::Answered(answer),
        Some(_) => Known::Conflict,
    })
}

pub fn remember(connection: &Connection, key: &str, request_hash: &str, answer: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO idempotency_keys (key, request_hash, answer, created_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![key, request_hash, answer, now()])?;
    Ok(())
}
