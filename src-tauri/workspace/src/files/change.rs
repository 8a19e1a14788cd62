//! Changing files: each change is there entirely or not at all.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Files, inside, refused};
use crate::WorkspaceError;

/// Larger files are not edited as text.
const MOST: u64 = 4 * 1024 * 1024;

impl Files {
    /// Writes a file whole, making folders as needed. It is there entirely or not at all.
    ///
    /// # Errors
    /// A path that leads out, or a disk that refuses.
    pub fn write(&self, path: &str, content: &str) -> Result<(), WorkspaceError> {
        let inner = inside(path)?;
        self.make_parent(&inner)?;
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

    fn make_parent(&self, inner: &Path) -> Result<(), WorkspaceError> {
        match inner.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            None => Ok(()),
            Some(parent) => self.dir.create_dir_all(parent).map_err(|error| refused(parent, &error)),
        }
    }

    /// Replaces a text that occurs exactly once. A file whose lines end with CRLF keeps them, however the texts are written.
    ///
    /// # Errors
    /// When it does not occur, with the nearest place; or more than once; or the file is not UTF-8 (writing it would change every letter
    /// beyond ASCII). Nothing is changed then.
    pub fn edit(&self, path: &str, old: &str, new: &str) -> Result<(), WorkspaceError> {
        let before = self.whole_text(path)?;
        let file = |what: String| Err(WorkspaceError::File { what });
        if old.is_empty() {
            return file("The text to replace is empty.".to_owned());
        }
        let crlf = before.contains("\r\n") && !before.replace("\r\n", "").contains('\n');
        let as_in_file = |text: &str| {
            if crlf {
                text.replace("\r\n", "\n").replace('\n', "\r\n")
            } else {
                text.to_owned()
            }
        };
        let (old, new) = (as_in_file(old), as_in_file(new));
        match before.matches(&old).count() {
            1 => self.write(path, &before.replacen(&old, &new, 1)),
            0 => file(format!(
                "The text to replace does not occur in {path}.{}",
                nearest(&before, &old)
            )),
            count => file(format!(
                "The text to replace occurs {count} times in {path}; it must occur exactly once. Take more of the lines around it."
            )),
        }
    }

    /// Removes a file.
    ///
    /// # Errors
    /// A path that leads out, is not there, or is a folder.
    pub fn delete(&self, path: &str) -> Result<(), WorkspaceError> {
        let inner = inside(path)?;
        let found = self
            .dir
            .symlink_metadata(&inner)
            .map_err(|error| refused(&inner, &error))?;
        if found.is_dir() {
            return Err(WorkspaceError::File {
                what: format!("{path} is a folder. Delete its files; an empty folder is not kept."),
            });
        }
        self.dir.remove_file(&inner).map_err(|error| refused(&inner, &error))
    }

    /// Gives a file another name, making folders as needed.
    ///
    /// # Errors
    /// A path that leads out, a file that is not there, or another one in its new place.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), WorkspaceError> {
        let (old, new) = (inside(from)?, inside(to)?);
        self.dir.symlink_metadata(&old).map_err(|error| refused(&old, &error))?;
        if self.dir.symlink_metadata(&new).is_ok() {
            return Err(WorkspaceError::File {
                what: format!("There is a {to} already."),
            });
        }
        self.make_parent(&new)?;
        self.dir
            .rename(&old, &self.dir, &new)
            .map_err(|error| refused(&old, &error))
    }

    /// A regular UTF-8 file, whole.
    fn whole_text(&self, path: &str) -> Result<String, WorkspaceError> {
        let inner = inside(path)?;
        let file = |what: String| WorkspaceError::File { what };
        let found = self
            .dir
            .symlink_metadata(&inner)
            .map_err(|error| refused(&inner, &error))?;
        if found.is_symlink() {
            return Err(file(format!("{path} is a link. Edit the file that it leads to.")));
        }
        if !found.is_file() {
            return Err(file(format!("{path} is not a file.")));
        }
        if found.len() > MOST {
            return Err(file(format!("{path} is too large to edit ({} bytes).", found.len())));
        }
        let mut bytes = Vec::new();
        let opened = self.dir.open(&inner).map_err(|error| refused(&inner, &error))?;
        opened
            .take(MOST)
            .read_to_end(&mut bytes)
            .map_err(|error| refused(&inner, &error))?;
        String::from_utf8(bytes).map_err(|_| {
            file(format!(
                "{path} is not UTF-8 text, so an edit would damage it. Change it with a command that keeps its encoding."
            ))
        })
    }
}

/// The place in a file that is most like a text which does not occur in it, as a sentence with the lines as they are there. Empty where
/// nothing is like it.
fn nearest(file: &str, wanted: &str) -> String {
    let lines: Vec<&str> = file.lines().collect();
    let wanted: Vec<&str> = wanted.trim_matches(['\r', '\n']).lines().map(str::trim).collect();
    if wanted.is_empty() || lines.is_empty() {
        return String::new();
    }
    let height = wanted.len().min(lines.len());
    let likeness = |window: &[&str]| -> f64 {
        let pairs = window.iter().zip(&wanted);
        let sum: f64 = pairs
            .map(|(there, wanted)| match there.trim() {
                there if there == *wanted => 1.0,
                there if there.len().max(wanted.len()) > 400 => 0.0,
                there => strsim::normalized_levenshtein(there, wanted),
            })
            .sum();
        sum / f64::from(u32::try_from(wanted.len()).unwrap_or(u32::MAX))
    };
    // Looking at every place in every way would take long in a large file: the first lines say where it is worth it.
    let best = lines
        .windows(height)
        .take(20_000)
        .enumerate()
        .map(|(at, window)| (at, likeness(window)))
        .fold((0, 0.0), |best, place| if place.1 > best.1 { place } else { best });
    let (at, like) = best;
    if like < 0.5 {
        return String::new();
    }
    let shown: Vec<String> = lines
        .iter()
        .enumerate()
        .skip(at)
        .take(height.min(12))
        .map(|(index, line)| format!("{:>6}\t{line}", index + 1))
        .collect();
    format!(" The nearest place, as it is in the file:\n{}", shown.join("\n"))
}
