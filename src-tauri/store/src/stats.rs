//! Figures over many builds, for `get_workflow_stats` and the forecast. What is in the trash does not count.

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use workflow::{Role, State};

use crate::text::wire_column;
use crate::{StoreError, Timestamp};

/// Which builds are counted: those of one project or of all, begun whenever or since a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    pub project_id: Option<String>,
    pub since: Option<Timestamp>,
}

/// What every figure has in common: the builds it is about. They are `w` in each query.
const COUNTED: &str =
    "w.trashed_at IS NULL AND (?1 IS NULL OR w.project_id = ?1) AND (?2 IS NULL OR w.created_at >= ?2)";

/// The rows of a query over the builds that are `{counted}`.
fn rows<T>(
    connection: &Connection,
    sql: &str,
    scope: &Scope,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(&sql.replace("{counted}", COUNTED))?;
    let rows = statement
        .query_map(params![scope.project_id, scope.since], |row| read(row))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// How many builds are in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct InState {
    pub state: State,
    pub builds: u32,
}

pub fn by_state(connection: &Connection, scope: &Scope) -> Result<Vec<InState>, StoreError> {
    let sql = "SELECT w.current_state AS state, count(*) AS builds FROM build_workflows w WHERE {counted} GROUP BY 1";
    let mut found = rows(connection, sql, scope, |row| {
        Ok(InState {
            state: wire_column(row, "state", State::from_wire)?,
            builds: row.get("builds")?,
        })
    })?;
    found.sort_by_key(|each| each.state);
    Ok(found)
}

/// How many builds have a run status, by its wire name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithStatus {
    pub status: String,
    pub builds: u32,
}

pub fn by_status(connection: &Connection, scope: &Scope) -> Result<Vec<WithStatus>, StoreError> {
    let sql = "SELECT w.status AS status, count(*) AS builds FROM build_workflows w WHERE {counted} GROUP BY 1 ORDER BY 2 DESC, 1";
    rows(connection, sql, scope, |row| {
        Ok(WithStatus {
            status: row.get("status")?,
            builds: row.get("builds")?,
        })
    })
}

/// What the attempts at a phase took, all of them together, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PhaseTime {
    pub phase: State,
    pub role: Role,
    pub builds: u32,
    pub attempts: u32,
    pub total_ms: f64,
    /// Of it: waiting for the model, and for commands.
    pub model_ms: f64,
    pub command_ms: f64,
}

/// Work per phase, in the order of the phases. An attempt that the program's end cut off is left out: nobody knows how long it worked.
pub fn time_per_phase(connection: &Connection, scope: &Scope) -> Result<Vec<PhaseTime>, StoreError> {
    let sql = "SELECT r.phase AS phase, r.role AS role, count(DISTINCT w.id) AS builds, count(*) AS attempts, \
         total((julianday(r.ended_at) - julianday(r.started_at)) * 86400000.0) AS total_ms, \
         total(r.model_ms) AS model_ms, total(r.command_ms) AS command_ms \
         FROM build_workflows w JOIN role_runs r ON r.workflow_id = w.id \
         WHERE r.ended_at IS NOT NULL AND r.status <> 'interrupted' AND {counted} GROUP BY 1, 2";
    let mut found = rows(connection, sql, scope, |row| {
        Ok(PhaseTime {
            phase: wire_column(row, "phase", State::from_wire)?,
            role: wire_column(row, "role", Role::from_wire)?,
            builds: row.get("builds")?,
            attempts: row.get("attempts")?,
            total_ms: row.get("total_ms")?,
            model_ms: row.get("model_ms")?,
            command_ms: row.get("command_ms")?,
        })
    })?;
    found.sort_by_key(|each| each.phase);
    Ok(found)
}

/// How often work went back along a road.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Road {
    pub from: State,
    pub to: State,
    pub returns: u32,
    /// Builds in which it happened, of those that ever came to `from`.
    pub builds: u32,
    pub of: u32,
}

pub fn returns_per_road(connection: &Connection, scope: &Scope) -> Result<Vec<Road>, StoreError> {
    let reached = "SELECT json_extract(e.event_data, '$.to') AS state, count(DISTINCT w.id) AS builds FROM build_workflows w \
         JOIN workflow_events e ON e.workflow_id = w.id AND e.event_type = 'state_changed' WHERE {counted} GROUP BY 1";
    let reached = rows(connection, reached, scope, |row| {
        Ok((wire_column(row, "state", State::from_wire)?, row.get("builds")?))
    })?;
    let sql = "SELECT json_extract(e.event_data, '$.from') AS \"from\", json_extract(e.event_data, '$.to') AS \"to\", \
         count(*) AS returns, count(DISTINCT w.id) AS builds FROM build_workflows w \
         JOIN workflow_events e ON e.workflow_id = w.id AND e.event_type = 'sent_back' \
         WHERE {counted} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2";
    rows(connection, sql, scope, |row| {
        let from = wire_column(row, "from", State::from_wire)?;
        Ok(Road {
            from,
            to: wire_column(row, "to", State::from_wire)?,
            returns: row.get("returns")?,
            builds: row.get("builds")?,
            of: reached
                .iter()
                .find(|(state, _)| *state == from)
                .map_or(0, |(_, of)| *of),
        })
    })
}

