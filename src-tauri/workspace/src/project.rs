//! A folder of the person. Uncommitted changes in it are never touched: a build starts from HEAD.

use std::path::{Path, PathBuf};

use crate::git::Git;
use crate::{WorkspaceError, Worktree};

/// Set in a repository's own configuration while its first commit is being made.
const BEGUN: &str = "q-assistant.begun";

/// A repository that builds branch off from.
#[derive(Debug, Clone)]
pub struct Project {
    path: PathBuf,
    pub(crate) git: Git,
}

/// What can be seen of a folder without changing it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectFacts {
    pub is_repository: bool,
    pub is_empty: bool,
    /// None on a detached HEAD.
    pub branch: Option<String>,
    /// None before the first commit.
    pub head: Option<String>,
    /// Files with uncommitted changes, untracked ones among them.
    pub uncommitted: Vec<String>,
}

impl Project {
    /// Opens a repository.
    ///
    /// # Errors
    /// [`WorkspaceError::FolderGone`], [`WorkspaceError::NotARepository`], [`WorkspaceError::GitMissing`].
    pub async fn open(path: &Path) -> Result<Project, WorkspaceError> {
        if !path.is_dir() {
            return Err(WorkspaceError::FolderGone { path: path.to_owned() });
        }
        let path = path
            .canonicalize()
            .map_err(WorkspaceError::io(format!("{} cannot be read", path.display())))?;
        let git = Git::open(&path).await?;
        let project = Project { path, git };
        if project.is_top().await? {
            Ok(project)
        } else {
            Err(WorkspaceError::NotARepository { path: project.path })
        }
    }

    /// Opens the folder for a build. A folder that is not there or is empty becomes a new repository with one empty commit; one
    /// with files that is no repository becomes one, with those files as its first commit; a repository without commits gets an
    /// empty first commit and keeps its files uncommitted.
    ///
    /// # Errors
    /// As [`Project::open`], and [`WorkspaceError::NotWritable`].
    pub async fn open_or_create(path: &Path) -> Result<Project, WorkspaceError> {
        let not_writable = |error: std::io::Error| WorkspaceError::NotWritable {
            path: path.to_owned(),
            detail: error.to_string(),
        };
        if std::fs::symlink_metadata(path).is_ok() && !path.is_dir() {
            return Err(WorkspaceError::NotAFolder { path: path.to_owned() });
        }
        std::fs::create_dir_all(path).map_err(not_writable)?;
        let path = path.canonicalize().map_err(not_writable)?;
        // Without a name: a program that is killed right here must not leave a file in the person's folder.
        tempfile::tempfile_in(&path).map_err(not_writable)?;
        let git = Git::open(&path).await?;
        let bare = git.try_call(&["rev-parse", "--is-bare-repository"]).await?;
        if bare.ok && bare.text() == "true" {
            return Err(WorkspaceError::BareRepository { path });
        }
        let project = Project { path, git };
        let begun = project.is_begun().await?;
        if begun || !project.is_top().await? {
            if !begun && std::fs::symlink_metadata(project.path.join(".git")).is_ok() {
                return Err(WorkspaceError::DamagedRepository { path: project.path });
            }
            project.begin().await?;
        } else if project.head().await?.is_none() {
            let git = &project.git;
            // A HEAD that names a commit which cannot be read is no repository without commits.
            if git.try_call(&["rev-parse", "--verify", "--quiet", "HEAD"]).await?.ok {
                return Err(WorkspaceError::DamagedRepository { path: project.path });
            }
            // Only the empty tree: what lies in the folder or the index stays the person's own.
            let tree = git.call_with_input("write a tree", &["mktree"], b"").await?.text();
            let commit = git
                .call("make the first commit", &["commit-tree", &tree, "-m", "Start"])
                .await?
                .text();
            // The old value of all zeros: only where there is none yet.
            let none = "0".repeat(commit.len());
            git.call("make the first commit", &["update-ref", "HEAD", &commit, &none])
                .await?;
        }
        project.refuse_needed_filters().await?;
        Ok(project)
    }

