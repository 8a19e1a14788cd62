//! `advance_workflow` through the service, with handoff, events and hash chain, beside the bare cost of the same rows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::Criterion;
use engine::service::{Advance, Service};
use engine::{ServiceError, notice::Publisher};
use rusqlite::{Connection, params_from_iter, types::Value};
use store::{Store, StoreError};
use workflow::{Role, State};

use crate::support::{advance, at, prove, result};

const ROUNDS: usize = 80;
const PER_ROUND: usize = 25;

/// The rows that one advance leaves, as they stand in the tables.
struct Rows {
    workflow: Vec<(String, Value)>,
    handoff: Vec<(String, Value)>,
    events: Vec<Vec<(String, Value)>>,
}

fn row(db: &Connection, query: &str, id: &str) -> Vec<Vec<(String, Value)>> {
    let mut statement = db.prepare(query).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let read = |row: &rusqlite::Row<'_>| {
        names
            .iter()
            .enumerate()
            .map(|(at, name)| Ok((name.clone(), row.get(at)?)))
            .collect()
    };
    statement
        .query_map([id], read)
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

/// What an advance really wrote: read back, not guessed.
fn rows_of_one_advance(service: &Service) -> Rows {
    let id = at(service, State::Implementation);
    prove(service, &id);
    let before = service.get_workflow_history(&id).unwrap().events.len();
    advance(service, &id).unwrap();
    service
        .store()
        .read(move |db| {
            let events = row(
                db,
                "SELECT * FROM workflow_events WHERE workflow_id = ?1 ORDER BY seq",
                &id,
            );
            Ok::<_, ServiceError>(Rows {
                workflow: row(db, "SELECT * FROM build_workflows WHERE id = ?1", &id).remove(0),
                handoff: row(
                    db,
                    "SELECT * FROM workflow_handoffs WHERE workflow_id = ?1 ORDER BY timestamp DESC LIMIT 1",
                    &id,
                )
                .remove(0),
                events: events.into_iter().skip(before).collect(),
            })
        })
        .unwrap()
}

fn ready(service: &Service) -> String {
    let id = at(service, State::Implementation);
    prove(service, &id);
    id
}

fn through_the_service(service: &Service, ids: &[String]) -> Duration {
    let requests: Vec<_> = ids
        .iter()
        .map(|_| Advance {
            role: Role::CodeWriter,
            completed_state: State::Implementation,
            phase_result: result(State::Implementation),
            next_state: None,
        })
        .collect();
    let begun = Instant::now();
    for (id, request) in ids.iter().zip(requests) {
        service.advance_workflow(id, request, None).unwrap();
    }
    begun.elapsed()
}

fn set(row: &[(String, Value)], changes: &[(&str, Value)]) -> Vec<Value> {
    let changed = |name: &str| {
        changes
            .iter()
            .find(|(wanted, _)| *wanted == name)
            .map(|(_, value)| value.clone())
    };
    row.iter()
        .map(|(name, value)| changed(name).unwrap_or_else(|| value.clone()))
        .collect()
}

fn insert(table: &str, row: &[(String, Value)]) -> String {
    let names: Vec<_> = row.iter().map(|(name, _)| name.as_str()).collect();
    let marks: Vec<_> = (1..=row.len()).map(|at| format!("?{at}")).collect();
    format!(
        "INSERT INTO {table} ({}) VALUES ({})",
        names.join(", "),
        marks.join(", ")
    )
}

