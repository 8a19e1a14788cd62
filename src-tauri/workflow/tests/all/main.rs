//! The contract, from outside the crate: requests go in, facts or refusals come out.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod approvals;
mod gates;
mod languages;
mod model;
mod pairs;
mod returns;
mod rollbacks;
mod support;
mod talk;
