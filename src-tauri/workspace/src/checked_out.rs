//! Where a branch is checked out, its files move with it: only when nothing of the person's is in the way, and all of them or none.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::git::Git;
use crate::{Project, WorkspaceError};

/// A folder in which the branch is checked out: the project's own, or another worktree of it.
pub(crate) struct CheckedOut {
    git: Git,
    path: PathBuf,
}

/// A file that differs between two commits.
#[derive(Debug)]
pub(crate) struct Moved {
    path: String,
    /// None: it is not there.
    before: Option<Blob>,
    after: Option<Blob>,
}

#[derive(Debug)]
struct Blob {
    mode: String,
    id: String,
}

const NO_FILE: &str = "000000";
const SYMLINK: &str = "120000";

impl Project {
    /// Where the branch is checked out; none where no files stand for it.
    ///
    /// # Errors
    /// [`WorkspaceError::CheckedOutElsewhere`] where that folder cannot be reached now.
    pub(crate) async fn checked_out(&self, full: &str) -> Result<Option<CheckedOut>, WorkspaceError> {
        let listed = self
            .git
            .call("list worktrees", &["worktree", "list", "--porcelain", "-z"])
            .await?
            .fields();
        let mut folder = None;
        for field in &listed {
            if let Some(path) = field.strip_prefix("worktree ") {
                folder = Some(PathBuf::from(path));
            } else if field.strip_prefix("branch ") == Some(full) {
                break;
            } else if field.starts_with("branch ") || field == "detached" || field == "bare" {
                folder = None;
            }
        }
        let Some(path) = folder.filter(|_| listed.iter().any(|field| field.strip_prefix("branch ") == Some(full)))
        else {
            return Ok(None);
        };
        match path.canonicalize() {
            Ok(path) if path == self.path() => Ok(Some(CheckedOut {
                git: self.git.clone(),
                path,
            })),
            Ok(path) => Ok(Some(CheckedOut {
                git: Git::open(&path).await?,
                path,
            })),
            Err(_) => Err(WorkspaceError::CheckedOutElsewhere {
                branch: full.trim_start_matches("refs/heads/").to_owned(),
                path,
            }),
        }
    }

    /// The files that differ between two commits.
    pub(crate) async fn moved(&self, from: &str, to: &str) -> Result<Vec<Moved>, WorkspaceError> {
        let fields = self
            .git
            .call(
                "compare",
                &[
                    "diff-tree",
                    "-r",
                    "-z",
                    "--raw",
                    "--no-abbrev",
                    "--no-renames",
                    from,
                    to,
                ],
            )
            .await?
            .fields();
        let mut moved = Vec::new();
        for pair in fields.chunks(2) {
            let [header, path] = pair else { break };
            let parts: Vec<&str> = header.trim_start_matches(':').split(' ').collect();
            let [mode_before, mode_after, id_before, id_after, ..] = parts[..] else {
                break;
            };
            let blob = |mode: &str, id: &str| {
                (mode != NO_FILE).then(|| Blob {
                    mode: mode.to_owned(),
                    id: id.to_owned(),
                })
            };
            moved.push(Moved {
                path: path.clone(),
                before: blob(mode_before, id_before),
                after: blob(mode_after, id_after),
            });
        }
        Ok(moved)
    }
}

impl CheckedOut {
    /// Refuses when what a move from `from` would write or remove holds something of the person's: staged, changed, untracked or
    /// ignored. A file that already is what the move makes of it is in nobody's way.
    ///
    /// # Errors
    /// [`WorkspaceError::DirtyTarget`] with the files.
    pub(crate) async fn refuse_files_in_the_way(&self, from: &str, moved: &[Moved]) -> Result<(), WorkspaceError> {
        self.refuse_in_the_middle().await?;
        let staged = self.staged_since(from).await?;
        let changed = self.maybe_changed().await?;
        let mut files = Vec::new();
        for file in moved {
            let in_the_way = if staged.contains(&file.path) {
                Some(file.path.clone())
            } else if let Some(above) = self.no_folder_above(file, moved) {
                Some(above)
            } else if file.before.is_some() {
                let stands = !changed.contains(&file.path)
                    || self.is(&file.path, file.before.as_ref()).await?
                    || self.is(&file.path, file.after.as_ref()).await?;
                (!stands).then(|| file.path.clone())
            } else {
                self.where_it_would_be_new(file, moved).await?
            };
            if let Some(path) = in_the_way.filter(|path| !files.contains(path)) {
                files.push(path);
            }
            if files.len() >= 20 {
                break;
            }
        }
        if files.is_empty() {
            Ok(())
        } else {
            Err(WorkspaceError::DirtyTarget { files })
        }
    }

    /// Files that may differ from the index: those that do, and those at which the person told git not to look.
    async fn maybe_changed(&self) -> Result<HashSet<String>, WorkspaceError> {
        let differ = self
            .git
            .call("compare the files", &["diff-files", "-z", "--name-only"])
            .await?
            .fields();
        let listed = self
            .git
            .call("list the files", &["ls-files", "-v", "-z"])
            .await?
            .fields();
        let unwatched = listed
            .iter()
            .filter(|entry| entry.starts_with(|tag: char| tag.is_ascii_lowercase() || tag == 'S'))
            .filter_map(|entry| entry.get(2..))
            .map(str::to_owned);
        Ok(differ.into_iter().chain(unwatched).collect())
    }

