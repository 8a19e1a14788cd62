//! Whisper in the program: C++ that CMake builds, so it is in where both are. On Debian and its family they are installed like
//! everything else; elsewhere a program without it is a whole program, which understands speech by a server.

use std::process::Command;

use crate::command::find;

/// The feature, as cargo takes it for the whole workspace.
const FEATURE: &str = "q-assistant/whisper";

/// Adds Whisper to a command of cargo's, where it can be built.
pub fn add(cargo: &mut Command) -> &mut Command {
    if can_be_built() {
        cargo.args(["--features", FEATURE]);
    }
    ready(cargo)
}

/// Adds it to a command of Tauri's, which knows the one package.
pub fn add_to_bundle(tauri: &mut Command) -> &mut Command {
    if can_be_built() {
        tauri.args(["--features", "whisper"]);
    }
    ready(tauri)
}

fn can_be_built() -> bool {
    find("cmake").is_some()
}

/// The bindings that come with the crate fit Linux: without them libclang would be needed to make the same anew.
fn ready(command: &mut Command) -> &mut Command {
    if cfg!(target_os = "linux") {
        command.env("WHISPER_DONT_GENERATE_BINDINGS", "1");
    }
    command
}
