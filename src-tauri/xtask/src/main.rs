//! `cargo xtask`: everything a fresh machine needs, and then the work itself.

mod bundle;
mod check;
mod command;
mod interface;
mod packages;
mod whisper;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::command::{cargo, root};
use crate::packages::Needed;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Run, test and package Q Assistant")]
struct Xtask {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Sets up what is missing and opens the window.
    Run {
        /// Optimised: slower to build, faster to run.
        #[arg(long)]
        release: bool,
        /// Arguments of the program itself.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Sets up what is missing and runs every check and test there is.
    Test,
    /// Makes the installable package of this system.
    Bundle,
    /// Writes the TypeScript types of everything that Rust sends to the window.
    Bindings,
    /// Prints the benchmarks, each beside what it is compared with: all of them, or those that are named.
    Bench { figures: Vec<String> },
    /// Renews the README's pictures from what the window tests saw last.
    Pictures,
}

fn main() -> ExitCode {
    match carry_out() {
        Ok(()) => ExitCode::SUCCESS,
        // Without the trace that anyhow would add: what to do is in the sentence.
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out() -> Result<()> {
    std::env::set_current_dir(root())?;
    match Xtask::parse().task {
        Task::Run { release, arguments } => {
            packages::install(Needed::ToRun)?;
            interface::build()?;
            let mut run = cargo();
            whisper::add(run.args(["run", "--package", "q-assistant"]));
            if release {
                run.arg("--release");
            }
            run.arg("--").args(arguments);
            command::step("Q Assistant", &mut run)
        }
        Task::Test => {
            packages::install(Needed::ToTest)?;
            check::everything()
        }
        Task::Bundle => {
            packages::install(Needed::ToRun)?;
            interface::install()?;
            bundle::bundle()
        }
        Task::Bindings => {
            packages::install(Needed::ToRun)?;
            interface::install()?;
            check::write_bindings()
        }
        Task::Pictures => check::renew_pictures(),
        Task::Bench { figures } => {
            packages::install(Needed::ToTest)?;
            interface::build()?;
            check::bench(&figures)
        }
    }
}
