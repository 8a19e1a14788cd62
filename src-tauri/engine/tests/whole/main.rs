//! Whole builds through the engine: what the person does in a window, and what nobody can do on the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod aside;
mod desk;
mod looked_at;
mod replayed;
mod trash;
