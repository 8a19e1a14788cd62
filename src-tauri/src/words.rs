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

    /// The message of a key that something else named, a code say, where there is one that asks for nothing.
    #[must_use]
    pub fn known(self, key: &str) -> Option<&'static str> {
        find(self.file, key).filter(|message| !message.contains("{{"))
    }
}

fn find<'a>(file: &'a Value, key: &str) -> Option<&'a str> {
    key.split('.').try_fold(file, |at, name| at.get(name))?.as_str()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::path::Path;

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

    /// Every key that the code says is in the files: they are found in the sources, so that none is forgotten here.
    #[test]
    fn every_key_has_words() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri");
        for (folder, mark, keys, least) in [
            ("src", "\"native.", "native", 10),
            ("engine/src", "Meaning::new(\"", "notices", 4),
        ] {
            let said = named_in(&root.join(folder), mark);
            assert!(said.len() > least, "the sources of {folder} were not found");
            for key in said.iter().map(|name| format!("{keys}.{name}")) {
                for (name, file) in [("en", &ENGLISH), ("de", &GERMAN), ("es", &SPANISH)] {
                    assert!(find(file, &key).is_some(), "{key} is not in {name}.json");
                }
            }
        }
    }

    /// What stands between that mark and the next quotation mark, in every source below a folder.
    fn named_in(folder: &Path, mark: &str) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(named_in(&path, mark));
                continue;
            }
            let source = std::fs::read_to_string(path).unwrap();
            let names = source.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
        }
        found
    }

    #[test]
    fn what_is_not_known_or_asks_for_more_is_left_to_others() {
        let words = Words::of(Language::German);
        assert_eq!(
            words.known("standstill.why_model_silent"),
            Some("Das Modell sagt nichts")
        );
        assert_eq!(words.known("standstill.why_of_tomorrow"), None);
        assert_eq!(words.known("native.approvalText"), None);
    }
}
