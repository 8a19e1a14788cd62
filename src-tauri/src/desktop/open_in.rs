//! A build's files in other programs: the file manager, an editor, a terminal. Programs are started directly, never through a shell, and a
//! path is always one argument.

use std::path::{Component, Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use workspace::find_program;

use super::graphics;
use crate::desk::problem;
use crate::dto::{self, DesktopSettings, WireError};

/// How a program is told of a folder or file.
#[derive(Debug, Clone, Copy)]
enum Told {
    /// As its last argument, after these.
    After(&'static [&'static str]),
    /// As the end of this one argument.
    Joined(&'static str),
    /// By starting there.
    ByStartingThere,
}

/// A program that this product knows how to start.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    id: &'static str,
    title: &'static str,
    /// Its names on PATH.
    names: &'static [&'static str],
    /// Its name in a Mac's Applications, where `open` starts it.
    mac: Option<&'static str>,
    told: Told,
}

const fn editor(
    id: &'static str,
    title: &'static str,
    names: &'static [&'static str],
    mac: Option<&'static str>,
) -> Known {
    Known {
        id,
        title,
        names,
        mac,
        told: Told::After(&[]),
    }
}

const fn terminal(id: &'static str, title: &'static str, mac: Option<&'static str>, told: Told) -> Known {
    Known {
        id,
        title,
        names: &[],
        mac,
        told,
    }
}

/// The first that is found is used, until the person chooses.
const EDITORS: &[Known] = &[
    editor(
        "code",
        "Visual Studio Code",
        &["code", "com.visualstudio.code"],
        Some("Visual Studio Code"),
    ),
    editor(
        "codium",
        "VSCodium",
        &["codium", "vscodium", "com.vscodium.codium"],
        Some("VSCodium"),
    ),
    editor("cursor", "Cursor", &["cursor"], Some("Cursor")),
    editor("zed", "Zed", &["zed", "zeditor", "dev.zed.Zed"], Some("Zed")),
    editor(
        "idea",
        "IntelliJ IDEA",
        &["idea", "idea.sh", "intellij-idea-community", "intellij-idea-ultimate"],
        Some("IntelliJ IDEA"),
    ),
    editor("webstorm", "WebStorm", &["webstorm", "webstorm.sh"], Some("WebStorm")),
    editor(
        "pycharm",
        "PyCharm",
        &["pycharm", "pycharm.sh", "pycharm-community", "pycharm-professional"],
        Some("PyCharm"),
    ),
    editor(
        "rustrover",
        "RustRover",
        &["rustrover", "rustrover.sh"],
        Some("RustRover"),
    ),
    editor("clion", "CLion", &["clion", "clion.sh"], Some("CLion")),
    editor("goland", "GoLand", &["goland", "goland.sh"], Some("GoLand")),
    editor("phpstorm", "PhpStorm", &["phpstorm", "phpstorm.sh"], Some("PhpStorm")),
    editor("rider", "Rider", &["rider", "rider.sh"], Some("Rider")),
    editor(
        "sublime",
        "Sublime Text",
        &["subl", "sublime_text"],
        Some("Sublime Text"),
    ),
    editor("kate", "Kate", &["kate"], Some("kate")),
    editor("gnome-text-editor", "Text Editor", &["gnome-text-editor"], None),
    editor("gedit", "gedit", &["gedit"], None),
];

const TERMINALS: &[Known] = &[
    terminal(
        "gnome-terminal",
        "GNOME Terminal",
        None,
        Told::Joined("--working-directory="),
    ),
    terminal("konsole", "Konsole", None, Told::After(&["--workdir"])),
    terminal(
        "xfce4-terminal",
        "Xfce Terminal",
        None,
        Told::Joined("--working-directory="),
    ),
    terminal("kitty", "kitty", Some("kitty"), Told::After(&["--directory"])),
    terminal(
        "alacritty",
        "Alacritty",
        Some("Alacritty"),
        Told::After(&["--working-directory"]),
    ),
    terminal("wezterm", "WezTerm", Some("WezTerm"), Told::After(&["start", "--cwd"])),
    terminal(
        "ghostty",
        "Ghostty",
        Some("Ghostty"),
        Told::Joined("--working-directory="),
    ),
    terminal("wt", "Windows Terminal", None, Told::After(&["-d"])),
    terminal("terminal", "Terminal", Some("Terminal"), Told::ByStartingThere),
    terminal(
        "x-terminal-emulator",
        "The system's terminal",
        None,
        Told::ByStartingThere,
    ),
];

