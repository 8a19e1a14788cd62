//! What was found, cut to what a line can show.

use std::ops::Range;

use engine::ServiceError;
use store::Connection;
use store::search::{self, FoundBuild, FoundMessage, Wanted};

use super::conversation::author;
use super::int;
use crate::dto::{BuildHit, Excerpt, MessageHit, SearchResult};

const BUILDS: usize = 20;
const MESSAGES: usize = 50;

/// Letters of an excerpt, and how many of them may stand before the first match.
const SHOWN: usize = 180;
const BEFORE: usize = 40;

/// Builds, and what was said in them.
///
/// # Errors
/// Where the store cannot be read.
pub fn found(db: &Connection, typed: &str) -> Result<SearchResult, ServiceError> {
    let wanted = Wanted::parse(typed);
    let builds = search::builds(db, &wanted, BUILDS)?;
    let messages = search::messages(db, &wanted, MESSAGES)?;
    Ok(SearchResult {
        builds_total: int(builds.total),
        builds: builds.best.into_iter().map(|build| build_hit(build, &wanted)).collect(),
        messages_total: int(messages.total),
        messages: messages
            .best
            .into_iter()
            .map(|said| message_hit(said, &wanted))
            .collect(),
    })
}

fn build_hit(build: FoundBuild, wanted: &Wanted) -> BuildHit {
    let title = excerpt(&build.title, wanted);
    let project = excerpt(&build.project, wanted);
    let named = !title.marks.is_empty() || !project.marks.is_empty();
    let elsewhere = [&build.brief, &build.plan].map(|text| excerpt(text, wanted));
    BuildHit {
        workflow_id: build.workflow_id,
        title,
        project,
        excerpt: elsewhere
            .into_iter()
            .find(|excerpt| !named && !excerpt.marks.is_empty()),
    }
}

fn message_hit(said: FoundMessage, wanted: &Wanted) -> MessageHit {
    MessageHit {
        message_id: said.message_id,
        workflow_id: said.workflow_id,
        build_title: said.build_title,
        author: author(&said.author),
        at: said.created_at,
        excerpt: excerpt(&said.text, wanted),
    }
}

/// The text around the first match, in one line.
fn excerpt(text: &str, wanted: &Wanted) -> Excerpt {
    let found = wanted.find(text);
    let start = found.first().map_or(0, |first| beginning(text, first.start));
    let mut line = Line::default();
    if start > 0 {
        line.push('…', false);
    }
    let mut letters = text.get(start..).unwrap_or_default().char_indices();
    for (at, letter) in letters.by_ref().take(SHOWN) {
        line.push(letter, is_in(&found, start + at));
    }
    if letters.next().is_some() {
        line.push('…', false);
    }
    line.done()
}

/// Where the excerpt begins: some letters before the match, at the beginning of a word.
fn beginning(text: &str, found: usize) -> usize {
    let before = text.get(..found).unwrap_or_default();
    let Some((earliest, _)) = before.char_indices().rev().nth(BEFORE) else {
        return 0;
    };
    let space = before.get(earliest..).and_then(|near| near.find(char::is_whitespace));
    space.map_or(earliest, |space| earliest + space + 1)
}

fn is_in(found: &[Range<usize>], at: usize) -> bool {
    let next = found.partition_point(|range| range.end <= at);
    found.get(next).is_some_and(|range| range.contains(&at))
}

/// A line that is being written: stretches of space are one space, and marks are counted as the window counts.
#[derive(Default)]
struct Line {
    text: String,
    units: usize,
    marks: Vec<(usize, usize)>,
}

impl Line {
    fn push(&mut self, letter: char, marked: bool) {
        let letter = if letter.is_whitespace() || letter.is_control() {
            ' '
        } else {
            letter
        };
        if letter == ' ' && (self.text.is_empty() || self.text.ends_with(' ')) {
            return;
        }
        let from = self.units;
        self.text.push(letter);
        self.units += letter.len_utf16();
        match self.marks.last_mut() {
            Some(last) if marked && last.1 == from => last.1 = self.units,
            Some(_) | None if marked => self.marks.push((from, self.units)),
            Some(_) | None => {}
        }
    }

    fn done(self) -> Excerpt {
        Excerpt {
            text: self.text,
            marks: self.marks.into_iter().map(|(from, to)| (int(from), int(to))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An excerpt as a person sees it, with the marks in brackets.
    #[track_caller]
    fn check(typed: &str, text: &str, expected: &str) {
        let Excerpt { text, marks } = excerpt(text, &Wanted::parse(typed));
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut shown = String::new();
        for (at, unit) in char::decode_utf16(units.iter().copied())
            .map(|letter| letter.unwrap_or('?'))
            .scan(0, |at, letter| {
                *at += letter.len_utf16();
                Some((*at - letter.len_utf16(), letter))
            })
        {
            if marks.iter().any(|(from, _)| *from == int(at)) {
                shown.push('[');
            }
            shown.push(unit);
            if marks.iter().any(|(_, to)| *to == int(at + unit.len_utf16())) {
                shown.push(']');
            }
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_words_around_a_match_are_shown_in_one_line() {
        check("tip", "A tip\n\n  on the\tbill", "A [tip] on the bill");
        check("🎉 done", "🎉🎉 is dóne", "[🎉🎉] is [dóne]");
        check("zzz", "Nothing of it", "Nothing of it");
        let far = format!("{}needle {}", "hay ".repeat(50), "straw ".repeat(50));
        let text = excerpt(&far, &Wanted::parse("needle")).text;
        assert!(
            text.starts_with("…hay hay") && text.contains("needle straw") && text.ends_with('…'),
            "{text}"
        );
        assert!(text.chars().count() <= SHOWN + 2);
    }

    #[test]
    fn a_text_without_spaces_is_cut_all_the_same() {
        let far = format!("{}needle", "ä".repeat(5_000));
        let found = excerpt(&far, &Wanted::parse("needle"));
        assert_eq!(found.marks.len(), 1);
        assert!(found.text.chars().count() <= SHOWN + 2);
    }
}
