//! Release "on this machine": the build's branch is merged into the project's branch and tagged. The merge is computed beside
//! the person's files; they move only when it is whole.

use crate::{Project, WorkspaceError};

/// What to release. `key` makes it one release, however often it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseOrder {
    pub key: String,
    pub commit: String,
    /// The project's branch that receives the work.
    pub onto: String,
    pub tag: String,
    pub message: String,
}

/// What was released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    pub merged_commit: String,
    pub previous_commit: String,
    pub tag: String,
    pub tree: String,
}

const TRAILER: &str = "Q-Assistant-Release";

impl Project {
    /// Merges, moves the project's branch and its files, and tags. Asked again with the same key it finishes what a kill left
    /// half done, or answers what was done.
    ///
    /// # Errors
    /// [`WorkspaceError::Conflicts`], [`WorkspaceError::DirtyTarget`], [`WorkspaceError::DetachedHead`]: nothing was merged.
    pub async fn release(&self, order: &ReleaseOrder) -> Result<Released, WorkspaceError> {
        if let Some(done) = self.release_outcome(order).await? {
            return Ok(done);
        }
        let onto = format!("refs/heads/{}", order.onto);
        let Some(previous) = self.commit_of(&onto).await? else {
            return Err(WorkspaceError::DetachedHead);
        };
        let tree = self.merged_tree(&previous, &order.commit).await?;
        let message = format!("{}\n\n{TRAILER}: {}\n", order.message, order.key);
        let commit = self
            .git
            .call(
                "write the merge",
                &[
                    "commit-tree",
                    &tree,
                    "-p",
                    &previous,
                    "-p",
                    &order.commit,
                    "-m",
                    &message,
                ],
            )
            .await?
            .text();
        self.move_branch(&onto, &previous, &commit).await?;
        self.tag(order, &commit).await?;
        Ok(Released {
            merged_commit: commit,
            previous_commit: previous,
            tag: order.tag.clone(),
            tree,
        })
    }

