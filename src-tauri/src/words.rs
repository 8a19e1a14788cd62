//! What Rust itself says on the desktop: in the tray, in notifications, in the window's title. The words lie with those of the interface,
//! a file a language.

use std::sync::LazyLock;

use serde_json::Value;
use workflow::Language;

// The files are part of the program; a test reads them.
static ENGLISH: LazyLock<Value> = LazyLock::new(|| parsed(include_str!("../../ui/src/words/en.json")));
static GERMAN: LazyLock<Value> = LazyLock::new(|| parsed(include_str!("../../ui/src/words/de.json")));
static SPANISH: LazyLock<Value> = LazyLock::new(|| parsed(include_str!("../../ui/src/words/es.json")));

fn parsed(file: &str) -> Value {
    serde_json::from_str(file).unwrap_or_default()
}

/// The words of one language; what it does not have is said in English.
#[derive(Clone, Copy)]
pub struct Words {
    file: &'static Value,
}

impl Words {
    /// The words of a language.
    #[must_use]
    pub fn of(language: Language) -> Words {
        Words {
            file: match language {
                Language::English => &ENGLISH,
                Language::German => &GERMAN,
                Language::Spanish => &SPANISH,
            },
        }
    }

    /// The message of that key ("native.open"), with what belongs into it.
    #[must_use]
    pub fn say(self, key: &str, parts: &[(&str, &str)]) -> String {
        let Some(message) = find(self.file, key).or_else(|| find(&ENGLISH, key)) else {
            tracing::error!(key, "there are no words for this");
            return key.to_owned();
        };
        // Each part goes in once: what stands in a part is never taken for a place itself.
        let mut said = String::new();
        let mut rest = message;
        while let Some((before, after)) = rest.split_once("{{") {
            said.push_str(before);
            let Some((name, after)) = after.split_once("}}") else {
                said.push_str("{{");
                rest = after;
                continue;
            };
            let part = parts.iter().find(|(each, _)| *each == name.trim());
            said.push_str(part.map_or("", |(_, text)| text));
            rest = after;
        }
        said.push_str(rest);
        said
    }
}

fn find<'a>(file: &'a Value, key: &str) -> Option<&'a str> {
    key.split('.').try_fold(file, |at, name| at.get(name))?.as_str()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use workflow::Language;

    use super::{ENGLISH, GERMAN, SPANISH, Words, find};

    #[test]
    fn parts_go_where_they_belong_and_are_not_read_again() {
        let said = Words::of(Language::English).say(
            "native.approvalText",
            &[
                ("build", "{{from}} & <b>"),
                ("from", "Code Writer"),
                ("to", "Test Auditor"),
            ],
        );
        assert_eq!(said, "{{from}} & <b>: Code Writer hands over to Test Auditor.");
    }

    /// Every key that the code says is in the file: they are found in the sources, so that none is forgotten here.
    #[test]
    fn every_key_has_words() {
        let mut seen = 0;
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src-tauri/src/desktop")).unwrap() {
            let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for key in source
                .split("\"native.")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
            {
                let key = format!("native.{key}");
                for (name, file) in [("en", &ENGLISH), ("de", &GERMAN), ("es", &SPANISH)] {
                    assert!(find(file, &key).is_some(), "{key} is not in {name}.json");
                }
                seen += 1;
            }
        }
        assert!(seen > 10, "the sources were not found");
    }
}
