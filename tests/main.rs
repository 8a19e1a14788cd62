//! Stories of a user, through the public doors: the window, the command line, an endpoint on the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

mod command_line;
#[cfg(target_os = "linux")]
mod conversation;
mod data;
#[cfg(target_os = "linux")]
mod desktop;
mod endpoint;
#[cfg(target_os = "linux")]
mod figures;
mod history;
#[cfg(target_os = "linux")]
mod hostile;
#[cfg(target_os = "linux")]
mod keyboard;
#[cfg(unix)]
mod kill;
#[cfg(target_os = "linux")]
mod languages;
#[cfg(target_os = "linux")]
mod long;
#[cfg(target_os = "linux")]
mod opening;
#[cfg(target_os = "linux")]
mod palette;
mod replay;
mod repositories;
#[cfg(target_os = "linux")]
mod search;
mod settings;
#[cfg(target_os = "linux")]
mod views;
#[cfg(target_os = "linux")]
mod voice;
#[cfg(target_os = "linux")]
mod walk;
#[cfg(target_os = "linux")]
mod window;
