//! What a build changed, attempt by attempt, and the revisions of its plan.

use std::sync::Arc;

use models::{Pace, PracticeModel};
use workflow::State;
use workspace::Space;

use crate::desk::{Desk, person};

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_comes_back_as_a_new_one_with_requirements_and_plan() {
    let desk = Desk::with(Arc::new(PracticeModel::new(Pace::Instant)));
    let id = desk.start("fix_a_bug").await;
    let engine = &desk.engine;
    let first = engine.revisions(&id).unwrap().pop().unwrap();
    assert_eq!((first.number, first.by.as_str()), (1, "q_assistant"));

    let mut requirements = first.requirements.clone();
    requirements.features.remove(0);
    let revision = desk.row(&id).workflow.revision;
    engine.edit_requirements(&id, person(), revision, requirements).unwrap();
    let mut plan = first.plan.clone().unwrap();
    plan.summary = "One line.".to_owned();
    engine.edit_plan(&id, person(), 2, plan).unwrap();
    let all = engine.revisions(&id).unwrap();
    let numbers: Vec<_> = all.iter().map(|revision| revision.number).filter(|n| *n > 0).collect();
    assert_eq!(numbers, [1, 2, 3], "each edit is one revision");
    assert!(all[all.len() - 2].by.starts_with("person:"));

    let seen = desk.row(&id).workflow.revision;
    assert_eq!(
        engine
            .restore_revision(&id, person(), seen - 1, first.seq)
            .unwrap_err()
            .code(),
        "stale_state"
    );
    engine.restore_revision(&id, person(), seen, first.seq).unwrap();
    let workflow = desk.row(&id).workflow;
    assert_eq!(workflow.phases.discovery.as_ref(), Some(&first.requirements));
    assert_eq!(workflow.phases.planning, first.plan);
    let newest = engine.revisions(&id).unwrap().pop().unwrap();
    assert_eq!((newest.requirements, newest.plan), (first.requirements, first.plan));
    assert_eq!(engine.revisions(&id).unwrap().len(), all.len() + 2, "nothing is lost");
    assert!(engine.restore_revision(&id, person(), workflow.revision, 9999).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_looked_at_in_all_and_by_attempt() {
    let desk = Desk::with(Arc::new(PracticeModel::new(Pace::Instant)));
    let id = desk.start("fix_a_bug").await;
    let engine = &desk.engine;
    assert_eq!(
        engine.changes(&id, None, Space::Counts).await.unwrap(),
        None,
        "there are no files yet"
    );
    desk.ready(&id).await;
    engine
        .request_retry(&id, person(), "Once more, please", Some(State::Implementation))
        .unwrap();
    engine.settled(&id).await;
    desk.approve(&id).await;

    let all = engine.changes(&id, None, Space::Counts).await.unwrap().unwrap();
    let names: Vec<_> = all.attempts.iter().map(|attempt| attempt.name.as_str()).collect();
    assert_eq!(names, ["implementation-1", "implementation-2", "testing-1"]);
    assert!(
        all.files.iter().any(|file| file.path == "src/slugify.js"),
        "{:?}",
        all.files
    );

    let tests = engine
        .changes(&id, Some("testing-1"), Space::Counts)
        .await
        .unwrap()
        .unwrap();
    assert!(
        tests.files.iter().all(|file| file.path != "src/slugify.js"),
        "{:?}",
        tests.files
    );
    assert!(engine.changes(&id, Some("testing-7"), Space::Counts).await.is_err());

    let points = (all.from.clone(), all.to.clone(), Space::Counts);
    let patch = engine.patch(&id, points.clone(), "src/slugify.js", None).await.unwrap();
    assert!(
        patch.text.contains("+") && patch.text.contains("normalize"),
        "{}",
        patch.text
    );
    assert_eq!(
        engine.patch(&id, points, "src/slugify.js", None).await.unwrap(),
        patch,
        "the same when it is looked at again"
    );
    for no_point in ["HEAD", "--output=/tmp/broken-in", "../x"] {
        let points = (no_point.to_owned(), all.to.clone(), Space::Counts);
        assert!(
            engine.patch(&id, points, "src/slugify.js", None).await.is_err(),
            "{no_point}"
        );
    }
}
