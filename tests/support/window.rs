//! The real window, driven through WebDriver.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::error::WebDriverResult;
use thirtyfour::prelude::*;

use super::display::Display;
use super::program::take_down_sites;

const PATIENCE: Duration = Duration::from_secs(60);

/// What goes to the desktop's notifications, overheard on the session bus.
pub struct Notifications {
    monitor: Child,
    heard: tempfile::NamedTempFile,
}

impl Notifications {
    pub fn listen() -> Notifications {
        let heard = tempfile::NamedTempFile::new().unwrap();
        let monitor = Command::new("dbus-monitor")
            .args(["--session", "interface='org.freedesktop.Notifications',member='Notify'"])
            .stdin(Stdio::null())
            .stdout(heard.reopen().unwrap())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-monitor starts (package dbus-bin)");
        Notifications { monitor, heard }
    }

    /// Waits until something was told with these words in it.
    pub async fn hear(&self, words: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let heard = std::fs::read_to_string(self.heard.path()).unwrap();
            if heard.contains(words) {
                return;
            }
            assert!(Instant::now() < end, "not told: {words}. Told was:\n{heard}");
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        let _ = self.monitor.kill();
        let _ = self.monitor.wait();
    }
}

/// A window on a machine of its own.
pub struct Window {
    pub driver: WebDriver,
    server: Child,
    display: Display,
    home: Option<TempDir>,
    /// Where the pictures of this story go.
    pictures: PathBuf,
    shots: u32,
}

impl Window {
    /// Opens the window on an empty machine.
    pub async fn open(story: &str) -> Window {
        Window::open_in(story, tempfile::tempdir().unwrap()).await
    }

    /// Opens the window again where another one was closed.
    pub async fn open_in(story: &str, home: TempDir) -> Window {
        Window::open_with(story, home, &[]).await
    }

    /// The same, with more in its environment.
    pub async fn open_with(story: &str, home: TempDir, environment: &[(&str, String)]) -> Window {
        let data = home.path().join("data").to_string_lossy().into_owned();
        Window::open_as(story, home, environment, &["--data", &data]).await
    }

    /// The same, with other arguments: without `--data` it is the one program of its session.
    pub async fn open_as(story: &str, home: TempDir, environment: &[(&str, String)], arguments: &[&str]) -> Window {
        let program = Path::new(env!("CARGO_BIN_EXE_q-assistant"));
        // As on a desktop with a graphics processor. (A page without layers is painted well, but WebKit's driver may wait for ever for a
        // picture of it.)
        let mut environment = environment.to_vec();
        environment.push(("Q_ASSISTANT_GRAPHICS", "always".to_owned()));
        Window::open_program(story, home, &environment, program, json!(arguments)).await
    }

    /// The window of the program that people get, which has to be built before.
    pub async fn open_optimised(story: &str, home: TempDir, environment: &[(&str, String)]) -> Window {
        let data = home.path().join("data");
        let program = super::program::optimised("q-assistant");
        Window::open_program(story, home, environment, &program, json!(["--data", data])).await
    }

