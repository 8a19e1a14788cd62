//! Reading aloud with the system's own voice, through the program that every system has for it. Text goes in by standard input: it
//! is never part of a command line.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

/// A question is short; a page is not read aloud.
const LONGEST: usize = 600;

/// Reads one text at a time. Dropping it ends the reading.
#[derive(Default)]
pub struct Aloud {
    speaking: Mutex<Option<Speaking>>,
}

struct Speaking {
    program: Program,
    child: Child,
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum Silent {
    #[error("{}", nothing_speaks())]
    NothingSpeaks,
    #[error("{program} could not be started: {why}. Reading aloud can be turned off in Settings, Voice.")]
    Failed { program: &'static str, why: String },
}

fn nothing_speaks() -> &'static str {
    if cfg!(target_os = "linux") {
        "Nothing on this machine speaks. Install speech-dispatcher or espeak-ng, or turn off reading aloud in Settings, Voice."
    } else {
        "Nothing on this machine speaks. Turn off reading aloud in Settings, Voice."
    }
}

/// A program that speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Program {
    name: &'static str,
    speak: &'static [&'static str],
    /// What makes it stop, where ending the program does not: a daemon speaks for it.
    hush: Option<&'static [&'static str]>,
}

/// In the order in which they are looked for.
#[cfg(target_os = "linux")]
const PROGRAMS: &[Program] = &[
    Program {
        name: "spd-say",
        speak: &["--pipe-mode", "--wait"],
        hush: Some(&["--stop"]),
    },
    Program {
        name: "espeak-ng",
        speak: &["--stdin"],
        hush: None,
    },
];
#[cfg(target_os = "macos")]
const PROGRAMS: &[Program] = &[Program {
    name: "say",
    speak: &["-f", "-"],
    hush: None,
}];
#[cfg(windows)]
const PROGRAMS: &[Program] = &[Program {
    name: "powershell.exe",
    speak: &[
        "-NoProfile",
        "-NonInteractive",
        "-Command",
        "Add-Type -AssemblyName System.Speech; [Console]::InputEncoding = [Text.Encoding]::UTF8; \
         (New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadToEnd())",
    ],
    hush: None,
}];

impl Aloud {
    /// Whether there is anything on this machine that speaks.
    #[must_use]
    pub fn can() -> bool {
        program().is_some()
    }

    /// Reads a text; what is being read ends.
    ///
    /// # Errors
    /// Nothing here speaks.
    pub async fn read(&self, text: &str) -> Result<(), Silent> {
        self.hush();
        let (program, path) = program().ok_or(Silent::NothingSpeaks)?;
        let failed = |error: &std::io::Error| Silent::Failed {
            program: program.name,
            why: error.to_string(),
        };
        let mut child = Command::new(path)
            .args(program.speak)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(&error))?;
        let text: String = text
            .chars()
            .filter(|letter| !letter.is_control())
            .take(LONGEST)
            .collect();
        if let Some(mut input) = child.stdin.take() {
            input.write_all(text.as_bytes()).await.map_err(|error| failed(&error))?;
        }
        *self.lock() = Some(Speaking { program, child });
        Ok(())
    }

    /// Ends the reading, if there is any. True where something was being read.
    pub fn hush(&self) -> bool {
        let Some(mut speaking) = self.lock().take() else {
            return false;
        };
        // Ended already, or it cannot be waited for.
        if !matches!(speaking.child.try_wait(), Ok(None)) {
            return false;
        }
        if let Some(hush) = speaking.program.hush {
            // Nobody waits for it.
            let _ = Command::new(speaking.program.name)
                .args(hush)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn();
        }
        let _ = speaking.child.start_kill();
        true
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Speaking>> {
        self.speaking.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn program() -> Option<(Program, PathBuf)> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    PROGRAMS.iter().find_map(|program| {
        let path = folders
            .iter()
            .map(|folder| folder.join(program.name))
            .find(|path| path.is_file())?;
        Some((*program, path))
    })
}
