//! The cases that a runner reported: which there were, how each ended, and what was printed about it.
//!
//! Read from what runners print for people, so as far as they print it; a runner that is not known names none, and its counts stand
//! alone.

mod compiled;
mod indented;
mod python;
mod tap;

use std::collections::HashMap;

use crate::runner::RunnerKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// The file, package or group it stands in, outermost first; empty where the runner does not say.
    pub suite: Vec<String>,
    pub name: String,
    pub outcome: Outcome,
    /// Milliseconds, where the runner says.
    pub ms: Option<u32>,
    /// What was printed about it.
    pub output: String,
}

impl TestCase {
    fn new(suite: Vec<String>, name: impl Into<String>, outcome: Outcome) -> TestCase {
        TestCase {
            suite,
            name: name.into(),
            outcome,
            ms: None,
            output: String::new(),
        }
    }
}

/// The cases in what a runner printed, without its colours.
pub(crate) fn cases(kind: RunnerKind, output: &str) -> Vec<TestCase> {
    let readers: &[fn(&str) -> Vec<TestCase>] = match kind {
        RunnerKind::Cargo => &[compiled::cargo],
        RunnerKind::NodeTest => &[tap::tap],
        RunnerKind::Pytest => &[python::pytest],
        RunnerKind::Unittest => &[python::unittest],
        RunnerKind::Go => &[compiled::go],
        RunnerKind::Npm => &[tap::tap, indented::spec],
        RunnerKind::Make | RunnerKind::Custom => &[
            compiled::cargo,
            tap::tap,
            python::pytest,
            python::unittest,
            compiled::go,
            indented::spec,
        ],
    };
    readers
        .iter()
        .map(|read| read(output))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// A path as it is in the project: tests run in a folder of their own, whose name says nothing to a person.
fn in_project(path: &str) -> String {
    let path = path.strip_prefix("file://").unwrap_or(path);
    let rest = path
        .split_once("/q-assistant-tree-")
        .and_then(|(_, rest)| rest.split_once('/'));
    rest.map_or(path, |(_, inside)| inside).to_owned()
}

/// Milliseconds out of "1.25" of a unit.
fn millis(number: &str, unit: &str) -> Option<u32> {
    let number: f64 = number.parse().ok()?;
    let factor = match unit {
        "s" => 1000.0,
        "m" => 60_000.0,
        _ => 1.0,
    };
    let rounded = (number * factor).round();
    // What is no time is not said to be one.
    (rounded >= 0.0 && rounded < f64::from(u32::MAX)).then(|| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared before")]
        let whole = rounded as u32;
        whole
    })
}

/// Gives what was printed about cases that failed to them, by the name it stands under.
fn attach(cases: &mut [TestCase], told: HashMap<String, String>, names: impl Fn(&TestCase) -> Vec<String>) {
    for case in cases {
        if let Some(text) = names(case).iter().find_map(|name| told.get(name)) {
            text.trim_end().clone_into(&mut case.output);
        }
    }
}
