//! Table `leftovers`: what builds that were deleted for good left outside the database, until it is gone there, too.

use rusqlite::{Connection, Row, params};

use crate::text::{json_column, to_json};
use crate::{StoreError, now, projects, releases, workflows, worktrees};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    pub workflow_id: String,
    /// The project's folder.
    pub project: String,
    /// The build's worktree and its branch, where it had any.
    pub worktree: Option<(String, String)>,
    /// Ids of the releases whose pages were kept.
    pub releases: Vec<String>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Leftover> {
    let (path, branch): (Option<String>, Option<String>) = (row.get("worktree")?, row.get("branch")?);
    Ok(Leftover {
        workflow_id: row.get("workflow_id")?,
        project: row.get("project")?,
        worktree: path.zip(branch),
        releases: json_column(row, "releases")?,
    })
}

/// What a build has outside the database.
pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Leftover, StoreError> {
    let project = workflows::get(connection, workflow_id)?.workflow.project_id;
    Ok(Leftover {
        workflow_id: workflow_id.to_owned(),
        project: projects::get(connection, &project)?.path,
        worktree: worktrees::get(connection, workflow_id)?.map(|row| (row.path, row.branch)),
        releases: releases::ids(connection, workflow_id)?,
    })
}

pub fn insert(connection: &Connection, left: &Leftover) -> Result<(), StoreError> {
    let (path, branch) = left.worktree.as_ref().map(|(path, branch)| (path, branch)).unzip();
    connection
        .prepare_cached(
            "INSERT INTO leftovers (workflow_id, project, worktree, branch, releases, created_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            left.workflow_id,
            left.project,
            path,
            branch,
            to_json(&left.releases)?,
            now()
        ])?;
    Ok(())
}

/// What is still to be cleared away.
pub fn all(connection: &Connection) -> Result<Vec<Leftover>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM leftovers ORDER BY created_at")?;
    let rows = statement.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// Nothing of it is left.
pub fn done(connection: &Connection, workflow_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM leftovers WHERE workflow_id = ?1")?
        .execute([workflow_id])?;
    Ok(())
}
