//! The figures that the product is held to, each beside what it is compared with in the same run.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark fails by panicking")]

#[path = "../../tests/service/support.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod support;

mod advance;
mod build;
mod search;
mod status;
mod tools;

/// All of them, or those that are named: `cargo xtask bench tools`.
fn main() {
    let figures: [(&str, fn()); 5] = [
        ("advance", advance::beside_the_bare_rows),
        ("status", status::among_a_hundred_thousand),
        ("build", build::overhead_per_phase),
        ("search", search::beside_no_index),
        ("tools", tools::overhead_in_a_large_repository),
    ];
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    for (name, print) in figures {
        if named.is_empty() || named.iter().any(|wanted| wanted == name) {
            print();
        }
    }
}
