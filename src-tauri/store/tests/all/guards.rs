//! Triggers and checks: no code path can break what the database itself refuses.

use store::{Store, StoreError, audit, events};
use workflow::{State, TRANSITIONS};

use crate::support::{build, sql, text};

#[test]
fn only_the_twenty_eight_pairs_pass_raw_sql() {
    let store = Store::in_memory().unwrap();
    for from in State::ALL {
        for to in State::ALL.into_iter().filter(|to| *to != from) {
            let id = build(&store);
            let go = |to: State, revision: u32| {
                let status = if to == State::Complete { "complete" } else { "active" };
                format!(
                    "UPDATE build_workflows SET current_state = '{to}', status = '{status}', completed_at = 'now', \
                     revision = {revision} WHERE id = '{id}'"
                )
            };
            // A recorded rollback is the one other way to move; it puts the build where this pair begins.
            let begin = format!(
                "INSERT INTO workflow_rollbacks (workflow_id, revision, from_state, to_state, reason, timestamp) \
                 VALUES ('{id}', 2, 'discovery', '{from}', 'test', 'now'); {}",
                go(from, 2)
            );
            sql(&store, &begin).unwrap();
            let moved = sql(&store, &go(to, 3));
            let allowed = TRANSITIONS.iter().any(|(a, b, _)| (*a, *b) == (from, to));
            assert_eq!(moved.is_ok(), allowed, "{from} → {to}: {moved:?}");
        }
    }
}

#[test]
fn a_state_a_status_or_a_role_that_does_not_exist_is_refused() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    for change in [
        "current_state = 'testing_hard'",
        "status = 'nearly'",
        "current_state = ''",
    ] {
        assert!(
            sql(
                &store,
                &format!("UPDATE build_workflows SET {change} WHERE id = '{id}'")
            )
            .is_err(),
            "{change}"
        );
    }
}

#[test]
fn the_audit_trail_only_grows() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    for attempt in [
        format!("UPDATE workflow_events SET event_data = '{{}}' WHERE workflow_id = '{id}'"),
        format!("DELETE FROM workflow_events WHERE workflow_id = '{id}' AND seq = 3"),
        format!(
            "REPLACE INTO workflow_events SELECT id, workflow_id, seq, 'other', triggered_by, event_data, timestamp, prev_hash, hash \
             FROM workflow_events WHERE workflow_id = '{id}' AND seq = 3"
        ),
        format!(
            "INSERT INTO workflow_events (id, workflow_id, seq, event_type, triggered_by, event_data, timestamp, prev_hash, hash) \
             VALUES ('x', '{id}', 7, 'late', 'me', '{{}}', 'now', '', 'h')"
        ),
        format!(
            "INSERT INTO workflow_events (id, workflow_id, seq, event_type, triggered_by, event_data, timestamp, prev_hash, hash) \
             VALUES ('x', '{id}', 4, 'forged', 'me', '{{}}', 'now', 'not the last hash', 'h')"
        ),
    ] {
        let refused = sql(&store, &attempt).expect_err(&attempt);
        assert!(
            refused.contains("append_only") || refused.contains("constraint"),
            "{refused}"
        );
    }
    assert_eq!(text(&store, "SELECT CAST(count(*) AS TEXT) FROM workflow_events"), "3");
    let thrown_away = format!("UPDATE build_workflows SET trashed_at = 'now' WHERE id = '{id}'");
    sql(&store, &thrown_away).unwrap();
    sql(&store, &format!("DELETE FROM build_workflows WHERE id = '{id}'")).unwrap();
    assert_eq!(
        text(&store, "SELECT CAST(count(*) AS TEXT) FROM workflow_events"),
        "0",
        "it goes with its workflow"
    );
}

#[test]
fn a_build_id_is_used_once_and_a_project_must_exist() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    let copy = |change: &str| {
        format!(
            "CREATE TEMP TABLE copy AS SELECT * FROM build_workflows WHERE id = '{id}'; UPDATE copy SET id = 'other', {change}; \
             INSERT INTO build_workflows SELECT * FROM copy; DROP TABLE copy"
        )
    };
    assert!(sql(&store, &copy("title = 'same build id'")).is_err());
    assert!(sql(&store, &copy("build_id = 'new', project_id = 'nowhere'")).is_err());
    sql(&store, &copy("build_id = 'new'")).unwrap();
}

#[test]
fn a_revision_never_goes_back_and_a_stale_write_is_told_both() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    let wanted = id.clone();
    let stale = store.write(move |tx| {
        let mut row = store::workflows::get(tx, &wanted)?;
        row.workflow.revision = 2;
        store::workflows::update(tx, &row.workflow, "Tips", 1)?;
        store::workflows::update(tx, &row.workflow, "Tips", 1)
    });
    let Err(StoreError::StaleRevision { expected: 1, actual: 2 }) = stale else {
        panic!("{stale:?}")
    };
    assert_eq!(
        text(&store, "SELECT CAST(revision AS TEXT) FROM build_workflows"),
        "1",
        "the first write went with the transaction"
    );
    sql(&store, "UPDATE build_workflows SET revision = 5").unwrap();
    assert!(sql(&store, "UPDATE build_workflows SET revision = 4").is_err());
}

#[test]
fn the_chain_shows_what_was_changed_cut_or_put_in() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    let whole = store.read(move |db| events::of_workflow(db, &id)).unwrap();
    assert_eq!(audit::verify(&whole), Ok(()));
    let broken = |change: fn(&mut Vec<events::EventRow>)| {
        let mut events = whole.clone();
        change(&mut events);
        audit::verify(&events).expect_err("the chain is broken").to_string()
    };
    assert!(broken(|events| events[1].event_data.push(' ')).contains("Event 2 was changed"));
    assert!(broken(|events| events[1].triggered_by = "product".to_owned()).contains("Event 2 was changed"));
    assert!(broken(|events| drop(events.remove(1))).contains("Event 2 is missing"));
    assert!(broken(|events| events.swap(0, 1)).contains("Event 1 is missing"));
    assert!(
        broken(|events| {
            events[1].event_data.push(' ');
            events[1].hash = audit::hash(&events[1]);
        })
        .contains("Event 3 does not follow")
    );
}
