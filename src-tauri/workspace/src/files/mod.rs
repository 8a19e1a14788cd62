//! The files of a worktree as a role sees them. Paths are opened relative to the folder through capabilities, so that neither
//! `..`, an absolute path nor a symlink (swapped in at whatever moment) leads out of it.

mod change;
mod list;
mod read;
mod search;

use std::path::{Component, Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use ignore::WalkBuilder;

pub use list::{Entry, Listing};
pub use read::Text;
pub use search::{Found, Hit, Query};

use crate::WorkspaceError;

/// A folder that is open and cannot be left.
#[derive(Debug)]
pub struct Files {
    dir: Dir,
    root: PathBuf,
}

/// Folders that hold what was installed or built, never what was written, even where the repository does not say so.
const SKIPPED: [&str; 7] = [
    ".git",
    "node_modules",
    "target",
    "__pycache__",
    ".venv",
    "dist",
    ".pytest_cache",
];

impl Files {
    /// Opens the folder.
    ///
    /// # Errors
    /// [`WorkspaceError::FolderGone`].
    pub fn open(root: &Path) -> Result<Files, WorkspaceError> {
        let gone = |_| WorkspaceError::FolderGone { path: root.to_owned() };
        Ok(Files {
            dir: Dir::open_ambient_dir(root, ambient_authority()).map_err(gone)?,
            root: root.canonicalize().map_err(gone)?,
        })
    }

    /// The folder that `path` names, for listing and searching; "" is all of it. Only its name leaves this function: what is found below
    /// it is opened through the capability again.
    fn start(&self, path: &str) -> Result<PathBuf, WorkspaceError> {
        let path = path.trim().trim_end_matches('/');
        if path.is_empty() || path == "." {
            return Ok(PathBuf::new());
        }
        let start = inside(path)?;
        self.dir.metadata(&start).map_err(|error| refused(&start, &error))?;
        Ok(start)
    }

    /// Walks what lies below `start` as git sees it: without what the repository ignores, what was installed or built, and git's own.
    fn walk(&self, start: &Path) -> WalkBuilder {
        let mut walk = WalkBuilder::new(self.root.join(start));
        walk.hidden(false)
            .ignore(false)
            .git_global(false)
            .follow_links(false)
            .filter_entry(|entry| {
                let skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
                // In a worktree `.git` is a file; of the other names only folders are meant.
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                entry.depth() == 0 || !skipped || (entry.file_name() != ".git" && !is_folder)
            });
        walk
    }

    /// The path as it is shown and taken back: relative, with slashes.
    fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }
}

/// Takes a path only if it is relative, stays below, and names nothing of git's.
fn inside(path: &str) -> Result<PathBuf, WorkspaceError> {
    let refuse = |why| {
        Err(WorkspaceError::PathRefused {
            path: path.chars().take(200).collect(),
            why,
        })
    };
    if path.trim().is_empty() || path.contains('\0') {
        return refuse("it is empty");
    }
    let mut inner = PathBuf::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(name) if name.eq_ignore_ascii_case(".git") => {
                return refuse("git's own files are not a role's");
            }
            Component::Normal(name) => inner.push(name),
            Component::CurDir => {}
            Component::ParentDir => return refuse("it leads out of the folder"),
            Component::RootDir | Component::Prefix(_) => return refuse("it is absolute"),
        }
    }
    if inner.as_os_str().is_empty() {
        refuse("it names the folder itself")
    } else {
        Ok(inner)
    }
}

fn refused(path: &Path, error: &std::io::Error) -> WorkspaceError {
    let path = path.display();
    let kind = error.kind();
    if kind == std::io::ErrorKind::NotFound {
        return WorkspaceError::File {
            what: format!("There is no {path} in the project."),
        };
    }
    // The capability layer reports a path that escapes as a permission error.
    if kind == std::io::ErrorKind::PermissionDenied {
        return WorkspaceError::PathRefused {
            path: path.to_string(),
            why: "it leads out of the folder or may not be touched",
        };
    }
    WorkspaceError::File {
        what: format!("{path}: {error}"),
    }
}
