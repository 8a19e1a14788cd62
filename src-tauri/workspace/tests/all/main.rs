//! Real folders, real git, real processes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod cases;
mod changes;
mod commands;
mod files;
mod projects;
mod releases;
mod runners;
mod support;
