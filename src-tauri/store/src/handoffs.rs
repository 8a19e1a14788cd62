//! Table `workflow_handoffs`: who handed what to whom, and how it was answered. Answered once, never changed.

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use workflow::{Decision, Pin, Role};

use crate::text::{json_column, to_json, wire_column};
use crate::{StoreError, Timestamp, now};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HandoffRow {
    pub id: String,
    pub workflow_id: String,
    pub from_role: Role,
    pub to_role: Role,
    pub from_state: String,
    pub to_state: String,
    pub data_transferred: serde_json::Value,
    pub notes: String,
    pub timestamp: Timestamp,
    pub pin: Pin,
    pub decision: Option<String>,
    pub decided_by: Option<String>,
    pub decided_at: Option<Timestamp>,
    pub decision_reason: Option<String>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<HandoffRow> {
    Ok(HandoffRow {
        id: row.get("id")?,
        workflow_id: row.get("workflow_id")?,
        from_role: wire_column(row, "from_role", Role::from_wire)?,
        to_role: wire_column(row, "to_role", Role::from_wire)?,
        from_state: row.get("from_state")?,
        to_state: row.get("to_state")?,
        data_transferred: json_column(row, "data_transferred")?,
        notes: row.get("notes")?,
        timestamp: row.get("timestamp")?,
        pin: Pin {
            plan_revision: row.get("pin_plan_revision")?,
            tree_hash: row.get("pin_tree_hash")?,
            evidence_hash: row.get("pin_evidence_hash")?,
        },
        decision: row.get("decision")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at")?,
        decision_reason: row.get("decision_reason")?,
    })
}

pub fn insert(connection: &Connection, handoff: &HandoffRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO workflow_handoffs (id, workflow_id, from_role, to_role, from_state, to_state, data_transferred, \
             notes, timestamp, pin_plan_revision, pin_tree_hash, pin_evidence_hash) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            handoff.id,
            handoff.workflow_id,
            handoff.from_role.wire(),
            handoff.to_role.wire(),
            handoff.from_state,
            handoff.to_state,
            to_json(&handoff.data_transferred)?,
            handoff.notes,
            handoff.timestamp,
            handoff.pin.plan_revision,
            handoff.pin.tree_hash,
            handoff.pin.evidence_hash,
        ])?;
    Ok(())
}

/// Writes the answer to a handoff.
pub fn decide(
    connection: &Connection,
    id: &str,
    decision: Decision,
    by: &str,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let changed = connection
        .prepare_cached(
            "UPDATE workflow_handoffs SET decision = ?2, decided_by = ?3, decided_at = ?4, decision_reason = ?5 WHERE id = ?1",
        )?
        .execute(params![id, decision.wire(), by, now(), reason])?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::NotFound {
            what: "handoff",
            id: id.to_owned(),
        })
    }
}

/// The handoffs of a build, in order.
pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<HandoffRow>, StoreError> {
    // Row ids grow with insertion: the clock does not decide the order.
    let mut statement =
        connection.prepare_cached("SELECT * FROM workflow_handoffs WHERE workflow_id = ?1 ORDER BY rowid")?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}
