//! Test runs: which command a project's tests have, what it printed, and a run on a clean checkout of one tree.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use crate::cases::{self, TestCase};
use crate::command::{CommandOutcome, CommandSpec, find_program, run};
use crate::{WorkspaceError, Worktree};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunnerKind {
    Cargo,
    Npm,
    NodeTest,
    Pytest,
    Unittest,
    Go,
    Make,
    /// Set by the person.
    Custom,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCommand {
    pub kind: RunnerKind,
    pub argv: Vec<String>,
}

impl TestCommand {
    fn new(kind: RunnerKind, argv: &[&str]) -> TestCommand {
        TestCommand {
            kind,
            argv: argv.iter().map(|arg| (*arg).to_owned()).collect(),
        }
    }

    /// As it would be typed.
    #[must_use]
    pub fn shown(&self) -> String {
        self.argv.join(" ")
    }
}

/// What the runner said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestCounts {
    pub run: u32,
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
    /// Names of tests that failed, where the runner prints them.
    pub failures: Vec<String>,
    /// Names of tests that passed, where the runner prints them.
    pub names: Vec<String>,
    /// Each of them with what was printed about it, as far as the runner says.
    pub cases: Vec<TestCase>,
}

/// One run, on exactly `tree`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRun {
    pub command: TestCommand,
    pub outcome: CommandOutcome,
    /// None: the output does not say how many tests ran.
    pub counts: Option<TestCounts>,
    pub tree: String,
}

/// The test command of the project in `root`.
///
/// # Errors
/// [`WorkspaceError::NoTestCommand`]; [`WorkspaceError::CommandMissing`] where the project has tests but the machine lacks what
/// runs them.
pub fn detect(root: &Path, custom: Option<&str>) -> Result<TestCommand, WorkspaceError> {
    if let Some(line) = custom.map(str::trim).filter(|line| !line.is_empty()) {
        return Ok(TestCommand::new(RunnerKind::Custom, &["sh", "-c", line]));
    }
    let command = recognise(root).ok_or(WorkspaceError::NoTestCommand)?;
    let program = command.argv.first().map_or("", String::as_str);
    if find_program(program).is_none() {
        return Err(WorkspaceError::CommandMissing {
            program: program.to_owned(),
        });
    }
    Ok(command)
}

fn recognise(root: &Path) -> Option<TestCommand> {
    let text = |name: &str| std::fs::read_to_string(root.join(name)).unwrap_or_default();
    if root.join("Cargo.toml").is_file() {
        return Some(TestCommand::new(RunnerKind::Cargo, &["cargo", "test"]));
    }
    let package: serde_json::Value = serde_json::from_str(&text("package.json")).unwrap_or_default();
    if let Some(script) = package.pointer("/scripts/test").and_then(serde_json::Value::as_str) {
        // npm's placeholder of a new package is not a test.
        if !script.contains("no test specified") {
            return Some(TestCommand::new(RunnerKind::Npm, &["npm", "test", "--silent"]));
        }
    }
    let names = names_below(root, 4);
    let any = |fits: &dyn Fn(&str) -> bool| names.iter().any(|name| fits(name));
    if any(&|name| {
        [".test.mjs", ".test.js", ".test.cjs"]
            .iter()
            .any(|end| name.ends_with(end))
    }) {
        return Some(TestCommand::new(
            RunnerKind::NodeTest,
            &["node", "--test", "--test-reporter=tap"],
        ));
    }
    let python_tests = any(&|name| {
        let file = name.rsplit('/').next().unwrap_or(name);
        file.ends_with(".py") && (file.starts_with("test_") || file.ends_with("_test.py"))
    });
    if python_tests {
        let configured = root.join("pytest.ini").is_file()
            || root.join("conftest.py").is_file()
            || text("pyproject.toml").contains("[tool.pytest")
            || text("setup.cfg").contains("[tool:pytest]");
        if configured {
            return Some(TestCommand::new(RunnerKind::Pytest, &["python3", "-m", "pytest", "-v"]));
        }
        let start = if root.join("tests").is_dir() { "tests" } else { "." };
        return Some(TestCommand::new(
            RunnerKind::Unittest,
            &["python3", "-m", "unittest", "discover", "-v", "-s", start, "-t", "."],
        ));
    }
    if root.join("go.mod").is_file() {
        return Some(TestCommand::new(RunnerKind::Go, &["go", "test", "-v", "./..."]));
    }
    if text("Makefile").lines().any(|line| line.starts_with("test:")) {
        return Some(TestCommand::new(RunnerKind::Make, &["make", "test"]));
    }
    None
}

fn names_below(root: &Path, depth: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(root.to_owned(), String::new(), depth)];
    while let Some((dir, prefix, left)) = open.pop() {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && left > 0 && !name.starts_with('.') && name != "node_modules" && name != "target" {
                open.push((entry.path(), format!("{prefix}{name}/"), left - 1));
            } else if kind.is_file() {
                found.push(format!("{prefix}{name}"));
            }
        }
    }
    found
}

