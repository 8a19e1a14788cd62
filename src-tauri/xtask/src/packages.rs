//! Packages of the system: installed where that may be done, named with the exact line where not.

use std::io::IsTerminal;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{find, output, step};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    ToRun,
    ToTest,
}

const RUN: &[&str] = &[
    "build-essential",
    "pkg-config",
    "git",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libssl-dev",
    "libasound2-dev",
    "cmake",
];
const TEST: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus-x11",
    "dbus-bin",
    "python3",
    "pulseaudio",
    "pulseaudio-utils",
    "espeak-ng",
    "pocketsphinx",
    "pocketsphinx-en-us",
];

const DNF: &str = "sudo dnf install gcc gcc-c++ make pkgconf cmake git webkit2gtk4.1-devel libappindicator-gtk3-devel librsvg2-devel \
                   libxdo-devel openssl-devel alsa-lib-devel webkit2gtk-driver xorg-x11-server-Xvfb dbus-x11 dbus-tools python3 \
                   pulseaudio pulseaudio-utils espeak-ng pocketsphinx";
const PACMAN: &str = "sudo pacman -S --needed base-devel cmake git webkit2gtk-4.1 libappindicator-gtk3 librsvg xdotool openssl \
                      alsa-lib xorg-server-xvfb dbus python pulseaudio espeak-ng pocketsphinx";

/// Installs what is missing.
///
/// # Errors
/// Where something is missing that cannot be installed from here: the error is the line that a person can run.
pub fn install(needed: Needed) -> Result<()> {
    if cfg!(target_os = "macos") {
        return programs("xcode-select --install   and   brew install git node cmake python3");
    }
    if cfg!(windows) {
        return programs("winget install Git.Git Kitware.CMake OpenJS.NodeJS.LTS Python.Python.3.12");
    }
    if find("apt-get").is_none() {
        return other_linux();
    }
    let mut wanted = RUN.to_vec();
    if needed == Needed::ToTest {
        wanted.extend(TEST);
    }
    let missing: Vec<&str> = wanted.into_iter().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!(
        "sudo apt-get update && sudo apt-get install --yes {}",
        missing.join(" ")
    );
    let Some(apt) = apt_get() else {
        bail!("These system packages are missing and cannot be installed from here. Run:\n\n    {line}\n");
    };
    step("Package lists", &mut apt(&["update"]))?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(&missing);
    step(&format!("System packages: {}", missing.join(" ")), &mut apt(&arguments))
}

fn installed(package: &str) -> bool {
    output(Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]))
        .is_some_and(|status| status.trim() == "installed")
}

/// `apt-get` as root: directly, or through a sudo that asks nothing or can ask a person.
fn apt_get() -> Option<impl Fn(&[&str]) -> Command> {
    let is_root = output(Command::new("id").arg("-u"))?.trim() == "0";
    let may_sudo = find("sudo").is_some()
        && (std::io::stdin().is_terminal() || output(Command::new("sudo").args(["-n", "true"])).is_some());
    if !is_root && !may_sudo {
        return None;
    }
    Some(move |arguments: &[&str]| {
        let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
        if !is_root {
            command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        command
    })
}

/// Without apt there is no one list to check against; what the compiler would miss first is asked of pkg-config.
fn other_linux() -> Result<()> {
    if output(Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"])).is_some() && find("git").is_some() {
        return Ok(());
    }
    bail!("WebKitGTK 4.1 and its development files are missing. On Fedora:\n\n    {DNF}\n\nOn Arch:\n\n    {PACMAN}\n");
}

fn programs(line: &str) -> Result<()> {
    if find("git").is_some() && find("npm").is_some() {
        return Ok(());
    }
    bail!("Git and Node are needed. Run:\n\n    {line}\n");
}
