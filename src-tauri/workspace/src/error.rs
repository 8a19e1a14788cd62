//! What can go wrong on disk, as a person needs to hear it.

use std::path::PathBuf;

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
    #[error("\u{201c}{path}\u{201d} is not a path inside the project ({why}).")]
    PathRefused { path: String, why: &'static str },
    #[error("{what}")]
    File { what: String },
    #[error("git could not {what}: {stderr}")]
    Git { what: String, stderr: String },
    #[error(
        "The work conflicts with what came onto the project's branch since the build began, in: {}. Nothing was merged. Take \
         those changes off the branch for now, then try again.", files.join(", ")
    )]
    Conflicts { files: Vec<String> },
    #[error(
        "These files of the project's folder have changes that are not committed and would be overwritten: {}. Commit or set \
         them aside, then try again. Nothing was merged.", files.join(", ")
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
            WorkspaceError::DetachedHead => "detached_head",
            WorkspaceError::CheckedOutElsewhere { .. } => "checked_out_elsewhere",
            WorkspaceError::ReleaseMoved { .. } => "release_moved",
            WorkspaceError::NoTestCommand => "no_test_command",
            WorkspaceError::CommandMissing { .. } => "tool_missing",
            WorkspaceError::Io { .. } => "disk_error",
        }
    }

    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> WorkspaceError {
        let what = what.into();
        move |source| WorkspaceError::Io { what, source }
    }
}
