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

/// What the project's branch would become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Where the branch stands now.
    pub previous: String,
    pub tree: String,
}

/// What was released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    pub merged_commit: String,
    pub previous_commit: String,
    pub tag: String,
    pub tree: String,
}

/// In the message of a release's merge commit: which release it is.
const RELEASE: &str = "Q-Assistant-Release";
/// In the message of a commit that takes a release back: which merge commit it takes back.
const TAKEN_BACK: &str = "Q-Assistant-Taken-Back";

/// How a release is taken back.
enum WayBack {
    /// The branch does not hold it any longer.
    Nothing,
    Move {
        from: String,
        to: String,
    },
    /// The branch is back already; its files may be behind.
    Settle {
        from: String,
        to: String,
    },
}

impl Project {
    /// What a release would make of the project's branch. Changes nothing.
    ///
    /// # Errors
    /// [`WorkspaceError::Conflicts`], [`WorkspaceError::BranchGone`].
    pub async fn merge(&self, order: &ReleaseOrder) -> Result<Merge, WorkspaceError> {
        let onto = branch(&order.onto);
        let Some(previous) = self.commit_of(&onto).await? else {
            let branch = order.onto.clone();
            return Err(WorkspaceError::BranchGone { branch });
        };
        let work = match self.taken_back_before(&onto, &order.commit).await? {
            None => order.commit.clone(),
            // History says that this work is on the branch, and so nothing of it would be merged. As one commit on where the build
            // began it is new again.
            Some(began) => {
                let tree = self.tree_of(&order.commit).await?;
                self.commit_tree(&tree, &[&began], &order.message).await?
            }
        };
        let tree = self.merged_tree(&previous, &work).await?;
        Ok(Merge { previous, tree })
    }

    /// Moves the project's branch and its files to the merge, and tags it. Asked again with the same key it finishes what a kill
    /// left half done, or answers what was done.
    ///
    /// # Errors
    /// [`WorkspaceError::DirtyTarget`], [`WorkspaceError::ReleaseMoved`] when the branch is no longer where the merge was made for:
    /// nothing was merged.
    pub async fn release(&self, order: &ReleaseOrder, merge: &Merge) -> Result<Released, WorkspaceError> {
        if let Some(done) = self.release_outcome(order).await? {
            return Ok(done);
        }
        let message = format!("{}\n\n{RELEASE}: {}\n", order.message, order.key);
        let commit = self
            .commit_tree(&merge.tree, &[&merge.previous, &order.commit], &message)
            .await?;
        self.move_branch(&branch(&order.onto), &merge.previous, &commit).await?;
        self.tag(order, &commit).await?;
        Ok(Released {
            merged_commit: commit,
            previous_commit: merge.previous.clone(),
            tag: order.tag.clone(),
            tree: merge.tree.clone(),
        })
    }