    /// Looks at a folder and changes nothing.
    ///
    /// # Errors
    /// As [`Project::open`]; a folder that is no repository is not an error here.
    pub async fn inspect(path: &Path) -> Result<ProjectFacts, WorkspaceError> {
        if !path.is_dir() {
            return Err(WorkspaceError::FolderGone { path: path.to_owned() });
        }
        let is_empty = std::fs::read_dir(path)
            .map_err(WorkspaceError::io("The folder cannot be read"))?
            .next()
            .is_none();
        let Ok(project) = Project::open(path).await else {
            return Ok(ProjectFacts {
                is_empty,
                ..ProjectFacts::default()
            });
        };
        let status = project
            .git
            .call(
                "read the status",
                &["status", "--porcelain", "-z", "--untracked-files=all"],
            )
            .await?;
        let uncommitted = status
            .fields()
            .iter()
            .filter_map(|f| f.get(3..))
            .take(50)
            .map(str::to_owned)
            .collect();
        Ok(ProjectFacts {
            is_repository: true,
            is_empty,
            branch: project.branch().await?,
            head: project.head().await?,
            uncommitted,
        })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A copy of the repository in a new folder, with `branch` checked out at `commit`. Nothing in it leads back to this one.
    ///
    /// # Errors
    /// Where git or the disk refuses; a commit that is gone.
    pub async fn copy_at(&self, commit: &str, branch: &str, folder: &Path) -> Result<Project, WorkspaceError> {
        if let Some(parent) = folder.parent() {
            std::fs::create_dir_all(parent).map_err(WorkspaceError::io("The copy cannot be made"))?;
        }
        let (from, to) = (self.path.to_string_lossy(), folder.to_string_lossy());
        self.git
            .call(
                "copy the repository",
                // From a folder of this machine, and from nowhere else.
                &[
                    "-c",
                    "protocol.file.allow=always",
                    "clone",
                    "--quiet",
                    "--no-checkout",
                    "--",
                    &from,
                    &to,
                ],
            )
            .await?;
        let git = Git::open(folder).await?;
        git.call("leave the original alone", &["remote", "remove", "origin"])
            .await?;
        git.call("check the copy out", &["checkout", "--quiet", "-B", branch, commit])
            .await?;
        Project::open(folder).await
    }

    /// The branch that is checked out; none on a detached HEAD.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn branch(&self) -> Result<Option<String>, WorkspaceError> {
        let output = self
            .git
            .try_call(&["symbolic-ref", "--quiet", "--short", "HEAD"])
            .await?;
        Ok(output.ok.then(|| output.text()).filter(|name| !name.is_empty()))
    }

