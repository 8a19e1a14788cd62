//! Folders that are dragged over the window. The page takes drops itself, as any page does, and a page is never told a path; the toolkit
//! under it is. So the page asks here when it sees that a folder was dropped.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tauri::WebviewWindow;

/// Folders of the last drag.
#[derive(Default)]
pub struct Dragged(Mutex<Vec<PathBuf>>);

impl Dragged {
    /// The first folder of the last drag; it is given away once.
    pub fn take(&self) -> Option<PathBuf> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
            .into_iter()
            .find(|path| path.is_dir())
    }

    #[cfg(target_os = "linux")]
    fn keep(&self, paths: Vec<PathBuf>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = paths;
    }
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
        tracing::warn!(%error, "folders that are dropped will have to be chosen");
    }
}

/// Elsewhere the system's folder dialog is opened instead.
#[cfg(not(target_os = "linux"))]
pub fn overhear(_: &WebviewWindow) {}

#[cfg(target_os = "linux")]
fn path_of(uri: &str) -> Option<PathBuf> {
    gtk::glib::filename_from_uri(uri).ok().map(|(path, _)| path)
}
