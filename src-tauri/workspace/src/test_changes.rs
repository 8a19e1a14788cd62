//! What happened to the tests that were there before.
//!
//! An honest heuristic, with its limits: it sees deleted test files, fewer assertions and new skips in files that look like
//! tests by their names, and changes of what tells the runners how to run. It does not understand what an assertion says;
//! whoever changes an expected value passes by it.

use std::sync::LazyLock;

use regex::Regex;

use crate::{FileStatus, Space, WorkspaceError, Worktree};

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

/// What a file says about how tests are run: the whole of a runner's own file, the part of a package's description that is about
/// tests; none for any other file.
fn about_running(path: &str, text: &str) -> Option<String> {
    const OWN: [&str; 9] = [
        "pytest.ini",
        "tox.ini",
        "setup.cfg",
        "conftest.py",
        "sitecustomize.py",
        "jest.config.",
        "vitest.config.",
        "vitest.workspace.",
        ".mocharc.",
    ];
    let file = path.rsplit('/').next().unwrap_or(path);
    if OWN.iter().any(|own| file.starts_with(own)) {
        return Some(text.to_owned());
    }
    if file == "package.json" {
        let package: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let parts = [
            "/scripts/test",
            "/scripts/pretest",
            "/scripts/posttest",
            "/jest",
            "/mocha",
            "/ava",
            "/vitest",
        ];
        return Some(
            parts
                .iter()
                .filter_map(|part| package.pointer(part).map(|value| format!("{part} {value}\n")))
                .collect(),
        );
    }
    None
}

/// What a changed file means for how tests are run. A file of that kind that is new is only news where there were tests before.
fn loosened(path: &str, before: Option<&str>, after: Option<&str>, had_tests: bool) -> Option<String> {
    let said = |text: Option<&str>| about_running(path, text.unwrap_or_default()).filter(|said| !said.is_empty());
    match (said(before), said(after)) {
        (Some(before), after) if after.as_ref() != Some(&before) => {
            Some(format!("{path}: how tests are run was changed"))
        }
        (None, Some(_)) if had_tests && path.ends_with("conftest.py") => {
            Some(format!("{path}: is new, and can change what tests report"))
        }
        (Some(_) | None, _) => None,
    }
}

/// Compares the tests of two commits or trees.
///
/// # Errors
/// Where git fails.
pub async fn test_changes(worktree: &Worktree, base: &str, tree: &str) -> Result<TestChanges, WorkspaceError> {
    let mut changes = TestChanges::default();
    let had_tests = worktree.names_in(base).await?.iter().any(|path| is_test(path));
    for diff in worktree.changes(base, tree, Space::Counts).await? {
        let old = diff.old_path.as_deref().unwrap_or(&diff.path);
        if about_running(old, "").is_some() {
            let before = worktree.text_in(base, old).await?;
            let after = worktree.text_in(tree, old).await?;
            changes
                .weakened
                .extend(loosened(old, before.as_deref(), after.as_deref(), had_tests));
            continue;
        }
        if !is_test(old) && !is_test(&diff.path) {
            continue;
        }
        match diff.status {
            FileStatus::Added => changes.added.push(diff.path),
            // Moved to where no runner looks for tests.
            FileStatus::Renamed if is_test(old) && !is_test(&diff.path) => changes.removed.push(old.to_owned()),
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
