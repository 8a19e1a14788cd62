//! The Test Anything Protocol, as Node's runner prints it: nested with four spaces, with a block of YAML after each result.

use std::sync::LazyLock;

use regex::Regex;

use super::{Outcome, TestCase, in_project, millis};
use crate::runner::pattern;

static RESULT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(\s*)(ok|not ok) \d+(?: -)? ?(.*?)(?: # (SKIP|TODO)\b.*)?$"));
static SUBTEST: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\s*)# Subtest: (.*)$"));

pub(super) fn tap(output: &str) -> Vec<TestCase> {
    // Titles of what is open, by depth.
    let mut titles: Vec<String> = Vec::new();
    let mut found: Vec<TestCase> = Vec::new();
    let mut lines = output.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(open) = SUBTEST.captures(line) {
            let depth = open[1].len() / 4;
            titles.truncate(depth);
            titles.push(open[2].to_owned());
            continue;
        }
        let Some(result) = RESULT.captures(line) else { continue };
        let depth = result[1].len() / 4;
        let said = if lines.peek().is_some_and(|next| next.trim() == "---") {
            lines.next();
            let body: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "...").collect();
            Said::read(&body)
        } else {
            Said::default()
        };
        // What groups others is no test; a test that runs others inside itself is one, too.
        if said.is_suite {
            continue;
        }
        let outcome = match (result.get(4), &result[2]) {
            (Some(_), _) => Outcome::Skipped,
            (None, "ok") => Outcome::Passed,
            (None, _) => Outcome::Failed,
        };
        let ancestors: Vec<String> = titles.iter().take(depth).cloned().collect();
        let suite = if ancestors.is_empty() {
            said.file.into_iter().collect()
        } else {
            ancestors
        };
        let mut case = TestCase::new(suite, &result[3], outcome);
        case.ms = said.ms;
        case.output = said.text;
        found.push(case);
    }
    found
}

/// What a block of YAML says. It is read by its form, not as YAML: it is printed for people, too.
#[derive(Default)]
struct Said {
    is_suite: bool,
    ms: Option<u32>,
    file: Option<String>,
    text: String,
}

impl Said {
    fn read(body: &[&str]) -> Said {
        let indent = body.first().map_or(0, |line| line.len() - line.trim_start().len());
        let mut said = Said::default();
        let mut text = Vec::new();
        for line in body {
            let line = line.get(indent..).unwrap_or_else(|| line.trim_start());
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            match name {
                "duration_ms" => said.ms = millis(value, "ms"),
                "type" => said.is_suite = value == "'suite'",
                "location" => {
                    let place = value.trim_matches('\'');
                    said.file = place.rsplitn(3, ':').last().map(in_project);
                    text.push(format!("{name}: {}", in_project(place)));
                }
                _ => text.push(line.to_owned()),
            }
        }
        said.text = text.join("\n");
        said
    }
}
