//! What belongs to the desktop: folders, links, drafts, and the state of the program itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::ServiceError;
use serde_json::json;
use store::{notes, projects, workflows, worktrees};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;

use super::{Answer, TheDesk};
use crate::desk::{Desk, problem, problem_about};
use crate::desktop::{drops, front, open_in, tray, updates};
use crate::dto::{AppStatus, Dropped, OpenWith, Surroundings, UpdateStatus, Wanted};
use crate::opening;

#[tauri::command]
#[specta::specta]
pub async fn app_status(desk: TheDesk<'_>) -> Answer<AppStatus> {
    Ok(opening::status(&desk))
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
pub async fn choose_folder(app: AppHandle, desk: TheDesk<'_>) -> Answer<Option<String>> {
    Ok(pick_folder(&app, desk.words().say("native.whereToBuild", &[])).await)
}

pub(super) async fn pick_folder(app: &AppHandle, title: String) -> Option<String> {
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
    opened.map_err(|error| {
        tracing::warn!(%error, "no browser could be opened");
        let message =
            format!("No browser could be opened on this machine. Copy the address and open it yourself: {url}");
        problem_about("no_browser", &json!({"url": url}), message)
    })
}

/// Opens a build's project, or one of its files, in another program. The path is relative to the build's files.
#[tauri::command]
#[specta::specta]
pub async fn open_in(
    app: AppHandle,
    desk: TheDesk<'_>,
    workflow_id: String,
    program: OpenWith,
    path: Option<String>,
) -> Answer<()> {
    let path = open_in::inside(&places(&desk, workflow_id)?, path.as_deref())?;
    let settings = desk.models.settings().desktop;
    match program {
        OpenWith::Editor => open_in::in_editor(&settings, &path).await,
        OpenWith::Terminal => open_in::in_terminal(&settings, &path).await,
        OpenWith::FileManager => show_in_file_manager(&app, &path),
    }
}

/// Where a build's files are: where it works, as long as that is there, and the project.
fn places(desk: &Desk, workflow_id: String) -> Answer<Vec<PathBuf>> {
    desk.read(move |db| {
        let project = workflows::get(db, &workflow_id)?.workflow.project_id;
        let worktree = worktrees::get(db, &workflow_id)?.map(|worktree| worktree.path);
        let project = projects::get(db, &project)?.path;
        Ok(worktree.into_iter().chain([project]).map(PathBuf::from).collect())
    })
}

fn show_in_file_manager(app: &AppHandle, path: &Path) -> Answer<()> {
    if path.is_dir() {
        return show_folder(app, &path.to_string_lossy());
    }
    app.opener().reveal_item_in_dir(path).map_err(|error| {
        problem(
            "not_started",
            format!("{} could not be shown: {error}.", path.display()),
        )
    })
}

/// What this desktop has: editors, terminals, a tray.
#[tauri::command]
#[specta::specta]
pub async fn surroundings(app: AppHandle, desk: TheDesk<'_>) -> Answer<Surroundings> {
    Ok(open_in::surroundings(
        &desk.models.settings().desktop,
        tray::is_there(&app),
    ))
}

/// What was asked for from outside the window, once.
#[tauri::command]
#[specta::specta]
pub async fn take_wanted(asked: State<'_, front::Asked>) -> Answer<Option<Wanted>> {
    Ok(asked.take())
}

/// What was just dropped onto the page, where this system tells.
#[tauri::command]
#[specta::specta]
pub async fn take_dropped(dragged: State<'_, drops::Dragged>) -> Answer<Dropped> {
    drops::read(dragged.take())
}

/// Whether there is a newer version, as far as is known.
#[tauri::command]
#[specta::specta]
pub async fn update_status(app: AppHandle) -> Answer<UpdateStatus> {
    Ok(updates::status(&app))
}

/// Opens a folder in the person's file manager. Only a folder: a file might start a program.
pub(super) fn show_folder(app: &AppHandle, path: &str) -> Answer<()> {
    if !Path::new(path).is_dir() {
        return Err(problem("not_found", format!("The folder {path} is gone.")));
    }
    let opened = app.opener().open_path(path, None::<&str>);
    opened.map_err(|error| {
        tracing::warn!(%error, "no file manager could be opened");
        let message = format!("No file manager could be opened on this machine. The folder is {path}");
        problem_about("no_file_manager", &json!({"path": path}), message)
    })
}

/// Keeps what is being typed, so that it survives a crash.
#[tauri::command]
#[specta::specta]
pub async fn save_draft(desk: TheDesk<'_>, key: String, text: String) -> Answer<()> {
    let engine = desk.engine()?;
    let store = engine.service().store();
    Ok(store.write(move |tx| Ok::<_, ServiceError>(notes::save(tx, &opening::draft(&key), &text)?))?)
}

#[tauri::command]
#[specta::specta]
pub async fn load_draft(desk: TheDesk<'_>, key: String) -> Answer<String> {
    desk.read(move |db| Ok(notes::load(db, &opening::draft(&key))?))
}
