//! The one place that calls git. Configuration, hooks, filters and drivers that a repository brings are not run.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::WorkspaceError;
use crate::child_time::Waiting;

const TIMEOUT: Duration = Duration::from_secs(120);

/// git in one folder.
#[derive(Debug, Clone)]
pub(crate) struct Git {
    dir: PathBuf,
    /// `-c` overrides that switch off filters which the repository's own configuration names.
    silenced: Vec<String>,
    index: Option<PathBuf>,
}

/// What a call gave back.
#[derive(Debug)]
pub(crate) struct Output {
    pub ok: bool,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Output {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim_end().to_owned()
    }

    /// The fields of `-z` output.
    pub fn fields(&self) -> Vec<String> {
        self.stdout
            .split(|byte| *byte == 0)
            .filter(|field| !field.is_empty())
            .map(|field| String::from_utf8_lossy(field).into_owned())
            .collect()
    }
}

impl Git {
    /// git in `dir`, with the filters of that repository switched off.
    pub async fn open(dir: &Path) -> Result<Git, WorkspaceError> {
        let mut git = Git {
            dir: dir.to_owned(),
            silenced: Vec::new(),
            index: None,
        };
        let listed = git
            .try_call(&[
                "config",
                "--local",
                "--name-only",
                "-z",
                "--get-regexp",
                "^(filter|diff|merge)\\.",
            ])
            .await?;
        // A filter that a checkout would run is replaced by nothing; its name is all that is taken from the repository.
        git.silenced = listed
            .fields()
            .into_iter()
            .filter(|name| {
                [".clean", ".smudge", ".process", ".textconv", ".command", ".driver"]
                    .iter()
                    .any(|end| name.ends_with(end))
            })
            .map(|name| format!("{name}="))
            .collect();
        let required = listed.fields();
        let required = required.iter().filter(|name| name.ends_with(".required"));
        git.silenced.extend(required.map(|name| format!("{name}=false")));
        Ok(git)
    }

    /// The same with an index file of its own, so that the person's or the worktree's index stays as it is.
    pub fn with_index(&self, index: &Path) -> Git {
        Git {
            index: Some(index.to_owned()),
            ..self.clone()
        }
    }

    /// Runs git and hands back whatever came.
    pub async fn try_call(&self, args: &[&str]) -> Result<Output, WorkspaceError> {
        self.call_with(args, None).await
    }

    /// Runs git; anything but success is an error that says what was tried.
    pub async fn call(&self, what: &str, args: &[&str]) -> Result<Output, WorkspaceError> {
        let output = self.try_call(args).await?;
        if output.ok {
            Ok(output)
        } else {
            Err(failed(what, &output))
        }
    }

    /// A setting as the person's own git would find it, their own configuration included; empty where there is none. Only read, never
    /// obeyed.
    pub async fn persons_setting(&self, name: &str) -> Result<String, WorkspaceError> {
        let mut command = Command::new("git");
        command
            .current_dir(&self.dir)
            .args(["config", "--get", name])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let output = tokio::time::timeout(TIMEOUT, command.output()).await;
        let found = output
            .ok()
            .and_then(Result::ok)
            .map(|output| output.stdout)
            .unwrap_or_default();
        Ok(String::from_utf8_lossy(&found).trim().to_owned())
    }

    pub async fn call_with_input(&self, what: &str, args: &[&str], input: &[u8]) -> Result<Output, WorkspaceError> {
        let output = self.call_with(args, Some(input)).await?;
        if output.ok {
            Ok(output)
        } else {
            Err(failed(what, &output))
        }
    }

    async fn call_with(&self, args: &[&str], input: Option<&[u8]>) -> Result<Output, WorkspaceError> {
        if !self.dir.is_dir() {
            return Err(WorkspaceError::FolderGone { path: self.dir.clone() });
        }
        let _waiting = Waiting::begin();
        let mut command = Command::new("git");
        command
            .current_dir(&self.dir)
            .args(["--no-optional-locks", "--no-pager"]);
        for setting in [
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "core.autocrlf=false",
            "core.quotePath=false",
            "commit.gpgSign=false",
            "tag.gpgSign=false",
            "gc.auto=0",
            "protocol.allow=never",
            "safe.directory=*",
            "advice.detachedHead=false",
            "diff.external=",
        ] {
            command.args(["-c", setting]);
        }
        for setting in &self.silenced {
            command.args(["-c", setting]);
        }
        command.args(args);
        // The person's own configuration and whatever this process inherited stay out of it.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Q Assistant")
            .env("GIT_AUTHOR_EMAIL", "q-assistant@localhost")
            .env("GIT_COMMITTER_NAME", "Q Assistant")
            .env("GIT_COMMITTER_EMAIL", "q-assistant@localhost")
            .env("LC_ALL", "C")
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(index) = &self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        let mut child = command.spawn().map_err(|source| {
            if source.kind() == std::io::ErrorKind::NotFound {
                return WorkspaceError::GitMissing;
            }
            WorkspaceError::Io {
                what: "git could not be started".to_owned(),
                source,
            }
        })?;
        if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
            // A git that ends early closes the pipe; its own message says why.
            let _ = stdin.write_all(input).await;
        }
        let finished = tokio::time::timeout(TIMEOUT, child.wait_with_output())
            .await
            .map_err(|_| WorkspaceError::Git {
                what: args.first().copied().unwrap_or_default().to_owned(),
                stderr: format!("it did not end within {} s", TIMEOUT.as_secs()),
            })?
            .map_err(WorkspaceError::io("git could not be read"))?;
        Ok(Output {
            ok: finished.status.success(),
            stdout: finished.stdout,
            stderr: String::from_utf8_lossy(&finished.stderr).trim().to_owned(),
        })
    }
}

fn failed(what: &str, output: &Output) -> WorkspaceError {
    let stderr = if output.stderr.is_empty() {
        output.text()
    } else {
        output.stderr.clone()
    };
    if stderr.contains("Permission denied") || stderr.contains("Read-only file system") {
        return WorkspaceError::File {
            what: format!("git could not {what}: {stderr}. Check the folder's permissions."),
        };
    }
    WorkspaceError::Git {
        what: what.to_owned(),
        stderr: stderr.chars().take(2000).collect(),
    }
}
