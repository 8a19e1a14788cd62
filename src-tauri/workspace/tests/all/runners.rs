//! Which command tests a project, and how many tests its output says were run.

use rstest::rstest;
use workspace::{RunnerKind, TestCounts, detect, is_test, parse, test_changes};

use crate::support::{Desk, git, write};

fn counts(kind: RunnerKind, output: &str) -> Option<(u32, u32, u32, u32)> {
    parse(kind, output).map(
        |TestCounts {
             run,
             passed,
             failed,
             skipped,
             ..
         }| (run, passed, failed, skipped),
    )
}

#[rstest]
#[case::cargo(RunnerKind::Cargo, "running 2 tests\ntest a ... ok\ntest b ... FAILED\n\ntest result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n", Some((2, 1, 1, 1)))]
#[case::cargo_of_two_binaries(RunnerKind::Cargo, "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n", Some((5, 5, 0, 0)))]
#[case::node(RunnerKind::NodeTest, "# tests 9\n# suites 0\n# pass 8\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0\n", Some((9, 8, 1, 0)))]
#[case::node_spec_reporter(RunnerKind::NodeTest, "✔ adds (1ms)\nℹ tests 1\nℹ suites 0\nℹ pass 1\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\n", Some((1, 1, 0, 0)))]
#[case::pytest(RunnerKind::Pytest, "tests/test_a.py::test_one PASSED\n=== 3 passed, 1 failed, 2 skipped in 0.12s ===\n", Some((4, 3, 1, 2)))]
#[case::unittest(RunnerKind::Unittest, "Ran 7 tests in 0.010s\n\nFAILED (failures=2, errors=1)\n", Some((7, 4, 3, 0)))]
#[case::unittest_ok(RunnerKind::Unittest, "Ran 7 tests in 0.010s\n\nOK\n", Some((7, 7, 0, 0)))]
#[case::go(RunnerKind::Go, "=== RUN   TestA\n--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\nFAIL\n", Some((2, 1, 1, 0)))]
#[case::nothing(RunnerKind::Pytest, "it went well, believe me", None)]
#[case::empty(RunnerKind::Cargo, "", None)]
fn counts_are_read_from_what_runners_print(
    #[case] kind: RunnerKind,
    #[case] output: &str,
    #[case] expected: Option<(u32, u32, u32, u32)>,
) {
    assert_eq!(counts(kind, output), expected);
}

#[rstest]
#[case("Cargo.toml", "[package]", "cargo test")]
#[case("package.json", r#"{"scripts": {"test": "node --test"}}"#, "npm test --silent")]
#[case("sum.test.mjs", "", "node --test")]
#[case("test_sum.py", "import unittest", "python3 -m unittest")]
#[case("go.mod", "module a", "go test")]
#[case("Makefile", "test:\n\ttrue\n", "make test")]
fn the_command_is_found_from_what_lies_in_the_project(#[case] file: &str, #[case] text: &str, #[case] command: &str) {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), file, text);
    match detect(dir.path(), None) {
        Ok(found) => assert!(found.shown().starts_with(command), "{}", found.shown()),
        // A machine without the tool says which one it is.
        Err(error) => assert!(
            error.code() == "tool_missing" && error.to_string().contains(command.split(' ').next().unwrap()),
            "{error}"
        ),
    }
}

#[test]
fn a_project_without_tests_or_with_a_placeholder_has_no_command() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(detect(dir.path(), None).unwrap_err().code(), "no_test_command");
    write(
        dir.path(),
        "package.json",
        r#"{"scripts": {"test": "echo \"Error: no test specified\" && exit 1"}}"#,
    );
    assert_eq!(detect(dir.path(), None).unwrap_err().code(), "no_test_command");
    assert_eq!(
        detect(dir.path(), Some("./check")).unwrap().shown(),
        "sh -c ./check",
        "the person's own goes first"
    );
}

