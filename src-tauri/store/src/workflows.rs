//! Table `build_workflows`: one row a build. The columns and the domain's [`Workflow`] say the same; reading is total, and
//! any combination that the domain does not know is an error.

use rusqlite::{Connection, OptionalExtension, Row, params};
use workflow::{Memory, Phase, RunStatus, Standstill, State, Workflow};

use crate::text::{json_column, optional_json_column, to_json, unreadable, wire_column};
use crate::{StoreError, Timestamp, files, images, notes, now, search};

/// A workflow and what the product keeps beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowRow {
    pub workflow: Workflow,
    pub title: String,
    pub brief: String,
    pub model_id: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub completed_at: Option<Timestamp>,
    /// Since when it is in the trash.
    pub trashed_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, build_id, project_id, user_id, current_state, discovery_phase, planning_phase, \
    implementation_phase, testing_phase, verification_phase, deployment_phase, workflow_metadata, status, standstill, \
    revision, title, brief, model_id, created_at, updated_at, completed_at, \
    trashed_at";

fn read(row: &Row<'_>) -> rusqlite::Result<WorkflowRow> {
    let mut memory: Memory = json_column(row, "workflow_metadata")?;
    memory.phases.discovery = optional_json_column(row, "discovery_phase")?;
    memory.phases.planning = optional_json_column(row, "planning_phase")?;
    memory.phases.implementation = optional_json_column(row, "implementation_phase")?;
    memory.phases.testing = optional_json_column(row, "testing_phase")?;
    memory.phases.verification = optional_json_column(row, "verification_phase")?;
    memory.phases.deployment = optional_json_column(row, "deployment_phase")?;
    Ok(WorkflowRow {
        workflow: Workflow {
            id: row.get("id")?,
            build_id: row.get("build_id")?,
            project_id: row.get("project_id")?,
            user_id: row.get("user_id")?,
            revision: row.get("revision")?,
            state: wire_column(row, "current_state", State::from_wire)?,
            status: read_status(row)?,
            memory,
        },
        title: row.get("title")?,
        brief: row.get("brief")?,
        model_id: row.get("model_id")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        completed_at: row.get("completed_at")?,
        trashed_at: row.get("trashed_at")?,
    })
}

fn read_status(row: &Row<'_>) -> rusqlite::Result<RunStatus> {
    let standstill: Option<Standstill> = optional_json_column(row, "standstill")?;
    let name: String = row.get("status")?;
    match (name.as_str(), standstill) {
        ("active", None) => Ok(RunStatus::Active),
        ("awaiting_approval", None) => Ok(RunStatus::AwaitingApproval),
        ("paused", None) => Ok(RunStatus::Paused),
        ("blocked", Some(standstill)) => Ok(RunStatus::Blocked(standstill)),
        ("cancelled", None) => Ok(RunStatus::Cancelled),
        ("complete", None) => Ok(RunStatus::Complete),
        (other, _) => Err(unreadable(
            row,
            "status",
            std::io::Error::other(format!("unknown status {other}")),
        )),
    }
}

/// The six phase columns, and the metadata without them: each fact has one place.
struct Columns {
    phases: [Option<String>; 6],
    metadata: String,
    standstill: Option<String>,
}

fn columns(workflow: &Workflow) -> Result<Columns, StoreError> {
    let mut phases: [Option<String>; 6] = Default::default();
    for (slot, phase) in phases.iter_mut().zip(Phase::ALL) {
        *slot = workflow.phases.get(phase).map(|data| to_json(&data)).transpose()?;
    }
    let memory = Memory {
        phases: workflow::PhaseData::default(),
        ..workflow.memory.clone()
    };
    Ok(Columns {
        phases,
        metadata: to_json(&memory)?,
        standstill: workflow.standstill().map(to_json).transpose()?,
    })
}

pub fn insert(connection: &Connection, row: &WorkflowRow) -> Result<(), StoreError> {
    let workflow = &row.workflow;
    let Columns {
        phases: [discovery, planning, implementation, testing, verification, deployment],
        metadata,
        standstill,
    } = columns(workflow)?;
    connection
        .prepare_cached(
            "INSERT INTO build_workflows (id, build_id, project_id, user_id, current_state, discovery_phase, planning_phase, \
             implementation_phase, testing_phase, verification_phase, deployment_phase, workflow_metadata, status, \
             standstill, revision, title, brief, model_id, created_at, updated_at, completed_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
        )?
        .execute(params![
            workflow.id,
            workflow.build_id,
            workflow.project_id,
            workflow.user_id,
            workflow.state.wire(),
            discovery,
            planning,
            implementation,
            testing,
            verification,
            deployment,
            metadata,
            workflow.status.wire(),
            standstill,
            workflow.revision,
            row.title,
            row.brief,
            row.model_id,
            row.created_at,
            row.updated_at,
            row.completed_at
        ])?;
    Ok(())
}

