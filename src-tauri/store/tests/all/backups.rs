//! Backups of a database in use, and putting one back, with everything that can stand in the way.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use store::backups::{self, Occasion};
use store::{Store, StoreError, notes, restore};
use tempfile::TempDir;

use crate::support::{build, text};

/// A database with one build, whose title says which one it is.
fn a_database(dir: &Path, title: &str) -> PathBuf {
    let path = dir.join("q.db");
    let store = Store::open(&path).unwrap();
    let id = build(&store);
    store
        .write(|tx| {
            tx.execute("UPDATE build_workflows SET title = ?2 WHERE id = ?1", [&id, title])?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    path
}

fn title(path: &Path) -> String {
    text(&Store::open(path).unwrap(), "SELECT title FROM build_workflows")
}

fn noon(day: u32) -> DateTime<Utc> {
    format!("2026-11-{day:02}T12:00:00Z").parse().unwrap()
}

/// The only files of a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_one_file_with_what_was_committed_while_somebody_writes() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&a_database(dir.path(), "Tips")).unwrap();
    let writer = store.clone();
    let writing = std::thread::spawn(move || {
        for number in 0..300 {
            let save = |tx: &Connection, key: &str| notes::save(tx, key, &number.to_string());
            writer
                .write(move |tx| {
                    save(tx, "a")?;
                    save(tx, "b")
                })
                .unwrap();
        }
    });
    let folder = dir.path().join("backups");
    let mut made = 0;
    while !writing.is_finished() || made == 0 {
        let at = noon(1) + TimeDelta::milliseconds(made);
        let backup = backups::make(&store, &folder, Occasion::Asked, at).unwrap();
        made += 1;
        let copy = Connection::open(&backup.path).unwrap();
        let both: (String, String) = copy
            .query_row(
                "SELECT coalesce((SELECT text FROM notes WHERE key = 'a'), ''), coalesce((SELECT text FROM notes WHERE key = 'b'), '')",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!(both.0, both.1, "never half of a transaction");
    }
    writing.join().unwrap();
    assert_eq!(
        files(&folder).len() as i64,
        made,
        "nothing else lies there: {:?}",
        files(&folder)
    );
}

#[test]
fn daily_backups_are_due_after_a_day_and_seven_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&a_database(dir.path(), "Tips")).unwrap();
    let folder = dir.path().join("backups");
    assert!(backups::is_due(&backups::list(&folder), noon(1)), "there is none");
    backups::make(&store, &folder, Occasion::Asked, noon(1)).unwrap();
    for day in 2..12 {
        assert!(backups::is_due(&backups::list(&folder), noon(day)));
        backups::make(&store, &folder, Occasion::Daily, noon(day)).unwrap();
        assert!(!backups::is_due(
            &backups::list(&folder),
            noon(day) + TimeDelta::hours(23)
        ));
    }
    // What somebody else keeps there is theirs.
    std::fs::write(folder.join("q-assistant-notes.db"), "mine").unwrap();
    let kept = backups::list(&folder);
    let daily: Vec<_> = kept
        .iter()
        .filter(|backup| backup.occasion == Occasion::Daily)
        .collect();
    assert_eq!(daily.len(), backups::DAYS);
    assert_eq!((daily[0].made_at, daily[6].made_at), (noon(11), noon(5)));
    assert_eq!(kept.len(), 8, "the one that was asked for stays");
    assert!(kept.iter().all(|backup| backup.bytes > 0));
    // One that was made before a restore is of other data, and a clock that was wrong is no reason to make none any more.
    let before = vec![backups::BackupFile {
        occasion: Occasion::BeforeRestore,
        ..kept[0].clone()
    }];
    assert!(backups::is_due(&before, noon(11)));
    assert!(backups::is_due(&kept, noon(1) - TimeDelta::days(400)));
}