/// Why builds stood still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoodStill {
    /// Stable code of the standstill.
    pub code: String,
    pub times: u32,
    pub builds: u32,
}

pub fn block_reasons(connection: &Connection, scope: &Scope) -> Result<Vec<StoodStill>, StoreError> {
    let sql = "SELECT json_extract(e.event_data, '$.standstill.code') AS code, count(*) AS times, \
         count(DISTINCT w.id) AS builds FROM build_workflows w \
         JOIN workflow_events e ON e.workflow_id = w.id AND e.event_type = 'blocked' \
         WHERE {counted} GROUP BY 1 ORDER BY 2 DESC, 1";
    rows(connection, sql, scope, |row| {
        Ok(StoodStill {
            code: row.get("code")?,
            times: row.get("times")?,
            builds: row.get("builds")?,
        })
    })
}

/// What a role used of a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelUse {
    pub role: Role,
    pub model: String,
    pub calls: u32,
    pub input_tokens: f64,
    pub output_tokens: f64,
    /// US dollars; none where the price of a call was not known.
    pub cost: Option<f64>,
}

/// Tokens and cost per role and model: of the calls themselves, because another model may take over in the middle of a run.
pub fn use_per_role_and_model(connection: &Connection, scope: &Scope) -> Result<Vec<ModelUse>, StoreError> {
    let sql = "SELECT r.role AS role, x.model AS model, count(*) AS calls, total(x.input_tokens) AS input_tokens, \
         total(x.output_tokens) AS output_tokens, CASE WHEN total(x.cost IS NULL) = 0 THEN total(x.cost) END AS cost \
         FROM build_workflows w JOIN exchanges x ON x.workflow_id = w.id JOIN role_runs r ON r.id = x.run_id \
         WHERE {counted} GROUP BY 1, 2 ORDER BY 2";
    let mut found = rows(connection, sql, scope, |row| {
        Ok(ModelUse {
            role: wire_column(row, "role", Role::from_wire)?,
            model: row.get("model")?,
            calls: row.get("calls")?,
            input_tokens: row.get("input_tokens")?,
            output_tokens: row.get("output_tokens")?,
            cost: row.get("cost")?,
        })
    })?;
    found.sort_by_key(|each| each.role);
    Ok(found)
}

/// From the first word to live, in milliseconds, of each finished build, shortest first.
pub fn durations(connection: &Connection, scope: &Scope) -> Result<Vec<f64>, StoreError> {
    let sql = "SELECT (julianday(w.completed_at) - julianday(w.created_at)) * 86400000.0 AS ms FROM build_workflows w \
         WHERE w.status = 'complete' AND {counted} ORDER BY 1";
    rows(connection, sql, scope, |row| row.get("ms"))
}

/// Finished builds, and how many of them never went back: (finished, first pass).
pub fn first_pass(connection: &Connection, scope: &Scope) -> Result<(u32, u32), StoreError> {
    let sql = "SELECT count(*), coalesce(sum(NOT EXISTS (SELECT 1 FROM workflow_events e \
         WHERE e.workflow_id = w.id AND e.event_type = 'sent_back')), 0) \
         FROM build_workflows w WHERE w.status = 'complete' AND {counted}";
    let found = rows(connection, sql, scope, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.first().copied().unwrap_or_default())
}

/// A finished build, for what may be expected of the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finished {
    pub duration_ms: f64,
    /// US dollars; none where it is not known.
    pub cost: Option<f64>,
}

/// The finished builds that were started with a model.
pub fn finished_with(connection: &Connection, model_id: &str) -> Result<Vec<Finished>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT (julianday(w.completed_at) - julianday(w.created_at)) * 86400000.0, \
         (SELECT CASE WHEN total(r.cost IS NULL) = 0 THEN total(r.cost) END \
          FROM role_runs r WHERE r.workflow_id = w.id) \
         FROM build_workflows w WHERE w.completed_at IS NOT NULL AND w.trashed_at IS NULL AND w.model_id = ?1",
    )?;
    let rows = statement
        .query_map([model_id], |row| {
            Ok(Finished {
                duration_ms: row.get(0)?,
                cost: row.get(1)?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

/// Milliseconds of the roles' work in each phase of each finished build that was started with a model; without Q Assistant's.
pub fn phases_with(connection: &Connection, model_id: &str) -> Result<Vec<Vec<(String, f64)>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT r.workflow_id, r.phase, total((julianday(r.ended_at) - julianday(r.started_at)) * 86400000.0) \
         FROM build_workflows w JOIN role_runs r ON r.workflow_id = w.id \
         WHERE w.completed_at IS NOT NULL AND w.trashed_at IS NULL AND w.model_id = ?1 AND r.ended_at IS NOT NULL AND r.role <> 'q_assistant' \
         GROUP BY 1, 2 ORDER BY 1",
    )?;
    let rows = statement
        .query_map([model_id], |row| {
            Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?)))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let mut builds: Vec<(String, Vec<(String, f64)>)> = Vec::new();
    for (build, phase) in rows {
        match builds.last_mut().filter(|(last, _)| *last == build) {
            Some((_, phases)) => phases.push(phase),
            None => builds.push((build, vec![phase])),
        }
    }
    Ok(builds.into_iter().map(|(_, phases)| phases).collect())
}