    /// The window of any program that is made of the same.
    pub async fn open_program(
        story: &str,
        home: TempDir,
        environment: &[(&str, String)],
        program: &Path,
        arguments: serde_json::Value,
    ) -> Window {
        let port = free_port();
        let display = Display::start();
        let server = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .arg("--host=127.0.0.1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path().join("share"))
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .env("USER", "mira")
            // The stories read English, whatever this machine speaks.
            .env("LC_ALL", "C.UTF-8")
            .env("GDK_BACKEND", "x11")
            .env("DISPLAY", display.name())
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver starts (package webkit2gtk-driver)");
        let mut capabilities = Capabilities::new();
        capabilities
            .set(
                "webkitgtk:browserOptions",
                json!({"binary": program, "args": arguments}),
            )
            .unwrap();
        let driver = connect(port, capabilities).await;
        let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-output").join(story);
        let _ = std::fs::remove_dir_all(&pictures);
        std::fs::create_dir_all(&pictures).unwrap();
        Window {
            driver,
            server,
            display,
            home: Some(home),
            pictures,
            shots: 0,
        }
    }

    /// The process of the program.
    pub fn program(&self) -> u32 {
        let parent = self.server.id().to_string();
        let found = Command::new("pgrep").args(["--parent", &parent]).output().unwrap();
        let found = String::from_utf8_lossy(&found.stdout);
        found
            .split_whitespace()
            .next()
            .and_then(|pid| pid.parse().ok())
            .expect("the program runs")
    }

    pub fn home(&self) -> &Path {
        self.home.as_ref().unwrap().path()
    }

    /// What a query on the database counts, with one parameter.
    pub fn rows(&self, count: &str, parameter: &str) -> i64 {
        let database = rusqlite::Connection::open(self.home().join("data/q-assistant.db")).unwrap();
        database.query_row(count, [parameter], |row| row.get(0)).unwrap()
    }

    pub async fn resize(&self, width: u32, height: u32) {
        self.driver.set_window_rect(0, 0, width, height).await.unwrap();
    }

    /// Nothing is pushed out of the window sideways.
    pub async fn fits(&self) {
        let script = "return [document.documentElement.scrollWidth, window.innerWidth];";
        let widths = self.driver.execute(script, Vec::new()).await.unwrap();
        let [content, window]: [u32; 2] = widths.convert().unwrap();
        assert!(content <= window, "{content} pixels of content in a window of {window}");
    }

    /// Waits until an element is there and can be seen.
    pub async fn see(&self, css: &str) -> WebElement {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(element) = self.find(css).await {
                return element;
            }
            if Instant::now() > end {
                let text = self
                    .driver
                    .find(By::Css("body"))
                    .await
                    .unwrap()
                    .text()
                    .await
                    .unwrap_or_default();
                self.driver.screenshot(&self.pictures.join("failed.png")).await.ok();
                panic!("{css} did not appear. The window shows:\n{text}");
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// An element that nobody sees, once it is there.
    pub async fn see_hidden(&self, css: &str) -> WebElement {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Ok(found) = self.driver.find(By::Css(css)).await {
                return found;
            }
            assert!(Instant::now() < end, "there is no {css}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The element, if it is there and can be seen now.
    pub async fn find(&self, css: &str) -> Option<WebElement> {
        let element = self.driver.find(By::Css(css)).await.ok()?;
        element.is_displayed().await.unwrap_or(false).then_some(element)
    }

    /// Waits until an element is no longer there.
    pub async fn gone(&self, css: &str) {
        let end = Instant::now() + PATIENCE;
        while self.find(css).await.is_some() {
            if Instant::now() > end {
                self.driver.screenshot(&self.pictures.join("failed.png")).await.ok();
                panic!("{css} does not go");
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// Clicks it as soon as it can be clicked and rests; what React replaced meanwhile is found again.
    pub async fn click(&self, css: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let element = self.see(css).await;
            if element.is_enabled().await.unwrap_or(false)
                && self.rests(&element).await.unwrap_or(false)
                && element.click().await.is_ok()
            {
                return;
            }
            assert!(Instant::now() < end, "{css} could not be clicked");
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// Whether it stands where it stood a frame ago: what moves is missed by a pointer that was sent to where it was.
    async fn rests(&self, element: &WebElement) -> WebDriverResult<bool> {
        let script = "const [element, done] = arguments; const place = () => JSON.stringify(element.getBoundingClientRect()); \
                      const before = place(); \
                      requestAnimationFrame(() => requestAnimationFrame(() => done(element.isConnected && place() === before)));";
        let answer = self.driver.execute_async(script, vec![element.to_json()?]).await?;
        answer.convert()
    }

    pub async fn type_into(&self, css: &str, text: &str) {
        self.see(css).await.send_keys(text).await.unwrap();
    }

    pub async fn press_escape(&self) {
        let page = self.driver.find(By::Css("body")).await.unwrap();
        page.send_keys(Key::Escape + "").await.unwrap();
    }

    /// Presses keys wherever the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let focused = self.driver.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
    }

    /// Types over what stands there.
    pub async fn retype(&self, css: &str, text: &str) {
        let field = self.see(css).await;
        field.send_keys(Key::Control + "a").await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// The text of an element, as soon as it is there. (The driver's own notion of text leaves out what an ellipsis cuts.)
    pub async fn text(&self, css: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            self.see(css).await;
            if let Some(text) = self.text_now(css).await {
                return text;
            }
            assert!(Instant::now() < end, "{css} does not stay long enough to be read");
        }
    }

    /// The text of an element, if it is there now.
    pub async fn text_now(&self, css: &str) -> Option<String> {
        self.find(css).await?.prop("textContent").await.ok().flatten()
    }

    /// Waits until an element says the words.
    pub async fn says(&self, css: &str, words: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let text = self.text_now(css).await.unwrap_or_default();
            if text.contains(words) {
                return;
            }
            if Instant::now() > end {
                self.driver.screenshot(&self.pictures.join("failed.png")).await.ok();
                panic!("{css} does not say {words:?}: {text}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until an element lies wholly in the part of the conversation that is in sight, without anybody scrolling there.
    pub async fn in_sight(&self, css: &str) {
        let script = format!(
            "const element = document.querySelector('{css}')?.getBoundingClientRect(); \
             const view = document.querySelector('[data-testid=conversation]').getBoundingClientRect(); \
             return String(element !== undefined && element.top >= view.top && element.bottom <= view.bottom);"
        );
        let end = Instant::now() + PATIENCE;
        while self.run(&script).await != "true" {
            if Instant::now() > end {
                self.driver.screenshot(&self.pictures.join("failed.png")).await.ok();
                panic!("{css} is not in sight");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a field has this value.
    pub async fn wait_for_value(&self, css: &str, value: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let now = self.see(css).await.prop("value").await.ok().flatten();
            if now.as_deref() == Some(value) {
                return;
            }
            if Instant::now() > end {
                self.driver.screenshot(&self.pictures.join("failed.png")).await.ok();
                panic!("{css} does not become {value:?}: {now:?}");
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    pub async fn count(&self, css: &str) -> usize {
        self.driver
            .find_all(By::Css(css))
            .await
            .map(|found| found.len())
            .unwrap_or_default()
    }

    /// Keeps a picture as output of the test.
    pub async fn picture(&mut self, name: &str) {
        self.shots += 1;
        // What is still moving has come to rest.
        tokio::time::sleep(Duration::from_millis(350)).await;
        let drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));";
        self.driver.execute_async(drawn, Vec::new()).await.unwrap();
        let file = self.pictures.join(format!("{:02}-{name}.png", self.shots));
        self.driver.screenshot(&file).await.unwrap();
    }

    /// What is wrong with the layout of the page as it is now: see `layout.js`.
    pub async fn layout_faults(&self) -> Vec<String> {
        let found = self
            .driver
            .execute(include_str!("layout.js"), Vec::new())
            .await
            .unwrap();
        found.convert().unwrap()
    }

    /// What axe finds wrong with the page as it is now.
    pub async fn accessibility_violations(&self) -> Vec<String> {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
        self.driver
            .execute(std::fs::read_to_string(axe).unwrap(), Vec::new())
            .await
            .unwrap();
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}).then(found => done(\
              found.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')))));";
        let found = self.driver.execute_async(script, Vec::new()).await.unwrap();
        found.convert().unwrap()
    }

    /// Runs a script in the page; what it returns, as text.
    pub async fn run(&self, script: &str) -> String {
        let returned = self.driver.execute(script, Vec::new()).await.unwrap();
        returned.json().as_str().unwrap_or_default().to_owned()
    }

    /// Ends the program as a power cut would, in whatever it is doing.
    pub fn kill(mut self) -> TempDir {
        let parent = self.server.id().to_string();
        let found = Command::new("pgrep").args(["--parent", &parent]).output().unwrap();
        for pid in String::from_utf8_lossy(&found.stdout).split_whitespace() {
            assert!(Command::new("kill").args(["-KILL", pid]).status().unwrap().success());
        }
        self.home.take().unwrap()
    }

    /// Clicks what closes a window in its frame: what a window manager sends then.
    pub fn click_close(&self) {
        self.display.click_close();
    }

    /// The display that the window is on.
    pub fn display(&self) -> &Display {
        &self.display
    }

    /// What is on the machine, when the window is no longer needed.
    pub fn into_home(mut self) -> TempDir {
        self.home.take().unwrap()
    }

    /// Waits until the program has let go of its data.
    pub async fn ended(mut self) -> TempDir {
        let home = self.home.take().unwrap();
        let held = std::fs::File::open(home.path().join("data/engine.lock")).unwrap();
        let end = Instant::now() + PATIENCE;
        while held.try_lock().is_err() {
            assert!(Instant::now() < end, "the program does not end with its window");
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        home
    }

    /// Closes the window and waits until the program has let go of its data; what it left on disk stays.
    pub async fn close(self) -> TempDir {
        let _ = self.driver.clone().quit().await;
        self.ended().await
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        if let Some(home) = &self.home {
            take_down_sites(&home.path().join("data"));
        }
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

async fn connect(port: u16, capabilities: Capabilities) -> WebDriver {
    let url = format!("http://127.0.0.1:{port}");
    let end = Instant::now() + PATIENCE;
    loop {
        let tried: WebDriverResult<WebDriver> = WebDriver::new(&url, capabilities.clone()).await;
        match tried {
            Ok(driver) => return driver,
            Err(error) => assert!(Instant::now() < end, "the window did not open: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
