//! Running other programs, with a line that says what is going on and an error that says what failed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The top folder of the project.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("."))
}

/// The cargo that runs this task.
#[must_use]
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A command of Node's in the interface's folder.
///
/// # Errors
/// Where Node is not installed: says where to get it.
pub fn npm(arguments: &[&str]) -> Result<Command> {
    let program =
        find("npm").context("Node is missing. Install Node 20.19 or newer from nodejs.org, then run this again.")?;
    let mut npm = Command::new(program);
    npm.current_dir("ui").args(arguments);
    Ok(npm)
}

/// The program of that name on the PATH.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    let names: &[String] = &if cfg!(windows) {
        vec![format!("{program}.cmd"), format!("{program}.exe")]
    } else {
        vec![program.to_owned()]
    };
    std::env::split_paths(&std::env::var_os("PATH")?)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|path| path.is_file())
}

/// Runs it in the foreground.
///
/// # Errors
/// A program that cannot be started, or one that fails.
pub fn step(title: &str, command: &mut Command) -> Result<()> {
    eprintln!("\n── {title}");
    let begun = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("{title}: {command:?} could not be started"))?;
    if !status.success() {
        bail!("{title} failed ({status}). The command was: {command:?}");
    }
    eprintln!("── {title}: {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// What it prints, and whether it succeeded.
#[must_use]
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