impl Known {
    fn names(&self) -> impl Iterator<Item = &str> {
        let own = self.names.is_empty().then_some(self.id);
        self.names.iter().copied().chain(own)
    }

    /// The program on this machine, if it is there.
    fn program(&self) -> Option<PathBuf> {
        if cfg!(target_os = "macos") {
            let bundle = format!("{}.app", self.mac?);
            let home = dirs::home_dir().unwrap_or_default();
            return [
                "/Applications".into(),
                "/System/Applications/Utilities".into(),
                home.join("Applications"),
            ]
            .iter()
            .map(|folder: &PathBuf| folder.join(&bundle))
            .find(|bundle| bundle.is_dir());
        }
        self.names().find_map(find_program)
    }

    /// What starts it with a path: the program and its arguments.
    fn start(&self, program: &Path, path: &Path) -> tokio::process::Command {
        if cfg!(target_os = "macos") {
            let mut open = tokio::process::Command::new("/usr/bin/open");
            open.arg("-a").arg(program).arg(path);
            return open;
        }
        let mut command = tokio::process::Command::new(program);
        match self.told {
            Told::After(before) => command.args(before).arg(path),
            Told::Joined(before) => {
                let mut joined = std::ffi::OsString::from(before);
                joined.push(path);
                command.arg(joined)
            }
            Told::ByStartingThere => &mut command,
        };
        command.current_dir(if path.is_dir() {
            path
        } else {
            path.parent().unwrap_or(path)
        });
        command
    }

    fn shown(&self) -> dto::Program {
        dto::Program {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
        }
    }
}

fn found(known: &'static [Known]) -> impl Iterator<Item = (&'static Known, PathBuf)> {
    known.iter().filter_map(|each| Some((each, each.program()?)))
}

/// The chosen one if it is there, the one that the environment names, or the first.
fn chosen(known: &'static [Known], choice: Option<&str>, named: Option<&str>) -> Option<(&'static Known, PathBuf)> {
    let by_id = |id: &str| {
        known
            .iter()
            .find(|each| each.id == id)
            .and_then(|each| Some((each, each.program()?)))
    };
    choice
        .and_then(by_id)
        .or_else(|| named.and_then(by_id))
        .or_else(|| found(known).next())
}

/// The editor that VISUAL or EDITOR names, if it is one with a window: the others would wait for a terminal that nobody sees.
fn from_environment() -> Option<&'static str> {
    ["VISUAL", "EDITOR"].iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        let program = Path::new(value.split_whitespace().next()?)
            .file_name()?
            .to_str()?
            .to_owned();
        EDITORS
            .iter()
            .find(|each| each.names().any(|name| name == program))
            .map(|each| each.id)
    })
}

