//! Searching: regular expressions over what git would list, by the searcher of ripgrep.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::sinks::Lossy;
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder};
use ignore::WalkState;
use ignore::overrides::OverrideBuilder;

use super::{Files, inside};
use crate::WorkspaceError;

/// What to look for, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query<'a> {
    /// A regular expression.
    pub pattern: &'a str,
    /// Below this folder, or in this file; "" is everywhere.
    pub path: &'a str,
    /// Only in files of such names, "*.rs"; "" is all of them.
    pub glob: &'a str,
    pub ignore_case: bool,
}

/// A line that matches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub path: String,
    /// From 1.
    pub line: u64,
    pub text: String,
}

/// What was found: the first lines in the order of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// Lines that match in all.
    pub total: u64,
}

const MOST: usize = 200;
/// Letters of a line that are shown.
const SHOWN: usize = 300;

impl Files {
    /// The lines that match a regular expression. The same files give the same answer, in the same order.
    ///
    /// # Errors
    /// A pattern that is not one, or a path that leads out.
    pub fn search(&self, query: &Query<'_>) -> Result<Found, WorkspaceError> {
        let not_a = |what: &str, error: &dyn std::fmt::Display| WorkspaceError::File {
            what: format!("That {what} cannot be searched for: {error}"),
        };
        let matcher = RegexMatcherBuilder::new()
            .case_insensitive(query.ignore_case)
            .line_terminator(Some(b'\n'))
            .size_limit(1 << 22)
            .build(query.pattern)
            .map_err(|error| not_a("pattern", &error))?;
        let start = self.start(query.path)?;
        let mut walk = self.walk(&start);
        if !query.glob.trim().is_empty() {
            let mut only = OverrideBuilder::new(&self.root);
            only.add(query.glob.trim()).map_err(|error| not_a("glob", &error))?;
            walk.overrides(only.build().map_err(|error| not_a("glob", &error))?);
        }
        // The first lines of all: several threads look, and what they find must not depend on who is quicker.
        let first = Mutex::new((BTreeSet::new(), 0_u64));
        walk.build_parallel().run(|| {
            let mut searcher = SearcherBuilder::new()
                .line_number(true)
                .binary_detection(BinaryDetection::quit(0))
                .build();
            let (matcher, first) = (&matcher, &first);
            Box::new(move |entry| {
                let Ok(entry) = entry else { return WalkState::Continue };
                let path = self.shown(entry.path());
                if entry.file_type().is_some_and(|kind| !kind.is_dir()) {
                    let (hits, total) = self.search_file(&mut searcher, matcher, &path);
                    if total > 0 {
                        let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
                        first.0.extend(hits);
                        first.1 += total;
                        while first.0.len() > MOST {
                            first.0.pop_last();
                        }
                    }
                }
                WalkState::Continue
            })
        });
        let (hits, total) = first.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Found {
            hits: hits.into_iter().collect(),
            total,
        })
    }

    /// The matching lines of one file, opened through the capability: a link that leads out is not read.
    fn search_file(&self, searcher: &mut Searcher, matcher: &RegexMatcher, path: &str) -> (Vec<Hit>, u64) {
        let regular = inside(path)
            .ok()
            .filter(|inner| self.dir.metadata(inner).is_ok_and(|meta| meta.is_file()));
        let Some(file) = regular.and_then(|inner| self.dir.open(inner).ok()) else {
            return (Vec::new(), 0);
        };
        let mut hits = Vec::new();
        let mut total = 0;
        let sink = Lossy(|line, text: &str| {
            total += 1;
            if hits.len() < MOST {
                hits.push(Hit {
                    path: path.to_owned(),
                    line,
                    text: text.trim_end().chars().take(SHOWN).collect(),
                });
            }
            Ok(true)
        });
        // A file that cannot be read to its end is no reason not to show what was found in it.
        let _ = searcher.search_file(matcher, &file.into_std(), sink);
        (hits, total)
    }
}
