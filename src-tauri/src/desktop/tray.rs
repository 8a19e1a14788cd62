//! The icon in the tray: a mark while something waits, and a menu that leads to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Wry};

use super::glance::{Glance, Line, Shown};
use super::menu;
use crate::desk::Desk;
use crate::words::Words;

const ID: &str = "q-assistant";

/// So many builds of a kind are named; a menu that is longer is no glance.
const MOST: usize = 8;

/// A title longer than this makes a menu as wide as the screen.
const LONGEST: usize = 64;

const ICON: Image<'_> = tauri::include_image!("./src-tauri/icons/32x32.png");

/// The colour of what waits, as in the window.
const MARK: [u8; 4] = [0xE0, 0xA4, 0x4A, 0xFF];

/// Whether somebody shows tray icons.
#[derive(Default)]
pub struct Host(AtomicBool);

/// Whether our icon can be seen: only then may the window be hidden.
pub fn is_there(app: &AppHandle) -> bool {
    app.state::<Host>().0.load(Ordering::Relaxed) && app.tray_by_id(ID).is_some()
}

/// Somebody who shows icons came or went.
fn host_is(app: &AppHandle, there: bool) {
    app.state::<Host>().0.store(there, Ordering::Relaxed);
    if there {
        let own = app.clone();
        let asked = app.run_on_main_thread(move || {
            if own.tray_by_id(ID).is_none()
                && let Err(error) = make(&own)
            {
                tracing::warn!(%error, "there is no icon in the tray");
            }
        });
        if let Err(error) = asked {
            tracing::warn!(%error, "there is no icon in the tray");
        }
    } else {
        // What is hidden in a tray that is gone must come back.
        super::front::show_if_hidden(app);
    }
}

fn make(app: &AppHandle) -> tauri::Result<()> {
    let words = app.state::<Arc<Desk>>().words();
    let glance = app.state::<Shown>().now();
    TrayIconBuilder::with_id(ID)
        .icon(icon(!glance.waiting.is_empty()))
        .tooltip(super::glance::title(&glance, words))
        .menu(&items(app, &glance, words)?)
        .build(app)?;
    Ok(())
}

/// Shows what is so now.
pub fn show(app: &AppHandle, glance: &Glance) {
    let Some(tray) = app.tray_by_id(ID) else {
        return;
    };
    let words = app.state::<Arc<Desk>>().words();
    let shown = items(app, glance, words)
        .and_then(|items| tray.set_menu(Some(items)))
        .and_then(|()| tray.set_icon(Some(icon(!glance.waiting.is_empty()))))
        .and_then(|()| tray.set_tooltip(Some(super::glance::title(glance, words))));
    if let Err(error) = shown {
        tracing::warn!(%error, "the tray could not be brought up to date");
    }
}

fn items(app: &AppHandle, glance: &Glance, words: Words) -> tauri::Result<Menu<Wry>> {
    let items = Menu::new(app)?;
    let own = |id: &str, key: &str| MenuItem::with_id(app, id, words.say(key, &[]), true, None::<&str>);
    let heading = |key: &str| MenuItem::new(app, words.say(key, &[]), false, None::<&str>);
    let section = |lines: &[Line]| -> tauri::Result<()> {
        for line in lines.iter().take(MOST) {
            let id = menu::to_build(&line.workflow_id, line.view);
            items.append(&MenuItem::with_id(app, id, label(&line.text), true, None::<&str>)?)?;
        }
        if let Some(more) = lines.len().checked_sub(MOST).filter(|more| *more > 0) {
            let more = words.say("native.trayMore", &[("count", &more.to_string())]);
            items.append(&MenuItem::with_id(app, menu::SHOW, more, true, None::<&str>)?)?;
        }
        items.append(&PredefinedMenuItem::separator(app)?)
    };
    if glance.waiting.is_empty() {
        items.append(&heading("native.trayNothing")?)?;
    } else {
        items.append(&heading("native.trayWaits")?)?;
    }
    section(&glance.waiting)?;
    if !glance.working.is_empty() {
        items.append(&heading("native.trayWorks")?)?;
        section(&glance.working)?;
    }
    items.append(&own(menu::NEW_BUILD, "newBuild")?)?;
    items.append(&own(menu::SHOW, "native.show")?)?;
    items.append(&PredefinedMenuItem::separator(app)?)?;
    items.append(&own(menu::QUIT, "native.quit")?)?;
    Ok(items)
}

