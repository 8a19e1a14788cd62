//! The TypeScript side of the door is generated, committed, and compared here.

#![cfg(test)]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use specta_typescript::Typescript;

const PATH: &str = "ui/src/backend/bindings.ts";

#[test]
fn bindings_are_up_to_date() {
    let made = tempfile::NamedTempFile::with_suffix(".ts").expect("a temporary file");
    crate::commands::all()
        .export(Typescript::default(), made.path())
        .expect("every type exports");
    let made = std::fs::read_to_string(made.path()).expect("the file that was just written");
    if std::env::var_os("WRITE_BINDINGS").is_some() {
        std::fs::write(PATH, &made).expect("the bindings can be written");
    }
    let committed = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        committed == made,
        "{PATH} is not what Rust says. Run: cargo xtask bindings"
    );
}
