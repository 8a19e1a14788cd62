//! Builds thrown away, brought back and deleted for good, with their worktrees and pages; and builds written down.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use engine::replay::replay;
use engine::{Limits, ServiceError, SiteHost, export};
use models::{Pace, PracticeModel};
use store::releases::{self, ReleaseRow};
use store::{audit, events, leftovers, role_runs, workflows};
use workflow::{Request, RunStatus, State};

use crate::desk::{Desk, person};

fn desk() -> Desk {
    Desk::with(Arc::new(PracticeModel::new(Pace::Instant)))
}

/// A tip calculator that is live.
async fn live(desk: &Desk) -> String {
    let id = desk.start("tip_calculator").await;
    to_the_plan(desk, &id).await;
    desk.ready(&id).await;
    while desk.row(&id).workflow.status == RunStatus::AwaitingApproval {
        desk.approve(&id).await;
    }
    assert_eq!(desk.row(&id).workflow.status, RunStatus::Complete);
    id
}

/// Answers what Q Assistant asks.
async fn to_the_plan(desk: &Desk, id: &str) {
    while desk.row(id).workflow.phases.planning.is_none() {
        desk.engine
            .send_message(id, "Yes, please.", Vec::new(), &store::new_id())
            .unwrap();
        desk.engine.settled(id).await;
    }
}

fn read<T: Send + 'static>(
    desk: &Desk,
    work: impl FnOnce(&store::Connection) -> Result<T, store::StoreError> + Send + 'static,
) -> T {
    let store = desk.engine.service().store();
    store.read(|db| Ok::<_, ServiceError>(work(db)?)).unwrap()
}

fn release(desk: &Desk, id: &str) -> ReleaseRow {
    let id = id.to_owned();
    read(desk, move |db| releases::newest(db, &id)).expect("it was released")
}

