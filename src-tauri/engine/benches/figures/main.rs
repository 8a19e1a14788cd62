//! The figures that the product is held to, each beside what it is compared with in the same run.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark fails by panicking")]

#[path = "../../tests/service/support.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod support;

mod advance;
mod build;
mod status;

fn main() {
    advance::beside_the_bare_rows();
    status::among_a_hundred_thousand();
    build::overhead_per_phase();
}
