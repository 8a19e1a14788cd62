//! Figures over many builds, for `get_workflow_stats` and the forecast. What is in the trash does not count.

use rusqlite::Connection;
use serde::Serialize;

use crate::StoreError;

/// One group and its figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    pub name: String,
    pub value: f64,
}

fn figures(connection: &Connection, sql: &str, project_id: &str) -> Result<Vec<Figure>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement
        .query_map([project_id], |row| {
            Ok(Figure {
                name: row.get(0)?,
                value: row.get(1)?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}

pub fn by_state(connection: &Connection, project_id: &str) -> Result<Vec<Figure>, StoreError> {
    figures(
        connection,
        "SELECT current_state, CAST(count(*) AS REAL) FROM build_workflows WHERE project_id = ?1 AND trashed_at IS NULL \
         GROUP BY 1 ORDER BY 1",
        project_id,
    )
}

pub fn by_status(connection: &Connection, project_id: &str) -> Result<Vec<Figure>, StoreError> {
    figures(
        connection,
        "SELECT status, CAST(count(*) AS REAL) FROM build_workflows WHERE project_id = ?1 AND trashed_at IS NULL \
         GROUP BY 1 ORDER BY 1",
        project_id,
    )
}

/// Milliseconds of work per phase, over all attempts.
pub fn time_per_phase(connection: &Connection, project_id: &str) -> Result<Vec<Figure>, StoreError> {
    figures(
        connection,
        "SELECT r.phase, total((julianday(r.ended_at) - julianday(r.started_at)) * 86400000.0) \
         FROM role_runs r JOIN build_workflows w ON w.id = r.workflow_id \
         WHERE w.project_id = ?1 AND w.trashed_at IS NULL AND r.ended_at IS NOT NULL GROUP BY 1 ORDER BY 1",
        project_id,
    )
}

/// How often work went back, per road.
pub fn returns_per_road(connection: &Connection, project_id: &str) -> Result<Vec<Figure>, StoreError> {
    figures(
        connection,
        "SELECT json_extract(e.event_data, '$.from') || '→' || json_extract(e.event_data, '$.to'), \
         CAST(count(*) AS REAL) FROM build_workflows w \
         JOIN workflow_events e ON e.workflow_id = w.id AND e.event_type = 'sent_back' \
         WHERE w.project_id = ?1 AND w.trashed_at IS NULL GROUP BY 1 ORDER BY 1",
        project_id,
    )
}

/// Why builds were blocked, by code.
pub fn block_reasons(connection: &Connection, project_id: &str) -> Result<Vec<Figure>, StoreError> {
    figures(
        connection,
        "SELECT json_extract(e.event_data, '$.standstill.code'), CAST(count(*) AS REAL) FROM build_workflows w \
         JOIN workflow_events e ON e.workflow_id = w.id AND e.event_type = 'blocked' \
         WHERE w.project_id = ?1 AND w.trashed_at IS NULL GROUP BY 1 ORDER BY 2 DESC",
        project_id,
    )
}

/// Tokens per role and model ("code_writer · practice").
pub fn tokens_per_role_and_model(connection: &Connection, project_id: &str) -> Result<Vec<Figure>, StoreError> {
    figures(
        connection,
        "SELECT r.role || ' · ' || r.model, total(r.input_tokens + r.output_tokens) \
         FROM role_runs r JOIN build_workflows w ON w.id = r.workflow_id WHERE w.project_id = ?1 AND w.trashed_at IS NULL GROUP BY 1 ORDER BY 1",
        project_id,
    )
}

/// Durations in milliseconds of a project's finished builds, shortest first.
pub fn durations(connection: &Connection, project_id: &str) -> Result<Vec<f64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT (julianday(completed_at) - julianday(created_at)) * 86400000.0 AS ms FROM build_workflows \
         WHERE completed_at IS NOT NULL AND project_id = ?1 AND trashed_at IS NULL ORDER BY ms",
    )?;
    let rows = statement
        .query_map([project_id], |row| row.get(0))?
        .collect::<Result<Vec<f64>, _>>()?;
    Ok(rows)
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
         WHERE w.completed_at IS NOT NULL AND w.model_id = ?1 AND r.ended_at IS NOT NULL AND r.role <> 'q_assistant' \
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

/// Finished builds of a project, and how many of them never went back: (finished, first pass).
pub fn first_pass(connection: &Connection, project_id: &str) -> Result<(u32, u32), StoreError> {
    let counts = connection
        .prepare_cached(
            "SELECT count(*), coalesce(sum(NOT EXISTS (SELECT 1 FROM workflow_events e \
             WHERE e.workflow_id = w.id AND e.event_type = 'sent_back')), 0) \
             FROM build_workflows w WHERE w.project_id = ?1 AND w.trashed_at IS NULL AND w.status = 'complete'",
        )?
        .query_row([project_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(counts)
}