#[test]
fn a_file_that_is_there_is_never_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&a_database(dir.path(), "Tips")).unwrap();
    let mine = dir.path().join("mine.db");
    std::fs::write(&mine, "mine").unwrap();
    let refused = backups::write(&store, &mine).unwrap_err();
    assert_eq!(refused.code(), "backup", "{refused}");
    assert!(refused.to_string().contains("mine.db"), "{refused}");
    assert_eq!(std::fs::read(&mine).unwrap(), b"mine");
    let inside = backups::write(&store, &mine.join("below").join("a.db")).unwrap_err();
    assert_eq!(inside.code(), "backup", "{inside}");
    assert!(
        files(dir.path()).iter().all(|name| !name.contains("part")),
        "nothing half written is left"
    );
}

#[test]
fn a_backup_takes_the_place_of_what_was_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = a_database(dir.path(), "Then");
    let backup = dir.path().join("then.db");
    backups::write(&Store::open(&path).unwrap(), &backup).unwrap();
    let store = Store::open(&path).unwrap();
    store
        .write(|tx| Ok::<_, StoreError>(tx.execute_batch("UPDATE build_workflows SET title = 'Now'")?))
        .unwrap();
    let prepared = restore::prepare(&backup, &path).unwrap();
    assert_eq!(title(&path), "Now", "nothing has happened yet");
    let busy = prepared.take_place(false).unwrap_err();
    assert_eq!(busy.code(), "store_unavailable", "somebody has it open: {busy}");
    assert_eq!(title(&path), "Now");
    drop(store);
    restore::prepare(&backup, &path).unwrap().take_place(false).unwrap();
    assert_eq!(title(&path), "Then");
    let left = files(dir.path());
    assert!(
        !left
            .iter()
            .any(|name| name.contains("restoring") || name.contains("aside")),
        "{left:?}"
    );
}

#[test]
fn a_backup_that_cannot_be_brought_to_this_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = a_database(dir.path(), "Now");
    let backup = dir.path().join("earlier.db");
    let earlier = Connection::open(&backup).unwrap();
    earlier
        .execute_batch(
            "CREATE TABLE refinery_schema_history (version INTEGER PRIMARY KEY, name TEXT, applied_on TEXT, checksum TEXT); \
             CREATE TABLE build_workflows (title TEXT)",
        )
        .unwrap();
    drop(earlier);
    // It says that nothing was migrated yet, and has a table that the first migration makes.
    refused(&backup, &path, "cannot be restored");
}

/// The restore is refused with these words, and the database is as it was.
fn refused(backup: &Path, database: &Path, words: &str) {
    let error = restore::prepare(backup, database).unwrap_err();
    assert_eq!(error.code(), "backup", "{error}");
    assert!(error.to_string().contains(words), "{error}");
    assert_eq!(title(database), "Now");
    let beside = files(database.parent().unwrap());
    assert!(!beside.iter().any(|name| name.contains("restoring")), "{beside:?}");
}

#[test]
fn what_is_no_backup_of_ours_is_damaged_or_is_newer_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = a_database(dir.path(), "Now");
    let other = dir.path().join("other");
    std::fs::create_dir(&other).unwrap();
    let backup = other.join("backup.db");
    refused(&backup, &path, "it is not there");
    std::fs::write(&backup, "A shopping list, not a database. ".repeat(200)).unwrap();
    refused(&backup, &path, "no database at all");
    std::fs::write(&backup, "").unwrap();
    refused(&backup, &path, "none of Q Assistant");
    Connection::open(&backup)
        .unwrap()
        .execute_batch("CREATE TABLE songs (title TEXT)")
        .unwrap();
    refused(&backup, &path, "none of Q Assistant");
    std::fs::remove_file(&backup).unwrap();
    backups::write(&Store::open(&path).unwrap(), &backup).unwrap();
    let whole = std::fs::read(&backup).unwrap();
    Connection::open(&backup)
        .unwrap()
        .execute(
            "INSERT INTO refinery_schema_history VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')",
            [],
        )
        .unwrap();
    refused(&backup, &path, "newer version");
    // Half of it, as after a disk that was pulled out; and bytes that rotted.
    std::fs::write(&backup, &whole[..whole.len() / 2]).unwrap();
    refused(&backup, &path, "damaged");
    let mut rotten = whole.clone();
    for byte in rotten.iter_mut().skip(3 * 4096).step_by(3) {
        *byte ^= 0x5a;
    }
    std::fs::write(&backup, &rotten).unwrap();
    refused(&backup, &path, "damaged");
    std::fs::write(&backup, &whole).unwrap();
    restore::prepare(&backup, &path).unwrap();
}