    /// Whether this release happened: after a kill between the release and its record.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn release_outcome(&self, order: &ReleaseOrder) -> Result<Option<Released>, WorkspaceError> {
        let onto = branch(&order.onto);
        let Some((commit, previous)) = self.newest_with(RELEASE, &order.key, &onto).await? else {
            return Ok(None);
        };
        if self.newest_with(TAKEN_BACK, &commit, &onto).await?.is_some() {
            return Ok(None);
        }
        // The branch moved; files or tag may still be behind if the program was killed right then.
        if self.commit_of(&onto).await?.as_deref() == Some(&commit) {
            self.settle_files(&onto, &previous, &commit).await?;
        }
        self.tag(order, &commit).await?;
        let tree = self.tree_of(&commit).await?;
        Ok(Some(Released {
            merged_commit: commit,
            previous_commit: previous,
            tag: order.tag.clone(),
            tree,
        }))
    }

    /// Whether the release is on its branch, under its tag.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn stands(&self, released: &Released, onto: &str) -> Result<bool, WorkspaceError> {
        let tagged = self.commit_of(&format!("refs/tags/{}", released.tag)).await?;
        Ok(tagged.as_deref() == Some(&released.merged_commit)
            && self.is_ancestor(&released.merged_commit, &branch(onto)).await?)
    }

    /// Whether [`Project::undo_release`] would succeed now. Changes nothing.
    ///
    /// # Errors
    /// As [`Project::undo_release`].
    pub async fn can_undo_release(&self, released: &Released, onto: &str) -> Result<(), WorkspaceError> {
        let full = branch(onto);
        if let WayBack::Move { from, to } = self.way_back(released, &full).await?
            && let Some(place) = self.checked_out(&full).await?
        {
            place
                .refuse_files_in_the_way(&from, &self.moved(&from, &to).await?)
                .await?;
        }
        Ok(())
    }

    /// Takes a release back, branch, files and tag: as if it had not been, or, where the branch went on since, with a commit that
    /// reverts it. What came later stays.
    ///
    /// # Errors
    /// [`WorkspaceError::ReleaseMoved`] when what came later changes the same places, [`WorkspaceError::DirtyTarget`].
    pub async fn undo_release(&self, released: &Released, onto: &str) -> Result<(), WorkspaceError> {
        let full = branch(onto);
        match self.way_back(released, &full).await? {
            WayBack::Nothing => {}
            WayBack::Move { from, to } => self.move_branch(&full, &from, &to).await?,
            WayBack::Settle { from, to } => self.settle_files(&full, &from, &to).await?,
        }
        let tag = format!("refs/tags/{}", released.tag);
        if self.commit_of(&tag).await?.is_some() {
            self.git.call("take the tag back", &["update-ref", "-d", &tag]).await?;
        }
        Ok(())
    }

    async fn way_back(&self, released: &Released, full: &str) -> Result<WayBack, WorkspaceError> {
        let (merged, previous) = (&released.merged_commit, &released.previous_commit);
        let Some(now) = self.commit_of(full).await? else {
            return Ok(WayBack::Nothing);
        };
        let (from, to) = (merged.clone(), previous.clone());
        if now == *merged {
            return Ok(WayBack::Move { from, to });
        }
        if now == *previous {
            return Ok(WayBack::Settle { from, to });
        }
        if let Some((to, from)) = self.newest_with(TAKEN_BACK, merged, full).await? {
            return Ok(if to == now {
                WayBack::Settle { from, to }
            } else {
                WayBack::Nothing
            });
        }
        if self.commit_of(merged).await?.is_none() {
            return Ok(WayBack::Nothing);
        }
        let before = self.tree_of(previous).await?;
        let message = format!("Take back {}\n\n{TAKEN_BACK}: {merged}\n", released.tag);
        let reverse = self.commit_tree(&before, &[merged], &message).await?;
        // Where history was rewritten (a pull with rebase), the work may be there without the commit that brought it.
        let held = self.is_ancestor(merged, full).await?;
        let ours = if held {
            now.clone()
        } else {
            let tree = self.tree_of(&now).await?;
            self.commit_tree(&tree, &[merged], &message).await?
        };
        let tree = match self.merged_tree(&ours, &reverse).await {
            // What is left of it cannot be told apart, and must not stand in the way for ever.
            Err(WorkspaceError::Conflicts { .. }) if !held => return Ok(WayBack::Nothing),
            Err(WorkspaceError::Conflicts { files }) => {
                return Err(WorkspaceError::ReleaseMoved {
                    why: format!(
                        "The release cannot be taken back by itself: what came later changes the same places, in: {}. Revert \
                         commit {} by hand, then try again.",
                        files.join(", "),
                        short(merged)
                    ),
                });
            }
            tree => tree?,
        };
        if tree == self.tree_of(&now).await? {
            return Ok(WayBack::Nothing);
        }
        let to = self.commit_tree(&tree, &[&now], &message).await?;
        Ok(WayBack::Move { from: now, to })
    }

    /// Where the work of `commit` began, if it was on the branch before and was taken back by a commit.
    async fn taken_back_before(&self, onto: &str, commit: &str) -> Result<Option<String>, WorkspaceError> {
        let format = format!("--format=%(trailers:key={TAKEN_BACK},valueonly,separator=)");
        let grep = format!("--grep=^{TAKEN_BACK}: ");
        let log = self
            .git
            .call("read the history", &["log", &format, &grep, onto, "--"])
            .await?;
        let mut began = None;
        for merged in log.text().lines().filter(|line| !line.is_empty()) {
            // Begun after that release: history is right.
            if self.is_ancestor(merged, commit).await? {
                continue;
            }
            let parents = (
                self.commit_of(&format!("{merged}^1")).await?,
                self.commit_of(&format!("{merged}^2")).await?,
            );
            if let (Some(previous), Some(work)) = parents
                && self.is_ancestor(&work, commit).await?
            {
                let base = self
                    .git
                    .call("find where it began", &["merge-base", &previous, commit])
                    .await?;
                // The oldest is where it really began: a later release of it already counted it as merged.
                began = Some(base.text());
            }
        }
        Ok(began)
    }

    /// The newest commit of the branch with that line in its message, and its first parent.
    async fn newest_with(
        &self,
        key: &str,
        value: &str,
        onto: &str,
    ) -> Result<Option<(String, String)>, WorkspaceError> {
        let grep = format!("--grep=^{key}: {value}$");
        let found = self
            .git
            .try_call(&["log", "--max-count=1", "--format=%H %P", &grep, onto, "--"])
            .await?;
        let text = found.text();
        let mut ids = text.split(' ').filter(|id| !id.is_empty()).map(str::to_owned);
        Ok(ids.next().zip(ids.next()))
    }

    async fn is_ancestor(&self, commit: &str, of: &str) -> Result<bool, WorkspaceError> {
        Ok(self
            .git
            .try_call(&["merge-base", "--is-ancestor", commit, of])
            .await?
            .ok)
    }

    async fn tree_of(&self, commit: &str) -> Result<String, WorkspaceError> {
        let tree = format!("{commit}^{{tree}}");
        Ok(self
            .git
            .call("find a tree", &["rev-parse", "--verify", &tree])
            .await?
            .text())
    }

    async fn commit_tree(&self, tree: &str, parents: &[&str], message: &str) -> Result<String, WorkspaceError> {
        let mut arguments = vec!["commit-tree", tree, "-m", message];
        for parent in parents {
            arguments.extend(["-p", parent]);
        }
        Ok(self.git.call("write a commit", &arguments).await?.text())
    }

    async fn merged_tree(&self, onto: &str, commit: &str) -> Result<String, WorkspaceError> {
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

    /// Moves a branch and, where it is checked out, the files with it: files first checked, branch then moved (compare and set),
    /// files last, so that a kill leaves a state that [`Project::settle_files`] finishes. Files that cannot be written move the
    /// branch back.
    async fn move_branch(&self, full: &str, from: &str, to: &str) -> Result<(), WorkspaceError> {
        let moved = self.moved(from, to).await?;
        let place = self.checked_out(full).await?;
        if let Some(place) = &place {
            place.refuse_files_in_the_way(from, &moved).await?;
        }
        let set = self
            .git
            .call("move the branch", &["update-ref", "-m", "Q Assistant", full, to, from])
            .await;
        if let Err(error) = set {
            return Err(if self.commit_of(full).await?.as_deref() == Some(from) {
                error
            } else {
                WorkspaceError::ReleaseMoved {
                    why: "The project's branch moved at the same moment. Nothing was changed. Try again.".to_owned(),
                }
            });
        }
        let Some(place) = place else { return Ok(()) };
        if let Err(error) = place.write(to, &moved).await {
            // What was written so far goes back; where even that fails, the files are found dirty and left to the person.
            let _ = place.write(from, &moved).await;
            self.git
                .call(
                    "move the branch back",
                    &["update-ref", "-m", "Q Assistant", full, from, to],
                )
                .await?;
            return Err(error);
        }
        Ok(())
    }

    /// Brings index and files to `to` where a kill left them at `from`.
    async fn settle_files(&self, full: &str, from: &str, to: &str) -> Result<(), WorkspaceError> {
        let Some(place) = self.checked_out(full).await? else {
            return Ok(());
        };
        let moved = self.moved(from, to).await?;
        if place.stands_at(to, &moved).await? {
            return Ok(());
        }
        place.refuse_files_in_the_way(from, &moved).await?;
        place.write(to, &moved).await
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

    /// Writes the files of a commit into `dir`, whole or not at all, without links that lead out of it.
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
        crate::worktree::remove_links_out(part.path())?;
        std::fs::rename(part.keep(), dir).map_err(WorkspaceError::io("The release folder cannot be put in place"))
    }
}

fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

fn branch(name: &str) -> String {
    format!("refs/heads/{name}")
}