/// Writes what a decision changed, expecting the revision that was read.
///
/// # Errors
/// [`StoreError::StaleRevision`] when somebody was faster.
pub fn update(connection: &Connection, workflow: &Workflow, title: &str, expected: u32) -> Result<(), StoreError> {
    let Columns {
        phases: [discovery, planning, implementation, testing, verification, deployment],
        metadata,
        standstill,
    } = columns(workflow)?;
    let at = now();
    let complete = matches!(workflow.status, RunStatus::Complete);
    let changed = connection
        .prepare_cached(
            "UPDATE build_workflows SET current_state = ?2, discovery_phase = ?3, planning_phase = ?4, \
             implementation_phase = ?5, testing_phase = ?6, verification_phase = ?7, deployment_phase = ?8, \
             workflow_metadata = ?9, status = ?10, standstill = ?11, revision = ?12, title = ?13, updated_at = ?14, \
             completed_at = CASE WHEN ?15 THEN coalesce(completed_at, ?14) END \
             WHERE id = ?1 AND revision = ?16",
        )?
        .execute(params![
            workflow.id,
            workflow.state.wire(),
            discovery,
            planning,
            implementation,
            testing,
            verification,
            deployment,
            metadata,
            workflow.status.wire(),
            standstill,
            workflow.revision,
            title,
            at,
            complete,
            expected
        ])?;
    if changed == 1 {
        return Ok(());
    }
    Err(StoreError::StaleRevision {
        expected,
        actual: get(connection, &workflow.id)?.workflow.revision,
    })
}

/// The person said their first words anew.
pub fn set_brief(connection: &Connection, id: &str, brief: &str) -> Result<(), StoreError> {
    let changed = connection
        .prepare_cached("UPDATE build_workflows SET brief = ?2 WHERE id = ?1")?
        .execute([id, brief])?;
    if changed == 0 { Err(missing(id)) } else { Ok(()) }
}

/// The model that roles of this build talk to from the next run on.
pub fn set_model(connection: &Connection, id: &str, model_id: &str) -> Result<(), StoreError> {
    let changed = connection
        .prepare_cached("UPDATE build_workflows SET model_id = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute(params![id, model_id, now()])?;
    if changed == 0 { Err(missing(id)) } else { Ok(()) }
}

pub fn get(connection: &Connection, id: &str) -> Result<WorkflowRow, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM build_workflows WHERE id = ?1"))?
        .query_row([id], read)
        .optional()?
        .ok_or_else(|| missing(id))
}

fn missing(id: &str) -> StoreError {
    StoreError::NotFound {
        what: "build",
        id: id.to_owned(),
    }
}

/// All builds but those in the trash, the newest change first.
pub fn list(connection: &Connection) -> Result<Vec<WorkflowRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM build_workflows WHERE trashed_at IS NULL ORDER BY updated_at DESC"
    ))?;
    let rows = statement.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// The builds in the trash, the newest in it first.
pub fn in_trash(connection: &Connection) -> Result<Vec<WorkflowRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM build_workflows WHERE trashed_at IS NOT NULL ORDER BY trashed_at DESC"
    ))?;
    let rows = statement.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// Every id, in the trash or not.
pub fn all_ids(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id FROM build_workflows ORDER BY created_at")?;
    let ids = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    Ok(ids)
}

/// Puts a build into the trash, or takes it out.
pub fn set_trashed(connection: &Connection, id: &str, since: Option<&str>) -> Result<(), StoreError> {
    let changed = connection
        .prepare_cached("UPDATE build_workflows SET trashed_at = ?2 WHERE id = ?1")?
        .execute(params![id, since])?;
    if changed == 0 { Err(missing(id)) } else { Ok(()) }
}

/// Deletes a build out of the trash with everything that belongs to it, what was typed and not sent included. Its pages in the file
/// are overwritten, so that nothing of it can be read there.
pub fn delete(connection: &Connection, id: &str) -> Result<(), StoreError> {
    connection.pragma_update(None, "secure_delete", true)?;
    notes::forget(connection, id)?;
    let deleted = connection
        .prepare_cached("DELETE FROM build_workflows WHERE id = ?1")?
        .execute([id])?;
    if deleted == 0 {
        return Err(missing(id));
    }
    images::let_go(connection)?;
    files::let_go(connection)?;
    search::forget_deleted(connection)?;
    connection.pragma_update(None, "secure_delete", false)?;
    Ok(())
}

/// Ids of the builds that are at work or waiting, and not in the trash: what recovery looks at.
pub fn open_ids(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM build_workflows WHERE status IN ('active', 'awaiting_approval', 'paused', 'blocked') \
         AND trashed_at IS NULL",
    )?;
    let ids = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    Ok(ids)
}
