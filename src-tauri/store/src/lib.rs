//! What is remembered: SQLite, one writer, readers beside it, and the audit trail.
//!
//! A table, its row type, its reads and its writes live in one file. Callers compose them inside [`Store::write`], which is
//! one `BEGIN IMMEDIATE` transaction: all of it is there after the commit, or none of it.

pub mod audit;
pub mod backups;
mod connection;
pub mod dump;
pub mod effects;
mod error;
pub mod events;
pub mod exchanges;
pub mod files;
pub mod handoffs;
pub mod idempotency;
pub mod images;
pub mod leftovers;
pub mod messages;
mod migrate;
pub mod notes;
pub mod projects;
pub mod releases;
pub mod remarks;
pub mod restore;
pub mod role_runs;
pub mod rollbacks;
pub mod search;
pub mod stats;
pub mod test_runs;
mod text;
pub mod tool_calls;
pub mod workflows;
pub mod worktrees;

pub use connection::Store;
pub use error::StoreError;
pub use text::{Timestamp, new_id, now};

/// The connection type that reads and writes take.
pub use rusqlite::Connection;
