//! The files of a worktree as a role sees them. Paths are opened relative to the folder through capabilities, so that neither
//! `..`, an absolute path nor a symlink (swapped in at whatever moment) leads out of it.

use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use regex::RegexBuilder;

use crate::WorkspaceError;

/// A folder that is open and cannot be left.
#[derive(Debug)]
pub struct Files {
    dir: Dir,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub path: String,
    pub bytes: u64,
}

/// Text of a file, or of some of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    pub total_lines: usize,
    pub truncated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub path: String,
    pub line: usize,
    pub text: String,
}

const READ_CAP: u64 = 256 * 1024;
const LIST_CAP: usize = 2000;
const HIT_CAP: usize = 200;
/// Folders that hold what was installed or built, never what was written.
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
        Dir::open_ambient_dir(root, ambient_authority())
            .map(|dir| Files { dir })
            .map_err(|_| WorkspaceError::FolderGone { path: root.to_owned() })
    }

    /// The files below `path` ("" for all), sorted, without what was installed or built.
    ///
    /// # Errors
    /// A path that leads out, or is not there.
    pub fn list(&self, path: &str) -> Result<Vec<Entry>, WorkspaceError> {
        let mut found = Vec::new();
        let start = if path.trim().is_empty() || path == "." {
            PathBuf::new()
        } else {
            inside(path)?
        };
        self.walk(&start, &mut found)?;
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    fn walk(&self, at: &Path, found: &mut Vec<Entry>) -> Result<(), WorkspaceError> {
        let shown = if at.as_os_str().is_empty() { Path::new(".") } else { at };
        let entries = self.dir.read_dir(shown).map_err(|error| refused(shown, &error))?;
        for entry in entries.flatten() {
            if found.len() >= LIST_CAP {
                return Ok(());
            }
            let Ok(kind) = entry.file_type() else { continue };
            let name = entry.file_name();
            let path = at.join(&name);
            if kind.is_dir() {
                if !SKIPPED.iter().any(|skipped| name.to_string_lossy() == *skipped) {
                    self.walk(&path, found)?;
                }
            } else if name != ".git" && !is_special(kind) {
                let bytes = entry.metadata().map_or(0, |meta| meta.len());
                found.push(Entry {
                    path: path.to_string_lossy().replace('\\', "/"),
                    bytes,
                });
            }
        }
        Ok(())
    }

    /// Reads a text file; `from_line` counts from 1.
    ///
    /// # Errors
    /// A path that leads out, a file that is not there or is not text.
    pub fn read(&self, path: &str, from_line: Option<usize>, lines: Option<usize>) -> Result<Text, WorkspaceError> {
        let inner = inside(path)?;
        let bytes = self.bytes(&inner)?;
        if bytes.contains(&0) {
            return Err(WorkspaceError::File {
                what: format!("{path} is not a text file."),
            });
        }
        let cut = bytes.len() as u64 > READ_CAP;
        let whole = String::from_utf8_lossy(&bytes);
        let total_lines = whole.lines().count();
        if from_line.is_none() && lines.is_none() {
            return Ok(Text {
                text: whole.into_owned(),
                total_lines,
                truncated: cut,
            });
        }
        let skip = from_line.unwrap_or(1).saturating_sub(1);
        let picked: Vec<_> = whole.lines().skip(skip).take(lines.unwrap_or(usize::MAX)).collect();
        let truncated = cut || skip + picked.len() < total_lines;
        Ok(Text {
            text: picked.join("\n"),
            total_lines,
            truncated,
        })
    }

    /// The beginning of a regular file, a byte more than may be read. A pipe or a device would hold the reader for ever.
    fn bytes(&self, inner: &Path) -> Result<Vec<u8>, WorkspaceError> {
        let kind = self.dir.metadata(inner).map_err(|error| refused(inner, &error))?;
        if !kind.is_file() {
            return Err(WorkspaceError::File {
                what: format!("{} is not a file.", inner.display()),
            });
        }
        let file = self.dir.open(inner).map_err(|error| refused(inner, &error))?;
        let mut bytes = Vec::new();
        file.take(READ_CAP + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| refused(inner, &error))?;
        Ok(bytes)
    }

    /// Lines that match a regular expression.
    ///
    /// # Errors
    /// A pattern that is not one, or a path that leads out.
    pub fn search(&self, pattern: &str, path: &str) -> Result<Vec<Hit>, WorkspaceError> {
        let pattern = RegexBuilder::new(pattern)
            .size_limit(1 << 20)
            .build()
            .map_err(|error| WorkspaceError::File {
                what: format!("That pattern cannot be searched for: {error}"),
            })?;
        let mut hits = Vec::new();
        for entry in self.list(path)? {
            let Ok(text) = self.read(&entry.path, None, None) else {
                continue;
            };
            for (number, line) in text.text.lines().enumerate().filter(|(_, line)| pattern.is_match(line)) {
                let text = line.chars().take(300).collect();
                hits.push(Hit {
                    path: entry.path.clone(),
                    line: number + 1,
                    text,
                });
                if hits.len() >= HIT_CAP {
                    return Ok(hits);
                }
            }
        }
        Ok(hits)
    }

    /// Writes a file whole, making folders as needed. It is there entirely or not at all.
    ///
    /// # Errors
    /// A path that leads out, or a disk that refuses.
    pub fn write(&self, path: &str, content: &str) -> Result<(), WorkspaceError> {
        let inner = inside(path)?;
        if let Some(parent) = inner.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            self.dir
                .create_dir_all(parent)
                .map_err(|error| refused(parent, &error))?;
        }
        let mut beside = inner.clone().into_os_string();
        beside.push(".q-assistant-part");
        let beside = PathBuf::from(beside);
        let mut file = self.dir.create(&beside).map_err(|error| refused(&inner, &error))?;
        file.write_all(content.as_bytes())
            .map_err(|error| refused(&inner, &error))?;
        drop(file);
        if let Some(before) = self.dir.symlink_metadata(&inner).ok().filter(|before| before.is_file()) {
            // A script stays one that can be started.
            self.dir
                .set_permissions(&beside, before.permissions())
                .map_err(|error| refused(&inner, &error))?;
        }
        self.dir
            .rename(&beside, &self.dir, &inner)
            .map_err(|error| refused(&inner, &error))
    }

    /// Replaces a text that occurs exactly once.
    ///
    /// # Errors
    /// When it does not occur, or more than once, or the file is not UTF-8 (writing it would change every letter beyond ASCII); nothing
    /// is changed then.
    pub fn edit(&self, path: &str, old: &str, new: &str) -> Result<(), WorkspaceError> {
        let inner = inside(path)?;
        let before = self.bytes(&inner)?;
        if before.len() as u64 > READ_CAP {
            return Err(WorkspaceError::File {
                what: format!("{path} is too large to edit."),
            });
        }
        if self.dir.symlink_metadata(&inner).is_ok_and(|found| found.is_symlink()) {
            return Err(WorkspaceError::File {
                what: format!("{path} is a link. Edit the file that it leads to."),
            });
        }
        let before = String::from_utf8(before).map_err(|_| WorkspaceError::File {
            what: format!("{path} is not UTF-8 text, so an edit would damage it. Change it with a command that keeps its encoding."),
        })?;
        match before.matches(old).count() {
            _ if old.is_empty() => Err(WorkspaceError::File {
                what: "The text to replace is empty.".to_owned(),
            }),
            1 => self.write(path, &before.replacen(old, new, 1)),
            count => Err(WorkspaceError::File {
                what: format!("The text to replace occurs {count} times in {path}; it must occur exactly once."),
            }),
        }
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

#[cfg(unix)]
fn is_special(kind: cap_std::fs::FileType) -> bool {
    !kind.is_file() && !kind.is_symlink()
}

#[cfg(not(unix))]
fn is_special(_: cap_std::fs::FileType) -> bool {
    false
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