/// What there is to choose from, and what is used.
#[must_use]
pub fn surroundings(settings: &DesktopSettings, has_tray: bool) -> dto::Surroundings {
    let all = |known| found(known).map(|(each, _)| each.shown()).collect();
    let id = |chosen: Option<(&'static Known, PathBuf)>| chosen.map(|(each, _)| each.id.to_owned());
    dto::Surroundings {
        editors: all(EDITORS),
        terminals: all(TERMINALS),
        editor: id(chosen(EDITORS, settings.editor.as_deref(), from_environment())),
        terminal: id(chosen(TERMINALS, settings.terminal.as_deref(), None)),
        has_tray,
        chooses_graphics: graphics::CAN_CHOOSE,
    }
}

/// Opens it in the person's editor.
///
/// # Errors
/// There is none, or it does not start.
pub async fn in_editor(settings: &DesktopSettings, path: &Path) -> Result<(), WireError> {
    let Some((editor, program)) = chosen(EDITORS, settings.editor.as_deref(), from_environment()) else {
        return Err(problem(
            "no_editor",
            "No editor with a window was found on this machine. Install one, Visual Studio Code or Kate for instance, or open the folder \
             instead.",
        ));
    };
    start(editor, &program, path).await
}

/// Opens the folder, or the one that the file lies in, in the person's terminal.
///
/// # Errors
/// There is none, or it does not start.
pub async fn in_terminal(settings: &DesktopSettings, path: &Path) -> Result<(), WireError> {
    let Some((terminal, program)) = chosen(TERMINALS, settings.terminal.as_deref(), None) else {
        return Err(problem(
            "no_terminal",
            "No terminal was found on this machine. Install one, or open the folder instead.",
        ));
    };
    let folder = if path.is_dir() {
        path
    } else {
        path.parent().unwrap_or(path)
    };
    start(terminal, &program, folder).await
}

/// A program that ends badly within it did not open anything.
const STARTED: Duration = Duration::from_millis(800);

async fn start(known: &Known, program: &Path, path: &Path) -> Result<(), WireError> {
    let failed = |why: String| problem("not_started", format!("{} could not be started: {why}.", known.title));
    let mut command = known.start(program, path);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    match tokio::time::timeout(STARTED, child.wait()).await {
        Ok(Ok(status)) if !status.success() => return Err(failed(format!("it ended at once ({status})"))),
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(failed(error.to_string())),
        Err(_) => {
            // Somebody has to take note of its end.
            tauri::async_runtime::spawn(async move { child.wait().await });
        }
    }
    Ok(())
}

/// The place of a file of a build, or of its folder where no file is named. It never lies outside.
///
/// # Errors
/// A path that leads out, or to nothing.
pub fn inside(roots: &[PathBuf], path: Option<&str>) -> Result<PathBuf, WireError> {
    let Some(path) = path else {
        let folder = roots.last().filter(|root| root.is_dir()).cloned();
        let name = roots.last().map(|root| root.display().to_string()).unwrap_or_default();
        return folder.ok_or_else(|| problem("not_found", format!("The folder {name} is gone.")));
    };
    let outside = || problem("invalid_input", format!("{path} does not lie in this build."));
    let relative = Path::new(path);
    if path.is_empty() || !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(outside());
    }
    for root in roots {
        let (Ok(root), Ok(found)) = (root.canonicalize(), root.join(relative).canonicalize()) else {
            continue;
        };
        // A link may lead anywhere.
        return if found.starts_with(&root) {
            Ok(found)
        } else {
            Err(outside())
        };
    }
    Err(problem("not_found", format!("{path} is not there any longer.")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::inside;

    #[test]
    fn a_path_stays_inside() {
        let place = tempfile::tempdir().unwrap();
        let (worktree, project) = (place.path().join("worktree"), place.path().join("project"));
        for folder in [&worktree, &project] {
            std::fs::create_dir_all(folder.join("src")).unwrap();
        }
        std::fs::write(worktree.join("src/new.rs"), "").unwrap();
        std::fs::write(project.join("src/old.rs"), "").unwrap();
        std::fs::write(place.path().join("secret"), "").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(place.path().join("secret"), worktree.join("link")).unwrap();
        let roots = [worktree.clone(), project.clone()];
        let found = |path: Option<&str>| inside(&roots, path);
        assert_eq!(found(None).unwrap(), project);
        assert_eq!(
            found(Some("src/new.rs")).unwrap(),
            worktree.join("src/new.rs").canonicalize().unwrap()
        );
        assert_eq!(
            found(Some("src/old.rs")).unwrap(),
            project.join("src/old.rs").canonicalize().unwrap()
        );
        for outside in [
            "../secret",
            "/etc/passwd",
            "src/../../secret",
            "link",
            "./src/new.rs",
            "",
        ] {
            assert!(found(Some(outside)).is_err(), "{outside}");
        }
        assert_eq!(found(Some("src/gone.rs")).unwrap_err().code, "not_found");
    }
}
