//! What somebody types to find something. It is data: none of its letters is an operator.

use std::ops::Range;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Who looks for more letters or words than these pasted something: its beginning finds it.
const MOST_LETTERS: usize = 200;
const MOST_TERMS: usize = 12;

/// The index knows groups of three letters: a shorter term is looked for in the texts themselves.
const INDEXED: usize = 3;

/// The terms that a text must hold, all of them, each anywhere in a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    typed: String,
    folded: Vec<char>,
}

impl Wanted {
    /// Reads what was typed: terms parted by spaces.
    #[must_use]
    pub fn parse(typed: &str) -> Wanted {
        let beginning: String = typed
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .take(MOST_LETTERS)
            .collect();
        let terms = beginning
            .split_whitespace()
            .map(|word| Term {
                typed: word.to_owned(),
                folded: fold(word).map(|letter| letter.folded).collect(),
            })
            // What is marks alone folds to nothing, and nothing is in every text.
            .filter(|term| !term.folded.is_empty())
            .take(MOST_TERMS)
            .collect();
        Wanted { terms }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The terms that the index can answer, as FTS5 reads them: each a string in quotes. None where all are too short.
    pub(super) fn indexed(&self) -> Option<String> {
        let strings: Vec<String> = self
            .terms
            .iter()
            .filter(|term| term.folded.len() >= INDEXED)
            .map(|term| format!("\"{}\"", term.typed.replace('"', "\"\"")))
            .collect();
        (!strings.is_empty()).then(|| strings.join(" "))
    }

    /// The other terms, as a JSON list.
    pub(super) fn short(&self) -> String {
        let short = self.terms.iter().filter(|term| term.folded.len() < INDEXED);
        serde_json::Value::from_iter(short.map(|term| term.typed.as_str())).to_string()
    }

    /// Where the terms stand in a text: byte ranges, in order, none within another.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let letters: Vec<Letter> = fold(text).collect();
        let mut found: Vec<Range<usize>> = Vec::new();
        for term in &self.terms {
            let places = letters.windows(term.folded.len()).filter(|window| {
                window
                    .iter()
                    .map(|letter| letter.folded)
                    .eq(term.folded.iter().copied())
            });
            found.extend(places.filter_map(|window| Some(window.first()?.at.start..window.last()?.at.end)));
        }
        found.sort_by_key(|range| (range.start, range.end));
        let mut apart: Vec<Range<usize>> = Vec::new();
        for range in found {
            match apart.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                Some(_) | None => apart.push(range),
            }
        }
        apart
    }
}

struct Letter {
    folded: char,
    at: Range<usize>,
}

/// Letters without case and marks, as the index holds them.
fn fold(text: &str) -> impl Iterator<Item = Letter> {
    text.char_indices().filter_map(|(start, letter)| {
        let mut base = None;
        decompose_canonical(letter, |part| {
            base = base.or(Some(part).filter(|part| !is_combining_mark(*part)))
        });
        let folded = base?.to_lowercase().next()?;
        Some(Letter {
            folded,
            at: start..start + letter.len_utf8(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, text: &str, expected: &[&str]) {
        let found: Vec<&str> = Wanted::parse(typed)
            .find(text)
            .into_iter()
            .filter_map(|range| text.get(range))
            .collect();
        assert_eq!(found, expected, "{typed:?} in {text:?}");
    }

    #[test]
    fn a_term_is_found_wherever_it_stands() {
        check("rechner", "Der Trinkgeldrechner rechnet", &["rechner"]);
        check("SLUG", "const slugify = Slugs", &["slug", "Slug"]);
        check("write_file", "it calls write_file twice", &["write_file"]);
        check("uber", "Über den Fluss u\u{308}ber", &["Über", "u\u{308}ber"]);
        check("tip bill", "The tip on a bill", &["tip", "bill"]);
        check("ana", "banana", &["anana"]);
        check("🎉", "done 🎉!", &["🎉"]);
        check("x", "", &[]);
    }

    #[test]
    fn what_is_typed_is_no_language() {
        let hostile = Wanted::parse("\"a\" OR NEAR(tip, 2)* -x ^title: {t}");
        assert_eq!(
            hostile.indexed().as_deref(),
            Some("\"\"\"a\"\"\" \"NEAR(tip,\" \"2)*\" \"^title:\" \"{t}\"")
        );
        assert_eq!(hostile.short(), r#"["OR","-x"]"#);
        assert!(Wanted::parse(" \t\n\0 ").is_empty());
        assert!(Wanted::parse("\u{301}").is_empty());
        assert!(
            Wanted::parse(&"x".repeat(10_000))
                .indexed()
                .is_some_and(|all| all.len() <= MOST_LETTERS + 2)
        );
    }
}
