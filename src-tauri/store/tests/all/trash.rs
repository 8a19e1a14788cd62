//! What the trash keeps, what it lets go, and what an export of a build holds.

use store::images::{self, Image};
use store::messages::{self, NewMessage};
use store::search::{self, Wanted};
use store::{Store, StoreError, audit, dump, events, leftovers, notes, now, stats, workflows};

use crate::support::{build, sql, text};

fn trash(store: &Store, id: &str) {
    let id = id.to_owned();
    store
        .write(move |tx| workflows::set_trashed(tx, &id, Some(&now())))
        .unwrap();
}

fn say(store: &Store, id: &str, shown: &[&[u8]]) {
    let (id, shown): (String, Vec<Image>) = (
        id.to_owned(),
        shown
            .iter()
            .map(|bytes| Image {
                media_type: "image/png".to_owned(),
                bytes: bytes.to_vec(),
            })
            .collect(),
    );
    store
        .write(move |tx| {
            let images = shown
                .iter()
                .map(|image| images::keep(tx, image))
                .collect::<Result<Vec<_>, _>>()?;
            let message = NewMessage {
                id: store::new_id(),
                author: "you".to_owned(),
                text: "A secret plan".to_owned(),
                meaning: None,
                reasoning: String::new(),
                choices: Vec::new(),
                is_error: false,
                is_interrupted: false,
                is_reason: false,
                images,
                files: Vec::new(),
                state: "discovery".to_owned(),
                run_id: None,
            };
            messages::append(tx, &id, message)
        })
        .unwrap();
}

#[test]
fn what_is_in_the_trash_is_whole_and_out_of_the_way() {
    let store = Store::in_memory().unwrap();
    let (kept, thrown) = (build(&store), build(&store));
    trash(&store, &thrown);
    let wanted = thrown.clone();
    let (listed, in_trash, open, trail) = store
        .read(move |db| {
            Ok::<_, StoreError>((
                workflows::list(db)?,
                workflows::in_trash(db)?,
                workflows::open_ids(db)?,
                events::of_workflow(db, &wanted)?,
            ))
        })
        .unwrap();
    let ids = |rows: &[workflows::WorkflowRow]| rows.iter().map(|row| row.workflow.id.clone()).collect::<Vec<_>>();
    assert_eq!(open, ids(&listed));
    assert_eq!((ids(&listed), ids(&in_trash)), (vec![kept], vec![thrown]));
    assert_eq!((trail.len(), audit::verify(&trail)), (3, Ok(())));
    let project = listed[0].workflow.project_id.clone();
    let scope = stats::Scope {
        project_id: Some(project),
        since: None,
    };
    let counted = store.read(move |db| stats::by_status(db, &scope)).unwrap();
    assert_eq!(counted[0].builds, 1, "it does not count: {counted:?}");
}

#[test]
fn what_is_in_the_trash_is_not_found_and_found_again_when_it_comes_back() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    say(&store, &id, &[]);
    let found = |store: &Store| {
        let in_all = |wanted: &'static str| {
            store
                .read(move |db| {
                    let wanted = Wanted::parse(wanted);
                    let builds = search::builds(db, &wanted, 9)?.total;
                    Ok::<_, StoreError>((builds, search::messages(db, &wanted, 9)?.total))
                })
                .unwrap()
        };
        (in_all("Tips"), in_all("ti"), in_all("secret"))
    };
    assert_eq!(found(&store), ((1, 0), (1, 0), (0, 1)));
    trash(&store, &id);
    assert_eq!(found(&store), ((0, 0), (0, 0), (0, 0)));
    store.write(move |tx| workflows::set_trashed(tx, &id, None)).unwrap();
    assert_eq!(found(&store), ((1, 0), (1, 0), (0, 1)));
}

