//! The project on disk: git worktrees and checkpoints, files, commands, test runs, releases.
//!
//! Knows nothing of workflows or roles. Everything that a repository, a file or a command's output says is data: the
//! product's own git calls ignore configuration, hooks and filters that a repository brings, and paths that a model names are
//! opened relative to the worktree, never followed out of it.

mod cases;
mod changes;
mod checked_out;
mod child_time;
mod command;
mod error;
mod files;
mod git;
mod orphans;
mod project;
mod release;
mod runner;
mod serve;
mod test_changes;
mod worktree;

pub use cases::{Outcome, TestCase};
pub use changes::{FileChange, FileDiff, FileStatus, Patch, Space};
pub use child_time::child_time;
pub use command::{CommandOutcome, CommandSpec, Ending, find_program, run};
pub use error::WorkspaceError;
pub use files::{Entry, Files, Found, Hit, Listing, Query, Text};
pub use project::{Project, ProjectFacts};
pub use release::{Merge, ReleaseOrder, Released};
pub use runner::{RunnerKind, TestCommand, TestCounts, TestRun, detect, parse, run_tests};
pub use serve::{Probe, ServedSite, find_site, probe, serve};
pub use test_changes::{TestChanges, is_test, test_changes};
pub use worktree::{Checkpoint, CleanCheckout, Worktree, scratch, sweep_checkouts};
