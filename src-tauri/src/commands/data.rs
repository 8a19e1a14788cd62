//! The person's data in their own hands: trash, export, backups, and deleting all of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::ServiceError;
use store::backups::Occasion;
use store::workflows;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_store::StoreExt;

use super::desktop::{pick_folder, show_folder};
use super::settings::change;
use super::{Answer, TheDesk};
use crate::desk::problem;
use crate::dto::{Backup, BackupStatus, BuildSummary, DataStatus, MovedToTrash, Settings};
use crate::host::person;
use crate::settings::FILE;
use crate::{keeping, view};

#[tauri::command]
#[specta::specta]
pub async fn move_to_trash(desk: TheDesk<'_>, workflow_id: String) -> Answer<MovedToTrash> {
    let stopped = desk.engine()?.move_to_trash(&workflow_id, &person()).await?;
    Ok(MovedToTrash { stopped })
}

/// Takes a build out of the trash; `go_on` where the move that stopped it is undone.
#[tauri::command]
#[specta::specta]
pub async fn restore_build(desk: TheDesk<'_>, workflow_id: String, go_on: bool) -> Answer<()> {
    Ok(desk
        .engine()?
        .restore_from_trash(&workflow_id, &person(), go_on)
        .await?)
}

#[tauri::command]
#[specta::specta]
pub async fn list_trash(desk: TheDesk<'_>) -> Answer<Vec<BuildSummary>> {
    desk.read(|db| {
        let rows = workflows::in_trash(db)?;
        rows.iter().map(|row| view::summary(db, row)).collect()
    })
}

#[tauri::command]
#[specta::specta]
pub async fn delete_for_good(desk: TheDesk<'_>, workflow_id: String) -> Answer<()> {
    Ok(desk.engine()?.delete_for_good(&workflow_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn empty_trash(desk: TheDesk<'_>) -> Answer<()> {
    Ok(desk.engine()?.empty_trash().await?)
}

/// The folder that an export goes into, as the person picks it; none when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn choose_export_folder(app: AppHandle, desk: TheDesk<'_>) -> Answer<Option<String>> {
    Ok(pick_folder(&app, desk.words().say("native.whereToExport", &[])).await)
}

/// Writes a build into a new folder there, and says where that is.
#[tauri::command]
#[specta::specta]
pub async fn export_build(desk: TheDesk<'_>, workflow_id: String, folder: String) -> Answer<String> {
    let engine = desk.engine()?;
    apart(move || engine::export::build(engine.service(), &workflow_id, Path::new(&folder))).await
}

/// Writes all builds, those in the trash too.
#[tauri::command]
#[specta::specta]
pub async fn export_all(desk: TheDesk<'_>, folder: String) -> Answer<String> {
    let engine = desk.engine()?;
    apart(move || engine::export::all(engine.service(), Path::new(&folder))).await
}

/// What reads and writes a lot keeps the window waiting for nothing.
async fn apart(work: impl FnOnce() -> Result<PathBuf, ServiceError> + Send + 'static) -> Answer<String> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    let path = done.map_err(|error| problem("io", error.to_string()))??;
    Ok(path.to_string_lossy().into_owned())
}

/// Opens a folder that was exported to, or that data lies in.
#[tauri::command]
#[specta::specta]
pub async fn open_folder(app: AppHandle, folder: String) -> Answer<()> {
    show_folder(&app, &folder)
}

#[tauri::command]
#[specta::specta]
pub async fn data_status(desk: TheDesk<'_>) -> Answer<DataStatus> {
    let desk = Arc::clone(&desk);
    let measured = tauri::async_runtime::spawn_blocking(move || keeping::sizes(&desk)).await;
    measured.map_err(|error| problem("io", error.to_string()))
}

#[tauri::command]
#[specta::specta]
pub async fn backup_status(desk: TheDesk<'_>) -> Answer<BackupStatus> {
    Ok(keeping::status(&desk))
}

#[tauri::command]
#[specta::specta]
pub async fn back_up_now(desk: TheDesk<'_>) -> Answer<Backup> {
    Ok(view::backup(keeping::back_up(&desk, Occasion::Asked).await?))
}

/// Another folder for backups, as the person picks it; none when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn choose_backup_folder(app: AppHandle, desk: TheDesk<'_>) -> Answer<Option<String>> {
    Ok(pick_folder(&app, desk.words().say("native.whereToBackUp", &[])).await)
}

/// Where backups go from now on; none: into the data folder. Those that were made stay where they are.
#[tauri::command]
#[specta::specta]
pub async fn set_backup_folder(app: AppHandle, desk: TheDesk<'_>, folder: Option<String>) -> Answer<Settings> {
    if let Some(folder) = &folder {
        keeping::check_folder(Path::new(folder))?;
    }
    change(&app, &desk, |settings| settings.backup_folder = folder)
}

/// A backup that lies somewhere else, as the person picks it; none when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn choose_backup(app: AppHandle, desk: TheDesk<'_>) -> Answer<Option<String>> {
    let (answer, picked) = tokio::sync::oneshot::channel();
    let words = desk.words();
    let dialog = app.dialog().file().set_title(words.say("native.whichBackup", &[]));
    dialog
        .add_filter(words.say("native.backupFiles", &[]), &["db"])
        .pick_file(move |file| {
            // The command may be gone with its window.
            let _ = answer.send(file);
        });
    Ok(picked.await.ok().flatten().map(|file| file.to_string()))
}

/// Puts a backup in the place of what is there, which is backed up first. The window goes on with it.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: AppHandle, desk: TheDesk<'_>, path: String) -> Answer<()> {
    let restored = keeping::restore(&desk, PathBuf::from(path)).await;
    // Restored or not: the engine before it has ended.
    if let Some(engine) = desk.begun_anew() {
        crate::window::begin(&app, engine);
    }
    restored
}

/// What has to be typed to delete everything.
const CONFIRMATION: &str = "delete";

/// Deletes builds, settings, keys and all that belongs to them. Projects and what was released into them stay.
#[tauri::command]
#[specta::specta]
pub async fn delete_everything(app: AppHandle, desk: TheDesk<'_>, typed: String, keep_backups: bool) -> Answer<()> {
    if typed.trim().to_lowercase() != CONFIRMATION {
        return Err(problem(
            "invalid_input",
            "Nothing was deleted: the word was another one.",
        ));
    }
    let deleted = keeping::delete_everything(&desk, keep_backups, || {
        // The store writes what it holds when the program ends; what was deleted must not come back then.
        if let Ok(file) = app.store(desk.data.join(FILE)) {
            file.clear();
            file.close_resource();
        }
    });
    let deleted = deleted.await;
    if let Some(engine) = desk.begun_anew() {
        crate::window::begin(&app, engine);
    }
    deleted
}
