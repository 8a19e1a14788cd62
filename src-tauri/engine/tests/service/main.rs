//! The seven operations, over memory and over a file.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod anew;
mod operations;
mod statistics;
mod support;
mod twenty_seven;