#[test]
fn the_database_lets_no_work_go_on_in_the_trash_and_nothing_be_deleted_past_it() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    let delete = format!("DELETE FROM build_workflows WHERE id = '{id}'");
    assert!(sql(&store, &delete).unwrap_err().contains("not_in_trash"));
    trash(&store, &id);
    let go_on = format!("UPDATE build_workflows SET current_state = 'planning', revision = 2 WHERE id = '{id}'");
    assert!(sql(&store, &go_on).unwrap_err().contains("in_trash"));
    let forge = format!("UPDATE workflow_events SET event_data = '{{}}' WHERE workflow_id = '{id}'");
    assert!(sql(&store, &forge).unwrap_err().contains("append_only"));
    let lose = format!("DELETE FROM workflow_events WHERE workflow_id = '{id}'");
    assert!(sql(&store, &lose).unwrap_err().contains("append_only"));
}

#[test]
fn deleted_for_good_is_every_row_of_it_and_no_row_of_another() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("q.db")).unwrap();
    let (kept, thrown) = (build(&store), build(&store));
    say(&store, &kept, &[b"shared"]);
    say(&store, &thrown, &[b"shared", b"its own"]);
    let draft = format!("draft:message-{thrown}");
    store
        .write(|tx| {
            notes::save(tx, &draft, "half a sentence")?;
            notes::save(tx, "draft:brief", "another idea")
        })
        .unwrap();
    trash(&store, &thrown);
    let id = thrown.clone();
    store
        .write(move |tx| {
            let left = leftovers::of_workflow(tx, &id)?;
            leftovers::insert(tx, &left)?;
            workflows::delete(tx, &id)
        })
        .unwrap();
    let count = |query: &str| text(&store, &format!("SELECT CAST(count(*) AS TEXT) FROM {query}"));
    assert_eq!(count("build_workflows"), "1");
    assert_eq!(count("workflow_events"), "3", "those of the other build");
    assert_eq!(count("messages"), "1");
    assert_eq!(count("images"), "1", "the picture that the other build shows");
    assert_eq!(count("notes"), "1");
    assert_eq!(count("leftovers"), "1");
    let gone = store.read({
        let thrown = thrown.clone();
        move |db| workflows::get(db, &thrown)
    });
    assert_eq!(gone.unwrap_err().code(), "workflow_not_found");
    store.write(move |tx| leftovers::done(tx, &thrown)).unwrap();
    assert!(store.read(leftovers::all).unwrap().is_empty());
    // Nor can it be read in the files.
    store.write_back();
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for gone in [&b"its own"[..], b"half a sentence"] {
            assert!(!bytes.windows(gone.len()).any(|window| window == gone));
        }
    }
}

#[test]
fn an_export_holds_rows_of_every_table_that_goes_with_a_build() {
    let store = Store::in_memory().unwrap();
    let (wanted, other) = (build(&store), build(&store));
    say(&store, &wanted, &[b"a picture"]);
    say(&store, &other, &[]);
    let id = wanted.clone();
    let dumped = store.read(move |db| dump::of_workflow(db, &id)).unwrap();
    // What the schema says goes with a build, by another road than the export takes.
    let going = text(
        &store,
        "WITH RECURSIVE going(name) AS (VALUES ('build_workflows') UNION \
         SELECT t.name FROM sqlite_schema t, pragma_foreign_key_list(t.name) f, going \
         WHERE t.type = 'table' AND f.on_delete = 'CASCADE' AND f.\"table\" = going.name) \
         SELECT group_concat(name) FROM (SELECT name FROM going ORDER BY name)",
    );
    for table in going.split(',') {
        assert!(dumped.contains_key(table), "{table} is missing");
    }
    assert_eq!(dumped["messages"].len(), 1);
    assert_eq!(dumped["messages"][0]["text"], "A secret plan");
    assert_eq!(dumped["workflow_events"].len(), 3);
    assert_eq!(dumped["message_images"].len(), 1);
    assert_eq!(dumped["build_workflows"][0]["id"], wanted);
    assert_eq!(dumped["projects"][0]["path"], "/home/mira/tips");
}
