//! The program without a window, in a home of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A machine of its own: home, data and projects, gone at the end. Everything that is served from it ends with it.
pub struct Home {
    /// None once a window has taken it over.
    dir: Option<TempDir>,
}

impl Home {
    pub fn new() -> Home {
        Home {
            dir: Some(tempfile::tempdir().unwrap()),
        }
    }

    pub fn path(&self) -> &Path {
        self.dir.as_ref().unwrap().path()
    }

    /// The machine as it is now, for a window to be opened on it.
    pub fn hand_over(mut self) -> TempDir {
        self.dir.take().unwrap()
    }

    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// The program, with nothing of this machine's person in its environment, and no display.
    pub fn program(&self) -> Command {
        let mut command = self.bare_program();
        command.arg("--data").arg(self.data());
        command
    }

    /// The program without its data folder named.
    pub fn bare_program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_q-assistant"));
        command
            .env("HOME", self.path())
            .env("USERPROFILE", self.path())
            .env("XDG_DATA_HOME", self.path().join("share"))
            .env("XDG_CONFIG_HOME", self.path().join("config"))
            .env("XDG_CACHE_HOME", self.path().join("cache"))
            .env("USER", "mira")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WORKFLOW_MAX_RETRIES")
            .env_remove("WORKFLOW_TIMEOUT")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).output().unwrap()
    }

    /// Runs it and reads the one JSON value it prints.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}", shown(&output)))
    }

    /// Builds a brief to the end, without asking anybody.
    /// What a query on the database counts, with one parameter.
    pub fn rows(&self, count: &str, parameter: &str) -> i64 {
        let database = rusqlite::Connection::open(self.data().join("q-assistant.db")).unwrap();
        database.query_row(count, [parameter], |row| row.get(0)).unwrap()
    }

    /// Builds a brief to the end, without asking anybody.
    pub fn build(&self, project: &Path, brief: &str) -> Output {
        self.build_with(project, brief, &[])
    }

    /// The same, with further arguments.
    pub fn build_with(&self, project: &Path, brief: &str, arguments: &[&str]) -> Output {
        self.building(project, brief, arguments).output().unwrap()
    }

    /// Starts a build and does not wait for it.
    pub fn start(&self, project: &Path, brief: &str, arguments: &[&str]) -> Child {
        self.building(project, brief, arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    pub fn building(&self, project: &Path, brief: &str, arguments: &[&str]) -> Command {
        let file = self.path().join("brief.txt");
        std::fs::write(&file, brief).unwrap();
        let mut command = self.program();
        command
            .args(["build", "--approve", "all", "--json", "--project"])
            .arg(project)
            .arg("--brief")
            .arg(file)
            .args(arguments);
        command
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.dir.is_some() {
            take_down_sites(&self.data());
        }
    }
}

/// An optimised program beside the tests' own.
pub fn optimised(name: &str) -> PathBuf {
    let debug = Path::new(env!("CARGO_BIN_EXE_q-assistant")).parent().unwrap();
    let program = debug.parent().unwrap().join("release").join(name);
    assert!(program.exists(), "{} is built by cargo xtask bench", program.display());
    program
}

/// Pages are served by processes that end when their marker is gone.
pub fn take_down_sites(data: &Path) {
    for site in std::fs::read_dir(data.join("sites")).into_iter().flatten().flatten() {
        let _ = std::fs::remove_file(site.path().join("served.json"));
    }
}

/// All that a process said, for the message of a failing test.
pub fn shown(output: &Output) -> String {
    format!(
        "{}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// What git says in a folder.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", shown(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// GET on loopback: the status and the body, or none where nothing answers.
pub fn get(url: &str) -> Option<(u16, String)> {
    use std::io::{Read, Write};
    let (address, path) = url.strip_prefix("http://")?.split_once('/')?;
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(std::time::Duration::from_secs(5))).ok()?;
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let status = text.split_whitespace().nth(1)?.parse().ok()?;
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())?;
    Some((status, body))
}
