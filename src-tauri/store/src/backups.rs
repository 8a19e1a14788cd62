//! Backups: the whole database as one file, copied while it is in use. A backup is written under another name, looked through, and
//! only then gets its own; nothing is ever written over.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempPath;

use crate::{Store, StoreError};

/// So many daily backups are kept.
pub const DAYS: usize = 7;

const PREFIX: &str = "q-assistant-";
const SUFFIX: &str = ".db";
/// What is being written. One that is older than this was left by a program that was killed.
const PART: &str = ".q-assistant-part-";
const LEFT: Duration = Duration::from_secs(3600);

const TIME: &str = "%Y-%m-%dT%H-%M-%S%.3fZ";

/// How long a database that is being closed is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Because a day had passed. The newest [`DAYS`] are kept.
    Daily,
    /// Because the person asked.
    Asked,
    /// Because another backup was about to take the place of what was there.
    BeforeRestore,
}

impl Occasion {
    const ALL: [Occasion; 3] = [Occasion::Daily, Occasion::Asked, Occasion::BeforeRestore];

    const fn wire(self) -> &'static str {
        match self {
            Occasion::Daily => "daily",
            Occasion::Asked => "asked",
            Occasion::BeforeRestore => "before-restore",
        }
    }
}

/// A backup in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFile {
    pub path: PathBuf,
    pub occasion: Occasion,
    pub made_at: DateTime<Utc>,
    pub bytes: u64,
}

/// The backups of a folder, the newest first. What else lies there is not looked at; a folder that is not there holds none.
#[must_use]
pub fn list(folder: &Path) -> Vec<BackupFile> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<BackupFile> = entries
        .filter_map(|entry| {
            let (occasion, made_at) = read_name(entry.file_name().to_str()?)?;
            let meta = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some(BackupFile {
                path: entry.path(),
                occasion,
                made_at,
                bytes: meta.len(),
            })
        })
        .collect();
    found.sort_by_key(|backup| Reverse(backup.made_at));
    found
}

/// Whether the newest backup of these is older than a day. One from the future says only that a clock was wrong.
#[must_use]
pub fn is_due(backups: &[BackupFile], now: DateTime<Utc>) -> bool {
    let day = TimeDelta::days(1);
    !backups
        .iter()
        .filter(|backup| backup.occasion != Occasion::BeforeRestore)
        .any(|backup| now - backup.made_at < day && backup.made_at - now < TimeDelta::hours(1))
}

/// Makes a backup in a folder, under a name that says when and why; of the daily ones the oldest beyond [`DAYS`] go then.
///
/// # Errors
/// [`StoreError::Backup`], [`StoreError::DiskFull`]: everything is as it was.
pub fn make(store: &Store, folder: &Path, occasion: Occasion, now: DateTime<Utc>) -> Result<BackupFile, StoreError> {
    let path = folder.join(format!("{PREFIX}{}-{}{SUFFIX}", now.format(TIME), occasion.wire()));
    write(store, &path)?;
    if occasion == Occasion::Daily {
        let daily = list(folder).into_iter().filter(|backup| backup.occasion == occasion);
        for old in daily.skip(DAYS) {
            if let Err(error) = std::fs::remove_file(&old.path) {
                tracing::warn!(%error, path = %old.path.display(), "an old backup could not be removed");
            }
        }
    }
    let bytes = std::fs::metadata(&path).map_or(0, |meta| meta.len());
    Ok(BackupFile {
        path,
        occasion,
        made_at: now,
        bytes,
    })
}

/// Makes a backup as this file, which must not be there yet. Its folder is made where there is none.
///
/// # Errors
/// As [`make`].
pub fn write(store: &Store, to: &Path) -> Result<(), StoreError> {
    let failed = |detail: String| StoreError::Backup {
        path: to.to_owned(),
        detail,
    };
    let from = store
        .path()
        .ok_or_else(|| failed("this database lives in memory".to_owned()))?;
    let folder = to.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
    sweep(folder);
    let part = tempfile::Builder::new()
        .prefix(PART)
        .tempfile_in(folder)
        .map_err(|error| failed(error.to_string()))?
        .into_temp_path();
    copy(from, &part).map_err(|error| {
        if matches!(error, StoreError::DiskFull) {
            error
        } else {
            failed(error.to_string())
        }
    })?;
    keep(part, to).map_err(|error| failed(error.to_string()))
}

/// Gives a finished file its name, for good: not before it is on the disk, and never in the place of another one.
fn keep(part: TempPath, to: &Path) -> std::io::Result<()> {
    std::fs::File::open(&part)?.sync_all()?;
    part.persist_noclobber(to).map_err(|error| error.error)?;
    sync_folder(to.parent().unwrap_or_else(|| Path::new(".")));
    Ok(())
}

/// A name is on the disk when its folder is. Not every system lets a folder be opened, and there it is not needed.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Copies a database into an empty file and looks the copy through. The copy is one file alone: no log lies beside it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    source.busy_timeout(PATIENCE)?;
    let mut target = Connection::open(to)?;
    {
        let backup = Backup::new(&source, &mut target)?;
        // All pages in one step: one committed state, and no writer has to wait for it.
        if backup.step(-1)? != StepResult::Done {
            return Err(StoreError::Busy);
        }
    }
    target.pragma_update(None, "journal_mode", "DELETE")?;
    look_through(&target)
}

/// Every page and every index of a database, and whether what its rows refer to is there.
pub(crate) fn look_through(database: &Connection) -> Result<(), StoreError> {
    let damaged = |detail: String| StoreError::Corrupt {
        path: PathBuf::new(),
        detail,
    };
    let verdict: String = database.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(damaged(verdict));
    }
    let mut dangling = database.prepare("PRAGMA foreign_key_check")?;
    if dangling.exists([])? {
        return Err(damaged("rows refer to what is not there".to_owned()));
    }
    Ok(())
}

fn read_name(name: &str) -> Option<(Occasion, DateTime<Utc>)> {
    let middle = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    Occasion::ALL.into_iter().find_map(|occasion| {
        let time = middle.strip_suffix(occasion.wire())?.strip_suffix('-')?;
        Some((occasion, NaiveDateTime::parse_from_str(time, TIME).ok()?.and_utc()))
    })
}

/// Removes what killed programs left half written.
fn sweep(folder: &Path) {
    let old = |entry: &std::fs::DirEntry| {
        let age = entry.metadata().and_then(|meta| meta.modified()).ok();
        age.and_then(|at| SystemTime::now().duration_since(at).ok())
            .is_some_and(|age| age > LEFT)
    };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PART) && old(&entry) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