pub(crate) fn pattern(text: &'static str) -> Regex {
    // The patterns are written in this crate and tested; one that does not compile would fail every test of this file.
    #[allow(clippy::unwrap_used, reason = "a constant pattern, compiled in every test run")]
    Regex::new(text).unwrap()
}

macro_rules! patterns {
    ($($name:ident = $text:literal;)*) => { $(static $name: LazyLock<Regex> = LazyLock::new(|| pattern($text));)* };
}

patterns! {
    ANSI = r"\x1b\[[0-9;?]*[ -/]*[@-~]";
    CARGO = r"(?m)^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored";
    CARGO_NAME = r"(?m)^test (.+?) \.\.\. (ok|FAILED)";
    TAP = r"(?m)^(?:#|ℹ) (tests|pass|fail|skipped|todo|cancelled) (\d+)";
    TAP_NAME = r"(?m)^\s*(ok|not ok) \d+ - (.+?)( # .*)?$";
    SPEC_NAME = r"(?m)^\s*(✔|✖) (.+?) \([\d.]+ms\)";
    PYTEST = r"(?m)^=+ (.*\b(?:passed|failed|error|errors|skipped)\b.*) in [\d.]+";
    PYTEST_PART = r"(\d+) (passed|failed|errors?|skipped)";
    PYTEST_NAME = r"(?m)^(\S+::\S+.*?) (PASSED|FAILED|ERROR)";
    UNITTEST = r"(?m)^Ran (\d+) tests? in";
    UNITTEST_END = r"(?m)^(?:OK|FAILED)(?: \((.*)\))?$";
    UNITTEST_NAME = r"(?m)^(\S+) \(\S+\)(?:\n(.*?))? \.\.\. (ok|FAIL|ERROR|skipped.*)$";
    GO_NAME = r"(?m)^\s*--- (PASS|FAIL|SKIP): (\S+)";
    JEST = r"(?m)^\s*Tests:?\s+(.*\d+ (?:passed|failed).*)$";
    MOCHA = r"(?m)^\s+(\d+) (passing|failing|pending)";
}

/// Reads the counts out of what the runner printed; none where it does not say.
#[must_use]
pub fn parse(kind: RunnerKind, output: &str) -> Option<TestCounts> {
    let output = ANSI.replace_all(output, "");
    let readers: &[fn(&str) -> Option<TestCounts>] = match kind {
        RunnerKind::Cargo => &[cargo],
        RunnerKind::NodeTest => &[node],
        RunnerKind::Pytest => &[pytest],
        RunnerKind::Unittest => &[unittest],
        RunnerKind::Go => &[go],
        RunnerKind::Npm => &[node, jest, mocha],
        RunnerKind::Make | RunnerKind::Custom => &[cargo, node, pytest, unittest, go, jest, mocha],
    };
    let counts = readers.iter().find_map(|read| read(&output))?;
    Some(TestCounts {
        cases: cases::cases(kind, &output),
        ..counts
    })
}

fn number(text: Option<regex::Match<'_>>) -> u32 {
    text.and_then(|found| found.as_str().parse().ok()).unwrap_or(0)
}

fn cargo(output: &str) -> Option<TestCounts> {
    let mut counts = TestCounts::default();
    let mut any = false;
    for part in CARGO.captures_iter(output) {
        any = true;
        counts.passed += number(part.get(1));
        counts.failed += number(part.get(2));
        counts.skipped += number(part.get(3));
    }
    sort_names(
        &mut counts,
        CARGO_NAME
            .captures_iter(output)
            .map(|c| (c[1].to_owned(), &c[2] == "ok")),
    );
    any.then(|| with_run(counts))
}

fn node(output: &str) -> Option<TestCounts> {
    let mut counts = TestCounts::default();
    let mut any = false;
    for part in TAP.captures_iter(output) {
        any = true;
        let count = number(part.get(2));
        match &part[1] {
            "pass" => counts.passed += count,
            "fail" | "cancelled" => counts.failed += count,
            "skipped" | "todo" => counts.skipped += count,
            _ => {}
        }
    }
    let tap = TAP_NAME
        .captures_iter(output)
        .filter(|c| !c.get(3).is_some_and(|note| note.as_str().contains("SKIP")))
        .map(|c| (c[2].to_owned(), &c[1] == "ok"));
    let spec = SPEC_NAME.captures_iter(output).map(|c| (c[2].to_owned(), &c[1] == "✔"));
    sort_names(&mut counts, tap.chain(spec));
    any.then(|| with_run(counts))
}

fn pytest(output: &str) -> Option<TestCounts> {
    let summary = PYTEST.captures_iter(output).last()?;
    let mut counts = TestCounts::default();
    for part in PYTEST_PART.captures_iter(&summary[1]) {
        let count = number(part.get(1));
        match &part[2] {
            "passed" => counts.passed += count,
            "skipped" => counts.skipped += count,
            _ => counts.failed += count,
        }
    }
    sort_names(
        &mut counts,
        PYTEST_NAME
            .captures_iter(output)
            .map(|c| (c[1].to_owned(), &c[2] == "PASSED")),
    );
    Some(with_run(counts))
}

