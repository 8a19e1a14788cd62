//! What belongs to the desktop: folders, links, drafts, and the state of the program itself.

use std::path::Path;
use std::sync::Arc;

use engine::ServiceError;
use store::{notes, projects, workflows};
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;
use workspace::find_program;

use super::{Answer, TheDesk};
use crate::desk::problem;
use crate::dto::AppStatus;
use crate::view;

#[tauri::command]
#[specta::specta]
pub async fn app_status(desk: TheDesk<'_>) -> Answer<AppStatus> {
    let missing = |program: &str, what: &str| find_program(program).is_none().then(|| what.to_owned());
    let tests = (find_program("node").is_none() && find_program("python3").is_none()).then(|| {
        "Neither Node nor Python is installed: the tests of the samples cannot run. Install one of them.".to_owned()
    });
    Ok(AppStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_dir: desk.data.to_string_lossy().into_owned(),
        store_problem: desk.engine().err(),
        missing_tools: missing(
            "git",
            "Git is not installed. Every build works on a branch of its own: install Git, then start again.",
        )
        .into_iter()
        .chain(tests)
        .collect(),
        samples: models::samples().iter().map(view::sample).collect(),
    })
}

/// Opens the data once more, after whatever stood in the way is gone.
#[tauri::command]
#[specta::specta]
pub async fn open_again(app: AppHandle, desk: TheDesk<'_>) -> Answer<AppStatus> {
    let again = Arc::clone(&desk);
    // It waits for a program that is closing.
    let opened = tauri::async_runtime::spawn_blocking(move || again.open_again()).await;
    if opened.unwrap_or(false) {
        crate::window::begin(&app, desk.engine()?);
    }
    app_status(desk).await
}

/// The folder that the person picks in the platform's own dialog; none when it was closed.
#[tauri::command]
#[specta::specta]
pub async fn choose_folder(app: AppHandle) -> Answer<Option<String>> {
    Ok(pick_folder(&app, "Where should it be built?").await)
}

pub(super) async fn pick_folder(app: &AppHandle, title: &str) -> Option<String> {
    let (answer, picked) = tokio::sync::oneshot::channel();
    app.dialog().file().set_title(title).pick_folder(move |folder| {
        // The command may be gone with its window.
        let _ = answer.send(folder);
    });
    picked.await.ok().flatten().map(|folder| folder.to_string())
}

/// Opens a link in the person's browser. Only the web: a link from a model must not start a program.
#[tauri::command]
#[specta::specta]
pub async fn open_link(app: AppHandle, url: String) -> Answer<()> {
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(problem("invalid_input", "Only web addresses are opened from here."));
    }
    let opened = app.opener().open_url(&url, None::<&str>);
    opened.map_err(|error| problem("no_browser", format!("No browser could be opened for {url}: {error}.")))
}

#[tauri::command]
#[specta::specta]
pub async fn open_project_folder(app: AppHandle, desk: TheDesk<'_>, workflow_id: String) -> Answer<()> {
    let path = desk.read(move |db| {
        let project = workflows::get(db, &workflow_id)?.workflow.project_id;
        Ok(projects::get(db, &project)?.path)
    })?;
    show_folder(&app, &path)
}

/// Opens a folder in the person's file manager. Only a folder: a file might start a program.
pub(super) fn show_folder(app: &AppHandle, path: &str) -> Answer<()> {
    if !Path::new(path).is_dir() {
        return Err(problem("not_found", format!("The folder {path} is gone.")));
    }
    let opened = app.opener().open_path(path, None::<&str>);
    opened.map_err(|error| problem("no_browser", format!("{path} could not be opened: {error}.")))
}

/// Keeps what is being typed, so that it survives a crash.
#[tauri::command]
#[specta::specta]
pub async fn save_draft(desk: TheDesk<'_>, key: String, text: String) -> Answer<()> {
    let engine = desk.engine()?;
    let store = engine.service().store();
    Ok(store.write(move |tx| Ok::<_, ServiceError>(notes::save(tx, &format!("draft:{key}"), &text)?))?)
}

#[tauri::command]
#[specta::specta]
pub async fn load_draft(desk: TheDesk<'_>, key: String) -> Answer<String> {
    desk.read(move |db| Ok(notes::load(db, &format!("draft:{key}"))?))
}
