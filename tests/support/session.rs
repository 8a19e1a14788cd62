//! A session bus of a test's own, with what a desktop has on it: somebody who shows notifications, and a panel that shows tray icons.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use zbus::message::Header;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, interface};

const PATIENCE: Duration = Duration::from_secs(60);
const NOTIFICATIONS: (&str, &str) = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications");
const WATCHER: (&str, &str) = ("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher");
const MENU: &str = "com.canonical.dbusmenu";

pub struct Session {
    daemon: Child,
    address: String,
}

impl Session {
    pub fn start() -> Session {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon starts (package dbus-daemon)");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Session {
            daemon,
            address: address.trim().to_owned(),
        }
    }

    /// What a program needs to know of it.
    pub fn environment(&self) -> (&'static str, String) {
        ("DBUS_SESSION_BUS_ADDRESS", self.address.clone())
    }

    fn bus(&self) -> zbus::connection::Builder<'_> {
        zbus::connection::Builder::address(self.address.as_str()).unwrap()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub id: u32,
    pub replaces: u32,
    pub headline: String,
    pub body: String,
    pub actions: Vec<String>,
}

/// Shows notifications to nobody and remembers them.
pub struct Notifications {
    bus: Connection,
    shown: Arc<Mutex<Vec<Note>>>,
}

struct Server(Arc<Mutex<Vec<Note>>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[allow(clippy::too_many_arguments, reason = "the desktop's own interface")]
    fn notify(
        &self,
        _program: String,
        replaces: u32,
        _icon: String,
        headline: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut shown = self.0.lock().unwrap();
        let id = u32::try_from(shown.len()).unwrap() + 1;
        shown.push(Note {
            id,
            replaces,
            headline,
            body,
            actions,
        });
        id
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".to_owned(), "body".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let text = |text: &str| text.to_owned();
        (text("test"), text("test"), text("1"), text("1.2"))
    }
}

impl Notifications {
    pub async fn serve(session: &Session) -> Notifications {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let (name, path) = NOTIFICATIONS;
        let server = session.bus().name(name).unwrap();
        let server = server.serve_at(path, Server(Arc::clone(&shown))).unwrap();
        Notifications {
            bus: server.build().await.unwrap(),
            shown,
        }
    }

    /// The newest one with that headline, once it is shown.
    pub async fn see(&self, headline: &str) -> Note {
        let end = Instant::now() + PATIENCE;
        loop {
            let shown = self.shown.lock().unwrap().clone();
            if let Some(note) = shown.iter().rev().find(|note| note.headline == headline) {
                return note.clone();
            }
            assert!(Instant::now() < end, "not shown: {headline}. Shown was: {shown:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks on a notification, or on one of its buttons.
    pub async fn click(&self, note: &Note, action: &str) {
        let (name, path) = NOTIFICATIONS;
        for (signal, body) in [("ActionInvoked", Some(action)), ("NotificationClosed", None)] {
            let told = match body {
                Some(action) => {
                    self.bus
                        .emit_signal(None::<&str>, path, name, signal, &(note.id, action))
                        .await
                }
                None => {
                    self.bus
                        .emit_signal(None::<&str>, path, name, signal, &(note.id, 2u32))
                        .await
                }
            };
            told.unwrap();
        }
    }
}

/// A panel that shows tray icons.
pub struct Panel {
    bus: Connection,
    /// Who registered, and where its icon is.
    items: Arc<Mutex<Vec<(String, String)>>>,
}

struct Watcher(Arc<Mutex<Vec<(String, String)>>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().unwrap().to_string();
        self.0.lock().unwrap().push((sender, service));
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let items = self.0.lock().unwrap();
        items.iter().map(|(sender, path)| format!("{sender}{path}")).collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// One line of a menu: its id and its words.
type Entry = (i32, String);

impl Panel {
    pub async fn serve(session: &Session) -> Panel {
        let items = Arc::new(Mutex::new(Vec::new()));
        let (name, path) = WATCHER;
        let watcher = session.bus().name(name).unwrap();
        let watcher = watcher.serve_at(path, Watcher(Arc::clone(&items))).unwrap();
        Panel {
            bus: watcher.build().await.unwrap(),
            items,
        }
    }

    /// Waits until the menu has a line with these words.
    pub async fn see(&self, words: &str) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let lines: Vec<String> = self.menu().await.into_iter().map(|(_, line)| line).collect();
            if lines.iter().any(|line| line == words) {
                return lines;
            }
            assert!(
                Instant::now() < end,
                "the tray's menu does not say {words:?}: {lines:#?}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Clicks the line of the menu with these words.
    pub async fn click(&self, words: &str) {
        self.see(words).await;
        let menu = self.menu().await;
        let (id, _) = menu.iter().find(|(_, line)| line == words).unwrap();
        let (sender, path) = self.menu_place().await.unwrap();
        let event = (*id, "clicked", Value::from(0i32), 0u32);
        self.bus
            .call_method(Some(sender.as_str()), path.as_str(), Some(MENU), "Event", &event)
            .await
            .unwrap();
    }

    /// The picture that is shown, as the bytes of its file.
    pub async fn icon(&self) -> Vec<u8> {
        let name: String = self.property("IconName").await.unwrap().try_into().unwrap();
        std::fs::read(&name).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    async fn property(&self, name: &str) -> Option<OwnedValue> {
        let (sender, path) = self.items.lock().unwrap().last().cloned()?;
        let asked = ("org.kde.StatusNotifierItem", name);
        let properties = Some("org.freedesktop.DBus.Properties");
        let answer = self
            .bus
            .call_method(Some(sender.as_str()), path.as_str(), properties, "Get", &asked);
        answer.await.ok()?.body().deserialize::<OwnedValue>().ok()
    }

    async fn menu_place(&self) -> Option<(String, String)> {
        let path: zbus::zvariant::OwnedObjectPath = self.property("Menu").await?.try_into().ok()?;
        let (sender, _) = self.items.lock().unwrap().last().cloned()?;
        Some((sender, path.to_string()))
    }

    async fn menu(&self) -> Vec<Entry> {
        let Some((sender, path)) = self.menu_place().await else {
            return Vec::new();
        };
        let asked = (0i32, -1i32, Vec::<&str>::new());
        let answer = self
            .bus
            .call_method(Some(sender.as_str()), path.as_str(), Some(MENU), "GetLayout", &asked);
        let Ok(answer) = answer.await else {
            return Vec::new();
        };
        type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let (_, (_, _, children)): (u32, Layout) = answer.body().deserialize().unwrap();
        children
            .into_iter()
            .filter_map(|child| {
                let (id, mut says, _): Layout = child.try_into().ok()?;
                let label: String = says.remove("label")?.try_into().ok()?;
                Some((id, label))
            })
            .collect()
    }
}
