//! Bringing a database to this version: all or nothing, after a backup, and never a newer one.

use std::path::{Path, PathBuf};

use refinery::Runner;
use rusqlite::{Connection, OpenFlags};

use crate::StoreError;

mod embedded {
    refinery::embed_migrations!("../../migrations");
}

/// The newest schema this version knows.
pub(crate) fn known_version() -> i32 {
    embedded::migrations::runner()
        .get_migrations()
        .iter()
        .map(|m| m.version())
        .max()
        .unwrap_or(0)
}

/// Looks at an existing file without changing it, and refuses what this version must not touch.
pub(crate) fn inspect(path: &Path) -> Result<i32, StoreError> {
    let corrupt = |error: rusqlite::Error| StoreError::Corrupt {
        path: path.to_owned(),
        detail: error.to_string(),
    };
    if std::fs::metadata(path).is_ok_and(|meta| meta.permissions().readonly()) {
        return Err(StoreError::ReadOnly { path: path.to_owned() });
    }
    let probe = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(|error| StoreError::Unopenable {
        path: path.to_owned(),
        detail: error.to_string(),
    })?;
    let tables: i64 = probe
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(corrupt)?;
    let version = applied_version(&probe).map_err(corrupt)?;
    if version > known_version() {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found: version,
            known: known_version(),
        });
    }
    if tables > 0 {
        let verdict: String = probe
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(corrupt)?;
        if verdict != "ok" {
            return Err(StoreError::Corrupt {
                path: path.to_owned(),
                detail: verdict,
            });
        }
    }
    Ok(version)
}

pub(crate) fn applied_version(connection: &Connection) -> rusqlite::Result<i32> {
    let history: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history')",
        [],
        |row| row.get(0),
    )?;
    if !history {
        return Ok(0);
    }
    connection.query_row(
        "SELECT coalesce(max(version), 0) FROM refinery_schema_history",
        [],
        |row| row.get(0),
    )
}

/// Runs what is missing. `from` is the version [`inspect`] found; a database that holds something is backed up first.
pub(crate) fn migrate(connection: &mut Connection, path: Option<&Path>, from: i32) -> Result<(), StoreError> {
    if from == known_version() {
        return Ok(());
    }
    run(embedded::migrations::runner(), connection, path, from)
}

fn run(runner: Runner, connection: &mut Connection, path: Option<&Path>, from: i32) -> Result<(), StoreError> {
    if let Some(path) = path.filter(|_| from > 0) {
        back_up(connection, &backup_path(path, from))?;
    }
    let migrated = runner.set_grouped(true).run(connection);
    migrated.map(|_| ()).map_err(|error| StoreError::Migration {
        detail: error.to_string(),
    })
}

/// Where the backup before a migration lies.
fn backup_path(path: &Path, version: i32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".before-schema-{}", version + 1));
    PathBuf::from(name)
}

fn back_up(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    connection
        .backup("main", to, None::<fn(rusqlite::backup::Progress)>)
        .map_err(|error| StoreError::Migration {
            detail: format!("the backup could not be written: {error}"),
        })
}

/// A database as an earlier version of the program left it.
#[cfg(test)]
pub(crate) fn to_version(connection: &mut Connection, version: i32) {
    let runner = embedded::migrations::runner().set_target(refinery::Target::Version(version));
    let migrated = runner.run(connection);
    assert!(migrated.is_ok(), "{migrated:?}");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use refinery::Migration;

    use super::*;

    /// What a later version of the program would bring.
    fn later(sql: &str) -> Runner {
        let mut all: Vec<Migration> = embedded::migrations::runner().get_migrations().clone();
        all.push(Migration::unapplied(&format!("V{}__later", known_version() + 1), sql).unwrap());
        Runner::new(&all)
    }

    fn version_of(path: &Path) -> i32 {
        applied_version(&Connection::open(path).unwrap()).unwrap()
    }

    #[test]
    fn no_two_migrations_have_the_same_number() {
        let all = embedded::migrations::runner().get_migrations().clone();
        let numbers: std::collections::BTreeSet<i32> = all.iter().map(Migration::version).collect();
        assert_eq!(
            numbers.into_iter().collect::<Vec<_>>(),
            (1..=all.len())
                .map(|number| i32::try_from(number).unwrap())
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_database_is_backed_up_before_it_changes_and_stays_as_it_was_when_that_fails() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("q.db");
        let mut connection = Connection::open(&path).unwrap();
        migrate(&mut connection, Some(&path), 0).unwrap();
        let from = known_version();
        assert!(!backup_path(&path, 0).exists(), "there was nothing to back up");

        let half = "CREATE TABLE kept (a TEXT); CREATE TABLE broken (";
        let failed = run(later(half), &mut connection, Some(&path), from).unwrap_err();
        assert_eq!(failed.code(), "store_unavailable");
        let kept: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'kept'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!((kept, version_of(&path)), (0, from), "all or nothing");

        std::fs::remove_file(backup_path(&path, from)).unwrap();
        run(later("CREATE TABLE kept (a TEXT);"), &mut connection, Some(&path), from).unwrap();
        assert_eq!(version_of(&path), from + 1);
        assert_eq!(
            version_of(&backup_path(&path, from)),
            from,
            "the backup is what it was before"
        );
    }

    #[test]
    fn what_was_there_before_the_index_is_found() {
        let before: Vec<Migration> = embedded::migrations::runner()
            .get_migrations()
            .iter()
            .filter(|migration| migration.version() < 11)
            .cloned()
            .collect();
        let mut connection = Connection::open_in_memory().unwrap();
        Runner::new(&before).run(&mut connection).unwrap();
        connection
            .execute_batch(
                "INSERT INTO projects (id, name, path, created_at) VALUES ('p', 'tips', '/tips', 't');
                 INSERT INTO build_workflows (id, build_id, project_id, user_id, current_state, workflow_metadata, status, \
                     revision, title, brief, model_id, created_at, updated_at) \
                 VALUES ('w', 'b', 'p', 'mira', 'discovery', '{}', 'active', 1, 'Tip calculator', 'a page', 'm', 't', 't');
                 INSERT INTO messages (id, workflow_id, seq, author, text, state, created_at) \
                 VALUES ('m', 'w', 1, 'you', 'what was said long ago', 'discovery', 't');",
            )
            .unwrap();
        migrate(&mut connection, None, 9).unwrap();
        let wanted = crate::search::Wanted::parse("long ag");
        let said = crate::search::messages(&connection, &wanted, 9).unwrap();
        assert_eq!(said.best.first().map(|message| message.message_id.as_str()), Some("m"));
        let wanted = crate::search::Wanted::parse("calcul");
        assert_eq!(crate::search::builds(&connection, &wanted, 9).unwrap().total, 1);
    }
}