fn unittest(output: &str) -> Option<TestCounts> {
    let total = number(UNITTEST.captures(output)?.get(1));
    let end = UNITTEST_END
        .captures(output)
        .and_then(|c| c.get(1).map(|m| m.as_str().to_owned()))
        .unwrap_or_default();
    let of = |name: &str| {
        end.split(", ")
            .find_map(|part| part.strip_prefix(name)?.strip_prefix('=')?.parse::<u32>().ok())
            .unwrap_or(0)
    };
    let failed = of("failures") + of("errors") + of("unexpected successes");
    let skipped = of("skipped");
    let passed = total.saturating_sub(failed + skipped);
    let mut counts = TestCounts {
        passed,
        failed,
        skipped,
        ..TestCounts::default()
    };
    // A docstring's first line stands on a line of its own and is what a person recognises; both names are kept.
    let names = UNITTEST_NAME
        .captures_iter(output)
        .filter(|c| !c[3].starts_with("skipped"))
        .map(|c| {
            let shown = c.get(2).map(|m| m.as_str().trim()).filter(|text| !text.is_empty());
            (
                shown.map_or_else(|| c[1].to_owned(), |text| format!("{} {text}", &c[1])),
                &c[3] == "ok",
            )
        });
    sort_names(&mut counts, names);
    Some(with_run(counts))
}

fn go(output: &str) -> Option<TestCounts> {
    let mut counts = TestCounts::default();
    let mut any = false;
    for part in GO_NAME.captures_iter(output) {
        any = true;
        match &part[1] {
            "PASS" => {
                counts.passed += 1;
                counts.names.push(part[2].to_owned());
            }
            "FAIL" => {
                counts.failed += 1;
                counts.failures.push(part[2].to_owned());
            }
            _ => counts.skipped += 1,
        }
    }
    any.then(|| with_run(counts))
}

fn jest(output: &str) -> Option<TestCounts> {
    let summary = JEST.captures_iter(output).last()?;
    let mut counts = TestCounts::default();
    for part in PYTEST_PART.captures_iter(&summary[1]) {
        let count = number(part.get(1));
        match &part[2] {
            "passed" => counts.passed += count,
            "skipped" => counts.skipped += count,
            _ => counts.failed += count,
        }
    }
    sort_names(
        &mut counts,
        SPEC_NAME.captures_iter(output).map(|c| (c[2].to_owned(), &c[1] == "✔")),
    );
    Some(with_run(counts))
}

fn mocha(output: &str) -> Option<TestCounts> {
    let mut counts = TestCounts::default();
    let mut any = false;
    for part in MOCHA.captures_iter(output) {
        any = true;
        let count = number(part.get(1));
        match &part[2] {
            "passing" => counts.passed += count,
            "failing" => counts.failed += count,
            _ => counts.skipped += count,
        }
    }
    any.then(|| with_run(counts))
}

fn sort_names(counts: &mut TestCounts, names: impl Iterator<Item = (String, bool)>) {
    for (name, ok) in names {
        let list = if ok { &mut counts.names } else { &mut counts.failures };
        if !list.contains(&name) {
            list.push(name);
        }
    }
}

fn with_run(counts: TestCounts) -> TestCounts {
    TestCounts {
        run: counts.passed + counts.failed,
        ..counts
    }
}

const OUTPUT_CAP: usize = 512 * 1024;

/// Runs the tests of `tree` on a clean checkout of it. Packages that were installed in the worktree are linked in.
///
/// # Errors
/// As [`detect`], and where git or the disk refuses. Tests that fail are an outcome.
pub async fn run_tests(
    worktree: &Worktree,
    tree: &str,
    custom: Option<&str>,
    timeout: Duration,
    chunks: Option<&UnboundedSender<String>>,
    cancel: &CancellationToken,
) -> Result<TestRun, WorkspaceError> {
    let checkout = worktree.checkout_clean(tree).await?;
    #[cfg(unix)]
    for installed in ["node_modules", ".venv"] {
        let source = worktree.path().join(installed);
        if source.is_dir() && !checkout.path().join(installed).exists() {
            std::os::unix::fs::symlink(&source, checkout.path().join(installed))
                .map_err(WorkspaceError::io("Installed packages could not be linked"))?;
        }
    }
    let command = detect(checkout.path(), custom)?;
    let spec = CommandSpec {
        argv: command.argv.clone(),
        cwd: checkout.path().to_owned(),
        timeout,
        output_cap: OUTPUT_CAP,
        log: None,
    };
    let outcome = run(&spec, chunks, cancel).await?;
    let counts = parse(command.kind, &outcome.output);
    Ok(TestRun {
        command,
        outcome,
        counts,
        tree: tree.to_owned(),
    })
}
