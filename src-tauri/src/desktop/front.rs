//! The window in front, and the place in it that was asked for.

use std::sync::{Mutex, PoisonError};

use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use super::place;
use crate::dto::{AskedFor, Wanted};

/// What was asked for and the page has not looked at yet. Whoever asks last is meant.
#[derive(Default)]
pub struct Asked(Mutex<Option<Wanted>>);

impl Asked {
    /// What the page is to show; it is said once.
    pub fn take(&self) -> Option<Wanted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Brings the window to the front at a place in it.
pub fn lead(app: &AppHandle, wanted: Wanted) {
    *app.state::<Asked>().0.lock().unwrap_or_else(PoisonError::into_inner) = Some(wanted);
    bring(app);
    if let Err(error) = AskedFor.emit(app) {
        tracing::warn!(%error, "the window could not be told what was asked for");
    }
}

/// Brings the window to the front as it is, from wherever it was.
pub fn bring(app: &AppHandle) {
    let Some(window) = app.get_webview_window("main") else {
        return;
    };
    let brought = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = brought {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
    place::come_back(&window);
}

/// Shows a window that was hidden, without taking the person away from what they do.
pub fn show_if_hidden(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main")
        && !window.is_visible().unwrap_or(true)
    {
        let _ = window.show();
    }
}
