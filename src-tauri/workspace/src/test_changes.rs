//! What happened to the tests that were there before.
//!
//! An honest heuristic, with its limits: it sees deleted test files, fewer assertions and new skips in files that look like
//! tests by their names. It does not understand what an assertion says; whoever changes an expected value passes by it.

use std::sync::LazyLock;

use regex::Regex;

use crate::worktree::FileStatus;
use crate::{WorkspaceError, Worktree};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestChanges {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// What was loosened, as sentences.
    pub weakened: Vec<String>,
}

static ASSERTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\bassert|\bexpect\(|\.should|\bt\.(Error|Fatal)|\brequire\.").ok());
static SKIP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\.skip\b|\.only\b|\bskip: *true|\bxit\(|#\[ignore|@unittest\.skip|@pytest\.mark\.(skip|xfail)|t\.Skip\(",
    )
    .ok()
});

fn count(pattern: &LazyLock<Option<Regex>>, text: &str) -> usize {
    pattern.as_ref().map_or(0, |pattern| pattern.find_iter(text).count())
}

/// Whether a path looks like a test by its name.
#[must_use]
pub fn is_test(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let in_folder = ["test/", "tests/", "__tests__/", "spec/"]
        .iter()
        .any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")));
    in_folder
        || file.starts_with("test_")
        || file.contains(".test.")
        || file.contains(".spec.")
        || file.contains("_test.")
}

/// Compares the tests of two commits or trees.
///
/// # Errors
/// Where git fails.
pub async fn test_changes(worktree: &Worktree, base: &str, tree: &str) -> Result<TestChanges, WorkspaceError> {
    let mut changes = TestChanges::default();
    for diff in worktree.diff(base, Some(tree)).await? {
        let old = diff.old_path.as_deref().unwrap_or(&diff.path);
        if !is_test(old) && !is_test(&diff.path) {
            continue;
        }
        match diff.status {
            FileStatus::Added => changes.added.push(diff.path),
            FileStatus::Deleted => changes.removed.push(diff.path),
            FileStatus::Modified | FileStatus::Renamed => {
                let before = worktree.text_in(base, old).await?.unwrap_or_default();
                let after = worktree.text_in(tree, &diff.path).await?.unwrap_or_default();
                let (had, has) = (count(&ASSERTION, &before), count(&ASSERTION, &after));
                if has < had {
                    changes
                        .weakened
                        .push(format!("{}: {had} assertions became {has}", diff.path));
                }
                let (had, has) = (count(&SKIP, &before), count(&SKIP, &after));
                if has > had {
                    changes
                        .weakened
                        .push(format!("{}: {} more skipped or singled out", diff.path, has - had));
                }
            }
        }
    }
    Ok(changes)
}
