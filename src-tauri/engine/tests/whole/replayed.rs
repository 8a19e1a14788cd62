//! All that a person can do in a build is done again when it is gone through again.

use std::sync::Arc;

use engine::replay::replay;
use engine::{Limits, SiteHost};
use models::{Pace, PracticeModel};
use workflow::{ApprovalPolicy, Budget, Request, RunStatus, State};

use crate::desk::{Desk, person};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_person_did_comes_again() {
    let desk = Desk::with(Arc::new(PracticeModel::new(Pace::Instant)));
    let id = desk.start("fix_a_bug").await;
    let engine = &desk.engine;

    // By hand: requirements with the plan that hangs on them, then the plan.
    let mut requirements = desk.row(&id).workflow.phases.discovery.clone().unwrap();
    requirements.summary = "Only slugify.".to_owned();
    let revision = desk.row(&id).workflow.revision;
    engine.edit_requirements(&id, person(), revision, requirements).unwrap();
    let workflow = desk.row(&id).workflow;
    let mut plan = workflow.phases.planning.clone().unwrap();
    plan.summary = "One line.".to_owned();
    engine.edit_plan(&id, person(), workflow.plan_revision, plan).unwrap();

    engine
        .set_test_command(&id, person(), "npm test --silent && true")
        .unwrap();
    desk.ready(&id).await;

    // A budget while it waits, a pause with a budget in it, and the pause is over later.
    engine
        .set_budget(&id, person(), Some(Budget::Tokens(10_000_000)))
        .unwrap();
    engine.stop_with(&id, Request::Pause { by: person() }).unwrap();
    engine.set_budget(&id, person(), None).unwrap();
    assert_eq!(
        desk.row(&id).workflow.status,
        RunStatus::Paused,
        "a budget ends no pause"
    );
    engine.settled(&id).await;
    engine.go_on_with(&id, Request::Resume { by: person() }).unwrap();
    engine.settled(&id).await;

    engine.set_test_command(&id, person(), "").unwrap();
    engine
        .send_message(&id, "Is it nearly done?", Vec::new(), &store::new_id())
        .unwrap();
    engine.settled(&id).await;
    engine
        .request_retry(&id, person(), "Once more, please", Some(State::Implementation))
        .unwrap();
    engine.settled(&id).await;
    desk.approve(&id).await;
    engine
        .rollback_workflow(&id, person(), State::Implementation, "From the start")
        .await
        .unwrap();
    engine.settled(&id).await;
    engine.undo_rollback(&id, person()).unwrap();
    engine.settled(&id).await;
    // Another model is chosen: the product lets it go on.
    engine.stop_with(&id, Request::Pause { by: person() }).unwrap();
    engine.settled(&id).await;
    engine.use_model(&id, "m2").unwrap();
    engine.settled(&id).await;
    let policy = ApprovalPolicy::HandsOff;
    engine
        .go_on_with(&id, Request::SetPolicy { by: person(), policy })
        .unwrap();
    engine.settled(&id).await;
    let status = desk.row(&id).workflow.status;
    assert_eq!(status, RunStatus::Complete, "{status:?}");

    let scratch = desk.path().join("again");
    std::fs::create_dir_all(&scratch).unwrap();
    let replayed = replay(
        engine.service(),
        &id,
        &scratch,
        Limits::default(),
        SiteHost::ThisProcess,
    )
    .await
    .unwrap();
    assert!(replayed.is_same(), "{replayed:#?}");
    assert_eq!(replayed.not_asked, 0);
    let words: Vec<_> = replayed.differences.iter().map(|difference| &difference.part).collect();
    assert!(words.is_empty(), "{:#?}", replayed.differences);
}
