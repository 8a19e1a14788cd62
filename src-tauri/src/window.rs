//! The window.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engine::Engine;
use tauri::{App, AppHandle, CloseRequestApi, Manager, WebviewUrl, WebviewWindowBuilder, Window, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use crate::desk::Desk;
use crate::desktop::{self, drops, front, glance, graphics, place, tray};
use crate::dto::Settings;
use crate::{commands, host, keeping, opening, settings, streams};

/// How the window is opened.
#[derive(Debug, Default)]
pub struct Start {
    pub minimised: bool,
    /// A link that leads to a place in it.
    pub link: Option<String>,
}

/// Opens the window and stays until it is closed.
pub fn run(data: Option<PathBuf>, start: Start) -> ExitCode {
    let own_data = data.is_some() || std::env::var_os("Q_ASSISTANT_DATA").is_some();
    let data = settings::data_folder(data);
    host::start_logging(&data);
    // Looking through the database takes a while, and so does the toolkit: each has a thread.
    let opening = std::thread::spawn({
        let data = data.clone();
        move || ready(data)
    });
    let mut app = tauri::Builder::default();
    // A second start brings the first window to the front, and hands over the link it was given. One that was given a data folder of
    // its own is another desk.
    if !own_data {
        app = app.plugin(tauri_plugin_single_instance::init(|app, _, _| front::bring(app)));
    }
    #[cfg(not(target_os = "linux"))]
    {
        app = app.plugin(tauri_plugin_notification::init());
    }
    let commands = commands::all();
    let handler = commands.invoke_handler();
    let built = app
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_state_flags(KEPT_PLACE)
                .build(),
        )
        .invoke_handler(handler)
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event {
                close(window, api);
            }
        })
        .setup(move |app| {
            commands.mount_events(app);
            let ready = opening.join().unwrap_or_else(|_| ready(data));
            open(app, ready, &start)
        })
        .run(tauri::generate_context!());
    match built {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The window could not be opened: {error}. Without a window, see: q-assistant --help");
            ExitCode::FAILURE
        }
    }
}

/// What of the window is as it was. Not whether it was seen: a window that was hidden in the tray is wanted when the program starts.
const KEPT_PLACE: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED)
    .union(StateFlags::FULLSCREEN);

/// How long the page may take to keep what it was given last.
const KEPT: Duration = Duration::from_millis(500);

/// The person wants the program to end, not only the window to go.
static QUITTING: AtomicBool = AtomicBool::new(false);

/// Ends the program the way its window is closed.
pub fn quit(app: &AppHandle) {
    QUITTING.store(true, Ordering::Relaxed);
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.close();
    }
}

/// Closes the window, but not before what was said has become words. Whoever closes it a second time has decided. Where the person wants
/// the program to go on, the window only goes into the tray.
fn close(window: &Window, api: &CloseRequestApi) {
    static ASKED: AtomicBool = AtomicBool::new(false);
    let desk = window.state::<Arc<Desk>>();
    let busy = desk.hearing.close();
    let Some(mut busy) = busy.filter(|_| !ASKED.swap(true, Ordering::Relaxed)) else {
        ASKED.store(false, Ordering::Relaxed);
        let stays = desk.models.settings().desktop.keep_in_background && tray::is_there(window.app_handle());
        if stays && !QUITTING.load(Ordering::Relaxed) && window.hide().is_ok() {
            // Nothing listens unseen.
            desk.hearing.end_trial();
            api.prevent_close();
        }
        return;
    };
    api.prevent_close();
    let window = window.clone();
    tauri::async_runtime::spawn(async move {
        // It ends with the program, and then there is no window to close.
        if busy.wait_for(|busy| !busy).await.is_ok() {
            tokio::time::sleep(KEPT).await;
            let _ = window.close();
        }
    });
}

/// Tells the window what changes from now on, and takes up what was at work.
pub fn begin(app: &AppHandle, engine: Engine) {
    streams::announce(app.clone(), engine.publisher().subscribe());
    let live = &app.state::<Arc<Desk>>().live;
    live.listen(engine.publisher().subscribe());
    glance::follow(app.clone(), engine.publisher().subscribe());
    tauri::async_runtime::spawn(async move {
        if let Err(error) = engine.resume_all().await {
            tracing::error!(%error, "builds could not be taken up again");
        }
    });
}

/// A desk, and what its page begins with.
fn ready(data: PathBuf) -> (Desk, Option<String>) {
    let desk = Desk::open(data);
    let script = opening::script(&desk);
    (desk, script)
}

fn open(app: &App, (desk, script): (Desk, Option<String>), start: &Start) -> Result<(), Box<dyn std::error::Error>> {
    let desk = Arc::new(desk);
    let (engine, settings) = (desk.engine(), desk.models.settings());
    keeping::keep_daily(app.handle().clone(), Arc::clone(&desk));
    app.manage(desk);
    let mut window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default());
    if let Some(script) = script {
        window = window.initialization_script(script);
    }
    let window = window
        .title("Q Assistant")
        .inner_size(1440.0, 900.0)
        .min_inner_size(900.0, 600.0)
        // Pictures are dropped onto the page, which takes them itself.
        .disable_drag_drop_handler()
        .build()?;
    draw(app.handle(), &settings);
    drops::overhear(&window);
    desktop::settle(app, start.link.as_deref())?;
    if let Ok(engine) = engine {
        begin(app.handle(), engine);
    }
    // Whoever follows a link wants to see where it leads.
    if (start.minimised || settings.desktop.start_minimised) && start.link.is_none() {
        window.minimize()?;
    }
    place::look_after(window);
    Ok(())
}

/// Draws the window's content as large as the person set it, and in the way they chose.
pub fn draw(app: &AppHandle, settings: &Settings) {
    let Some(window) = app.get_webview_window("main") else {
        return;
    };
    if let Err(error) = window.set_zoom(f64::from(settings.zoom) / 100.0) {
        tracing::warn!(%error, "the size of the content could not be set");
    }
    graphics::choose(&window, settings.desktop.graphics);
}
