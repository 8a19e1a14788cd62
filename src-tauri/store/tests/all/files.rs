//! Files that must not be touched, and disks that are full.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use store::{Store, StoreError};
use tempfile::TempDir;

use crate::support::{build, text};

fn a_database() -> (TempDir, PathBuf, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("Data – ü").join("q.db");
    let id = build(&Store::open(&path).unwrap());
    // The last writer's log goes back into the file when it is closed.
    wait_until_closed(&path);
    (dir, path, id)
}

fn wait_until_closed(path: &Path) {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while path.with_extension("db-wal").exists() && std::time::Instant::now() < end {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Opening is refused, with this code and a sentence that names the file, and the file is as it was.
fn refused(path: &Path, code: &str) {
    let before = std::fs::read(path).unwrap();
    let error = Store::open(path).err().expect("it is refused");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains("q.db"), "{error}");
    assert_eq!(std::fs::read(path).unwrap(), before, "the file is untouched");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let (_dir, path, _) = a_database();
    Connection::open(&path)
        .unwrap()
        .execute(
            "INSERT INTO refinery_schema_history VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')",
            [],
        )
        .unwrap();
    refused(&path, "database_newer");
}

#[test]
fn a_damaged_database_is_left_alone() {
    let (_dir, path, _) = a_database();
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(4096).step_by(3) {
        *byte ^= 0x5a;
    }
    std::fs::write(&path, bytes).unwrap();
    refused(&path, "database_corrupt");
    std::fs::write(&path, b"this was never a database, but it is somebody's file").unwrap();
    refused(&path, "database_corrupt");
}

#[test]
fn a_read_only_database_is_said_to_be_one() {
    let (_dir, path, _) = a_database();
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    refused(&path, "database_read_only");
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_and_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("taken"), "a file").unwrap();
    let error = Store::open(&dir.path().join("taken").join("q.db")).err().unwrap();
    assert_eq!(error.code(), "store_unavailable");
}

#[test]
fn what_does_not_fit_on_the_disk_is_rolled_back_whole_and_can_be_repeated() {
    let (_dir, path, id) = a_database();
    let store = Store::open(&path).unwrap();
    let limit =
        |pages: u32| store.write(move |tx| Ok::<_, StoreError>(tx.pragma_update(None, "max_page_count", pages)?));
    // The file may not grow, as on a full disk.
    limit(1).unwrap();
    let note = || {
        let large = "x".repeat(400_000);
        store.write(move |tx| {
            store::notes::save(tx, "small", "first")?;
            store::notes::save(tx, "large", &large)
        })
    };
    let full = note().unwrap_err();
    assert_eq!(full.code(), "disk_full", "{full}");
    assert_eq!(
        store.read(|db| store::notes::load(db, "small")).unwrap(),
        "",
        "nothing of the step was kept"
    );
    assert_eq!(
        text(&store, "SELECT title FROM build_workflows"),
        "Tips",
        "reading goes on"
    );
    limit(u32::MAX).unwrap();
    note().unwrap();
    let wanted = id.clone();
    assert_eq!(
        store
            .read(move |db| store::events::of_workflow(db, &wanted))
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn it_is_durable_and_checks_foreign_keys() {
    let (_dir, path, _) = a_database();
    let store = Store::open(&path).unwrap();
    let pragmas = store
        .write(|tx| {
            let ask = |name: &str| {
                tx.query_row(&format!("PRAGMA {name}"), [], |row| {
                    row.get::<_, rusqlite::types::Value>(0)
                })
            };
            Ok::<_, StoreError>([
                ask("journal_mode")?,
                ask("synchronous")?,
                ask("foreign_keys")?,
                ask("recursive_triggers")?,
            ])
        })
        .unwrap();
    use rusqlite::types::Value::{Integer, Text};
    assert_eq!(pragmas, [Text("wal".to_owned()), Integer(2), Integer(1), Integer(1)]);
}

#[test]
fn readers_see_one_state_beside_a_writer() {
    let (_dir, path, _) = a_database();
    let store = Store::open(&path).unwrap();
    let writer = store.clone();
    let writing = std::thread::spawn(move || {
        for number in 0..200 {
            writer
                .write(move |tx| {
                    store::notes::save(tx, "a", &number.to_string())?;
                    store::notes::save(tx, "b", &number.to_string())
                })
                .unwrap();
        }
    });
    while !writing.is_finished() {
        let (a, b) = store
            .read(|db| Ok::<_, StoreError>((store::notes::load(db, "a")?, store::notes::load(db, "b")?)))
            .unwrap();
        assert_eq!(a, b, "never half of a transaction");
    }
    writing.join().unwrap();
}
