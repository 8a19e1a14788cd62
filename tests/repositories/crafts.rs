//! What is to be made in each of the repositories.

use serde_json::json;

use super::mind::{Change, Craft, What, When};

const fn first(what: What) -> Change {
    Change {
        when: When::First,
        what,
    }
}

/// A new feature that touches several files; the compiler says which.
pub fn kelvin() -> Craft {
    Craft {
        title: "Kelvin",
        brief: "Let thermo read and convert Kelvin too, like 300K. Nothing is colder than 0 K.",
        question: Some((
            "What should happen with a temperature below 0 K?",
            &["It is no temperature", "It becomes 0 K"],
        )),
        features: &[
            (
                "The library shall convert between Kelvin and the other scales.",
                "When 0C is converted to Kelvin, it shall be 273.15.",
            ),
            (
                "The library shall read temperatures such as 300K, and none below 0 K.",
                "When -1K is read, it shall be no temperature.",
            ),
        ],
        release: json!({"kind": "library"}),
        changes: vec![
            first(What::Edit {
                look_for: "pub enum Scale",
                old: "    Fahrenheit,\n}",
                new: "    Fahrenheit,\n    Kelvin,\n}",
            }),
            first(What::Edit {
                look_for: "'F' =>",
                old: "        _ => return None,\n    };\n    let degrees = number.trim().parse().ok()?;\n",
                new: "        'K' => (&text[..text.len() - 1], Scale::Kelvin),\n        _ => return None,\n    };\n    let degrees: f64 = number.trim().parse().ok()?;\n    if scale == Scale::Kelvin && degrees < 0.0 {\n        return None;\n    }\n",
            }),
            // The line stands in the file twice: once is not enough to say which is meant.
            Change {
                when: When::CheckSays("Scale::Kelvin` not covered"),
                what: What::Edit {
                    look_for: "match from.scale",
                    old: "Scale::Celsius => from.degrees,\n",
                    new: "Scale::Celsius => from.degrees,\n        Scale::Kelvin => from.degrees - 273.15,\n",
                },
            },
            Change {
                when: When::CheckSays("Scale::Kelvin` not covered"),
                what: What::Edit {
                    look_for: "match to",
                    old: "    };\n",
                    new: "        Scale::Kelvin => celsius + 273.15,\n    };\n",
                },
            },
        ],
        check: "cargo test --quiet --offline",
        tests: (
            "tests/kelvin.rs",
            "use thermo::convert::convert;\nuse thermo::parse::parse;\nuse thermo::Scale;\n\n#[test]\nfn r1_kelvin_is_converted() {\n    let cold = parse(\"0C\").unwrap();\n    assert_eq!(convert(cold, Scale::Kelvin).degrees, 273.15);\n    let back = convert(parse(\"273.15K\").unwrap(), Scale::Celsius);\n    assert_eq!(back.degrees, 0.0);\n}\n\n#[test]\nfn r2_nothing_is_colder_than_zero() {\n    assert_eq!(parse(\"300K\").unwrap().scale, Scale::Kelvin);\n    assert_eq!(parse(\"-1K\"), None);\n}\n",
        ),
        proofs: &[
            ("R1", "r1_kelvin_is_converted"),
            ("R2", "r2_nothing_is_colder_than_zero"),
        ],
        promise: None,
    }
}

/// A bug with two places.
pub fn negative_amounts() -> Craft {
    Craft {
        title: "Amounts below zero",
        brief: "Refunds come out wrong: -1.50 is read as -50 cents, and -150 cents are written as -2.50. Fix it and change nothing else.",
        question: None,
        features: &[
            (
                "The library shall read amounts below zero.",
                "When -1.50 is read, it shall be -150 cents.",
            ),
            (
                "The library shall write amounts below zero.",
                "When -150 cents are written, they shall be -1.50.",
            ),
        ],
        release: json!({"kind": "library"}),
        changes: vec![
            first(What::Edit {
                look_for: "return int\\(whole\\)",
                old: "    return int(whole) * 100 + int(cents or 0)\n",
                new: "    sign = -1 if whole.startswith(\"-\") else 1\n    return int(whole) * 100 + sign * int(cents or 0)\n",
            }),
            first(What::Edit {
                look_for: "cents // 100",
                old: "    return f\"{cents // 100}.{cents % 100:02d}\"\n",
                new: "    sign, cents = (\"-\", -cents) if cents < 0 else (\"\", cents)\n    return f\"{sign}{cents // 100}.{cents % 100:02d}\"\n",
            }),
        ],
        check: "python3 -m unittest discover -s tests -t .",
        tests: (
            "tests/test_negative.py",
            "import unittest\n\nfrom ledger import format_cents, parse_cents, total\n\n\nclass Negative(unittest.TestCase):\n    def test_R1_is_read(self):\n        self.assertEqual(parse_cents(\"-1.50\"), -150)\n        self.assertEqual(parse_cents(\"-0.05\"), -5)\n\n    def test_R2_is_written(self):\n        self.assertEqual(format_cents(-150), \"-1.50\")\n        self.assertEqual(format_cents(-5), \"-0.05\")\n        self.assertEqual(total([\"1.00\", \"-1.50\"]), \"-0.50\")\n",
        ),
        proofs: &[("R1", "test_R1_is_read"), ("R2", "test_R2_is_written")],
        promise: None,
    }
}

