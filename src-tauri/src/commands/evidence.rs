//! What the product gathered.

use std::path::PathBuf;

use engine::SiteHost;
use store::{events, exchanges, role_runs, test_runs, workflows};
use tauri::AppHandle;

use super::{Answer, TheDesk, save_dialog};
use crate::desk::problem;
use crate::dto::{
    ChainCheck, Changes, Checks, FilePatch, PlanRevision, Replayed, ReportFormat, State, Statistics, StepDetail,
    TestRun, TestRunDetail, TimelineItem, Told, Usage,
};
use crate::report::extension;
use crate::{host, view};

#[tauri::command]
#[specta::specta]
pub async fn changes(
    desk: TheDesk<'_>,
    workflow_id: String,
    attempt: Option<String>,
    ignore_space: bool,
) -> Answer<Option<Changes>> {
    let engine = desk.engine()?;
    let found = engine
        .changes(&workflow_id, attempt.as_deref(), space(ignore_space))
        .await?;
    Ok(view::changes(found))
}

/// What changed in one file between two points that `changes` named.
#[tauri::command]
#[specta::specta]
pub async fn file_patch(
    desk: TheDesk<'_>,
    workflow_id: String,
    points: (String, String),
    ignore_space: bool,
    path: String,
    old_path: Option<String>,
) -> Answer<FilePatch> {
    let compared = (points.0, points.1, space(ignore_space));
    let engine = desk.engine()?;
    let patch = engine.patch(&workflow_id, compared, &path, old_path.as_deref()).await?;
    Ok(FilePatch {
        patch: patch.text,
        truncated: patch.truncated,
    })
}

fn space(ignore: bool) -> workspace::Space {
    if ignore {
        workspace::Space::Ignored
    } else {
        workspace::Space::Counts
    }
}

#[tauri::command]
#[specta::specta]
pub async fn test_runs(desk: TheDesk<'_>, workflow_id: String) -> Answer<Vec<TestRun>> {
    desk.read(move |db| Ok(view::test_runs(test_runs::of_workflow(db, &workflow_id)?)))
}

/// What a run printed, its cases beside those of the run before it.
#[tauri::command]
#[specta::specta]
pub async fn test_run(desk: TheDesk<'_>, workflow_id: String, run_id: String) -> Answer<TestRunDetail> {
    desk.read(move |db| {
        let runs = test_runs::of_workflow(db, &workflow_id)?;
        let before = runs.iter().skip_while(|run| run.id != run_id).nth(1);
        let before = before.map(|run| test_runs::printed(db, &run.id)).transpose()?;
        let before = before.map(|printed| printed.cases).unwrap_or_default();
        Ok(view::test_run_detail(test_runs::printed(db, &run_id)?, &before))
    })
}

/// A step of the rail, looked into.
#[tauri::command]
#[specta::specta]
pub async fn step(desk: TheDesk<'_>, workflow_id: String, state: State) -> Answer<StepDetail> {
    desk.read(move |db| view::step(db, &workflow_id, state.into()))
}

#[tauri::command]
#[specta::specta]
pub async fn plan_revisions(desk: TheDesk<'_>, workflow_id: String) -> Answer<Vec<PlanRevision>> {
    Ok(view::revisions(desk.engine()?.revisions(&workflow_id)?))
}

#[tauri::command]
#[specta::specta]
pub async fn checks(desk: TheDesk<'_>, workflow_id: String) -> Answer<Checks> {
    desk.read(move |db| Ok(view::checks(&workflows::get(db, &workflow_id)?)))
}

#[tauri::command]
#[specta::specta]
pub async fn timeline(desk: TheDesk<'_>, workflow_id: String) -> Answer<Vec<TimelineItem>> {
    desk.read(move |db| Ok(view::timeline(events::of_workflow(db, &workflow_id)?)))
}

/// What each call of a model used.
#[tauri::command]
#[specta::specta]
pub async fn usage(desk: TheDesk<'_>, workflow_id: String) -> Answer<Usage> {
    desk.read(move |db| Ok(view::usage(exchanges::of_workflow(db, &workflow_id)?)))
}

/// Figures over the builds of a project, or of all; of those begun in the last days, or of all.
#[tauri::command]
#[specta::specta]
pub async fn statistics(desk: TheDesk<'_>, project_id: Option<String>, days: Option<i32>) -> Answer<Statistics> {
    let stats = desk.engine()?.service().stats(view::scope(project_id, days))?;
    Ok(view::statistics(stats))
}

/// Goes through the build again from its recording, in a copy that is thrown away.
#[tauri::command]
#[specta::specta]
pub async fn replay_build(desk: TheDesk<'_>, workflow_id: String) -> Answer<Replayed> {
    let engine = desk.engine()?;
    let scratch = workspace::scratch().map_err(engine::ServiceError::from)?;
    let limits = host::limits(&desk.models.settings());
    let sites = SiteHost::ThisProcess;
    Ok(
        engine::replay::replay(engine.service(), &workflow_id, scratch.path(), limits, sites)
            .await?
            .into(),
    )
}

/// What a role was told in an attempt, word for word.
#[tauri::command]
#[specta::specta]
pub async fn told(desk: TheDesk<'_>, workflow_id: String, phase: State, attempt: i32) -> Answer<Told> {
    let role = workflow::State::from(phase).owner();
    let add_in = match role {
        Some(role) => desk.engine()?.persons_prompt_file(role, &workflow_id)?,
        None => PathBuf::new(),
    };
    let text = desk.read(move |db| {
        let attempt = u32::try_from(attempt).unwrap_or_default();
        Ok(role_runs::told(
            db,
            &workflow_id,
            workflow::State::from(phase).wire(),
            attempt,
        )?)
    })?;
    Ok(Told {
        text: text.unwrap_or_default(),
        add_in: add_in.to_string_lossy().into_owned(),
    })
}

#[tauri::command]
#[specta::specta]
pub async fn verify_history(desk: TheDesk<'_>, workflow_id: String) -> Answer<ChainCheck> {
    desk.read(move |db| Ok(view::verify(&events::of_workflow(db, &workflow_id)?)))
}

/// The history as text of that format.
#[tauri::command]
#[specta::specta]
pub async fn report_text(desk: TheDesk<'_>, workflow_id: String, format: ReportFormat) -> Answer<String> {
    let report = desk.report(&workflow_id)?;
    report.write(format).map_err(|why| problem("io", why))
}

/// Writes the history where the person says; the file's path, or none when they thought better of it.
#[tauri::command]
#[specta::specta]
pub async fn save_report(
    app: AppHandle,
    desk: TheDesk<'_>,
    workflow_id: String,
    format: ReportFormat,
) -> Answer<Option<String>> {
    let report = desk.report(&workflow_id)?;
    let text = report.write(format).map_err(|why| problem("io", why))?;
    let Some(path) = save_dialog::ask(&app, &report.file_name(format), extension(format)).await else {
        return Ok(None);
    };
    save_dialog::write(&path, &text).map(Some)
}
