//! Stories of a user, through the public doors: the window, the command line, an endpoint on the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

mod command_line;
mod endpoint;
#[cfg(target_os = "linux")]
mod figures;
#[cfg(unix)]
mod kill;
mod replay;
mod repositories;
mod settings;
#[cfg(target_os = "linux")]
mod views;
#[cfg(target_os = "linux")]
mod voice;
#[cfg(target_os = "linux")]
mod window;