#[rstest]
#[case("test/a.js", true)]
#[case("src/deep/__tests__/a.js", true)]
#[case("test_a.py", true)]
#[case("a_test.go", true)]
#[case("src/a.spec.ts", true)]
#[case("src/latest.js", false)]
#[case("contest.py", false)]
fn tests_are_known_by_their_names(#[case] path: &str, #[case] expected: bool) {
    assert_eq!(is_test(path), expected);
}

#[tokio::test]
async fn a_changed_way_of_running_tests_is_seen() {
    let desk = Desk::new();
    let package = |test: &str, version: &str| {
        serde_json::json!({"name": "a", "version": version, "scripts": {"test": test}}).to_string()
    };
    write(&desk.project(), "package.json", &package("node --test", "1.0.0"));
    write(&desk.project(), "pytest.ini", "[pytest]\n");
    write(&desk.project(), "tests/test_a.py", "assert True\n");
    write(&desk.project(), "Makefile", "all:\n\techo\n");
    desk.commit("tests");
    let base = desk.head();
    let (_, worktree) = desk.worktree().await;
    let seen = async |of: &str| {
        let made = worktree.checkpoint("refs/q-assistant/w1/testing-1", of).await.unwrap();
        let changes = test_changes(&worktree, &base, &made.tree).await.unwrap();
        changes.weakened
    };
    // What has nothing to do with running tests is nobody's concern here.
    write(worktree.path(), "package.json", &package("node --test", "2.0.0"));
    assert_eq!(seen("a version").await, Vec::<String>::new());
    write(worktree.path(), "package.json", &package("true", "2.0.0"));
    assert_eq!(
        seen("another command").await,
        ["package.json: how tests are run was changed"]
    );
    write(worktree.path(), "package.json", &package("node --test", "1.0.0"));
    std::fs::remove_file(worktree.path().join("pytest.ini")).unwrap();
    write(worktree.path(), "tests/conftest.py", "# every failure becomes a pass\n");
    assert_eq!(
        seen("a hook").await,
        [
            "pytest.ini: how tests are run was changed",
            "tests/conftest.py: is new, and can change what tests report"
        ]
    );
}

#[tokio::test]
async fn what_was_deleted_or_loosened_in_tests_is_seen() {
    let desk = Desk::new();
    write(&desk.project(), "test/gone.test.js", "assert(1)\n");
    write(
        &desk.project(),
        "test/moved.test.js",
        "assert(1)\nassert(2)\nassert(3)\n",
    );
    write(&desk.project(), "test/weak.test.js", "assert(1)\nassert(2)\n");
    write(&desk.project(), "test/skipped.test.js", "test('a', () => assert(1))\n");
    desk.commit("tests");
    let base = desk.head();
    let (_, worktree) = desk.worktree().await;
    std::fs::remove_file(worktree.path().join("test/gone.test.js")).unwrap();
    write(worktree.path(), "test/weak.test.js", "assert(1)\n");
    std::fs::create_dir_all(worktree.path().join("attic")).unwrap();
    std::fs::rename(
        worktree.path().join("test/moved.test.js"),
        worktree.path().join("attic/moved.txt"),
    )
    .unwrap();
    write(
        worktree.path(),
        "test/skipped.test.js",
        "test.skip('a', () => assert(1))\n",
    );
    write(
        worktree.path(),
        "test/new.test.js",
        "import { sum } from '../src/a.js';\nassert.equal(sum(1, 2), 3)\n",
    );
    write(worktree.path(), "src/a.js", "1\n");
    let made = worktree
        .checkpoint("refs/q-assistant/w1/testing-1", "work")
        .await
        .unwrap();
    let changes = test_changes(&worktree, &base, &made.tree).await.unwrap();
    assert_eq!(changes.added, ["test/new.test.js"]);
    assert_eq!(changes.removed, ["test/moved.test.js", "test/gone.test.js"]);
    assert_eq!(changes.weakened.len(), 2, "{:?}", changes.weakened);
    assert_eq!(
        git(&desk.project(), &["rev-parse", "HEAD"]),
        base,
        "looking changes nothing"
    );
}
