//! `get_workflow_status` of one workflow among a hundred thousand, with two million events.

use std::time::{Duration, Instant};

use criterion::Criterion;
use engine::notice::Publisher;
use engine::service::Service;
use rusqlite::Connection;
use store::Store;
use workflow::State;

use crate::support::at;

const WORKFLOWS: u32 = 100_000;
const EVENTS_EACH: u32 = 20;

/// Copies one build a hundred thousand times, in SQL: the guards are taken off while it is done, and put back.
fn fill(path: &std::path::Path, like: &str) {
    let db = Connection::open(path).unwrap();
    db.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000;")
        .unwrap();
    let guards: Vec<String> = db
        .prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'workflow_events'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let names: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'workflow_events'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let off: String = names.iter().map(|name| format!("DROP TRIGGER {name};")).collect();
    let columns: Vec<String> = db
        .prepare("SELECT name FROM pragma_table_info('build_workflows') WHERE name NOT IN ('id', 'build_id')")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let columns = columns.join(", ");
    let numbers =
        |upto: u32| format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {upto})");
    db.execute_batch(&format!(
        "BEGIN; {off}
         INSERT INTO build_workflows (id, build_id, {columns})
           {n} SELECT 'w' || i, 'b' || i, {columns} FROM n, build_workflows WHERE id = '{like}';
         INSERT INTO workflow_events (id, workflow_id, seq, event_type, triggered_by, event_data, timestamp, prev_hash, hash)
           {e} SELECT 'e' || w.rowid || '-' || n.i, w.id, n.i, 'noted', 'product', '{{}}', '2026-01-01T00:00:00Z', '', 'h' || n.i
           FROM build_workflows w, n WHERE w.id <> '{like}';
         {guards} COMMIT; ANALYZE;",
        n = numbers(WORKFLOWS),
        e = numbers(EVENTS_EACH),
        guards = guards.iter().map(|sql| format!("{sql};")).collect::<String>(),
    ))
    .unwrap();
}

/// Prints the time of one answer, and that among one hundred only, in the same run.
pub fn among_a_hundred_thousand() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("status.db");
    let service = Service::new(Store::open(&path).unwrap(), Publisher::new(16));
    let id = at(&service, State::Testing);
    let alone = median(&service, &id);
    let begun = Instant::now();
    fill(&path, &id);
    println!(
        "filled with {WORKFLOWS} workflows and {} events in {:.0} s",
        WORKFLOWS * EVENTS_EACH,
        begun.elapsed().as_secs_f64()
    );
    let mut criterion = Criterion::default()
        .sample_size(50)
        .measurement_time(Duration::from_secs(3))
        .without_plots();
    criterion.bench_function("get_workflow_status among 100,000", |bencher| {
        bencher.iter(|| service.get_workflow_status(&id).unwrap());
    });
    let among = median(&service, &id);
    let copied = median(&service, "w77777");
    println!(
        "get_workflow_status: {:.3} ms among 100,000 ({:.3} ms for a copied one), {:.3} ms alone: {:.2} times\n",
        among * 1000.0,
        copied * 1000.0,
        alone * 1000.0,
        among / alone
    );
}

fn median(service: &Service, id: &str) -> f64 {
    let mut times: Vec<f64> = (0..501)
        .map(|_| {
            let begun = Instant::now();
            service.get_workflow_status(id).unwrap();
            begun.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[250]
}
