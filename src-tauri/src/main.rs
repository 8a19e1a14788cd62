//! One program: with a command it works without a window, without one it opens the window.

use std::process::ExitCode;

use clap::Parser;
use q_assistant::cli::{self, Cli};
use q_assistant::window::Start;

fn main() -> ExitCode {
    let Cli {
        data,
        minimised,
        link,
        command,
    } = Cli::parse();
    match command {
        Some(command) => cli::run(data, command),
        None => q_assistant::window::run(data, Start { minimised, link }),
    }
}
