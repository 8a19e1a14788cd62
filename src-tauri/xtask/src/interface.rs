//! The interface: its packages and its build.

use std::fs;

use anyhow::{Context, Result};

use crate::command::{npm, step};

const LOCK: &str = "ui/package-lock.json";
/// The lock file as it was when the packages were installed.
const INSTALLED: &str = "ui/node_modules/.installed-lock.json";

/// Installs the packages that the lock file names, where they are not there already.
///
/// # Errors
/// No Node, or npm fails.
pub fn install() -> Result<()> {
    let lock = fs::read(LOCK).with_context(|| format!("{LOCK} cannot be read"))?;
    if fs::read(INSTALLED).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("Interface: packages", &mut npm(&["ci", "--no-audit", "--no-fund"])?)?;
    fs::write(INSTALLED, lock).with_context(|| format!("{INSTALLED} cannot be written"))
}

/// Builds what the window shows.
///
/// # Errors
/// As [`install`], or a build that fails.
pub fn build() -> Result<()> {
    install()?;
    step("Interface: build", &mut npm(&["run", "build"])?)
}