#[test]
fn a_database_that_cannot_be_read_any_more_is_kept_beside() {
    let dir = tempfile::tempdir().unwrap();
    let path = a_database(dir.path(), "Then");
    let backup = dir.path().join("then.db");
    backups::write(&Store::open(&path).unwrap(), &backup).unwrap();
    std::fs::write(&path, "This was a database once.".repeat(300)).unwrap();
    restore::prepare(&backup, &path).unwrap().take_place(false).unwrap();
    assert_eq!(title(&path), "Then");
    let aside = std::fs::read_to_string(dir.path().join("q.db.aside-0")).unwrap();
    assert!(aside.starts_with("This was a database once."));
}

#[test]
fn a_database_that_is_to_be_kept_is_kept_with_what_its_log_holds() {
    let dir = tempfile::tempdir().unwrap();
    let path = a_database(dir.path(), "Then");
    let backup = dir.path().join("then.db");
    backups::write(&Store::open(&path).unwrap(), &backup).unwrap();
    let killed = Connection::open(&path).unwrap();
    killed
        .execute_batch("PRAGMA wal_autocheckpoint = 0; UPDATE build_workflows SET title = 'Now'")
        .unwrap();
    // As after a kill: nobody writes the log back.
    let at_kill = dir.path().join("at-kill");
    std::fs::create_dir(&at_kill).unwrap();
    for name in ["q.db", "q.db-wal"] {
        std::fs::copy(dir.path().join(name), at_kill.join(name)).unwrap();
    }
    let path = at_kill.join("q.db");
    restore::prepare(&backup, &path).unwrap().take_place(true).unwrap();
    assert_eq!(title(&path), "Then");
    assert_eq!(title(&at_kill.join("q.db.aside-0")), "Now");
}

/// What [`a_kill_in_the_middle_leaves_the_old_or_the_new`] starts and kills: it does nothing by itself.
#[test]
fn restores_until_it_is_killed() {
    let Some(folder) = std::env::var_os("RESTORES_IN").map(PathBuf::from) else {
        return;
    };
    for number in 0.. {
        let backup = folder.join(if number % 2 == 0 { "b.db" } else { "a.db" });
        restore::prepare(&backup, &folder.join("q.db"))
            .unwrap()
            .take_place(false)
            .unwrap();
    }
}

fn two_backups() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        let own = tempfile::tempdir().unwrap();
        let store = Store::open(&a_database(own.path(), name)).unwrap();
        store
            .write(|tx| notes::save(tx, "large", &name.repeat(400_000)))
            .unwrap();
        backups::write(&store, &dir.path().join(format!("{name}.db"))).unwrap();
    }
    dir
}

#[test]
fn a_kill_in_the_middle_leaves_the_old_or_the_new() {
    let dir = two_backups();
    let path = dir.path().join("q.db");
    std::fs::copy(dir.path().join("a.db"), &path).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for round in 0_u64.. {
        if round > 15 && seen.len() == 2 {
            break;
        }
        assert!(round < 200, "only one of the two was ever seen: {seen:?}");
        let mut restoring = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "backups::restores_until_it_is_killed"])
            .env("RESTORES_IN", dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Through all the places of a restore, again and again.
        std::thread::sleep(Duration::from_millis(20 + round * 37 % 300));
        assert!(
            restoring.try_wait().unwrap().is_none(),
            "it restores until it is killed"
        );
        restoring.kill().unwrap();
        restoring.wait().unwrap();
        let store = Store::open(&path).unwrap();
        let name = text(&store, "SELECT title FROM build_workflows");
        let note = store.read(|db| notes::load(db, "large")).unwrap();
        assert_eq!(note, name.repeat(400_000), "all of it is of one backup");
        seen.insert(name);
    }
    restore::sweep(&path);
    let left = files(dir.path());
    assert!(!left.iter().any(|name| name.contains("restoring")), "{left:?}");
}
