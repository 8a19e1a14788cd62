//! What can go wrong on disk, as a person needs to hear it.

use std::path::PathBuf;

use serde_json::{Value, json};

#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    #[error("git is not installed. Install it (for example \u{201c}apt install git\u{201d}), then try again.")]
    GitMissing,
    #[error("The folder {} is gone. Put it back, or choose another folder for this build.", path.display())]
    FolderGone { path: PathBuf },
    #[error("The folder {} is not a git repository.", path.display())]
    NotARepository { path: PathBuf },
    #[error("The folder {} cannot be written ({detail}). Give yourself write permission, or choose another folder.", path.display())]
    NotWritable { path: PathBuf, detail: String },
    #[error("{} is not a folder. Choose a folder for this build.", path.display())]
    NotAFolder { path: PathBuf },
    #[error("{} is a bare repository, without files. Choose a folder in which it is checked out.", path.display())]
    BareRepository { path: PathBuf },
    #[error(
        "The repository {} is damaged or incomplete: git cannot read it. Nothing was touched. Mend it (git fsck says \
         what is missing), then try again.", path.display()
    )]
    DamagedRepository { path: PathBuf },
    #[error(
        "This repository needs the filter \u{201c}{name}\u{201d} (git LFS, git-crypt or the like) for some of its files. Q Assistant \
         runs no filters of a repository, and without them it would damage those files. Choose another project."
    )]
    NeedsFilter { name: String },
    #[error("\u{201c}{path}\u{201d} is not a path inside the project ({why}).")]
    PathRefused { path: String, why: &'static str },
    #[error("{what}")]
    File { what: String },
    #[error("git could not {what}: {stderr}")]
    Git { what: String, stderr: String },
    #[error(
        "The work conflicts with what came onto the project's branch since the build began, in: {}. Nothing was merged. Roll \
         back to planning and click Ready to Build again: the build then starts from the branch as it is now.", files.join(", ")
    )]
    Conflicts { files: Vec<String> },
    #[error(
        "These files of the project's folder have changes that are not committed and would be overwritten: {}. Commit or set \
         them aside, then try again. Nothing was changed.", files.join(", ")
    )]
    DirtyTarget { files: Vec<String> },
    #[error(
        "The project's folder is on no branch (detached HEAD). Check out the branch that the release shall go to, then try again."
    )]
    DetachedHead,
    #[error(
        "The branch {branch} is checked out in {}, which cannot be reached now, so its files could not follow. Make that folder \
         available, or check out another branch there, then try again.", path.display()
    )]
    CheckedOutElsewhere { branch: String, path: PathBuf },
    #[error(
        "The branch {branch}, to which this build is released, is no longer there. Bring it back (git branch {branch}), then try again."
    )]
    BranchGone { branch: String },
    #[error("{} is in the middle of a {what}. Finish it or give it up, then try again. Nothing was changed.", path.display())]
    InTheMiddle { path: PathBuf, what: &'static str },
    #[error("{why}")]
    ReleaseMoved { why: String },
    #[error(
        "No test command was found in the project. Expected one of: cargo, npm test, node --test, pytest, unittest, go, make test; or the person says on the Tests page how they are run."
    )]
    NoTestCommand,
    #[error("The tests need {program}, which is not installed on this machine. Install it, then try again.")]
    CommandMissing { program: String },
    #[error("{what}: {source}")]
    Io { what: String, source: std::io::Error },
}

impl WorkspaceError {
    /// Stable code for the door.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            WorkspaceError::GitMissing => "git_missing",
            WorkspaceError::FolderGone { .. } => "folder_gone",
            WorkspaceError::NotARepository { .. } => "not_a_repository",
            WorkspaceError::NotWritable { .. } => "not_writable",
            WorkspaceError::PathRefused { .. } => "path_refused",
            WorkspaceError::File { .. } => "file_refused",
            WorkspaceError::Git { .. } => "git_failed",
            WorkspaceError::Conflicts { .. } => "release_conflicts",
            WorkspaceError::DirtyTarget { .. } => "release_files_in_the_way",
            WorkspaceError::NotAFolder { .. } => "not_a_folder",
            WorkspaceError::BareRepository { .. } => "bare_repository",
            WorkspaceError::DamagedRepository { .. } => "damaged_repository",
            WorkspaceError::NeedsFilter { .. } => "needs_filter",
            WorkspaceError::BranchGone { .. } => "branch_gone",
            WorkspaceError::InTheMiddle { .. } => "git_in_the_middle",
            WorkspaceError::DetachedHead => "detached_head",
            WorkspaceError::CheckedOutElsewhere { .. } => "checked_out_elsewhere",
            WorkspaceError::ReleaseMoved { .. } => "release_moved",
            WorkspaceError::NoTestCommand => "no_test_command",
            WorkspaceError::CommandMissing { .. } => "tool_missing",
            WorkspaceError::Io { .. } => "disk_error",
        }
    }

    /// What the sentence is about, for whoever says it in another language.
    #[must_use]
    pub fn facts(&self) -> Value {
        match self {
            WorkspaceError::FolderGone { path }
            | WorkspaceError::NotARepository { path }
            | WorkspaceError::NotAFolder { path }
            | WorkspaceError::BareRepository { path }
            | WorkspaceError::DamagedRepository { path } => json!({"path": path}),
            WorkspaceError::NotWritable { path, detail } => json!({"path": path, "detail": detail}),
            WorkspaceError::NeedsFilter { name } => json!({"name": name}),
            WorkspaceError::PathRefused { path, .. } => json!({"path": path}),
            WorkspaceError::Conflicts { files } | WorkspaceError::DirtyTarget { files } => json!({"files": files}),
            WorkspaceError::BranchGone { branch } => json!({"branch": branch}),
            WorkspaceError::CheckedOutElsewhere { branch, path } => json!({"branch": branch, "path": path}),
            WorkspaceError::InTheMiddle { path, what } => json!({"path": path, "what": what}),
            WorkspaceError::CommandMissing { program } => json!({"program": program}),
            WorkspaceError::GitMissing
            | WorkspaceError::File { .. }
            | WorkspaceError::Git { .. }
            | WorkspaceError::DetachedHead
            | WorkspaceError::ReleaseMoved { .. }
            | WorkspaceError::NoTestCommand
            | WorkspaceError::Io { .. } => json!({}),
        }
    }

    /// An error of the disk, with what was tried.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> WorkspaceError {
        let what = what.into();
        move |source| WorkspaceError::Io { what, source }
    }
}
