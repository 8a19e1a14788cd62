//! What can go wrong with the database, as a person needs to hear it.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use serde_json::{Value, json};

/// An error of the store. The file is untouched wherever opening it is refused.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "The database {} was written by a newer version of Q Assistant (it is at schema {found}, this version knows {known}). \
         Nothing was changed. Install the newer version, or start with another data folder.", path.display()
    )]
    Newer { path: PathBuf, found: i32, known: i32 },
    #[error(
        "The database {} is damaged ({detail}). Nothing was changed. Move the file aside or put a backup in its place, then \
         try again.", path.display()
    )]
    Corrupt { path: PathBuf, detail: String },
    #[error("The database {} cannot be written. Give yourself write permission to it and its folder, then try again.", path.display())]
    ReadOnly { path: PathBuf },
    #[error("The disk is full. Nothing of this step was saved. Free some space, then repeat it.")]
    DiskFull,
    #[error("The database is busy: another program is writing to it. Nothing of this step was saved; repeat it.")]
    Busy,
    #[error("The database {} cannot be opened ({detail}).", path.display())]
    Unopenable { path: PathBuf, detail: String },
    #[error("The database could not be brought to this version ({detail}). It is as it was; a backup lies beside it.")]
    Migration { detail: String },
    #[error(
        "No backup could be written to {} ({detail}). Your data is as it was. Choose another folder, or look what stands in the \
         way, then try again.", path.display()
    )]
    Backup { path: PathBuf, detail: String },
    #[error("{} cannot be restored: {why}. Your data is as it was.", path.display())]
    NotABackup { path: PathBuf, why: String },
    #[error("There is no {what} with the id {id}.")]
    NotFound { what: &'static str, id: String },
    #[error("The build changed meanwhile: it is at revision {actual}, this step expected {expected}.")]
    StaleRevision { expected: u32, actual: u32 },
    #[error("A stored row cannot be read ({what}).")]
    Row { what: String },
    #[error("The database refused: {0}")]
    Sql(rusqlite::Error),
}

impl StoreError {
    /// Stable code for the door.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            StoreError::Newer { .. } => "database_newer",
            StoreError::Corrupt { .. } => "database_corrupt",
            StoreError::ReadOnly { .. } => "database_read_only",
            StoreError::DiskFull => "disk_full",
            StoreError::NotFound { what, .. } => match what.as_bytes() {
                b"build" => "workflow_not_found",
                _ => "not_found",
            },
            StoreError::StaleRevision { .. } => "stale_state",
            StoreError::Backup { .. } | StoreError::NotABackup { .. } => "backup",
            StoreError::Busy
            | StoreError::Unopenable { .. }
            | StoreError::Migration { .. }
            | StoreError::Row { .. }
            | StoreError::Sql(_) => "store_unavailable",
        }
    }
}

impl StoreError {
    /// What the sentence is about, for whoever says it in another language.
    #[must_use]
    pub fn facts(&self) -> Value {
        match self {
            StoreError::Newer { path, .. } => json!({"path": path}),
            StoreError::Corrupt { path, detail } => json!({"path": path, "detail": detail}),
            StoreError::ReadOnly { path } => json!({"path": path}),
            StoreError::Backup { path, detail } => json!({"path": path, "detail": detail}),
            StoreError::NotABackup { path, why } => json!({"path": path, "why": why}),
            StoreError::StaleRevision { expected, actual } => json!({"expected": expected, "actual": actual}),
            StoreError::DiskFull
            | StoreError::Busy
            | StoreError::Unopenable { .. }
            | StoreError::Migration { .. }
            | StoreError::NotFound { .. }
            | StoreError::Row { .. }
            | StoreError::Sql(_) => json!({}),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { path: PathBuf::new() },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt {
                path: PathBuf::new(),
                detail: error.to_string(),
            },
            Some(_) | None => StoreError::Sql(error),
        }
    }
}
