//! Table `workflow_events`: the audit trail. Append-only; each event carries the hash of the one before it.

use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde::{Deserialize, Serialize};

use crate::audit;
use crate::{StoreError, Timestamp, new_id, now};

/// One event. `event_data` is the JSON text exactly as it was hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRow {
    pub id: String,
    pub workflow_id: String,
    pub seq: u32,
    pub event_type: String,
    pub triggered_by: String,
    pub event_data: String,
    pub timestamp: Timestamp,
    pub prev_hash: String,
    pub hash: String,
}

fn read(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        id: row.get("id")?,
        workflow_id: row.get("workflow_id")?,
        seq: row.get("seq")?,
        event_type: row.get("event_type")?,
        triggered_by: row.get("triggered_by")?,
        event_data: row.get("event_data")?,
        timestamp: row.get("timestamp")?,
        prev_hash: row.get("prev_hash")?,
        hash: row.get("hash")?,
    })
}

/// The newest event's number and hash; (0, "") before the first.
pub fn head(connection: &Connection, workflow_id: &str) -> Result<(u32, String), StoreError> {
    let head = connection
        .prepare_cached("SELECT seq, hash FROM workflow_events WHERE workflow_id = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([workflow_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(head.unwrap_or_default())
}

/// Appends events in order. `events` are (event type, JSON data).
pub fn append(
    connection: &Connection,
    workflow_id: &str,
    triggered_by: &str,
    events: &[(String, String)],
) -> Result<(), StoreError> {
    let (mut seq, mut prev_hash) = head(connection, workflow_id)?;
    let timestamp = now();
    let mut insert = connection.prepare_cached(
        "INSERT INTO workflow_events (id, workflow_id, seq, event_type, triggered_by, event_data, timestamp, prev_hash, hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (event_type, event_data) in events {
        seq = seq.saturating_add(1);
        let mut event = EventRow {
            id: new_id(),
            workflow_id: workflow_id.to_owned(),
            seq,
            event_type: event_type.clone(),
            triggered_by: triggered_by.to_owned(),
            event_data: event_data.clone(),
            timestamp: timestamp.clone(),
            prev_hash,
            hash: String::new(),
        };
        event.hash = audit::hash(&event);
        insert.execute(params![
            event.id,
            event.workflow_id,
            event.seq,
            event.event_type,
            event.triggered_by,
            event.event_data,
            event.timestamp,
            event.prev_hash,
            event.hash
        ])?;
        prev_hash = event.hash;
    }
    Ok(())
}

/// The sequence number of the newest event of a type; 0 where there is none.
pub fn newest_of(connection: &Connection, workflow_id: &str, event_type: &str) -> Result<u32, StoreError> {
    let seq = connection
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM workflow_events WHERE workflow_id = ?1 AND event_type = ?2")?
        .query_row([workflow_id, event_type], |row| row.get(0))?;
    Ok(seq)
}

/// What the trail of a build begins with.
pub fn first(connection: &Connection, workflow_id: &str) -> Result<Option<EventRow>, StoreError> {
    let first = connection
        .prepare_cached("SELECT * FROM workflow_events WHERE workflow_id = ?1 ORDER BY seq LIMIT 1")?
        .query_row([workflow_id], read)
        .optional()?;
    Ok(first)
}

/// The events of a build, in order.
pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<EventRow>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM workflow_events WHERE workflow_id = ?1 ORDER BY seq")?;
    let rows = statement
        .query_map([workflow_id], read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// The events of a build of some types, in order.
pub fn of_types(connection: &Connection, workflow_id: &str, types: &[&str]) -> Result<Vec<EventRow>, StoreError> {
    let wanted = vec!["?"; types.len()].join(", ");
    let mut statement = connection.prepare_cached(&format!(
        "SELECT * FROM workflow_events WHERE workflow_id = ? AND event_type IN ({wanted}) ORDER BY seq"
    ))?;
    let parameters = std::iter::once(&workflow_id).chain(types);
    let rows = statement
        .query_map(params_from_iter(parameters), read)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// When each state was entered, in order: (state, time).
pub fn state_changes(connection: &Connection, workflow_id: &str) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT json_extract(event_data, '$.to') AS state, timestamp FROM workflow_events \
         WHERE workflow_id = ?1 AND event_type IN ('state_changed', 'rolled_back', 'rollback_undone', 'talk_taken_back') \
         AND json_extract(event_data, '$.from') <> json_extract(event_data, '$.to') ORDER BY seq",
    )?;
    let rows = statement
        .query_map([workflow_id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}
