//! Commands: a process group of their own, no input, a limit on time and output, and an environment from an allow-list.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::sync::mpsc::{Receiver, Sender, UnboundedSender, channel};
use tokio_util::sync::CancellationToken;

use crate::WorkspaceError;
use crate::child_time::Waiting;
use crate::orphans::{AtWork, MARK, mark};

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandSpec {
    pub argv: Vec<String>,
    pub cwd: PathBuf,
    pub timeout: Duration,
    /// Bytes of output that are kept: the first half and the last half of them.
    pub output_cap: usize,
    /// Where the whole output is written, if it is longer than what is kept. Its folder is made.
    pub log: Option<PathBuf>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Exited,
    TimedOut,
    Cancelled,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandOutcome {
    /// None when it did not end by itself, or by a signal.
    pub exit_code: Option<i32>,
    pub ending: Ending,
    /// stdout and stderr as they came.
    pub output: String,
    pub truncated: bool,
    pub duration: Duration,
}

/// Variables that a command may see; everything else of this process's environment (keys among it) stays out.
const ALLOWED: [&str; 16] = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SystemRoot",
    "PATHEXT",
    "USERPROFILE",
    "APPDATA",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "PYENV_ROOT",
    "GOPATH",
];

/// A log ends here: nobody reads on, and the disk is not the command's.
const LOG: usize = 64 * 1024 * 1024;
/// After a polite end was asked for, before the group is killed.
const GRACE: Duration = Duration::from_millis(400);
/// How long output may still come after the process itself has ended: a grandchild may hold the pipe open for ever.
const DRAIN: Duration = Duration::from_millis(500);

/// Runs the command to its end, its time or its cancellation; it ends with this process too. Pieces of output go to `chunks` as they come.
///
/// Commands run unconfined today: with the person's rights, in the build's worktree. A sandbox belongs here, between the
/// specification and the spawn.
///
/// # Errors
/// [`WorkspaceError::CommandMissing`], or a spawn that fails. A command that fails is an outcome, not an error.
pub async fn run(
    spec: &CommandSpec,
    chunks: Option<&UnboundedSender<String>>,
    cancel: &CancellationToken,
) -> Result<CommandOutcome, WorkspaceError> {
    let started = Instant::now();
    let _waiting = Waiting::begin();
    let mark = mark();
    let mut child = spawn(spec, &mark)?;
    let at_work = AtWork::begin(child.id(), &mark);
    // Bounded: a command that writes without end waits for the reader, and memory stays small.
    let (sender, mut output) = channel::<Vec<u8>>(32);
    if let Some(pipe) = child.stdout().take() {
        tokio::spawn(pump(pipe, sender.clone()));
    }
    if let Some(pipe) = child.stderr().take() {
        tokio::spawn(pump(pipe, sender));
    }
    let mut kept = Kept::new(spec.output_cap, spec.log.clone());
    let deadline = tokio::time::sleep(spec.timeout);
    tokio::pin!(deadline);
    let (ending, exit_code) = loop {
        tokio::select! {
            Some(bytes) = output.recv() => kept.take(&bytes, chunks),
            status = child.wait() => break (Ending::Exited, status.ok().and_then(|s| s.code())),
            () = cancel.cancelled() => break (Ending::Cancelled, None),
            () = &mut deadline => break (Ending::TimedOut, None),
        }
    };
    if ending != Ending::Exited {
        end_group(&mut child).await;
    }
    drain(&mut output, &mut kept, chunks).await;
    // What the command left behind ends with it.
    let _ = child.start_kill();
    drop(at_work);
    Ok(CommandOutcome {
        exit_code,
        ending,
        truncated: kept.dropped > 0,
        output: kept.into_text(),
        duration: started.elapsed(),
    })
}

fn spawn(spec: &CommandSpec, mark: &str) -> Result<Box<dyn ChildWrapper>, WorkspaceError> {
    let Some((program, args)) = spec.argv.split_first() else {
        return Err(WorkspaceError::File {
            what: "There is no command to run.".to_owned(),
        });
    };
    let mut command = Command::new(program);
    command.args(args).current_dir(&spec.cwd).env_clear();
    for name in ALLOWED {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env(MARK, mark)
        .env("TERM", "dumb")
        .env("CI", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut wrap = CommandWrap::from(command);
    wrap.wrap(KillOnDrop);
    #[cfg(unix)]
    wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
    #[cfg(windows)]
    wrap.wrap(process_wrap::tokio::JobObject);
    wrap.spawn().map_err(|source| {
        if source.kind() != std::io::ErrorKind::NotFound {
            WorkspaceError::Io {
                what: format!("{program} could not be started"),
                source,
            }
        } else if spec.cwd.is_dir() {
            WorkspaceError::CommandMissing {
                program: program.clone(),
            }
        } else {
            WorkspaceError::FolderGone { path: spec.cwd.clone() }
        }
    })
}

async fn pump(mut pipe: impl tokio::io::AsyncRead + Unpin, sender: Sender<Vec<u8>>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count) = pipe.read(&mut buffer).await {
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return;
        };
        if sender.send(bytes.to_vec()).await.is_err() {
            return;
        }
    }
}

