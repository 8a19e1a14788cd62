//! The data of this desk as a whole: its sizes, its backups, putting one back, and deleting everything.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use chrono::Utc;
use engine::ServiceError;
use engine::notice::Publisher;
use engine::service::Service;
use secrecy::SecretString;
use store::backups::{self, BackupFile, Occasion};
use store::{restore as restoring, workflows};
use tauri::AppHandle;
use tauri_specta::Event;

use crate::desk::{Desk, problem};
use crate::dto::{BackupStatus, BackupsChanged, DataKind, DataPart, DataStatus, Settings, WireError};
use crate::hearing::SPEECH_KEY;
use crate::host::{database, person};
use crate::settings::FILE;
use crate::view;

/// The first look whether a backup is due does not hold up the start.
const AFTER_START: Duration = Duration::from_secs(5);
const BETWEEN_LOOKS: Duration = Duration::from_secs(15 * 60);

/// Where backups go.
#[must_use]
pub fn backup_folder(data: &Path, settings: &Settings) -> PathBuf {
    settings
        .backup_folder
        .as_ref()
        .map_or_else(|| data.join("backups"), PathBuf::from)
}

fn folder_of(desk: &Desk) -> PathBuf {
    backup_folder(&desk.data, &desk.models.settings())
}

/// Makes a backup of each day, as long as the window is there. One that fails is said in the window, and tried again.
pub fn keep_daily(app: AppHandle, desk: Arc<Desk>) {
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(AFTER_START).await;
        loop {
            if is_due(&desk) {
                let made = back_up(&desk, Occasion::Daily).await;
                if let Err(error) = &made {
                    tracing::error!(
                        code = error.code,
                        why = error.message,
                        "the daily backup could not be made"
                    );
                }
                let problem = made.err().map(|error| error.message);
                set_problem(&desk, problem.clone());
                if let Err(error) = (BackupsChanged { problem }).emit(&app) {
                    tracing::warn!(%error, "the window could not be told of a backup");
                }
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    });
}

/// Where nothing was built yet, there is nothing to keep.
fn is_due(desk: &Desk) -> bool {
    let any = desk.read(|db| Ok(!workflows::all_ids(db)?.is_empty())).unwrap_or(false);
    any && desk.models.settings().daily_backups && backups::is_due(&backups::list(&folder_of(desk)), Utc::now())
}

fn set_problem(desk: &Desk, problem: Option<String>) {
    *desk.backup_problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
}

/// Makes a backup now.
///
/// # Errors
/// No room, a folder that cannot be written.
pub async fn back_up(desk: &Desk, occasion: Occasion) -> Result<BackupFile, WireError> {
    let _one_at_a_time = desk.keeping.lock().await;
    let store = desk.engine()?.service().store().clone();
    let folder = folder_of(desk);
    let made = apart(move || Ok(backups::make(&store, &folder, occasion, Utc::now())?)).await?;
    // Whatever stood in the way of the last one is gone.
    set_problem(desk, None);
    Ok(made)
}

#[must_use]
pub fn status(desk: &Desk) -> BackupStatus {
    let folder = folder_of(desk);
    BackupStatus {
        problem: desk
            .backup_problem
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone(),
        backups: backups::list(&folder).into_iter().map(view::backup).collect(),
        folder: folder.to_string_lossy().into_owned(),
    }
}

/// Whether backups can go there.
///
/// # Errors
/// A folder that is not there or cannot be written.
pub fn check_folder(folder: &Path) -> Result<(), WireError> {
    // Without a name: nothing is left there if the program is killed right now.
    tempfile::tempfile_in(folder).map(|_| ()).map_err(|error| {
        let what = format!(
            "{} cannot be written ({error}). Choose another folder.",
            folder.display()
        );
        problem("invalid_input", what)
    })
}

/// Puts a backup in the place of the database. What is there now is backed up first, and builds at which a role was at work then wait
/// for the person.
///
/// # Errors
/// What cannot be restored, or cannot be backed up first: everything is as it was, and goes on.
pub async fn restore(desk: &Desk, backup: PathBuf) -> Result<(), WireError> {
    let _one_at_a_time = desk.keeping.lock().await;
    let target = database(&desk.data);
    let prepared = apart(move || {
        let prepared = restoring::prepare(&backup, &target)?;
        Service::new(prepared.store()?, Publisher::new(1)).rest_after_restore(&person())?;
        Ok(prepared)
    })
    .await?;
    let closed = desk.close().await?;
    let folder = folder_of(desk);
    let restored = apart(move || {
        // What could not be opened cannot be backed up: it is kept beside as it is.
        let keep_old = closed.is_none();
        if let Some(engine) = closed {
            backups::make(engine.service().store(), &folder, Occasion::BeforeRestore, Utc::now())?;
        }
        Ok(prepared.take_place(keep_old)?)
    })
    .await;
    desk.open_anew();
    restored
}

