//! The installable package.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::step;
use crate::whisper;

/// Builds the package of this system; on Debian and its family, a .deb.
///
/// # Errors
/// A build that fails.
pub fn bundle() -> Result<()> {
    let kind = if cfg!(target_os = "macos") {
        "app"
    } else if cfg!(windows) {
        "nsis"
    } else {
        "deb"
    };
    let tauri = Path::new("ui/node_modules/.bin").join(if cfg!(windows) { "tauri.cmd" } else { "tauri" });
    step(
        "Package",
        whisper::add_to_bundle(Command::new(tauri).args(["build", "--bundles", kind])),
    )
}
