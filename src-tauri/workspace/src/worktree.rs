//! A build's worktree: where roles read and write, and the checkpoints that the product commits.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::WorkspaceError;
use crate::files::Files;
use crate::git::Git;

/// A worktree on the build's branch.
#[derive(Debug, Clone)]
pub struct Worktree {
    path: PathBuf,
    branch: String,
    pub(crate) git: Git,
}

/// A commit of the build's branch and its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub commit: String,
    pub tree: String,
}

/// Exactly one tree, in a folder that goes when this value goes.
#[derive(Debug)]
pub struct CleanCheckout {
    dir: tempfile::TempDir,
}

impl CleanCheckout {
    #[must_use]
    pub fn path(&self) -> &Path {
        self.dir.path()
    }
}

impl Worktree {
    /// The worktree that lies in a folder.
    ///
    /// # Errors
    /// A folder that is gone, or where git fails.
    pub async fn open(path: &Path, branch: &str) -> Result<Worktree, WorkspaceError> {
        let path = path
            .canonicalize()
            .map_err(|_| WorkspaceError::FolderGone { path: path.to_owned() })?;
        let git = Git::open(&path).await?;
        Ok(Worktree {
            path,
            branch: branch.to_owned(),
            git,
        })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[must_use]
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// The files, as roles may read and write them.
    ///
    /// # Errors
    /// Where the folder is gone.
    pub fn files(&self) -> Result<Files, WorkspaceError> {
        Files::open(&self.path)
    }

    /// The commit and tree the branch stands at.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn head(&self) -> Result<Checkpoint, WorkspaceError> {
        self.checkpoint_of("HEAD").await
    }

    async fn checkpoint_of(&self, commit: &str) -> Result<Checkpoint, WorkspaceError> {
        let commit = self
            .git
            .call(
                "find a commit",
                &["rev-parse", "--verify", &format!("{commit}^{{commit}}")],
            )
            .await?
            .text();
        let tree = self
            .git
            .call("find a tree", &["rev-parse", "--verify", &format!("{commit}^{{tree}}")])
            .await?
            .text();
        Ok(Checkpoint { commit, tree })
    }

    /// The tree of the present files, untracked ones included, ignored ones not. Leaves index and branch alone.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn tree_hash(&self) -> Result<String, WorkspaceError> {
        let scratch = tempfile::tempdir().map_err(WorkspaceError::io("No temporary folder"))?;
        let git = self.git.with_index(&scratch.path().join("index"));
        git.call("read the branch", &["read-tree", "HEAD"]).await?;
        git.call("read the files", &["add", "--all", "."]).await?;
        Ok(git.call("write a tree", &["write-tree"]).await?.text())
    }

    /// Commits the present files and keeps the commit under a ref of the product's own.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn checkpoint(&self, reference: &str, message: &str) -> Result<Checkpoint, WorkspaceError> {
        self.stay_on_the_branch().await?;
        self.git.call("read the files", &["add", "--all", "."]).await?;
        let tree = self.git.call("write a tree", &["write-tree"]).await?.text();
        let head = self.head().await?;
        let made = if tree == head.tree {
            head
        } else {
            let commit = self
                .git
                .call("commit", &["commit-tree", &tree, "-p", &head.commit, "-m", message])
                .await?
                .text();
            self.git
                .call(
                    "move the branch",
                    &["update-ref", &self.full_branch(), &commit, &head.commit],
                )
                .await?;
            Checkpoint { commit, tree }
        };
        self.git
            .call("keep the checkpoint", &["update-ref", reference, &made.commit])
            .await?;
        Ok(made)
    }

    /// Branch and files go to exactly this commit. Ignored files (caches, installed packages) stay.
    ///
    /// # Errors
    /// Where git or the disk refuses.
    pub async fn restore(&self, commit: &str) -> Result<(), WorkspaceError> {
        self.remove_stale_lock().await?;
        self.stay_on_the_branch().await?;
        self.git
            .call("go back to the checkpoint", &["reset", "--hard", "--quiet", commit])
            .await?;
        self.git
            .call(
                "remove what is newer",
                &["clean", "-d", "--force", "--force", "--quiet"],
            )
            .await?;
        Ok(())
    }

    fn full_branch(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    /// A command of a role may have switched to another branch; that one is the person's, and must not move with the work.
    async fn stay_on_the_branch(&self) -> Result<(), WorkspaceError> {
        self.git
            .call(
                "stay on the build's branch",
                &["symbolic-ref", "HEAD", &self.full_branch()],
            )
            .await
            .map(|_| ())
    }

    /// A git that was killed leaves its lock; nobody else works in this worktree, so the lock is ours to remove.
    async fn remove_stale_lock(&self) -> Result<(), WorkspaceError> {
        let lock = self
            .git
            .call("find the index", &["rev-parse", "--git-path", "index.lock"])
            .await?
            .text();
        let lock = self.path.join(lock);
        if lock.exists() {
            std::fs::remove_file(&lock).map_err(WorkspaceError::io("A stale lock could not be removed"))?;
        }
        Ok(())
    }

    /// A folder that holds exactly `tree`, and nothing that was lying around.
    ///
    /// # Errors
    /// Where git or the disk refuses.
    pub async fn checkout_clean(&self, tree: &str) -> Result<CleanCheckout, WorkspaceError> {
        let dir = tempfile::Builder::new()
            .prefix(&format!("{CHECKOUT}{}-", std::process::id()))
            .tempdir()
            .map_err(WorkspaceError::io("No temporary folder"))?;
        export(&self.git, tree, dir.path()).await?;
        Ok(CleanCheckout { dir })
    }

    /// The names of the files in a tree.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn names_in(&self, tree: &str) -> Result<Vec<String>, WorkspaceError> {
        Ok(self
            .git
            .call("list a tree", &["ls-tree", "-r", "-z", "--name-only", tree])
            .await?
            .fields())
    }

    /// Those of `paths` that are there and that git keeps out of commits, by the rules of the repository (gitignore(5)).
    ///
    /// # Errors
    /// Where git fails.
    pub async fn ignored_among(&self, paths: &BTreeSet<String>) -> Result<Vec<String>, WorkspaceError> {
        let mut args = vec![
            "--literal-pathspecs",
            "ls-files",
            "-z",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--",
        ];
        args.extend(paths.iter().map(String::as_str));
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.git.call("list what is ignored", &args).await?.fields())
    }

    /// Folders in `tree` that are repositories of their own and were none in `base`: git would release them as empty names.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn new_inner_repositories(&self, base: &str, tree: &str) -> Result<Vec<String>, WorkspaceError> {
        let fields = self
            .git
            .call(
                "compare",
                &["diff-tree", "-r", "-z", "--raw", "--no-renames", base, tree],
            )
            .await?
            .fields();
        let added = fields.chunks(2).filter_map(|pair| match pair {
            [header, path] if header.split(' ').nth(1) == Some("160000") => Some(path.clone()),
            _ => None,
        });
        Ok(added.collect())
    }

    /// The text of a file in a tree; none where it is missing.
    ///
    /// # Errors
    /// Where git fails.
    pub async fn text_in(&self, tree: &str, path: &str) -> Result<Option<String>, WorkspaceError> {
        let output = self
            .git
            .try_call(&["cat-file", "blob", &format!("{tree}:{path}")])
            .await?;
        Ok(output.ok.then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    }
}