async fn end_group(child: &mut Box<dyn ChildWrapper>) {
    #[cfg(unix)]
    {
        const SIGTERM: i32 = 15;
        let _ = child.signal(SIGTERM);
        let _ = tokio::time::timeout(GRACE, child.wait()).await;
    }
    let _ = child.start_kill();
    let _ = tokio::time::timeout(GRACE, child.wait()).await;
}

async fn drain(output: &mut Receiver<Vec<u8>>, kept: &mut Kept, chunks: Option<&UnboundedSender<String>>) {
    let all = async {
        while let Some(bytes) = output.recv().await {
            kept.take(&bytes, chunks);
        }
    };
    let _ = tokio::time::timeout(DRAIN, all).await;
}

/// The first and the last part of an output.
struct Kept {
    head: Vec<u8>,
    tail: std::collections::VecDeque<u8>,
    half: usize,
    dropped: usize,
    streamed: usize,
    log: Log,
}

impl Kept {
    fn new(cap: usize, log: Option<PathBuf>) -> Kept {
        Kept {
            head: Vec::new(),
            tail: std::collections::VecDeque::new(),
            half: cap / 2,
            dropped: 0,
            streamed: 0,
            log: Log {
                path: log,
                file: None,
                written: 0,
            },
        }
    }

    fn take(&mut self, bytes: &[u8], chunks: Option<&UnboundedSender<String>>) {
        // Live output stops where the kept output is cut, too: nobody reads a gigabyte of it.
        if let Some(chunks) = chunks.filter(|_| self.streamed < self.half.saturating_mul(2)) {
            self.streamed = self.streamed.saturating_add(bytes.len());
            let _ = chunks.send(String::from_utf8_lossy(bytes).into_owned());
        }
        let room = self.half.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let over = self.tail.len().saturating_sub(self.half);
        if over > 0 && self.dropped == 0 {
            let so_far: Vec<u8> = self.head.iter().chain(&self.tail).copied().collect();
            self.log.write(&so_far);
        } else if self.dropped > 0 {
            self.log.write(bytes);
        }
        self.tail.drain(..over);
        self.dropped = self.dropped.saturating_add(over);
    }

    fn into_text(self) -> String {
        let tail: Vec<u8> = self.tail.into();
        let head = String::from_utf8_lossy(&self.head);
        if self.dropped == 0 {
            return String::from_utf8_lossy(&[&self.head[..], &tail[..]].concat()).into_owned();
        }
        format!(
            "{head}\n… {} bytes are left out here …\n{}",
            self.dropped,
            String::from_utf8_lossy(&tail)
        )
    }
}

/// The whole of an output that is longer than what is kept. A disk that refuses is no reason for the command to fail: it is not kept then.
struct Log {
    path: Option<PathBuf>,
    file: Option<std::fs::File>,
    written: usize,
}

impl Log {
    fn write(&mut self, bytes: &[u8]) {
        if self.file.is_none() {
            let Some(path) = self.path.take() else { return };
            let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
            self.file = made.and_then(|()| std::fs::File::create(&path)).ok();
        }
        let room = LOG.saturating_sub(self.written).min(bytes.len());
        if let (Some(file), Some(bytes)) = (&mut self.file, bytes.get(..room)) {
            self.written = self.written.saturating_add(room);
            if file.write_all(bytes).is_err() {
                self.file = None;
            }
        }
    }
}

/// Where a program is on this machine's PATH.
#[must_use]
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path: OsString = std::env::var_os("PATH")?;
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ""] } else { &[""] };
    std::env::split_paths(&path)
        .flat_map(|dir| endings.iter().map(move |end| dir.join(format!("{name}{end}"))))
        .find(|candidate| is_program(candidate))
}

fn is_program(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        path.metadata()
            .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    path.is_file()
}
