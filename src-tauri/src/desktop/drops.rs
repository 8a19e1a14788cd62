//! What is dragged over the window from other programs. The page takes drops itself, as any page does; but a page is never told a path, and
//! under WebKitGTK it gets no files either. The toolkit under it is told. So the page asks here for what was dropped on it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tauri::WebviewWindow;

use crate::desk::problem;
use crate::dto::{Dropped, DroppedFile, WireError};

/// So many files are taken at once, and none that is larger.
const MOST_FILES: usize = 20;
const MOST_BYTES: u64 = 25 * 1024 * 1024;

/// Paths of the last drag.
#[derive(Default)]
pub struct Dragged(Mutex<Vec<PathBuf>>);

impl Dragged {
    /// What the last drag brought; it is given away once.
    pub fn take(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    #[cfg(target_os = "linux")]
    fn keep(&self, paths: Vec<PathBuf>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = paths;
    }
}

/// The first folder, and what is in the files.
///
/// # Errors
/// A file that cannot be read, or is too large.
pub fn read(paths: Vec<PathBuf>) -> Result<Dropped, WireError> {
    let folder = paths.iter().find(|path| path.is_dir());
    Ok(Dropped {
        folder: folder.map(|folder| folder.to_string_lossy().into_owned()),
        files: paths
            .iter()
            .filter(|path| path.is_file())
            .take(MOST_FILES)
            .map(|path| read_file(path))
            .collect::<Result<_, _>>()?,
    })
}

fn read_file(path: &Path) -> Result<DroppedFile, WireError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        return Err(problem("io", format!("{name} could not be read: {error}.")));
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(problem("invalid_input", format!("{name} is larger than 25 MB.")));
    }
    Ok(DroppedFile {
        name,
        data: STANDARD.encode(bytes),
    })
}

/// Overhears what is dragged over the page, without taking it.
#[cfg(target_os = "linux")]
pub fn overhear(window: &WebviewWindow) {
    use gtk::prelude::WidgetExt;
    use tauri::Manager;

    let app = window.app_handle().clone();
    let overheard = window.with_webview(move |webview| {
        webview
            .inner()
            .connect_drag_data_received(move |_, _, _, _, data, _, _| {
                let uris = data.uris();
                if !uris.is_empty() {
                    let paths = uris.iter().filter_map(|uri| path_of(uri)).collect();
                    app.state::<Dragged>().keep(paths);
                }
            });
    });
    if let Err(error) = overheard {
        tracing::warn!(%error, "what is dropped will have to be chosen");
    }
}

/// Elsewhere the page gets files, and the folder dialog is opened for a folder.
#[cfg(not(target_os = "linux"))]
pub fn overhear(_: &WebviewWindow) {}

#[cfg(target_os = "linux")]
fn path_of(uri: &str) -> Option<PathBuf> {
    gtk::glib::filename_from_uri(uri).ok().map(|(path, _)| path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::read;

    #[test]
    fn folders_are_named_and_files_are_read() {
        let place = tempfile::tempdir().unwrap();
        let (file, folder) = (place.path().join("a.txt"), place.path().join("folder"));
        std::fs::write(&file, "Hello").unwrap();
        std::fs::create_dir(&folder).unwrap();
        let dropped = read(vec![file, folder.clone(), place.path().join("gone")]).unwrap();
        assert_eq!(dropped.folder.as_deref(), folder.to_str());
        assert_eq!(dropped.files.len(), 1);
        assert_eq!(
            (dropped.files[0].name.as_str(), dropped.files[0].data.as_str()),
            ("a.txt", "SGVsbG8=")
        );
    }
}