    /// The commit at HEAD; none before the first.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn head(&self) -> Result<Option<String>, WorkspaceError> {
        self.commit_of("HEAD").await
    }

    /// The commit at which a branch stands; none where it is not there.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn commit_on(&self, branch: &str) -> Result<Option<String>, WorkspaceError> {
        self.commit_of(&format!("refs/heads/{branch}")).await
    }

    pub(crate) async fn commit_of(&self, name: &str) -> Result<Option<String>, WorkspaceError> {
        let output = self
            .git
            .try_call(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])
            .await?;
        Ok(output.ok.then(|| output.text()))
    }

    /// Whether the folder holds files at HEAD.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn has_files(&self) -> Result<bool, WorkspaceError> {
        let output = self.git.try_call(&["ls-tree", "--name-only", "-z", "HEAD"]).await?;
        Ok(!output.fields().is_empty())
    }

    /// A worktree of this build at `dir`, on `branch`, which starts from HEAD. Called again it gives the same one; what a kill
    /// left half made is mended.
    ///
    /// # Errors
    /// Where git or the disk refuses.
    pub async fn add_worktree(&self, dir: &Path, branch: &str) -> Result<Worktree, WorkspaceError> {
        let full = format!("refs/heads/{branch}");
        if self.commit_of(&full).await?.is_none() {
            let parent = branch.split('/').next().unwrap_or(branch);
            if self.commit_of(&format!("refs/heads/{parent}")).await?.is_some() {
                return Err(WorkspaceError::File {
                    what: format!(
                        "The project has a branch named {parent}, so there can be none named {branch} for this build. Rename \
                         {parent} (git branch -m {parent} …), then try again."
                    ),
                });
            }
            self.git
                .call("make the build's branch", &["branch", "--no-track", branch, "HEAD"])
                .await?;
        }
        let usable = dir.join(".git").is_file() && Git::open(dir).await?.try_call(&["rev-parse", "HEAD"]).await?.ok;
        if !usable {
            if dir.exists() {
                std::fs::remove_dir_all(dir)
                    .map_err(WorkspaceError::io("A half-made worktree could not be removed"))?;
            }
            // With force, because an earlier one may still be registered there. Never a prune: it would forget worktrees of the person
            // that lie on a disk which is not there just now.
            let dir_text = dir.to_string_lossy();
            self.git
                .call(
                    "make the build's worktree",
                    &["worktree", "add", "--quiet", "--force", &dir_text, branch],
                )
                .await?;
        }
        Worktree::open(dir, branch).await
    }

    /// Takes away what a build left in the repository: its worktree, its branch and the refs below `refs`. Commits that were released,
    /// tags and every other branch stay; so does the build's own branch where the person has it checked out.
    ///
    /// # Errors
    /// Where git or the disk refuses.
    pub async fn forget_build(&self, worktree: Option<(&Path, &str)>, refs: &str) -> Result<(), WorkspaceError> {
        if let Some((dir, branch)) = worktree {
            let dir_text = dir.to_string_lossy();
            // Also where the folder is gone already; where git does not know it, there is nothing to forget.
            self.git
                .try_call(&["worktree", "remove", "--force", "--force", &dir_text])
                .await?;
            if dir.exists() {
                std::fs::remove_dir_all(dir)
                    .map_err(WorkspaceError::io("The build's worktree could not be removed"))?;
            }
            if self.commit_on(branch).await?.is_some() {
                let gone = self.git.try_call(&["branch", "--quiet", "-D", "--", branch]).await?;
                if !gone.ok {
                    tracing::info!(branch, why = gone.stderr, "a build's branch stays");
                }
            }
        }
        let kept = self
            .git
            .call("list the checkpoints", &["for-each-ref", "--format=%(refname)", refs])
            .await?
            .text();
        for reference in kept.lines() {
            self.git
                .call("forget a checkpoint", &["update-ref", "-d", reference])
                .await?;
        }
        Ok(())
    }

    /// Makes the folder a repository with what lies in it as the first commit. Until that commit is there, a mark says so: after a kill
    /// the same is done again, and a folder that could not be added whole is no repository.
    async fn begin(&self) -> Result<(), WorkspaceError> {
        let git = &self.git;
        git.call("make a repository", &["init", "--quiet", "--initial-branch=main", "."])
            .await?;
        git.call("mark the repository", &["config", "--local", BEGUN, "true"])
            .await?;
        let added = async {
            git.call("add the files that are there", &["add", "--all", "."]).await?;
            git.call(
                "make the first commit",
                &["commit", "--quiet", "--allow-empty", "-m", "Start"],
            )
            .await
        };
        if let Err(error) = added.await {
            // It was not there before this call, and holds nothing.
            let _ = std::fs::remove_dir_all(self.path.join(".git"));
            return Err(error);
        }
        git.call("mark the repository", &["config", "--local", "--unset", BEGUN])
            .await?;
        Ok(())
    }

    /// Whether a first commit of ours was begun here and not finished.
    async fn is_begun(&self) -> Result<bool, WorkspaceError> {
        let mark = self.git.try_call(&["config", "--local", "--get", BEGUN]).await?;
        Ok(mark.ok && self.is_top().await? && self.head().await?.is_none())
    }

    /// A filter that decides what a file holds cannot be left out without damage, and is not run either. Which ones are in use is said by
    /// the attributes; whether one is needed, by the repository's configuration, the person's, or its name.
    async fn refuse_needed_filters(&self) -> Result<(), WorkspaceError> {
        let search = [
            "grep",
            "-h",
            "--only-matching",
            "-E",
            "filter=[^ \t]+",
            "HEAD",
            "--",
            ":(glob)**/.gitattributes",
        ];
        let mut said = self.git.try_call(&search).await?.text();
        let local = self
            .git
            .try_call(&["rev-parse", "--git-path", "info/attributes"])
            .await?
            .text();
        said.push_str(&std::fs::read_to_string(self.path.join(local)).unwrap_or_default());
        for name in said.split_whitespace().filter_map(|word| word.strip_prefix("filter=")) {
            let known = ["lfs", "git-crypt", "crypt", "transcrypt"].contains(&name);
            if known || self.git.persons_setting(&format!("filter.{name}.required")).await? == "true" {
                return Err(WorkspaceError::NeedsFilter { name: name.to_owned() });
            }
        }
        Ok(())
    }

    /// Whether the folder is the top of a repository of its own, not a folder inside another one.
    async fn is_top(&self) -> Result<bool, WorkspaceError> {
        let output = self.git.try_call(&["rev-parse", "--show-toplevel"]).await?;
        let top = PathBuf::from(output.text());
        Ok(output.ok && top.canonicalize().is_ok_and(|top| top == self.path))
    }
}