async fn answers(desk: &Desk, id: &str) -> bool {
    let release = release(desk, id);
    let url = format!("http://127.0.0.1:{}/", release.port.unwrap());
    workspace::probe(&url, &release.id).await.ok
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn trail(desk: &Desk, id: &str) -> Vec<String> {
    let id = id.to_owned();
    let events = read(desk, move |db| events::of_workflow(db, &id));
    audit::verify(&events).unwrap();
    events.into_iter().map(|event| event.event_type).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_goes_with_its_build_and_comes_back_with_it() {
    let desk = desk();
    let id = live(&desk).await;
    assert!(answers(&desk, &id).await);
    let stopped = desk.engine.move_to_trash(&id, &person()).await.unwrap();
    assert!(!stopped, "nobody was at work");
    assert!(!answers(&desk, &id).await, "a page in the trash is not served");
    // Whole and readable, and nothing goes on: not even after a start.
    desk.engine.resume_all().await.unwrap();
    assert!(!answers(&desk, &id).await);
    assert!(
        desk.engine
            .changes(&id, None, workspace::Space::Counts)
            .await
            .unwrap()
            .unwrap()
            .files
            .iter()
            .any(|file| file.path.ends_with("index.html"))
    );
    let refused = desk
        .engine
        .send_message(&id, "Are you there?", Vec::new(), "k1")
        .unwrap_err();
    assert_eq!(refused.code(), "in_trash", "{refused}");
    let refused = desk
        .engine
        .rollback_workflow(&id, person(), State::Testing, "no")
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "in_trash", "{refused}");
    desk.engine.restore_from_trash(&id, &person(), false).await.unwrap();
    assert!(answers(&desk, &id).await);
    let trail = trail(&desk, &id);
    assert_eq!(trail[trail.len() - 2..], ["moved_to_trash", "restored_from_trash"]);
    // It is no part of the work: going through it again comes out the same.
    let scratch = tempfile::tempdir().unwrap();
    let again = replay(
        desk.engine.service(),
        &id,
        scratch.path(),
        Limits::default(),
        SiteHost::ThisProcess,
    );
    let again = again.await.unwrap();
    assert!(again.is_same(), "{again:?}");
    // At once: whoever served it before may not have ended yet.
    desk.engine.move_to_trash(&id, &person()).await.unwrap();
    desk.engine.restore_from_trash(&id, &person(), false).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert!(answers(&desk, &id).await);
    // Once more is no second decision.
    desk.engine.restore_from_trash(&id, &person(), false).await.unwrap();
    assert!(desk.engine.delete_for_good(&id).await.is_err(), "not past the trash");
    assert!(answers(&desk, &id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_at_work_stops_and_starts_again_only_when_the_person_says_so() {
    let slow = PracticeModel::new(Pace::PerWord(std::time::Duration::from_millis(40)));
    let desk = Desk::with(Arc::new(PracticeModel::new(Pace::Instant)));
    let id = desk.start("tip_calculator").await;
    to_the_plan(&desk, &id).await;
    for role in workflow::Role::ALL {
        desk.models.set(role, Some(Arc::new(slow.clone())));
    }
    let revision = desk.row(&id).workflow.plan_revision;
    desk.engine.ready_to_build(&id, person(), revision).await.unwrap();
    while desk.row(&id).workflow.state != State::Implementation {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let begun = std::time::Instant::now();
    assert!(
        desk.engine.move_to_trash(&id, &person()).await.unwrap(),
        "Code Writer was at work"
    );
    assert!(begun.elapsed().as_secs() < 5, "the person waits for nobody");
    let runs = |desk: &Desk| {
        let id = id.clone();
        read(desk, move |db| role_runs::of_workflow(db, &id))
    };
    let then = runs(&desk);
    assert!(then.iter().all(|run| run.status != "running"), "{then:?}");
    desk.engine.resume_all().await.unwrap();
    desk.engine.settled(&id).await;
    assert_eq!(runs(&desk).len(), then.len(), "nothing works in the trash");
    desk.engine.restore_from_trash(&id, &person(), false).await.unwrap();
    desk.engine.settled(&id).await;
    assert_eq!(desk.row(&id).workflow.status, RunStatus::Paused);
    assert_eq!(runs(&desk).len(), then.len());
    // A move that is undone leaves no trace of having stopped it.
    desk.engine.go_on_with(&id, Request::Resume { by: person() }).unwrap();
    assert!(desk.engine.move_to_trash(&id, &person()).await.unwrap());
    for role in workflow::Role::ALL {
        desk.models.set(role, Some(Arc::new(PracticeModel::new(Pace::Instant))));
    }
    desk.engine.restore_from_trash(&id, &person(), true).await.unwrap();
    desk.engine.settled(&id).await;
    assert_eq!(desk.row(&id).workflow.status, RunStatus::AwaitingApproval, "it went on");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_for_good_is_what_was_the_builds_and_nothing_of_the_project() {
    let desk = desk();
    let id = live(&desk).await;
    let project = desk.path().join("project");
    // What the person has there, committed and not.
    std::fs::write(project.join("notes.txt"), "mine").unwrap();
    let (head, tags) = (git(&project, &["rev-parse", "HEAD"]), git(&project, &["tag"]));
    assert!(!tags.is_empty());
    let worktree = desk.path().join("data/worktrees").join(&id);
    let site = desk.path().join("data/sites").join(release(&desk, &id).id);
    let outputs = desk.path().join("data/outputs").join(&id);
    std::fs::create_dir_all(&outputs).unwrap();
    std::fs::write(outputs.join("npm.log"), "long").unwrap();
    assert!(worktree.is_dir() && site.is_dir());
    assert!(git(&project, &["branch", "--list", "q/*"]).contains("q/"));
    assert!(git(&project, &["for-each-ref", "refs/q-assistant"]).contains(&id));
    desk.engine.move_to_trash(&id, &person()).await.unwrap();
    desk.engine.empty_trash().await.unwrap();
    for gone in [&worktree, &site, &outputs] {
        assert!(!gone.exists(), "{}", gone.display());
    }
    assert_eq!(git(&project, &["branch", "--list", "q/*"]), "");
    assert_eq!(git(&project, &["for-each-ref", "refs/q-assistant"]), "");
    assert_eq!(git(&project, &["worktree", "list"]).lines().count(), 1);
    assert_eq!(git(&project, &["rev-parse", "HEAD"]), head);
    assert_eq!(git(&project, &["tag"]), tags);
    assert_eq!(std::fs::read_to_string(project.join("notes.txt")).unwrap(), "mine");
    assert!(project.join("index.html").is_file(), "what was released stays");
    assert_eq!(read(&desk, workflows::all_ids), Vec::<String>::new());
    assert_eq!(read(&desk, leftovers::all), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_cleared_away_now_is_cleared_away_later() {
    let desk = desk();
    let id = live(&desk).await;
    let (project, away) = (desk.path().join("project"), desk.path().join("unplugged"));
    desk.engine.move_to_trash(&id, &person()).await.unwrap();
    std::fs::rename(&project, &away).unwrap();
    desk.engine.delete_for_good(&id).await.unwrap();
    assert!(!desk.path().join("data/worktrees").join(&id).exists());
    assert_eq!(read(&desk, leftovers::all).len(), 1);
    std::fs::rename(&away, &project).unwrap();
    desk.engine.resume_all().await.unwrap();
    assert_eq!(git(&project, &["branch", "--list", "q/*"]), "");
    assert_eq!(read(&desk, leftovers::all), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_that_the_person_works_on_stays() {
    let desk = desk();
    let id = desk.start("tip_calculator").await;
    to_the_plan(&desk, &id).await;
    desk.ready(&id).await;
    let project = desk.path().join("project");
    let branch = git(&project, &["branch", "--list", "--format=%(refname:short)", "q/*"]);
    desk.engine.move_to_trash(&id, &person()).await.unwrap();
    // By force: it is checked out in the build's worktree, too.
    git(&project, &["checkout", "--quiet", "--ignore-other-worktrees", &branch]);
    desk.engine.delete_for_good(&id).await.unwrap();
    assert_eq!(git(&project, &["branch", "--show-current"]), branch);
    assert!(!git(&project, &["rev-parse", "--verify", "HEAD"]).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_can_be_read_and_checked_without_the_program() {
    let desk = desk();
    let id = live(&desk).await;
    let into = desk.path().join("exports");
    let service = desk.engine.service();
    let (first, second) = (
        export::build(service, &id, &into).unwrap(),
        export::build(service, &id, &into).unwrap(),
    );
    assert_ne!(first, second, "nothing is written over");
    let json = |path: PathBuf| -> serde_json::Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let build = json(first.join("build.json"));
    assert_eq!(build["format"], "q-assistant-build/1");
    assert_eq!(build["tables"]["build_workflows"][0]["id"], id);
    assert!(!build["tables"]["exchanges"].as_array().unwrap().is_empty());
    let history = json(first.join("history.json"));
    let written: Vec<events::EventRow> = serde_json::from_value(history["events"].clone()).unwrap();
    audit::verify(&written).unwrap();
    assert_eq!(history["chain_ok"], true);
    let plans = json(first.join("plan-revisions.json"));
    assert_eq!(plans[0]["revision"], 1);
    assert!(!plans[0]["plan"]["tasks"].as_array().unwrap().is_empty());
    let said = std::fs::read_to_string(first.join("conversation.md")).unwrap();
    assert!(said.contains("## You") && said.contains("## Code Writer"), "{said}");
    let logs: Vec<_> = std::fs::read_dir(first.join("tests")).unwrap().collect();
    assert!(!logs.is_empty());
    desk.engine.move_to_trash(&id, &person()).await.unwrap();
    let all = export::all(service, &into).unwrap();
    assert_eq!(std::fs::read_dir(&all).unwrap().count(), 1, "what is in the trash, too");
    // A folder that cannot be written says so, and nothing is left.
    std::fs::write(desk.path().join("a-file"), "").unwrap();
    let refused = export::build(service, &id, &desk.path().join("a-file")).unwrap_err();
    assert!(refused.to_string().contains("could not be written"), "{refused}");
    let names: Vec<_> = std::fs::read_dir(&into)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
}
