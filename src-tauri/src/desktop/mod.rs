//! What lies around the window: the tray, notifications, links, other programs, screens.
//!
//! All of it leads to a place in the window or shows what waits there. Nothing here approves, builds or releases anything.

pub mod drops;
pub mod front;
pub mod glance;
pub mod graphics;
pub mod links;
pub mod menu;
pub mod notifications;
pub mod open_in;
pub mod place;
pub mod tray;
pub mod updates;

use tauri::{App, Manager};

use crate::dto::Wanted;

/// Puts everything in its place once the window is there.
pub fn settle(app: &App, link: Option<&str>) -> tauri::Result<()> {
    app.manage(front::Asked::default());
    app.manage(glance::Shown::default());
    app.manage(tray::Host::default());
    app.manage(notifications::Told::default());
    app.manage(drops::Dragged::default());
    app.manage(updates::Known::default());
    let handle = app.handle();
    if cfg!(target_os = "macos") {
        app.set_menu(menu::bar(handle)?)?;
    }
    app.on_menu_event(|app, event| menu::act(app, event.id().as_ref()));
    links::listen(handle);
    if let Some(link) = link {
        links::follow(handle, link);
    }
    tray::watch(handle.clone());
    updates::ask_daily(handle.clone());
    Ok(())
}

/// A build's place in the window, where the person is awaited.
fn build(workflow_id: impl Into<String>, view: crate::dto::BuildView) -> Wanted {
    Wanted::Build {
        workflow_id: workflow_id.into(),
        view,
    }
}
