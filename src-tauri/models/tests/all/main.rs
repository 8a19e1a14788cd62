//! Models from outside: the practice model, and providers that answer well and badly over every wire form.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod connections;
mod practice;
mod redact;
mod streams;
mod wires;
