//! The command line: the same service without a window, for scripts, tests and measurements.

mod build;
mod data;
mod prompt;
mod replay;
mod report;
mod show;
mod usage;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Parser, Subcommand, ValueEnum};

use crate::desktop::links;
use crate::settings::data_folder;

/// Exit codes: live, blocked or failed, bad usage (clap's own).
const LIVE: u8 = 0;
const FAILED: u8 = 1;
const USAGE: u8 = 2;

#[derive(Debug, Parser)]
#[command(
    name = "q-assistant",
    version,
    about = "Say what you want; read the plan; approve; it is live."
)]
pub struct Cli {
    /// Database, worktrees and settings elsewhere.
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Opens the window out of the way.
    #[arg(long, alias = "minimized")]
    pub minimised: bool,
    /// Opens the window where the link leads: q-assistant://build/ID
    #[arg(value_name = "LINK", value_parser = a_link)]
    pub link: Option<String>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Builds what a brief asks for, to the end.
    Build(build::BuildArgs),
    /// Where a build is, and what it waits for.
    Status(show::One),
    /// Handoffs and events of a build, in order.
    History(show::One),
    /// A build's history to take along: what was built and proven, handoffs, tests, events.
    Report(report::ReportArgs),
    /// Whether a history that was exported as JSON is still what was written.
    Verify(report::VerifyArgs),
    /// Figures over the builds of the newest build's project.
    Stats(show::One),
    /// What each call of a model used.
    Usage(show::One),
    /// Sends work back to an earlier phase, or tries a blocked one again, and goes on.
    Retry(build::RetryArgs),
    /// Takes state, files and release back to an earlier phase.
    Rollback(build::RollbackArgs),
    /// Ends a build for good.
    Cancel(show::One),
    /// What a role is told.
    Prompt(prompt::PromptArgs),
    /// What the models were asked and what they answered, as JSON.
    Recording(replay::RecordingArgs),
    /// Goes through a build again, in a copy: the answers come from its recording, all else happens anew.
    Replay(show::One),
    /// Copies the whole database into one file.
    Backup(data::BackupArgs),
    /// Writes all that is kept of a build into a folder.
    Export(data::ExportArgs),
    /// Goes on with a build that stands still or was cut off.
    Resume(build::ResumeArgs),
    /// Serves one released page until it is taken down.
    #[command(hide = true)]
    ServeSite {
        marker: PathBuf,
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

/// What is neither a command nor a link is most likely a command that was mistyped.
fn a_link(text: &str) -> Result<String, String> {
    if text.starts_with(links::SCHEME) {
        Ok(text.to_owned())
    } else {
        Err("there is no such command, and links begin with q-assistant://".to_owned())
    }
}

/// Which handoffs are asked on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Approve {
    /// Ready to Build and every handoff are asked.
    Every,
    /// Only the handoff before the release is asked.
    Release,
    /// Nothing is asked.
    All,
}

/// Runs a command to its end.
pub fn run(data: Option<PathBuf>, command: Command) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("The program cannot start: {error}")),
    };
    let data = data_folder(data);
    // What these print is what they are for; a build goes on whether anybody reads along or not.
    let only_prints = matches!(
        command,
        Command::Status(_)
            | Command::History(_)
            | Command::Report(_)
            | Command::Verify(_)
            | Command::Stats(_)
            | Command::Usage(_)
            | Command::Recording(_)
            | Command::Replay(_)
            | Command::Prompt(_)
    );
    let result = runtime.block_on(async {
        match command {
            Command::Build(args) => build::build(&data, args).await,
            Command::Retry(args) => build::retry(&data, args).await,
            Command::Rollback(args) => build::rollback(&data, args).await,
            Command::Resume(args) => build::resume(&data, args).await,
            Command::Cancel(args) => build::cancel(&data, &args).await,
            Command::Prompt(args) => prompt::prompt(&data, &args).await,
            Command::Recording(args) => replay::show(&data, &args),
            Command::Replay(args) => replay::again(&data, &args).await,
            Command::Backup(args) => data::backup(&data, args),
            Command::Export(args) => data::export(&data, &args),
            Command::Status(args) => show::status(&data, &args),
            Command::History(args) => show::history(&data, &args),
            Command::Report(args) => report::report(&data, &args),
            Command::Verify(args) => report::verify(&args),
            Command::Usage(args) => usage::usage(&data, &args),
            Command::Stats(args) => show::stats(&data, &args),
            Command::ServeSite { marker, port } => engine::serve_site(&marker, port)
                .await
                .map(|()| LIVE)
                .map_err(|e| Stop::failed(e.to_string())),
        }
    });
    runtime.shutdown_background();
    match result {
        Ok(_) if only_prints && CUT_OFF.load(Ordering::Relaxed) => {
            fail("What was to be printed could not be written, so it is not whole.")
        }
        Ok(code) => ExitCode::from(code),
        Err(stop) => {
            complain(&stop.what);
            ExitCode::from(stop.code)
        }
    }
}

/// A line for whoever reads. That nobody reads any longer is no reason to stop the work.
pub(crate) fn print(line: impl std::fmt::Display) {
    let mut stdout = std::io::stdout();
    match writeln!(stdout, "{line}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => CUT_OFF.store(true, Ordering::Relaxed),
        Ok(()) | Err(_) => {}
    }
}

/// What was to be printed could not be written, on a full disk say.
static CUT_OFF: AtomicBool = AtomicBool::new(false);

fn complain(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

fn fail(what: &str) -> ExitCode {
    complain(what);
    ExitCode::from(FAILED)
}

/// Why a command ends early.
#[derive(Debug)]
pub(crate) struct Stop {
    code: u8,
    what: String,
}

impl Stop {
    pub(crate) fn failed(what: impl Into<String>) -> Stop {
        Stop {
            code: FAILED,
            what: what.into(),
        }
    }

    pub(crate) fn usage(what: impl Into<String>) -> Stop {
        Stop {
            code: USAGE,
            what: what.into(),
        }
    }
}

impl From<engine::ServiceError> for Stop {
    fn from(error: engine::ServiceError) -> Stop {
        Stop::failed(error.to_string())
    }
}
