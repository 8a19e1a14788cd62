//! Putting a backup in the place of a database. The backup is copied beside the database, looked through and brought to this version
//! first; then one rename decides. Whatever happens before it, a kill too, leaves the database as it was.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use crate::backups::{copy, sync_folder};
use crate::{Store, StoreError, migrate};

/// A copy of a backup that can take a database's place. Dropped, it is gone.
#[derive(Debug)]
pub struct Prepared {
    copy: PathBuf,
    database: PathBuf,
    backup: PathBuf,
}

/// Copies a backup beside `database` and makes sure that it can take its place.
///
/// # Errors
/// [`StoreError::NotABackup`] for what is no database of ours, damaged or newer than this version; [`StoreError::DiskFull`].
pub fn prepare(backup: &Path, database: &Path) -> Result<Prepared, StoreError> {
    let refused = |why: String| StoreError::NotABackup {
        path: backup.to_owned(),
        why,
    };
    let of = |error: StoreError| match &error {
        StoreError::DiskFull | StoreError::NotABackup { .. } => error,
        StoreError::Corrupt { detail, .. } => refused(format!("it is damaged, or no database at all ({detail})")),
        StoreError::Newer { .. }
        | StoreError::ReadOnly { .. }
        | StoreError::Busy
        | StoreError::Unopenable { .. }
        | StoreError::Migration { .. }
        | StoreError::Backup { .. }
        | StoreError::NotFound { .. }
        | StoreError::StaleRevision { .. }
        | StoreError::Row { .. }
        | StoreError::Sql(_) => refused(error.to_string()),
    };
    let prepared = Prepared {
        copy: place_of_copy(database),
        database: database.to_owned(),
        backup: backup.to_owned(),
    };
    inspect(backup).map_err(of)?;
    sweep(database);
    copy(backup, &prepared.copy).map_err(of)?;
    // What an earlier version made is brought to this one now, where it can still be refused.
    drop(Store::open(&prepared.copy).map_err(of)?);
    Ok(prepared)
}

/// Removes what a restore that was killed left beside the database.
pub fn sweep(database: &Path) {
    let copy = place_of_copy(database);
    let name = copy.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = copy.parent().unwrap_or_else(|| Path::new("."));
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&name) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

impl Prepared {
    /// The copy, for what is to be written into it before it is used. The store must be dropped again before [`Prepared::take_place`].
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn store(&self) -> Result<Store, StoreError> {
        Store::open(&self.copy)
    }

    /// Takes the database's place. Nobody may have the database open. With `keep_old`, and where it cannot be read any longer, the old
    /// one is kept beside, under a name that ends in `.aside-` and a number.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while somebody has the database open, [`StoreError::NotABackup`] where the disk refuses: the database
    /// is as it was.
    pub fn take_place(self, keep_old: bool) -> Result<(), StoreError> {
        let failed = |error: std::io::Error| StoreError::NotABackup {
            path: self.backup.clone(),
            why: error.to_string(),
        };
        alone(&self.copy)?;
        if self.database.exists() {
            let is_done_with = !keep_old
                && match alone(&self.database) {
                    Ok(()) => true,
                    Err(StoreError::Corrupt { .. }) => false,
                    Err(other) => return Err(other),
                };
            if !is_done_with {
                set_aside(&self.database).map_err(failed)?;
            }
        }
        let file = std::fs::File::open(&self.copy).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        drop(file);
        std::fs::rename(&self.copy, &self.database).map_err(failed)?;
        sync_folder(self.database.parent().unwrap_or_else(|| Path::new(".")));
        Ok(())
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        sweep(&self.database);
    }
}

/// Whether a file is a database of ours that this version can read. It is only read.
fn inspect(backup: &Path) -> Result<(), StoreError> {
    let refused = |why: &str| StoreError::NotABackup {
        path: backup.to_owned(),
        why: why.to_owned(),
    };
    if !backup.is_file() {
        return Err(refused("it is not there"));
    }
    let database = Connection::open_with_flags(
        backup,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    let ours: i64 = database.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('build_workflows', 'refinery_schema_history')",
        [],
        |row| row.get(0),
    )?;
    if ours < 2 {
        return Err(refused("it is a database, but none of Q Assistant"));
    }
    let version = migrate::applied_version(&database)?;
    if version > migrate::known_version() {
        return Err(refused(
            "a newer version of Q Assistant made it. Install that version, then try again",
        ));
    }
    Ok(())
}

/// How long somebody who is closing the database is waited for.
const CLOSING: Duration = Duration::from_secs(3);

/// Writes the log back into the file and lets go of it, which nobody else may have open: a log of one database beside another one
/// would be taken for that one's own.
fn alone(database: &Path) -> Result<(), StoreError> {
    let end = Instant::now() + CLOSING;
    loop {
        let connection = Connection::open(database)?;
        let asked = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0));
        match asked.map_err(StoreError::from) {
            Ok(mode) if mode == "delete" => return Ok(()),
            Ok(_) | Err(StoreError::Busy) if Instant::now() < end => std::thread::sleep(CLOSING / 60),
            Ok(_) => return Err(StoreError::Busy),
            Err(error) => return Err(error),
        }
    }
}

/// Keeps a database under another name as well, and its log under that name alone.
fn set_aside(database: &Path) -> std::io::Result<()> {
    let aside = (0..)
        .map(|number| with_end(database, &format!(".aside-{number}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| with_end(database, ".aside"));
    std::fs::hard_link(database, &aside).or_else(|_| std::fs::copy(database, &aside).map(|_| ()))?;
    for end in ["-wal", "-shm"] {
        let log = with_end(database, end);
        if log.exists() {
            std::fs::rename(&log, with_end(&aside, end))?;
        }
    }
    Ok(())
}

fn place_of_copy(database: &Path) -> PathBuf {
    with_end(database, ".restoring")
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_backup_of_an_earlier_version_is_brought_to_this_one_and_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let (database, backup) = (dir.path().join("q.db"), dir.path().join("earlier.db"));
        drop(Store::open(&database).unwrap());
        migrate::to_version(&mut Connection::open(&backup).unwrap(), 1);
        prepare(&backup, &database).unwrap().take_place(false).unwrap();
        let version = |path: &Path| migrate::applied_version(&Connection::open(path).unwrap()).unwrap();
        assert_eq!((version(&database), version(&backup)), (migrate::known_version(), 1));
        let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }
}
