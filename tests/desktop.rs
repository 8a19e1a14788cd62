//! The desktop around the window: notifications, the tray, links, other programs, drops, newer versions, screens.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ConnectionExt, EventMask};

use crate::support::TIP_CALCULATOR;
use crate::support::display::Display;
use crate::support::drag::drop_files;
use crate::support::program::{Home, git};
use crate::support::session::{Notifications, Panel, Session};
use crate::support::window::Window;
use crate::window::{accessible, talk};

/// As WebDriver names the key.
const ENTER: &str = "\u{E007}";

const CARD: &str = "[data-testid=handoff-card]";

/// Settings as the file keeps them, before the window is opened.
fn settings(home: &Path, settings: &Value) {
    let data = home.join("data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("settings.json"), json!({"settings": settings}).to_string()).unwrap();
}

async fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !so() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_seen_from_outside_and_a_click_leads_to_it() {
    let session = Session::start();
    let notifications = Notifications::serve(&session).await;
    let panel = Panel::serve(&session).await;
    let home = tempfile::tempdir().unwrap();
    let mut window = Window::open_with("desktop", home, &[session.environment()]).await;
    panel.see("Nothing waits for you").await;
    let quiet = panel.icon().await;
    let frame = window.display().frame();
    assert_eq!(frame.title(), "Q Assistant");

    // The plan is ready while the person looks at something else.
    frame.look_away();
    window.type_into("[data-testid=composer]", TIP_CALCULATOR).await;
    window.click("[data-testid=start-build]").await;
    frame.look_away();
    let plan = async {
        loop {
            if let Some(reply) = window.find("[data-testid=quick-reply-0]").await {
                let _ = reply.click().await;
                frame.look_away();
            }
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
    };
    let note = tokio::select! {
        note = notifications.see("The plan is ready") => note,
        () = plan => unreachable!(),
    };
    let (build, how) = note.body.split_once(": ").unwrap();
    assert_eq!(how, "read it, then click Ready to Build.");
    let heading = window.run("return document.querySelector('h1').textContent").await;
    assert_eq!(heading, build);
    assert_eq!(note.actions, ["default", "Open", "open", "Open"]);
    panel.see(&format!("{build}: plan ready, build it?")).await;
    eventually("the title says that one waits", || frame.title() == "(1) Q Assistant").await;
    assert_ne!(panel.icon().await, quiet, "the icon has a mark");
    window.click("[data-testid=new-build]").await;
    window.see("[data-testid=composer]").await;
    notifications.click(&note, "default").await;
    window.see("[data-testid=ready-to-build]").await;

    // A handoff waits; the notification leads to its card, and so does the tray.
    window.click("[data-testid=ready-to-build]").await;
    window.gone("[data-testid=ready-to-build]").await;
    window.click("[data-testid=new-build]").await;
    frame.look_away();
    let note = notifications.see("Waiting for your approval").await;
    assert!(note.body.contains("Code Writer hands over to Test Auditor"), "{note:?}");
    assert_ne!(
        note.replaces, 0,
        "it takes the place of what was said of the build before"
    );
    assert!(window.find(CARD).await.is_none());
    notifications.click(&note, "open").await;
    window.see(CARD).await;
    window.click("[data-testid=new-build]").await;
    window.gone(CARD).await;
    panel.click(&format!("{build}: approve Implementation → Testing")).await;
    window.see(CARD).await;
    panel.click("New build").await;
    window.see("[data-testid=composer]").await;

    // The window goes into the tray where the person wants that, and the work goes on.
    window.click("[data-testid=settings]").await;
    window.see("[data-testid=desktop-settings]").await;
    window
        .run("document.querySelector('#settings-desktop').scrollIntoView()")
        .await;
    window.picture("settings").await;
    accessible(&window).await;
    window.click("[data-testid=keep-in-background]").await;
    window.see("[data-testid=keep-in-background][data-checked]").await;
    window.type_into("[data-testid=theme-select]", "Dark").await;
    window.see("html[data-theme=dark]").await;
    window
        .run("document.querySelector('#settings-desktop').scrollIntoView()")
        .await;
    window.picture("settings-dark").await;
    accessible(&window).await;
    window.click_close();
    eventually("the window is hidden", || !frame.is_shown()).await;
    panel.click("Show window").await;
    eventually("the window is back", || frame.is_shown()).await;
    window.see("[data-testid=desktop-settings]").await;
    window.click_close();
    eventually("the window is hidden again", || !frame.is_shown()).await;
    panel.click(&format!("{build}: approve Implementation → Testing")).await;
    eventually("the window is back", || frame.is_shown()).await;
    window.see(CARD).await;
    panel.click("Quit").await;
    let home = window.ended().await;

    // Hidden or not when it ended: a program that is started shows its window.
    let window = Window::open_with("desktop-again", home, &[session.environment()]).await;
    window.see(CARD).await;
    assert!(window.display().frame().is_shown());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tray_that_goes_gives_the_window_back() {
    let session = Session::start();
    let panel = Panel::serve(&session).await;
    let home = tempfile::tempdir().unwrap();
    settings(home.path(), &json!({"desktop": {"keep_in_background": true}}));
    let window = Window::open_with("desktop-panel", home, &[session.environment()]).await;
    panel.see("Nothing waits for you").await;
    let frame = window.display().frame();
    window.click_close();
    eventually("the window is hidden", || !frame.is_shown()).await;
    drop(panel);
    eventually("the window is back", || frame.is_shown()).await;
    // Now there is nothing to hide it in.
    window.click_close();
    window.ended().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_leads_to_a_build_and_does_nothing_else() {
    let session = Session::start();
    let home = Home::new();
    let project = home.path().join("project");
    let built = home.build(&project, TIP_CALCULATOR);
    assert!(built.status.success());
    let told: Value = serde_json::from_slice(&home.run(&["status", "--json"]).stdout).unwrap();
    let id = told["workflow_id"].as_str().unwrap().to_owned();
    let events = home.rows("SELECT count(*) FROM workflow_events WHERE workflow_id = ?1", &id);
    let home = home.hand_over();
    // The one program of this session: its data lies where the platform has it.
    std::fs::create_dir_all(home.path().join("share")).unwrap();
    std::os::unix::fs::symlink(
        home.path().join("data"),
        home.path().join("share/dev.qassistant.desktop"),
    )
    .unwrap();
    let link = format!("q-assistant://build/{id}");

    let mut window = Window::open_as("link", home, &[session.environment()], &[&link]).await;
    window.see("[data-testid=complete-page]").await;
    window.click("[data-testid=new-build]").await;
    window.gone("[data-testid=complete-page]").await;

    // A second start hands its link over.
    let display = window.display().name();
    let at = window.home().to_owned();
    let second = |link: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_q-assistant"));
        program
            .arg(link)
            .env("HOME", &at)
            .env("XDG_DATA_HOME", at.join("share"))
            .env("XDG_CONFIG_HOME", at.join("config"))
            .env("XDG_CACHE_HOME", at.join("cache"))
            .env("GDK_BACKEND", "x11")
            .env("DISPLAY", &display)
            .envs([session.environment()])
            .stdin(Stdio::null());
        program.output().unwrap()
    };
    let ended = second(&link);
    assert!(ended.status.success(), "{ended:?}");
    window.see("[data-testid=complete-page]").await;

    for nowhere in [
        "q-assistant://build/0199aaaa-0000-7000-8000-000000000000",
        "q-assistant://approve/all",
        &format!("{link}?approve=1"),
    ] {
        assert!(second(nowhere).status.success());
        window.says("[data-testid=led-nowhere]", nowhere).await;
        window.see("[data-testid=complete-page]").await;
    }
    window.picture("led-nowhere").await;
    accessible(&window).await;
    assert!(second(&link).status.success());
    window.gone("[data-testid=led-nowhere]").await;
    let refused = second("biuld");
    assert_eq!(refused.status.code(), Some(2), "a command that was mistyped is no link");
    let after = window.rows("SELECT count(*) FROM workflow_events WHERE workflow_id = ?1", &id);
    assert_eq!(after, events, "a link does nothing");
}

/// A program that writes down what it was given, in a folder that is on PATH.
fn pretend(programs: &Path, name: &str) {
    let program = programs.join(name);
    let given = programs.join(format!("{name}.given"));
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$PWD\" \"$@\" > '{}'\n",
        given.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
}

/// How many arguments it got, where it was started, and the arguments.
async fn given(programs: &Path, name: &str) -> Vec<String> {
    let file = programs.join(format!("{name}.given"));
    eventually(&format!("{name} was started"), || {
        std::fs::read_to_string(&file).is_ok_and(|text| text.ends_with('\n'))
    })
    .await;
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_builds_files_open_in_the_persons_programs() {
    let home = tempfile::tempdir().unwrap();
    let programs = home.path().join("programs");
    std::fs::create_dir(&programs).unwrap();
    pretend(&programs, "kate");
    pretend(&programs, "konsole");
    // A name that a shell would carry out.
    let builds = home.path().join("My $(touch oops) Builds; ls");
    settings(home.path(), &json!({"builds_folder": builds}));
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let environment = [
        ("PATH", path),
        ("VISUAL", "vim".to_owned()),
        ("EDITOR", "kate --new".to_owned()),
    ];
    let mut window = Window::open_with("open-in", home, &environment).await;
    talk(&mut window, TIP_CALCULATOR).await;
    let project = std::fs::read_dir(&builds).unwrap().next().unwrap().unwrap().path();
    let project = project.to_str().unwrap().to_owned();
    window.click("[data-testid=more]").await;
    window.says("[data-testid=open-editor]", "Kate").await;
    window.picture("more").await;
    accessible(&window).await;
    window.click("[data-testid=open-editor]").await;
    assert_eq!(given(&programs, "kate").await, ["1", &project, &project]);
    window.click("[data-testid=more]").await;
    window.click("[data-testid=open-terminal]").await;
    assert_eq!(
        given(&programs, "konsole").await,
        ["2", &project, "--workdir", &project]
    );

    // A changed file lies where the build works, until it is released.
    window.click("[data-testid=ready-to-build]").await;
    window.see(CARD).await;
    window.click("[data-testid=tab-changes]").await;
    window.click("[data-testid=open-file]").await;
    window.picture("file").await;
    window.click("[data-testid=open-file-editor]").await;
    let opened = given(&programs, "kate").await;
    let file = window.see("[data-testid=change-file][aria-selected=true]").await;
    let file = file.attr("title").await.unwrap().unwrap();
    assert_eq!(opened[0], "1");
    assert!(opened[2].ends_with(&format!("/{file}")), "{opened:?}");
    assert!(Path::new(&opened[2]).is_file());
    assert_ne!(
        git(Path::new(&opened[1]), &["rev-parse", "--abbrev-ref", "HEAD"]),
        "main"
    );

    // A program that ends at once opened nothing, and one that is gone is no choice.
    std::fs::write(programs.join("kate"), "#!/bin/sh\nexit 3\n").unwrap();
    window.click("[data-testid=more]").await;
    window.click("[data-testid=open-editor]").await;
    window
        .says("[data-testid=error-notice]", "Kate could not be started")
        .await;
    std::fs::remove_file(programs.join("kate")).unwrap();
    window.click("[data-testid=more]").await;
    window.click("[data-testid=open-editor]").await;
    window
        .says("[data-testid=error-notice]", "No editor with a window was found")
        .await;
    window.picture("no-editor").await;
    assert!(!Path::new(&project).join("oops").exists() && !builds.join("oops").exists());
}

/// Answers on loopback what the newest version is, and counts how often it was asked.
async fn versions(answer: &'static str) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let page = get(move || {
        count.fetch_add(1, Ordering::Relaxed);
        async move { answer }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/version.json", page);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/version.json"), asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_is_said_where_the_person_asked_for_it() {
    let answer = r#"{"version": "9.2.0", "url": "https://example.org/q", "notes": "Faster.\n<b>Bold</b>."}"#;
    let (address, asked) = versions(answer).await;
    let home = tempfile::tempdir().unwrap();
    // An address alone is asked nothing.
    settings(home.path(), &json!({"desktop": {"update_address": address}}));
    let mut window = Window::open("updates-off").await;
    window.see("[data-testid=composer]").await;
    drop(window);
    window = Window::open_in("updates", home).await;
    window.click("[data-testid=settings]").await;
    window.see("[data-testid=desktop-settings]").await;
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert!(window.find("[data-testid=newer-version]").await.is_none());
    window.click("[data-testid=check-for-updates]").await;
    window.says("[data-testid=newer]", "Version 9.2.0 is there").await;
    window.says("[data-testid=newer]", "<b>Bold</b>").await;
    window
        .says("[data-testid=newer-version]", "Version 9.2.0 is there")
        .await;
    window
        .run("document.querySelector('#settings-desktop').scrollIntoView()")
        .await;
    window.picture("newer").await;
    accessible(&window).await;
    window.resize(900, 600).await;
    window.type_into("[data-testid=theme-select]", "Dark").await;
    window.see("html[data-theme=dark]").await;
    window
        .run("document.querySelector('[data-testid=newer]').scrollIntoView({block: 'center'})")
        .await;
    window.picture("newer-dark-small").await;
    accessible(&window).await;
    window.fits().await;
    assert_eq!(asked.load(Ordering::Relaxed), 1);

    // Once a day, however often it is started; what was answered is still known.
    let home = window.close().await;
    let window = Window::open_in("updates-again", home).await;
    window.see("[data-testid=newer-version]").await;
    assert_eq!(asked.load(Ordering::Relaxed), 1);

    // What is no answer is said to be none.
    let (nonsense, _) = versions("<html>Sign in</html>").await;
    window.click("[data-testid=settings]").await;
    window.retype("[data-testid=update-address]", &nonsense).await;
    window.type_into("[data-testid=update-address]", ENTER).await;
    window
        .says(
            "[data-testid=desktop-settings]",
            "The answer about versions cannot be read",
        )
        .await;
    window.click("[data-testid=check-for-updates]").await;
    window.gone("[data-testid=newer-version]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_dropped_is_where_it_is_built() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("An older project");
    std::fs::create_dir(&folder).unwrap();
    let mut window = Window::open("drop").await;
    window.see("[data-testid=composer]").await;
    let frame = window.display().frame();
    let uri = format!("file://{}", folder.display().to_string().replace(' ', "%20"));
    tokio::task::spawn_blocking(move || drop_files(&frame, &[uri], (700, 400)))
        .await
        .unwrap();
    window.says("main select", "In An older project").await;
    window.picture("folder").await;
    accessible(&window).await;
    // A picture that is dropped goes with the message, as before.
    let frame = window.display().frame();
    let picture = format!("file://{}/tests/support/red.png", env!("CARGO_MANIFEST_DIR"));
    let composer = window.see("[data-testid=composer]").await.rect().await.unwrap();
    let (x, y, ..) = frame.place();
    let at = (
        (composer.x + 60.0) as u32 + u32::try_from(x).unwrap(),
        (composer.y + 20.0) as u32 + u32::try_from(y).unwrap(),
    );
    tokio::task::spawn_blocking(move || drop_files(&frame, &[picture], at))
        .await
        .unwrap();
    window.see("[data-testid=pictures] img").await;
    window.says("main select", "In An older project").await;
    window.picture("picture").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_beyond_the_screen_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config/dev.qassistant.desktop");
    std::fs::create_dir_all(&config).unwrap();
    let place = |x: i32, y: i32| {
        json!({"main": {
            "width": 1200, "height": 800, "x": x, "y": y, "prev_x": x, "prev_y": y,
            "maximized": false, "visible": false, "decorated": true, "fullscreen": false,
        }})
        .to_string()
    };
    // Where it was, as long as it can be reached there; and it is seen, however it was left.
    std::fs::write(config.join(".window-state.json"), place(120, 90)).unwrap();
    let window = Window::open_in("place", home).await;
    let frame = window.display().frame();
    assert!(frame.is_shown());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(frame.place(), (120, 90, 1200, 800));
    let home = window.close().await;
    // All but a corner is beyond the screen.
    std::fs::write(config.join(".window-state.json"), place(-1190, -790)).unwrap();
    let window = Window::open_in("place", home).await;
    let frame = window.display().frame();
    let screen = &frame.x.setup().roots[0];
    let middle = (
        (i32::from(screen.width_in_pixels) - 1200) / 2,
        (i32::from(screen.height_in_pixels) - 800) / 2,
    );
    eventually("the window comes back", || {
        let (x, y, width, height) = frame.place();
        (i32::from(x), i32::from(y)) == middle && (width, height) == (1200, 800)
    })
    .await;
}

#[test]
fn a_program_that_is_started_minimised_asks_to_be_an_icon() {
    let display = Display::start();
    let (x, screen) = x11rb::connect(Some(&display.name())).unwrap();
    let root = x.setup().roots[screen].root;
    let listening = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
    x.change_window_attributes(root, &listening).unwrap().check().unwrap();
    let change_state = x.intern_atom(false, b"WM_CHANGE_STATE").unwrap().reply().unwrap().atom;
    let home = Home::new();
    let mut program = home.program();
    // No session bus at all: no tray, no notifications, and no reason not to start.
    program
        .arg("--minimised")
        .env("DISPLAY", display.name())
        .env("GDK_BACKEND", "x11")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut program = program.spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(30);
    let asked = loop {
        match x.poll_for_event().unwrap() {
            Some(Event::ClientMessage(message)) if message.type_ == change_state => break message.data.as_data32()[0],
            Some(_) => {}
            None if Instant::now() > end => break 0,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let _ = program.kill();
    let _ = program.wait();
    assert_eq!(asked, 3, "IconicState");
}
