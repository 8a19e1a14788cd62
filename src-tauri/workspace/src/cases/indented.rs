//! What is printed as an indented list with a mark before each test: Node's spec reporter, Jest, Vitest, Mocha.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{Outcome, TestCase, in_project, millis};
use crate::runner::pattern;

static MARKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(\s*)(✔|✓|✖|✕|×|﹣|○|↓|- |\d+\))\s*(.+?)(?:\s+\(?([\d.]+)\s?(ms|s)\)?)?(?: # (?:SKIP|TODO).*)?$")
});
static FILE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:PASS|FAIL)\s+(\S+\.[cm]?[jt]sx?)\b(?:\s+\([\d.]+ m?s\))?$"));
static PLACE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^test at (\S+?):\d+:\d+$"));
static TOLD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:● | ?FAIL {2})(.+ [›>] .+|\S.*)$"));

/// Where the list ends and what is told of failures begins.
fn ends(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("✖ failing tests:")
        || line.starts_with("ℹ tests")
        || line.starts_with("Test Suites:")
        || line.contains("Failed Tests")
        || (line.ends_with(" failing") && line.split(' ').next().is_some_and(|n| n.parse::<u32>().is_ok()))
}

pub(super) fn spec(output: &str) -> Vec<TestCase> {
    let mut cases: Vec<TestCase> = Vec::new();
    let mut groups: Vec<(usize, String)> = Vec::new();
    let mut file: Option<String> = None;
    let mut is_listing = true;
    let mut open: Option<(usize, usize)> = None;
    for line in output.lines() {
        if ends(line) {
            is_listing = false;
            open = None;
        }
        if let Some(found) = FILE.captures(line) {
            file = Some(in_project(&found[1]));
            groups.clear();
            is_listing = true;
            open = None;
            continue;
        }
        if !is_listing || line.trim().is_empty() {
            continue;
        }
        let indent = line.chars().take_while(|letter| *letter == ' ').count();
        let Some(found) = MARKED.captures(line) else {
            // What stands deeper than a test that failed was printed about it.
            if let Some((at, depth)) = open
                && indent > depth
                && let Some(case) = cases.get_mut(at)
                && !line.trim_start().starts_with('▶')
            {
                case.output
                    .push_str(line.get(depth + 2..).unwrap_or_else(|| line.trim_start()));
                case.output.push('\n');
                continue;
            }
            open = None;
            let title = line.trim().trim_start_matches("▶ ").trim_end();
            groups.retain(|(depth, _)| *depth < indent);
            if is_title(line) {
                groups.push((indent, title.to_owned()));
            }
            continue;
        };
        let outcome = match &found[2] {
            "✔" | "✓" => Outcome::Passed,
            "﹣" | "○" | "↓" | "- " => Outcome::Skipped,
            _ => Outcome::Failed,
        };
        groups.retain(|(depth, name)| *depth < indent || (*depth == indent && found[3] == *name));
        // Node says how a group ended under the group's own name, where it began.
        if groups
            .last()
            .is_some_and(|(depth, name)| *depth == indent && *name == found[3])
        {
            groups.pop();
            open = None;
            continue;
        }
        // Vitest writes the whole path in one line.
        let mut path: Vec<String> = found[3].split(" > ").map(str::to_owned).collect();
        let name = path.pop().unwrap_or_default();
        // A line of Vitest that stands for a whole file.
        if path.is_empty() && name.contains(" tests)") {
            continue;
        }
        let suite: Vec<String> = file
            .iter()
            .cloned()
            .chain(groups.iter().map(|(_, group)| group.clone()))
            .chain(path)
            .collect();
        let mut case = TestCase::new(suite, name, outcome);
        case.ms = found
            .get(4)
            .zip(found.get(5))
            .and_then(|(n, unit)| millis(n.as_str(), unit.as_str()));
        open = (outcome == Outcome::Failed).then_some((cases.len(), indent));
        cases.push(case);
    }
    give_places(&mut cases, output);
    give_told(&mut cases, output);
    cases
}

/// A title of a group: indented text, or one that Node marks. Anything else at the margin was printed by a program.
fn is_title(line: &str) -> bool {
    line.trim_start().starts_with("▶ ") || (line.starts_with("  ") && line.trim().len() < 200)
}

/// Node says in which file a failing test stands, further below.
fn give_places(cases: &mut [TestCase], output: &str) {
    let mut place: Option<String> = None;
    for line in output.lines() {
        if let Some(found) = PLACE.captures(line) {
            place = Some(in_project(&found[1]));
        } else if let (Some(at), Some(found)) = (place.take(), MARKED.captures(line)) {
            let mut failed = cases.iter_mut().filter(|case| case.outcome == Outcome::Failed);
            if let Some(case) = failed.find(|case| case.name == found[3] && case.suite.first() != Some(&at)) {
                case.output.insert_str(0, &format!("{at}\n"));
            }
        }
    }
}

/// Jest and Vitest tell what went wrong after the list, under the whole name of the test.
fn give_told(cases: &mut [TestCase], output: &str) {
    let mut told: HashMap<String, String> = HashMap::new();
    let mut of: Option<String> = None;
    for line in output.lines() {
        if let Some(found) = TOLD.captures(line) {
            let name = found[1].replace(" › ", " > ");
            of = (!told.contains_key(&name)).then_some(name);
        } else if line.starts_with('⎯') || ends(line) || FILE.is_match(line) {
            of = None;
        } else if let Some(of) = &of {
            let text = told.entry(of.clone()).or_default();
            text.push_str(line);
            text.push('\n');
        }
    }
    for case in cases
        .iter_mut()
        .filter(|case| case.outcome == Outcome::Failed && case.output.is_empty())
    {
        let whole: Vec<&str> = case
            .suite
            .iter()
            .map(String::as_str)
            .chain([case.name.as_str()])
            .collect();
        let text = (0..whole.len()).find_map(|from| told.get(&whole.get(from..)?.join(" > ")));
        if let Some(text) = text {
            text.trim_matches('\n').trim_end().clone_into(&mut case.output);
        }
    }
}