/// The same rows in one transaction each, with prepared statements and nothing around them. On the service's own connection, so that
/// both find the same pages in its cache.
fn bare(service: &Service, rows: &Arc<Rows>, ids: &[String]) -> Duration {
    let columns: Vec<_> = rows
        .workflow
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| *name != "id" && *name != "build_id")
        .collect();
    let assignments: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(at, name)| format!("{name} = ?{}", at + 2))
        .collect();
    let statements = Arc::new(Statements {
        update: format!("UPDATE build_workflows SET {} WHERE id = ?1", assignments.join(", ")),
        handoff: insert("workflow_handoffs", &rows.handoff),
        event: rows
            .events
            .first()
            .map(|first| insert("workflow_events", first))
            .unwrap(),
    });
    let begun = Instant::now();
    for id in ids {
        let (id, rows, statements) = (id.clone(), Arc::clone(rows), Arc::clone(&statements));
        service
            .store()
            .write(move |tx| write(tx, &id, &rows, &statements))
            .unwrap();
    }
    begun.elapsed()
}

struct Statements {
    update: String,
    handoff: String,
    event: String,
}

fn write(tx: &Connection, id: &str, rows: &Rows, statements: &Statements) -> Result<(), StoreError> {
    let own = Value::Text(id.to_owned());
    let values = rows
        .workflow
        .iter()
        .filter(|(name, _)| name != "id" && name != "build_id")
        .map(|(_, value)| value.clone());
    tx.prepare_cached(&statements.update)?
        .execute(params_from_iter(std::iter::once(own.clone()).chain(values)))?;
    let values = set(
        &rows.handoff,
        &[("id", Value::Text(format!("h-{id}"))), ("workflow_id", own.clone())],
    );
    tx.prepare_cached(&statements.handoff)?
        .execute(params_from_iter(values))?;
    let (mut seq, mut prev): (i64, String) = tx
        .prepare_cached("SELECT seq, hash FROM workflow_events WHERE workflow_id = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (at, written) in rows.events.iter().enumerate() {
        seq += 1;
        let changes = [
            ("id", Value::Text(format!("e-{at}-{id}"))),
            ("workflow_id", own.clone()),
            ("seq", Value::Integer(seq)),
            ("prev_hash", Value::Text(prev)),
        ];
        tx.prepare_cached(&statements.event)?
            .execute(params_from_iter(set(written, &changes)))?;
        let Some((_, Value::Text(hash))) = written.iter().find(|(name, _)| name == "hash") else {
            panic!("an event has a hash")
        };
        prev = hash.clone();
    }
    Ok(())
}

/// Prints both rates and their ratio.
pub fn beside_the_bare_rows() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("advance.db");
    let service = Service::new(Store::open(&path).unwrap(), Publisher::new(16));
    let rows = Arc::new(rows_of_one_advance(&service));
    let mut criterion = Criterion::default()
        .sample_size(20)
        .measurement_time(Duration::from_secs(4))
        .without_plots();
    let prepare = |count: u64| (0..count).map(|_| ready(&service)).collect::<Vec<_>>();
    criterion.bench_function("advance_workflow through the service", |bencher| {
        bencher.iter_custom(|count| through_the_service(&service, &prepare(count)));
    });
    criterion.bench_function("the same rows in one bare transaction", |bencher| {
        bencher.iter_custom(|count| bare(&service, &rows, &prepare(count)));
    });

    // The ratio comes from turns taken one after the other, so that a slow moment of the disk meets both.
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|round| {
            let (ours, theirs) = (prepare(PER_ROUND as u64), prepare(PER_ROUND as u64));
            // Who comes first meets a disk that is still busy with the preparation: they take turns in that, too.
            let (served, plain) = if round % 2 == 0 {
                let served = through_the_service(&service, &ours);
                (served, bare(&service, &rows, &theirs))
            } else {
                let plain = bare(&service, &rows, &theirs);
                (through_the_service(&service, &ours), plain)
            };
            plain.as_secs_f64() / served.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "advance_workflow: {:.0} % of the bare rate (median of {ROUNDS} paired rounds; from {:.0} % to {:.0} %)\n",
        ratios[ROUNDS / 2] * 100.0,
        ratios[ROUNDS / 10] * 100.0,
        ratios[ROUNDS * 9 / 10] * 100.0,
    );
}
