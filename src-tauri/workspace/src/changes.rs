//! What changed from one commit or tree to another: the list of files first, what changed in each of them when it is asked for.

use std::collections::HashMap;

use crate::{WorkspaceError, Worktree};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStatus {
    Added,
    Modified,
    Deleted,
    Renamed,
}

/// That a file changed, and how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    pub path: String,
    pub old_path: Option<String>,
    pub status: FileStatus,
    pub insertions: u32,
    pub deletions: u32,
    pub binary: bool,
}

/// What changed in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patch {
    /// Unified diff.
    pub text: String,
    /// The rest of it was left out.
    pub truncated: bool,
}

/// A file, and what changed in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    pub change: FileChange,
    pub patch: Patch,
}

/// Whether a change of white space is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Space {
    Counts,
    Ignored,
}

/// So much of one file's diff is kept.
const PATCH_CAP: usize = 2 * 1024 * 1024;

/// More changed lines than this are not read in one go.
const AT_ONCE: u32 = 200_000;

const COMMON: [&str; 6] = [
    "--literal-pathspecs",
    "diff-tree",
    "-r",
    "--no-ext-diff",
    "--no-textconv",
    "--find-renames",
];

fn arguments<'a>(space: Space, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = COMMON.to_vec();
    if space == Space::Ignored {
        arguments.push("--ignore-all-space");
    }
    arguments.extend(more);
    arguments
}

impl Worktree {
    /// The files that changed from `from` to `to`, in the order of their names.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn changes(&self, from: &str, to: &str, space: Space) -> Result<Vec<FileChange>, WorkspaceError> {
        let found = self
            .git
            .call("compare", &arguments(space, &["-z", "--raw", "--numstat", from, to]))
            .await?;
        Ok(parse(&String::from_utf8_lossy(&found.stdout)))
    }

    /// What changed in each of these files, by path. What is too much to be read in one go is left out.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn patches(
        &self,
        from: &str,
        to: &str,
        space: Space,
        files: &[FileChange],
    ) -> Result<HashMap<String, Patch>, WorkspaceError> {
        let lines = files.iter().fold(0_u32, |sum, file| {
            sum.saturating_add(file.insertions).saturating_add(file.deletions)
        });
        if lines > AT_ONCE {
            return Ok(HashMap::new());
        }
        let found = self.git.call("compare", &arguments(space, &["-p", from, to])).await?;
        let text = String::from_utf8_lossy(&found.stdout);
        let by_header: HashMap<String, &str> = files
            .iter()
            .map(|file| {
                (
                    header(file.old_path.as_deref().unwrap_or(&file.path), &file.path),
                    file.path.as_str(),
                )
            })
            .collect();
        let mut patches: HashMap<String, Patch> = HashMap::new();
        for section in sections(&text) {
            let first = section.lines().next().unwrap_or_default();
            if let Some(path) = by_header.get(first) {
                // A file that became a link has two: one that goes, one that comes.
                patches.entry((*path).to_owned()).or_default().text.push_str(section);
            }
        }
        for patch in patches.values_mut() {
            cut(patch);
        }
        Ok(patches)
    }

    /// What changed in one file.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn patch(
        &self,
        from: &str,
        to: &str,
        space: Space,
        path: &str,
        old_path: Option<&str>,
    ) -> Result<Patch, WorkspaceError> {
        let mut more = vec!["-p", from, to, "--", path];
        more.extend(old_path);
        let found = self.git.call("compare", &arguments(space, &more)).await?;
        let text = String::from_utf8_lossy(&found.stdout).into_owned();
        let mut patch = Patch { text, truncated: false };
        cut(&mut patch);
        Ok(patch)
    }

    /// What changed from `from` to `to`, whole; to the present files without `to`.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn diff(&self, from: &str, to: Option<&str>) -> Result<Vec<FileDiff>, WorkspaceError> {
        let present;
        let to = match to {
            Some(commit) => commit,
            None => {
                present = self.tree_hash().await?;
                &present
            }
        };
        let files = self.changes(from, to, Space::Counts).await?;
        let mut patches = self.patches(from, to, Space::Counts, &files).await?;
        let mut diffs = Vec::with_capacity(files.len());
        for change in files {
            let patch = match patches.remove(&change.path) {
                Some(patch) => patch,
                // Its name is written otherwise in a diff, or there was too much to read in one go.
                None => {
                    self.patch(from, to, Space::Counts, &change.path, change.old_path.as_deref())
                        .await?
                }
            };
            diffs.push(FileDiff { change, patch });
        }
        Ok(diffs)
    }
}

/// How a file's part of a diff begins.
fn header(old: &str, new: &str) -> String {
    format!("diff --git a/{old} b/{new}")
}

/// The parts of a diff of several files. Lines of a file's content begin with another sign.
fn sections(text: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = text.match_indices("\ndiff --git ").map(|(at, _)| at + 1).collect();
    if text.starts_with("diff --git ") {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]).collect::<Vec<_>>();
    starts
        .into_iter()
        .zip(ends)
        .filter_map(|(from, to)| text.get(from..to))
        .collect()
}

fn cut(patch: &mut Patch) {
    if patch.text.len() <= PATCH_CAP {
        return;
    }
    patch.truncated = true;
    let mut end = PATCH_CAP;
    while !patch.text.is_char_boundary(end) {
        end -= 1;
    }
    // Whole lines only.
    let end = patch
        .text
        .get(..end)
        .and_then(|kept| kept.rfind('\n'))
        .map_or(end, |at| at + 1);
    patch.text.truncate(end);
}

/// Reads `--raw --numstat -z`: first the entries ":mode mode hash hash status NUL path NUL", for renames with two paths, then the numbers
/// "added TAB deleted TAB path NUL", for renames "added TAB deleted TAB NUL old NUL new NUL".
fn parse(text: &str) -> Vec<FileChange> {
    let mut files: Vec<FileChange> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut fields = text.split('\0');
    while let Some(field) = fields.next() {
        if let Some(entry) = field.strip_prefix(':') {
            let code = entry.rsplit(' ').next().and_then(|status| status.chars().next());
            let Some(first) = fields.next() else { break };
            let (status, path, old_path) = match code {
                Some('A') => (FileStatus::Added, first, None),
                Some('D') => (FileStatus::Deleted, first, None),
                Some('R' | 'C') => match fields.next() {
                    Some(second) => (FileStatus::Renamed, second, Some(first.to_owned())),
                    None => break,
                },
                Some(_) | None => (FileStatus::Modified, first, None),
            };
            places.insert(path.to_owned(), files.len());
            files.push(FileChange {
                path: path.to_owned(),
                old_path,
                status,
                insertions: 0,
                deletions: 0,
                binary: false,
            });
            continue;
        }
        let mut parts = field.splitn(3, '\t');
        let (Some(added), Some(deleted), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let path = if path.is_empty() {
            fields.next();
            fields.next().unwrap_or_default()
        } else {
            path
        };
        if let Some(file) = places.get(path).and_then(|at| files.get_mut(*at)) {
            file.binary = added == "-";
            file.insertions = added.parse().unwrap_or(0);
            file.deletions = deleted.parse().unwrap_or(0);
        }
    }
    files
}
