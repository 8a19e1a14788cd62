//! The three samples.

use std::sync::LazyLock;

use crate::Recording;

/// A brief that the practice model can build.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    pub id: &'static str,
    pub title: &'static str,
    /// One short line for its card.
    pub tagline: &'static str,
    pub brief: &'static str,
    /// Files of the existing project it works in: (path, content). None for a new project.
    pub seed: &'static [(&'static str, &'static str)],
    recorded: &'static LazyLock<Recording>,
}

impl Sample {
    /// How it was built when it was recorded.
    #[must_use]
    pub fn recording(&self) -> &'static Recording {
        self.recorded
    }
}

/// A recording that cannot be read answers to nothing, which every test of a sample notices.
fn read(json: &str) -> Recording {
    serde_json::from_str(json).unwrap_or_default()
}

static TIP_CALCULATOR: LazyLock<Recording> = LazyLock::new(|| read(include_str!("tip_calculator.json")));
static PHOTO_RENAMER: LazyLock<Recording> = LazyLock::new(|| read(include_str!("photo_renamer.json")));
static FIX_A_BUG: LazyLock<Recording> = LazyLock::new(|| read(include_str!("fix_a_bug.json")));

static SAMPLES: [Sample; 3] = [
    Sample {
        id: "tip_calculator",
        title: "Tip calculator",
        tagline: "A web page for your phone, with dark mode",
        brief: "A tip calculator I can open on my phone. Dark mode. Split between people.",
        seed: &[],
        recorded: &TIP_CALCULATOR,
    },
    Sample {
        id: "photo_renamer",
        title: "Photo renamer",
        tagline: "A command line tool; its tests fail once, so you see the loop",
        brief: "A command line tool that renames the photos in a folder by the date they were taken, and never loses one.",
        seed: &[],
        recorded: &PHOTO_RENAMER,
    },
    Sample {
        id: "fix_a_bug",
        title: "Fix a bug",
        tagline: "In a small library that is there already",
        brief: "slugify() drops letters with accents and leaves a dash at the end. Fix it without changing anything else.",
        seed: &[
            ("package.json", include_str!("fix_a_bug/package.json")),
            ("README.md", include_str!("fix_a_bug/README.md")),
            ("src/slugify.js", include_str!("fix_a_bug/slugify.js")),
            ("test/slugify.test.js", include_str!("fix_a_bug/slugify.test.js")),
        ],
        recorded: &FIX_A_BUG,
    },
];

/// All samples, in the order of their cards.
#[must_use]
pub fn samples() -> &'static [Sample] {
    &SAMPLES
}

/// The sample whose brief this is, whatever its case, spacing and final punctuation.
#[must_use]
pub fn sample_of(brief: &str) -> Option<&'static Sample> {
    let asked = plain(brief);
    SAMPLES.iter().find(|sample| asked.starts_with(&plain(sample.brief)))
}

fn plain(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_end_matches(['.', '!', ' ']).to_owned()
}
