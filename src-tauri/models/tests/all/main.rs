//! Models from outside: the practice model, and endpoints that answer badly.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod endpoint;
mod practice;