/// A build's line as a menu takes it: an ampersand would underline the letter after it.
fn label(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace('&', "&&")
}

/// The product's icon, with a mark in its corner while something waits.
fn icon(waits: bool) -> Image<'static> {
    let (width, height) = (ICON.width(), ICON.height());
    let mut pixels = ICON.rgba().to_vec();
    if waits {
        mark(&mut pixels, width, height);
    }
    Image::new_owned(pixels, width, height)
}

/// A disc in the lower right corner, with a gap around it that sets it off on any ground.
fn mark(pixels: &mut [u8], width: u32, height: u32) {
    let radius = f64::from(width) * 0.22;
    let gap = radius + f64::from(width) * 0.06;
    let centre = (f64::from(width) - radius, f64::from(height) - radius);
    for (at, pixel) in (0u32..).zip(pixels.chunks_exact_mut(4)) {
        let (x, y) = (f64::from(at % width) + 0.5, f64::from(at / width) + 0.5);
        let distance = (x - centre.0).hypot(y - centre.1);
        if distance <= radius {
            pixel.copy_from_slice(&MARK);
        } else if distance <= gap {
            pixel.copy_from_slice(&[0; 4]);
        }
    }
}

/// Elsewhere every desktop has one.
#[cfg(not(target_os = "linux"))]
pub fn watch(app: AppHandle) {
    host_is(&app, true);
}

/// Keeps an eye on whether somebody shows tray icons: a panel may come later, or go.
#[cfg(target_os = "linux")]
pub fn watch(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        // The library is not even looked for where nobody would show an icon.
        let shown = |there: bool| host_is(&app, there && host::library_is_there());
        if let Err(error) = host::watch(shown).await {
            tracing::info!(%error, "no icon in the tray: there is no session bus to find one on");
        }
    });
}

#[cfg(target_os = "linux")]
mod host {
    use futures::StreamExt;
    use zbus::fdo::DBusProxy;
    use zbus::names::BusName;

    /// Who collects tray icons for the panels of a desktop.
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";

    /// The library is loaded when it is first asked, and panics where it is not installed. That is caught here, where nothing is lost by it.
    pub fn library_is_there() -> bool {
        let there = std::panic::catch_unwind(|| {
            let _ = &*libappindicator_sys::LIB;
        })
        .is_ok();
        if !there {
            tracing::info!("no icon in the tray: libayatana-appindicator3 is not installed");
        }
        there
    }

    /// Says whether somebody shows icons, and again whenever that changes.
    pub async fn watch(say: impl Fn(bool)) -> zbus::Result<()> {
        let bus = zbus::Connection::session().await?;
        let names = DBusProxy::new(&bus).await?;
        let mut changes = names.receive_name_owner_changed_with_args(&[(0, WATCHER)]).await?;
        let there = names.name_has_owner(BusName::try_from(WATCHER)?).await?;
        if !there {
            tracing::info!("no icon in the tray: nobody on this desktop shows one");
        }
        say(there);
        while let Some(change) = changes.next().await {
            say(change.args()?.new_owner().is_some());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{ICON, icon, label};

    #[test]
    fn a_mark_is_seen_and_leaves_the_rest() {
        let (plain, marked) = (icon(false), icon(true));
        assert_eq!(plain.rgba(), ICON.rgba());
        let changed = plain
            .rgba()
            .chunks(4)
            .zip(marked.rgba().chunks(4))
            .filter(|(a, b)| a != b)
            .count();
        let all = plain.rgba().len() / 4;
        assert!(changed > all / 10 && changed < all / 3, "{changed} of {all}");
    }

    #[test]
    fn a_line_is_short_and_underlines_nothing() {
        assert_eq!(label("Salt & pepper"), "Salt && pepper");
        assert_eq!(label(&"ü".repeat(200)).chars().count(), 65);
    }
}