/// A feature whose first attempt is wrong at the border, which only the tests find.
pub fn page_count() -> Craft {
    Craft {
        title: "How many pages",
        brief: "Tell me how many pages a list has, so that I can show “page 2 of 5”.",
        question: Some(("Has an empty list one page, or none?", &["None", "One, which is empty"])),
        features: &[(
            "The library shall say how many pages a list has.",
            "When five items are cut into pages of two, there shall be three pages.",
        )],
        release: json!({"kind": "library"}),
        changes: vec![
            first(What::Edit {
                look_for: "export function page",
                old: "/** The items of one page; pages count from 1. */\n",
                new: "/** How many pages a list has; none where it is empty. */\nexport function pageCount(items, size) {\n  return Math.floor(items.length / size);\n}\n\n/** The items of one page; pages count from 1. */\n",
            }),
            Change {
                when: When::CameBack("R1 a page that is not full counts"),
                what: What::Edit {
                    look_for: "Math.floor\\(items.length",
                    old: "Math.floor(items.length / size)",
                    new: "Math.ceil(items.length / size)",
                },
            },
        ],
        check: "npm test --silent",
        tests: (
            "test/count.test.js",
            "import assert from 'node:assert';\nimport test from 'node:test';\nimport { pageCount } from '../src/page.js';\n\ntest('R1 full pages count', () => assert.equal(pageCount([1, 2, 3, 4], 2), 2));\ntest('R1 a page that is not full counts', () => assert.equal(pageCount([1, 2, 3, 4, 5], 2), 3));\ntest('R1 an empty list has none', () => assert.equal(pageCount([], 2), 0));\n",
        ),
        proofs: &[
            ("R1", "R1 full pages count"),
            ("R1", "R1 a page that is not full counts"),
            ("R1", "R1 an empty list has none"),
        ],
        promise: None,
    }
}

/// A feature that does not compile at first, and the compiler is believed.
pub fn different_words() -> Craft {
    Craft {
        title: "Different words",
        brief: "Count the different words too, whether they begin with a capital letter or not.",
        question: None,
        features: &[(
            "The package shall count the different words of a text.",
            "When the text is One one two, there shall be two.",
        )],
        release: json!({"kind": "library"}),
        changes: vec![
            first(What::Write {
                path: "different.go",
                content: "package wordcount\n\n// Different says how many different words a text has, whatever their case.\nfunc Different(text string) int {\n\tseen := map[string]bool{}\n\tfor _, word := range strings.Fields(strings.ToLower(text)) {\n\t\tseen[word] = true\n\t}\n\treturn len(seen)\n}\n",
            }),
            Change {
                when: When::CheckSays("undefined: strings"),
                what: What::Edit {
                    look_for: "func Different",
                    old: "package wordcount\n",
                    new: "package wordcount\n\nimport \"strings\"\n",
                },
            },
        ],
        check: "go test ./...",
        tests: (
            "different_test.go",
            "package wordcount\n\nimport \"testing\"\n\nfunc TestR1DifferentWords(t *testing.T) {\n\tfor text, want := range map[string]int{\"One one two\": 2, \"\": 0, \"a\": 1} {\n\t\tif got := Different(text); got != want {\n\t\t\tt.Errorf(\"%q: got %d\", text, got)\n\t\t}\n\t}\n}\n",
        ),
        proofs: &[("R1", "TestR1DifferentWords")],
        promise: None,
    }
}

/// A page whose description is forgotten, which no test can see.
pub fn chosen_start() -> Craft {
    Craft {
        title: "A start of one's own",
        brief: "Let me choose where the countdown starts in the address, like ?from=30, and tell people about it in the README.",
        question: None,
        features: &[
            (
                "The page shall start from the number in the address.",
                "When the address ends with ?from=30, the page shall start from 30.",
            ),
            (
                "The README shall say how the start is chosen.",
                "When somebody reads the README, it shall name ?from=.",
            ),
        ],
        release: json!({"kind": "web_page", "site_dir": "."}),
        changes: vec![
            first(What::Edit {
                look_for: "export function tick",
                old: "/** What is left after",
                new: "/** Where an address says that it starts: a whole number above zero, and ten otherwise. */\nexport function start(search) {\n  const from = Number(new URLSearchParams(search).get('from'));\n  return Number.isInteger(from) && from > 0 ? from : 10;\n}\n\n/** What is left after",
            }),
            first(What::Edit {
                look_for: "import \\{ tick \\} from './count.js';$",
                old: "import { tick } from './count.js';\n\nconst shown = document.getElementById('left');\n",
                new: "import { start, tick } from './count.js';\n\nconst shown = document.getElementById('left');\nshown.textContent = String(start(location.search));\n",
            }),
            Change {
                when: When::CameBack("README"),
                what: What::Edit {
                    look_for: "counts down from ten",
                    old: "A page that counts down from ten.\n",
                    new: "A page that counts down from ten, or from the number in its address: `?from=30`.\n",
                },
            },
        ],
        check: "npm test --silent",
        tests: (
            "start.test.mjs",
            "import assert from 'node:assert';\nimport { readFileSync } from 'node:fs';\nimport test from 'node:test';\nimport { start } from './count.js';\n\ntest('R1 starts where the address says', () => assert.equal(start('?from=30'), 30));\ntest('R1 nonsense is ten', () => {\n  for (const search of ['', '?from=', '?from=-3', '?from=many', '?from=1.5']) assert.equal(start(search), 10, search);\n});\ntest('R2 there is a README', () => assert.match(readFileSync('README.md', 'utf8'), /Countdown/));\n",
        ),
        proofs: &[
            ("R1", "R1 starts where the address says"),
            ("R1", "R1 nonsense is ten"),
            ("R2", "R2 there is a README"),
        ],
        promise: Some((
            "\\?from=\\d+`",
            "R2 is not met: the README does not say how the start is chosen, and its test only looks whether there is one.",
        )),
    }
}
