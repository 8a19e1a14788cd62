//! A window of the same Tauri with one field in it and nothing behind it: what the program's own window is measured against.

fn main() {
    if let Err(error) = tauri::Builder::default().run(tauri::generate_context!("tests/empty_window/tauri.conf.json")) {
        eprintln!("The empty window could not be opened: {error}");
        std::process::exit(1);
    }
}
