//! Table `projects`: the person's folders.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{StoreError, Timestamp, new_id, now};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub id: String,
    pub name: String,
    pub path: String,
    /// How its tests are run, where the person said so: one line for the shell.
    pub test_command: Option<String>,
    pub created_at: Timestamp,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        id: row.get("id")?,
        name: row.get("name")?,
        path: row.get("path")?,
        test_command: row.get("test_command")?,
        created_at: row.get("created_at")?,
    })
}

/// The project of that folder; a new row where there is none.
pub fn get_or_insert(connection: &Connection, name: &str, path: &str) -> Result<Project, StoreError> {
    let known = connection
        .prepare_cached("SELECT * FROM projects WHERE path = ?1")?
        .query_row([path], read)
        .optional()?;
    if let Some(project) = known {
        return Ok(project);
    }
    let project = Project {
        id: new_id(),
        name: name.to_owned(),
        path: path.to_owned(),
        test_command: None,
        created_at: now(),
    };
    connection
        .prepare_cached("INSERT INTO projects (id, name, path, created_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![project.id, project.name, project.path, project.created_at])?;
    Ok(project)
}

/// How the tests of a project are run from now on; `None` when the product is to find out.
pub fn set_test_command(connection: &Connection, id: &str, command: Option<&str>) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE projects SET test_command = ?2 WHERE id = ?1")?
        .execute(params![id, command])?;
    Ok(())
}

pub fn get(connection: &Connection, id: &str) -> Result<Project, StoreError> {
    connection
        .prepare_cached("SELECT * FROM projects WHERE id = ?1")?
        .query_row([id], read)
        .optional()?
        .ok_or_else(|| StoreError::NotFound {
            what: "project",
            id: id.to_owned(),
        })
}