    /// Whether this release happened: after a kill between the release and its record.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn release_outcome(&self, order: &ReleaseOrder) -> Result<Option<Released>, WorkspaceError> {
        let onto = format!("refs/heads/{}", order.onto);
        let grep = format!("--grep=^{TRAILER}: {}$", order.key);
        let found = self
            .git
            .try_call(&["log", "--max-count=1", "--format=%H %P", &grep, &onto, "--"])
            .await?;
        let text = found.text();
        let mut ids = text.split(' ');
        let (Some(commit), Some(previous)) = (ids.next().filter(|id| !id.is_empty()), ids.next()) else {
            return Ok(None);
        };
        // The branch moved; files or tag may still be behind if the program was killed right then.
        self.settle_files(&onto, previous, commit).await?;
        self.tag(order, commit).await?;
        let tree = self
            .git
            .call("find a tree", &["rev-parse", &format!("{commit}^{{tree}}")])
            .await?
            .text();
        Ok(Some(Released {
            merged_commit: commit.to_owned(),
            previous_commit: previous.to_owned(),
            tag: order.tag.clone(),
            tree,
        }))
    }

    /// Takes a release back: branch, files and tag are as they were before it.
    ///
    /// # Errors
    /// [`WorkspaceError::ReleaseMoved`] when the branch went on since, [`WorkspaceError::DirtyTarget`].
    pub async fn undo_release(&self, released: &Released, onto: &str) -> Result<(), WorkspaceError> {
        let full = format!("refs/heads/{onto}");
        let now = self.commit_of(&full).await?;
        if now.as_deref() == Some(&released.merged_commit) {
            self.move_branch(&full, &released.merged_commit, &released.previous_commit)
                .await?;
        } else if now.as_deref() == Some(&released.previous_commit) {
            self.settle_files(&full, &released.merged_commit, &released.previous_commit)
                .await?;
        } else {
            return Err(WorkspaceError::ReleaseMoved {
                why: format!(
                    "The branch {onto} went on after the release, so that taking the release back would lose what came later. \
                     Revert commit {} by hand, or roll back less far.",
                    short(&released.merged_commit)
                ),
            });
        }
        let tag = format!("refs/tags/{}", released.tag);
        if self.commit_of(&tag).await?.is_some() {
            self.git.call("take the tag back", &["update-ref", "-d", &tag]).await?;
        }
        Ok(())
    }

    /// What a merge would be.
    ///
    /// # Errors
    /// [`WorkspaceError::Conflicts`] with the files.
    pub async fn merged_tree(&self, onto: &str, commit: &str) -> Result<String, WorkspaceError> {
        let output = self
            .git
            .try_call(&[
                "merge-tree",
                "--write-tree",
                "-z",
                "--name-only",
                "--no-messages",
                onto,
                commit,
            ])
            .await?;
        let mut fields = output.fields().into_iter();
        let tree = fields.next().unwrap_or_default();
        if output.ok {
            return Ok(tree);
        }
        let files: Vec<String> = fields.collect();
        if files.is_empty() {
            return Err(WorkspaceError::Git {
                what: "merge".to_owned(),
                stderr: output.stderr,
            });
        }
        Err(WorkspaceError::Conflicts { files })
    }

    /// Moves a branch and, where it is checked out, the files with it: files first checked, branch then moved (compare and
    /// set), files last, so that a kill leaves a state that [`Project::settle_files`] finishes.
    async fn move_branch(&self, full: &str, from: &str, to: &str) -> Result<(), WorkspaceError> {
        let checked_out = self.is_checked_out(full).await?;
        if checked_out {
            self.refuse_files_in_the_way(from, to).await?;
        }
        self.git
            .call("move the branch", &["update-ref", "-m", "Q Assistant", full, to, from])
            .await?;
        if checked_out {
            self.git
                .call("write the files", &["read-tree", "-m", "-u", from, to])
                .await?;
        }
        Ok(())
    }

    /// Brings index and files to `to` where they still stand at `from`.
    async fn settle_files(&self, full: &str, from: &str, to: &str) -> Result<(), WorkspaceError> {
        if !self.is_checked_out(full).await? {
            return Ok(());
        }
        let at_target = self
            .git
            .try_call(&["diff-index", "--cached", "--quiet", to, "--"])
            .await?
            .ok;
        let at_start = self
            .git
            .try_call(&["diff-index", "--cached", "--quiet", from, "--"])
            .await?
            .ok;
        if at_start && !at_target {
            self.git
                .call("write the files", &["read-tree", "-m", "-u", from, to])
                .await?;
        }
        Ok(())
    }

    async fn is_checked_out(&self, full: &str) -> Result<bool, WorkspaceError> {
        let head = self.git.try_call(&["symbolic-ref", "--quiet", "HEAD"]).await?;
        Ok(head.ok && head.text() == full)
    }

    /// Refuses when a file that the move writes or removes has changes of the person's, or is untracked.
    async fn refuse_files_in_the_way(&self, from: &str, to: &str) -> Result<(), WorkspaceError> {
        let moved = self
            .git
            .call("compare", &["diff-tree", "-r", "-z", "--name-only", from, to])
            .await?
            .fields();
        let status = self
            .git
            .call(
                "read the status",
                &["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames"],
            )
            .await?;
        let dirty: Vec<String> = status
            .fields()
            .iter()
            .filter_map(|f| f.get(3..))
            .map(str::to_owned)
            .collect();
        let files: Vec<String> = dirty.into_iter().filter(|path| moved.contains(path)).take(20).collect();
        if files.is_empty() {
            Ok(())
        } else {
            Err(WorkspaceError::DirtyTarget { files })
        }
    }

    async fn tag(&self, order: &ReleaseOrder, commit: &str) -> Result<(), WorkspaceError> {
        let full = format!("refs/tags/{}", order.tag);
        if self.commit_of(&full).await?.is_none() {
            self.git
                .call(
                    "tag the release",
                    &["tag", "-a", "-m", &order.message, &order.tag, commit],
                )
                .await?;
        }
        Ok(())
    }

    /// Writes the files of a commit into `dir`, whole or not at all.
    ///
    /// # Errors
    /// Where git or the disk refuses.
    pub async fn export_tree(&self, commit: &str, dir: &std::path::Path) -> Result<(), WorkspaceError> {
        if dir.is_dir() {
            return Ok(());
        }
        let parent = dir.parent().unwrap_or(dir);
        std::fs::create_dir_all(parent).map_err(WorkspaceError::io("The release folder cannot be made"))?;
        let part = tempfile::tempdir_in(parent).map_err(WorkspaceError::io("The release folder cannot be made"))?;
        crate::worktree::export(&self.git, commit, part.path()).await?;
        std::fs::rename(part.keep(), dir).map_err(WorkspaceError::io("The release folder cannot be put in place"))
    }
}

fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}
