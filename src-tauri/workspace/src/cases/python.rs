//! pytest -v and unittest -v.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{Outcome, TestCase, attach};
use crate::runner::pattern;

static PYTEST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^(\S+?)::(.+?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b"));
static PYTEST_TOLD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^_{3,} (?:ERROR at \w+ of )?(.+?) _{3,}$"));
static UNITTEST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^(\S+) \((\S+)\)(?:\n(.*?))? \.\.\. (ok|FAIL|ERROR|skipped.*|expected failure)$"));
static UNITTEST_TOLD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:FAIL|ERROR): (\S+) \((\S+)\)"));

pub(super) fn pytest(output: &str) -> Vec<TestCase> {
    let mut cases: Vec<TestCase> = PYTEST
        .captures_iter(output)
        .map(|found| {
            let outcome = match &found[3] {
                "PASSED" | "XPASS" => Outcome::Passed,
                "SKIPPED" | "XFAIL" => Outcome::Skipped,
                _ => Outcome::Failed,
            };
            let mut path: Vec<String> = found[2].split("::").map(str::to_owned).collect();
            let name = path.pop().unwrap_or_default();
            path.insert(0, found[1].to_owned());
            TestCase::new(path, name, outcome)
        })
        .collect();
    let told = told(
        output,
        &PYTEST_TOLD,
        |line| line.starts_with("====="),
        |found| found[1].to_owned(),
    );
    attach(&mut cases, told, |case| {
        let inner: Vec<&str> = case
            .suite
            .iter()
            .skip(1)
            .map(String::as_str)
            .chain([case.name.as_str()])
            .collect();
        vec![inner.join(".")]
    });
    cases
}

pub(super) fn unittest(output: &str) -> Vec<TestCase> {
    let mut cases: Vec<TestCase> = UNITTEST
        .captures_iter(output)
        .map(|found| {
            let outcome = match &found[4] {
                "ok" => Outcome::Passed,
                "FAIL" | "ERROR" => Outcome::Failed,
                _ => Outcome::Skipped,
            };
            // Newer versions write the method behind its class.
            let place = found[2].strip_suffix(&format!(".{}", &found[1])).unwrap_or(&found[2]);
            TestCase::new(vec![place.to_owned()], &found[1], outcome)
        })
        .collect();
    let told = told(
        output,
        &UNITTEST_TOLD,
        |line| line.starts_with("=====") || line.starts_with("Ran "),
        |found| {
            let place = found[2]
                .strip_suffix(&format!(".{}", &found[1]))
                .unwrap_or(&found[2])
                .to_owned();
            format!("{place}.{}", &found[1])
        },
    );
    attach(&mut cases, told, |case| {
        vec![format!("{}.{}", case.suite.concat(), case.name)]
    });
    cases
}

/// What stands below each headline, until the next one or what ends the part.
fn told(
    output: &str,
    headline: &Regex,
    ends: impl Fn(&str) -> bool,
    name: impl Fn(&regex::Captures<'_>) -> String,
) -> HashMap<String, String> {
    let mut told: HashMap<String, String> = HashMap::new();
    let mut of: Option<String> = None;
    for line in output.lines() {
        if let Some(found) = headline.captures(line) {
            let name = name(&found);
            // The first time counts: the same name may come again from another class.
            of = (!told.contains_key(&name)).then_some(name);
        } else if ends(line) {
            of = None;
        } else if let Some(of) = &of
            && !(line.starts_with("-----") && line.trim_matches('-').is_empty())
        {
            let text = told.entry(of.clone()).or_default();
            text.push_str(line);
            text.push('\n');
        }
    }
    told
}
