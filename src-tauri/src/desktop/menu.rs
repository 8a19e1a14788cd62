//! Menus of the system: the bar on a Mac, and what its items and those of the tray do. Elsewhere a window has no bar.

use tauri::menu::{AboutMetadata, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_dialog::DialogExt;

use std::sync::Arc;

use super::{build, front};
use crate::desk::Desk;
use crate::dto::{BuildView, Wanted};

pub const NEW_BUILD: &str = "new-build";
pub const OPEN_FOLDER: &str = "open-folder";
pub const SETTINGS: &str = "settings";
pub const SHOW: &str = "show";
pub const QUIT: &str = "quit";
const BUILD: &str = "build ";
const PLAN: &str = "plan ";

/// The id of an item that leads to a build.
#[must_use]
pub fn to_build(workflow_id: &str, view: BuildView) -> String {
    match view {
        BuildView::Conversation => format!("{BUILD}{workflow_id}"),
        BuildView::Plan => format!("{PLAN}{workflow_id}"),
    }
}

/// What a click on an item does.
pub fn act(app: &AppHandle, item: &str) {
    match item {
        NEW_BUILD => front::lead(app, Wanted::NewBuild),
        SETTINGS => front::lead(app, Wanted::Settings),
        OPEN_FOLDER => open_folder(app),
        SHOW => front::bring(app),
        QUIT => crate::window::quit(app),
        other => {
            if let Some(id) = other.strip_prefix(BUILD) {
                front::lead(app, build(id, BuildView::Conversation));
            } else if let Some(id) = other.strip_prefix(PLAN) {
                front::lead(app, build(id, BuildView::Plan));
            }
        }
    }
}

fn open_folder(app: &AppHandle) {
    let own = app.clone();
    app.dialog().file().pick_folder(move |folder| {
        if let Some(folder) = folder {
            front::lead(
                &own,
                Wanted::Folder {
                    path: folder.to_string(),
                },
            );
        }
    });
}

/// The bar of a Mac. Its items have the keys that every program there has; the page's own keys are in the page.
///
/// # Errors
/// Where the system makes no menu.
pub fn bar(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let words = app.state::<Arc<Desk>>().words();
    let say = |key: &str| words.say(key, &[]);
    let own = |id: &str, key: &str, keys: Option<&str>| MenuItem::with_id(app, id, say(key), true, keys);
    let about = AboutMetadata {
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        ..AboutMetadata::default()
    };
    let program = Submenu::with_items(
        app,
        say("brand"),
        true,
        &[
            &PredefinedMenuItem::about(app, None, Some(about))?,
            &PredefinedMenuItem::separator(app)?,
            &own(SETTINGS, "native.menuSettings", Some("Cmd+,"))?,
            &PredefinedMenuItem::separator(app)?,
            &PredefinedMenuItem::services(app, None)?,
            &PredefinedMenuItem::separator(app)?,
            &PredefinedMenuItem::hide(app, None)?,
            &PredefinedMenuItem::hide_others(app, None)?,
            &PredefinedMenuItem::show_all(app, None)?,
            &PredefinedMenuItem::separator(app)?,
            // Ours, because what was said last becomes words first.
            &own(QUIT, "native.menuQuit", Some("Cmd+Q"))?,
        ],
    )?;
    let file = Submenu::with_items(
        app,
        say("native.menuFile"),
        true,
        &[
            &own(NEW_BUILD, "newBuild", Some("Cmd+N"))?,
            &own(OPEN_FOLDER, "native.menuOpenFolder", Some("Cmd+O"))?,
            &PredefinedMenuItem::separator(app)?,
            &PredefinedMenuItem::close_window(app, None)?,
        ],
    )?;
    let edit = Submenu::with_items(
        app,
        say("native.menuEdit"),
        true,
        &[
            &PredefinedMenuItem::undo(app, None)?,
            &PredefinedMenuItem::redo(app, None)?,
            &PredefinedMenuItem::separator(app)?,
            &PredefinedMenuItem::cut(app, None)?,
            &PredefinedMenuItem::copy(app, None)?,
            &PredefinedMenuItem::paste(app, None)?,
            &PredefinedMenuItem::select_all(app, None)?,
        ],
    )?;
    let view = Submenu::with_items(
        app,
        say("native.menuView"),
        true,
        &[&PredefinedMenuItem::fullscreen(app, None)?],
    )?;
    let window = Submenu::with_id_and_items(
        app,
        tauri::menu::WINDOW_SUBMENU_ID,
        say("native.menuWindow"),
        true,
        &[
            &PredefinedMenuItem::minimize(app, None)?,
            &PredefinedMenuItem::maximize(app, None)?,
            &PredefinedMenuItem::separator(app)?,
            &own(SHOW, "native.show", None)?,
        ],
    )?;
    let help = Submenu::with_id_and_items(app, tauri::menu::HELP_SUBMENU_ID, say("native.menuHelp"), true, &[])?;
    Menu::with_items(app, &[&program, &file, &edit, &view, &window, &help])
}