/// The names of clean checkouts begin so; the id of the process that made it follows.
const CHECKOUT: &str = "q-assistant-tree-";
const SCRATCH: &str = "q-assistant-scratch-";

/// A folder for a while: it goes with the value, or is swept away later if the program was killed.
///
/// # Errors
/// Where the disk refuses.
pub fn scratch() -> Result<tempfile::TempDir, WorkspaceError> {
    sweep_checkouts();
    tempfile::Builder::new()
        .prefix(&format!("{SCRATCH}{}-", std::process::id()))
        .tempdir()
        .map_err(WorkspaceError::io("There is no room for a copy"))
}

/// Removes the clean checkouts and scratch folders of programs that were killed before they could.
pub fn sweep_checkouts() {
    let found = std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    for entry in found {
        let name = entry.file_name().to_string_lossy().into_owned();
        let rest = name.strip_prefix(CHECKOUT).or_else(|| name.strip_prefix(SCRATCH));
        let maker = rest.and_then(|rest| rest.split('-').next());
        let Some(maker) = maker.filter(|maker| maker.parse::<u32>().is_ok()) else {
            continue;
        };
        // Only where it can be known that the maker is gone.
        if Path::new("/proc/self").exists() && !Path::new("/proc").join(maker).exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Removes the symlinks below `dir` that lead out of it: what is exported to be served must not serve the rest of the disk.
pub(crate) fn remove_links_out(dir: &Path) -> Result<(), WorkspaceError> {
    let failed = || WorkspaceError::io("A link in the release could not be removed");
    let root = dir.canonicalize().map_err(failed())?;
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(failed())?.flatten() {
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed())?);
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_symlink() && !path.canonicalize().is_ok_and(|target| target.starts_with(&root)) {
                std::fs::remove_file(&path).map_err(failed())?;
            }
        }
    }
    Ok(())
}

/// Writes the files of a tree into a folder, through an index of its own.
pub(crate) async fn export(git: &Git, tree: &str, dir: &Path) -> Result<(), WorkspaceError> {
    let scratch = tempfile::tempdir().map_err(WorkspaceError::io("No temporary folder"))?;
    let git = git.with_index(&scratch.path().join("index"));
    git.call("read the tree", &["read-tree", tree]).await?;
    let prefix = format!("--prefix={}/", dir.to_string_lossy());
    git.call("write the files", &["checkout-index", "--all", "--force", &prefix])
        .await?;
    Ok(())
}
