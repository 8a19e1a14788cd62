//! Connections: one writes, a few read.
//!
//! The writer is a connection behind a lock, not a thread behind a channel: who writes waits for the commit either way, and two
//! changes of thread for each write cost a quarter of its time.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::{StoreError, migrate};

const READERS: usize = 4;

/// The database. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Store {
    writer: Arc<Mutex<Connection>>,
    /// Empty for a database in memory: then the writer reads, too.
    readers: Arc<[Mutex<Connection>]>,
    next_reader: Arc<AtomicUsize>,
    path: Option<PathBuf>,
}

impl Store {
    /// Opens the file, creating it and its folder where there is none, and brings it to this version.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::Corrupt`], [`StoreError::ReadOnly`]: the file is as it was.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let unopenable = |detail: String| StoreError::Unopenable {
            path: path.to_owned(),
            detail,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| unopenable(error.to_string()))?;
        }
        let from = if path.exists() { migrate::inspect(path)? } else { 0 };
        let mut connection = Connection::open(path).map_err(|error| unopenable(error.to_string()))?;
        configure(&connection).map_err(|error| named(error.into(), path))?;
        migrate::migrate(&mut connection, Some(path), from)?;
        let readers = (0..READERS)
            .map(|_| open_reader(path).map(Mutex::new))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| unopenable(error.to_string()))?;
        Ok(Store {
            writer: Arc::new(Mutex::new(connection)),
            readers: readers.into(),
            next_reader: Arc::default(),
            path: Some(path.to_owned()),
        })
    }

    /// A database that lives in memory: the same service, no file.
    ///
    /// # Errors
    /// Only where SQLite itself fails.
    pub fn in_memory() -> Result<Store, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        configure(&connection)?;
        migrate::migrate(&mut connection, None, 0)?;
        Ok(Store {
            writer: Arc::new(Mutex::new(connection)),
            readers: Vec::new().into(),
            next_reader: Arc::default(),
            path: None,
        })
    }

    /// The file, or none in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Runs `work` in one `BEGIN IMMEDIATE` transaction, and returns after the commit. `work` must not write or read through the
    /// store itself: it has the connection.
    ///
    /// # Errors
    /// The error of `work`, or of the commit: then nothing was written.
    pub fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(&Connection) -> Result<T, E>,
    {
        let mut connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| E::from(error.into()))?;
        let answer = work(&transaction)?;
        transaction.commit().map_err(|error| E::from(error.into()))?;
        Ok(answer)
    }

    /// Writes the log back into the file and empties it: what was deleted stands in neither then. Where somebody reads an older state, it
    /// is left for later.
    pub fn write_back(&self) {
        let connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let written = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        if !matches!(written, Ok(false)) {
            tracing::info!("the database's log is written back later");
        }
    }

    /// Runs `work` on a reader, beside any writing. It sees one committed state.
    ///
    /// # Errors
    /// The error of `work`.
    pub fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(&Connection) -> Result<T, E>,
    {
        let start = self.next_reader.fetch_add(1, Ordering::Relaxed);
        let slot = start
            .checked_rem(self.readers.len())
            .and_then(|index| self.readers.get(index));
        // A database in memory has the one connection.
        let Some(slot) = slot else {
            return work(&self.writer.lock().unwrap_or_else(PoisonError::into_inner));
        };
        let mut reader = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let snapshot = reader.transaction().map_err(|error| E::from(error.into()))?;
        work(&snapshot)
    }
}

/// WAL with `synchronous = FULL`: what was acknowledged survives a kill and a power cut. `recursive_triggers` because
/// INSERT OR REPLACE passes by the delete triggers without it.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "recursive_triggers", true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    reader.busy_timeout(Duration::from_secs(5))?;
    reader.set_prepared_statement_cache_capacity(128);
    Ok(reader)
}

/// Puts the path into an error that was made from SQLite's code alone.
fn named(error: StoreError, at: &Path) -> StoreError {
    match error {
        StoreError::ReadOnly { .. } => StoreError::ReadOnly { path: at.to_owned() },
        StoreError::Corrupt { detail, .. } => StoreError::Corrupt {
            path: at.to_owned(),
            detail,
        },
        other @ (StoreError::Newer { .. }
        | StoreError::DiskFull
        | StoreError::Busy
        | StoreError::Unopenable { .. }
        | StoreError::Migration { .. }
        | StoreError::Backup { .. }
        | StoreError::NotABackup { .. }
        | StoreError::NotFound { .. }
        | StoreError::StaleRevision { .. }
        | StoreError::Row { .. }
        | StoreError::Sql(_)) => other,
    }
}
