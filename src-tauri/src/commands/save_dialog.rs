//! Where a file is to go: the person says so in the platform's own dialog.

use std::path::{Path, PathBuf};

use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use super::Answer;
use crate::desk::problem;

/// A folder that takes files without a dialog: for who drives the window from outside, which no dialog of the platform allows.
const INSTEAD: &str = "Q_ASSISTANT_SAVE_INTO";

/// The file that the person picks; none when the dialog was closed.
pub(super) async fn ask(app: &AppHandle, name: &str, extension: &str) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(INSTEAD) {
        return Some(Path::new(&folder).join(name));
    }
    let (answer, picked) = tokio::sync::oneshot::channel();
    app.dialog()
        .file()
        .set_file_name(name)
        .add_filter(extension.to_uppercase(), &[extension])
        .save_file(move |file| {
            // The command may be gone with its window.
            let _ = answer.send(file);
        });
    picked.await.ok().flatten()?.into_path().ok()
}

/// Writes the file, and says where it is.
pub(super) fn write(path: &Path, text: &str) -> Answer<String> {
    std::fs::write(path, text).map_err(|error| {
        let what = format!(
            "{} could not be written: {error}. Choose another place.",
            path.display()
        );
        problem("io", what)
    })?;
    Ok(path.to_string_lossy().into_owned())
}