    /// A merge or rebase that is not finished holds the branch and the index in its hands.
    async fn refuse_in_the_middle(&self) -> Result<(), WorkspaceError> {
        let git_dir = self
            .git
            .call("find the repository", &["rev-parse", "--absolute-git-dir"])
            .await?
            .text();
        let marks = [
            ("MERGE_HEAD", "merge"),
            ("CHERRY_PICK_HEAD", "cherry-pick"),
            ("REVERT_HEAD", "revert"),
            ("rebase-merge", "rebase"),
            ("rebase-apply", "rebase"),
        ];
        match marks.iter().find(|(mark, _)| Path::new(&git_dir).join(mark).exists()) {
            Some((_, what)) => Err(WorkspaceError::InTheMiddle {
                path: self.path.clone(),
                what,
            }),
            None => Ok(()),
        }
    }

    /// What stands where a folder above the file would be: a file, or a link that would be read and written through.
    fn no_folder_above(&self, file: &Moved, moved: &[Moved]) -> Option<String> {
        let goes = |path: &str| moved.iter().any(|other| other.path == path && other.after.is_none());
        Path::new(&file.path).ancestors().skip(1).find_map(|ancestor| {
            let shown = ancestor.to_string_lossy().replace('\\', "/");
            let found = std::fs::symlink_metadata(self.path.join(ancestor));
            (!shown.is_empty() && found.is_ok_and(|found| !found.is_dir()) && !goes(&shown)).then_some(shown)
        })
    }

    /// What stands where a new file would be written: git may ignore it, the person does not.
    async fn where_it_would_be_new(&self, file: &Moved, moved: &[Moved]) -> Result<Option<String>, WorkspaceError> {
        let goes = |path: &str| moved.iter().any(|other| other.path == path && other.after.is_none());
        match std::fs::symlink_metadata(self.path.join(&file.path)) {
            Err(_) => Ok(None),
            Ok(found) if found.is_dir() => {
                let inside = files_below(&self.path, Path::new(&file.path));
                Ok(inside.into_iter().find(|path| !goes(path)))
            }
            Ok(_) => Ok((!self.is(&file.path, file.after.as_ref()).await?).then(|| file.path.clone())),
        }
    }

    /// Whether the file on disk is exactly that one; with none, whether it is not there.
    async fn is(&self, path: &str, blob: Option<&Blob>) -> Result<bool, WorkspaceError> {
        let on_disk = self.path.join(path);
        let found = std::fs::symlink_metadata(&on_disk).ok();
        let (Some(blob), Some(found)) = (blob, &found) else {
            return Ok(blob.is_none() && found.is_none());
        };
        if found.is_symlink() != (blob.mode == SYMLINK) || found.is_dir() {
            return Ok(false);
        }
        let id = if found.is_symlink() {
            let target = std::fs::read_link(&on_disk).map_err(WorkspaceError::io("A link could not be read"))?;
            let target = target.to_string_lossy().into_owned();
            self.git
                .call_with_input("compare a link", &["hash-object", "--stdin"], target.as_bytes())
                .await?
        } else {
            self.git.call("compare a file", &["hash-object", "--", path]).await?
        };
        Ok(id.text() == blob.id)
    }

    /// The paths whose index entry differs from a commit's.
    async fn staged_since(&self, commit: &str) -> Result<HashSet<String>, WorkspaceError> {
        let differ = self
            .git
            .call(
                "read the index",
                &[
                    "diff-index",
                    "--cached",
                    "-z",
                    "--name-only",
                    "--no-renames",
                    commit,
                    "--",
                ],
            )
            .await?;
        Ok(differ.fields().into_iter().collect())
    }

    /// Whether index and files of what moved stand at `commit` already. git writes its index last, so the index tells.
    pub(crate) async fn stands_at(&self, commit: &str, moved: &[Moved]) -> Result<bool, WorkspaceError> {
        let differ = self.staged_since(commit).await?;
        Ok(!moved.iter().any(|file| differ.contains(&file.path)))
    }

    /// Brings index and files of what moved to `to`; everything else stays as it is.
    pub(crate) async fn write(&self, to: &str, moved: &[Moved]) -> Result<(), WorkspaceError> {
        if moved.is_empty() {
            return Ok(());
        }
        let paths: Vec<u8> = moved
            .iter()
            .flat_map(|file| [file.path.as_bytes(), b"\0"].concat())
            .collect();
        let source = format!("--source={to}");
        let restore = [
            "--literal-pathspecs",
            "restore",
            &source,
            "--staged",
            "--worktree",
            "--pathspec-from-file=-",
            "--pathspec-file-nul",
        ];
        self.git.call_with_input("write the files", &restore, &paths).await?;
        Ok(())
    }
}

fn files_below(root: &Path, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(files_below(root, &path));
        } else {
            found.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    found
}