/// Deletes everything but the projects and what was released into them. `forget_settings` lets go of the settings file.
///
/// # Errors
/// A key that the keyring does not let go: nothing was deleted then. A file that cannot be deleted: the rest is gone.
pub async fn delete_everything(
    desk: &Desk,
    keep_backups: bool,
    forget_settings: impl FnOnce(),
) -> Result<(), WireError> {
    let _one_at_a_time = desk.keeping.lock().await;
    let settings = desk.models.settings();
    let keys = settings.models.iter().map(|model| model.id.as_str());
    for key in keys.chain([SPEECH_KEY]) {
        let forgotten = desk.models.keys().set(key, &SecretString::from(String::new()));
        forgotten.map_err(|why| {
            let what = format!("Nothing was deleted: a key could not be removed from the keyring ({why}).");
            problem("keyring", what)
        })?;
    }
    if let Some(engine) = desk.close().await?
        && let Err(error) = engine.clear_all_away().await
    {
        tracing::warn!(%error, "branches of deleted builds are left in their projects");
    }
    forget_settings();
    let (data, backups_in) = (desk.data.clone(), folder_of(desk));
    let deleted = apart(move || Ok(delete_files(&data, &backups_in, keep_backups)?)).await;
    desk.models.replace(Settings::first());
    desk.hearing.forget_recogniser();
    set_problem(desk, None);
    desk.open_anew();
    deleted
}

/// What of the data folder is ours: other programs may keep something there, too.
const FOLDERS: [&str; 6] = [
    "worktrees",
    "outputs",
    "sites",
    "recordings",
    "speech-models",
    "projects",
];

fn delete_files(data: &Path, backups_in: &Path, keep_backups: bool) -> Result<(), store::StoreError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error: std::io::Error| store::StoreError::Unopenable {
            path,
            detail: format!("it could not be deleted: {error}"),
        }
    };
    // The database first: without it nothing refers to the rest.
    let name = database(data)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let files = std::fs::read_dir(data)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    for path in files {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file.starts_with(&name) || file.starts_with(FILE) || file == "prices.json" {
            std::fs::remove_file(&path).map_err(failed(&path))?;
        }
    }
    for folder in FOLDERS.map(|folder| data.join(folder)) {
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(failed(&folder))?;
        }
    }
    // A log that is being written stays the same file.
    for log in std::fs::read_dir(data.join("logs")).into_iter().flatten().flatten() {
        let emptied = std::fs::OpenOptions::new().write(true).truncate(true).open(log.path());
        emptied.map_err(failed(&log.path()))?;
    }
    if !keep_backups {
        for backup in backups::list(backups_in) {
            std::fs::remove_file(&backup.path).map_err(failed(&backup.path))?;
        }
    }
    Ok(())
}

/// What takes how much room.
#[must_use]
pub fn sizes(desk: &Desk) -> DataStatus {
    let data = &desk.data;
    let file = database(data);
    let with_log = ["", "-wal", "-shm"].map(|end| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        bytes_of(Path::new(&name))
    });
    let parts = [
        (DataKind::Database, with_log.iter().sum()),
        (DataKind::Worktrees, bytes_of(&data.join("worktrees"))),
        (DataKind::Pages, bytes_of(&data.join("sites"))),
        (
            DataKind::Logs,
            bytes_of(&data.join("logs")) + bytes_of(&data.join("outputs")),
        ),
        (DataKind::Recordings, bytes_of(&desk.hearing.recordings)),
        (DataKind::SpeechModels, bytes_of(&data.join("speech-models"))),
        (
            DataKind::Backups,
            backups::list(&folder_of(desk)).iter().map(|backup| backup.bytes).sum(),
        ),
    ];
    let parts = parts.map(|(kind, bytes): (DataKind, u64)| DataPart {
        kind,
        bytes: bytes as f64,
    });
    DataStatus {
        folder: data.to_string_lossy().into_owned(),
        parts: parts.into(),
    }
}

/// The bytes of a file, or of all files below a folder. Links are not followed; what goes meanwhile counts nothing.
fn bytes_of(path: &Path) -> u64 {
    let mut folders = vec![path.to_owned()];
    let mut bytes = 0;
    while let Some(path) = folders.pop() {
        match std::fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() => {
                let entries = std::fs::read_dir(&path).into_iter().flatten().flatten();
                folders.extend(entries.map(|entry| entry.path()));
            }
            Ok(meta) => bytes += meta.len(),
            Err(_) => {}
        }
    }
    bytes
}

/// What reads and writes whole files has a thread of its own.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, WireError> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    Ok(done.map_err(|error| problem("io", error.to_string()))??)
}
