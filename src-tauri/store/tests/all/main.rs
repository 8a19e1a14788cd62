//! What the database holds to by itself, whatever a program does to it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod backups;
mod files;
mod guards;
mod search;
mod support;
mod trash;
