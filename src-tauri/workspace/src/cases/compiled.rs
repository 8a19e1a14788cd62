//! cargo test and go test -v.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{Outcome, TestCase, attach, millis};
use crate::runner::pattern;

static CARGO: LazyLock<Regex> = LazyLock::new(|| pattern(r"^test (.+?) \.\.\. (ok|FAILED|ignored)\b"));
static CARGO_BINARY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:Running (?:unittests )?(\S+) \(|(Doc-tests \S+))"));
static CARGO_TOLD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^---- (.+?) stdout ----$"));
static GO: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*--- (PASS|FAIL|SKIP): (\S+) \(([\d.]+)s\)"));
static GO_PACKAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:ok|FAIL)\s+(\S+)\s+(?:[\d.]+s|\(cached\))"));

pub(super) fn cargo(output: &str) -> Vec<TestCase> {
    let mut cases = Vec::new();
    let mut told: HashMap<String, String> = HashMap::new();
    let mut binary: Vec<String> = Vec::new();
    let mut of: Option<String> = None;
    for line in output.lines() {
        if let Some(found) = CARGO_BINARY.captures(line) {
            let name = found.get(1).or_else(|| found.get(2)).map_or("", |name| name.as_str());
            binary = vec![name.to_owned()];
            of = None;
        } else if let Some(found) = CARGO.captures(line) {
            let outcome = match &found[2] {
                "ok" => Outcome::Passed,
                "FAILED" => Outcome::Failed,
                _ => Outcome::Skipped,
            };
            let name = found[1].strip_suffix(" - should panic").unwrap_or(&found[1]);
            let mut suite = binary.clone();
            let (modules, name) = name
                .rsplit_once("::")
                .map_or((None, name), |(modules, name)| (Some(modules), name));
            suite.extend(modules.map(str::to_owned));
            cases.push(TestCase::new(suite, name, outcome));
        } else if let Some(found) = CARGO_TOLD.captures(line) {
            of = Some(found[1].to_owned());
        } else if line == "failures:" || line.starts_with("test result:") {
            of = None;
        } else if let Some(of) = &of {
            let text = told.entry(of.clone()).or_default();
            text.push_str(line);
            text.push('\n');
        }
    }
    // Below a binary's name stands the module, if it has one.
    attach(&mut cases, told, |case| {
        let module = case.suite.last().map(|module| format!("{module}::{}", case.name));
        module.into_iter().chain([case.name.clone()]).collect()
    });
    for case in cases.iter_mut().filter(|case| case.outcome != Outcome::Failed) {
        case.output.clear();
    }
    cases
}

pub(super) fn go(output: &str) -> Vec<TestCase> {
    let mut cases: Vec<TestCase> = Vec::new();
    // The package is named after its tests.
    let mut of_this_package = 0;
    let mut printed: Vec<&str> = Vec::new();
    let mut after_result = false;
    for line in output.lines() {
        if let Some(found) = GO.captures(line) {
            let outcome = match &found[1] {
                "PASS" => Outcome::Passed,
                "FAIL" => Outcome::Failed,
                _ => Outcome::Skipped,
            };
            let mut suite: Vec<String> = found[2].split('/').map(|part| part.replace('_', " ")).collect();
            let name = suite.pop().unwrap_or_default();
            let name = if suite.is_empty() { found[2].to_owned() } else { name };
            let mut case = TestCase::new(suite, name, outcome);
            case.ms = millis(&found[3], "s");
            case.output = printed.join("\n");
            printed.clear();
            cases.push(case);
            after_result = true;
        } else if let Some(found) = GO_PACKAGE.captures(line) {
            for case in cases.iter_mut().skip(of_this_package) {
                case.suite.insert(0, found[1].to_owned());
            }
            of_this_package = cases.len();
            printed.clear();
            after_result = false;
        } else if line.starts_with("=== ") {
            printed.clear();
            after_result = false;
        } else if after_result && line.starts_with("    ") {
            // Older versions print what a test said below its result.
            if let Some(case) = cases.last_mut() {
                if !case.output.is_empty() {
                    case.output.push('\n');
                }
                case.output.push_str(line.trim_start());
            }
        } else {
            after_result = false;
            printed.push(line);
        }
    }
    cases
}
