//! What the search index costs whoever writes a message, and how long a search takes among a hundred thousand of them.

use std::path::Path;
use std::time::{Duration, Instant};

use engine::notice::Publisher;
use engine::service::Service;
use rusqlite::Connection;
use store::messages::{self, NewMessage};
use store::search::{self, Wanted};
use store::{Store, StoreError};
use workflow::State;

use crate::support::at;

const ROUNDS: usize = 400;
const MESSAGES: u32 = 100_000;

const WORDS: [&str; 40] = [
    "the",
    "page",
    "calculates",
    "a",
    "tip",
    "for",
    "each",
    "guest",
    "and",
    "rounds",
    "it",
    "up",
    "when",
    "bill",
    "total",
    "is",
    "entered",
    "`src/render.ts`",
    "Trinkgeldrechner",
    "shall",
    "show",
    "tests",
    "passed",
    "in",
    "3.1",
    "s",
    "on",
    "tree",
    "slugify",
    "writes",
    "file",
    "with",
    "no",
    "error",
    "approve",
    "handoff",
    "to",
    "Verification",
    "Overseer",
    "now",
];

/// Words as they might be said, the same in every run.
fn sentence(seed: &mut u64, words: usize) -> String {
    let mut said = String::new();
    for _ in 0..words {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from(*seed >> 33).unwrap_or_default() % WORDS.len();
        said.push_str(WORDS[index]);
        said.push(' ');
    }
    said
}

fn message(text: String) -> NewMessage {
    NewMessage {
        id: store::new_id(),
        author: "code_writer".to_owned(),
        text,
        meaning: None,
        reasoning: String::new(),
        choices: Vec::new(),
        is_error: false,
        is_interrupted: false,
        is_reason: false,
        images: Vec::new(),
        files: Vec::new(),
        state: "implementation".to_owned(),
        run_id: None,
    }
}

fn written(store: &Store, build: &str, text: String) -> Duration {
    let (build, message) = (build.to_owned(), message(text));
    let begun = Instant::now();
    store
        .write(move |tx| messages::append(tx, &build, message).map(|_| ()))
        .unwrap();
    begun.elapsed()
}

fn begun(store: Store) -> (Service, String) {
    let service = Service::new(store, Publisher::new(16));
    let id = at(&service, State::Implementation);
    (service, id)
}

/// Prints all figures.
pub fn beside_no_index() {
    let dir = tempfile::tempdir().unwrap();
    let on_disk = |name: &str| Store::open(&dir.path().join(name)).unwrap();
    let mut seed = 1;
    side_by_side("on disk", on_disk("with.db"), on_disk("without.db"), &mut seed);
    // Without the disk: what the index takes of a processor.
    let in_memory = || Store::in_memory().unwrap();
    side_by_side("in memory", in_memory(), in_memory(), &mut seed);
    among_many(&dir.path().join("many.db"), &mut seed);
}

fn side_by_side(place: &str, with: Store, without: Store, seed: &mut u64) {
    let ((with, id), (without, other)) = (begun(with), begun(without));
    let no_index = |tx: &Connection| Ok::<_, StoreError>(tx.execute_batch("DROP TRIGGER messages_are_found")?);
    without.store().write(no_index).unwrap();
    let mut pairs = |words: usize, rounds: usize| {
        let mut took: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
        for round in 0..rounds {
            let text = sentence(seed, words);
            let write = |indexed: bool| {
                let (service, build) = if indexed { (&with, &id) } else { (&without, &other) };
                written(service.store(), build, text.clone()).as_secs_f64() * 1000.0
            };
            // They take turns in being first: the disk is busy with the one before.
            let first = round % 2 == 0;
            let (a, b) = (write(first), write(!first));
            let [indexed, plain] = &mut took;
            indexed.push(if first { a } else { b });
            plain.push(if first { b } else { a });
        }
        took.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[rounds / 2]
        })
    };
    for (words, rounds) in [(90, ROUNDS), (16_000, ROUNDS / 20)] {
        let [indexed, plain] = pairs(words, rounds);
        println!("a message of {words} words, {place}: {indexed:.3} ms with the index, {plain:.3} ms without it");
    }
}

fn among_many(path: &Path, seed: &mut u64) {
    let (service, id) = begun(Store::open(path).unwrap());
    let since = Instant::now();
    service
        .store()
        .write(|tx| {
            for number in 0..MESSAGES {
                let rare = if number % 10_000 == 7 { "Quittungsdrucker" } else { "" };
                messages::append(tx, &id, message(sentence(seed, 60) + rare))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    println!("{MESSAGES} messages written in {:.0} s", since.elapsed().as_secs_f64());
    let size = |name: &str| {
        let db = Connection::open(path).unwrap();
        let sql = format!("SELECT coalesce(sum(length(block)), 0) FROM {name}_data");
        db.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap() as f64 / 1e6
    };
    println!("their index takes {:.0} MB", size("message_index"));
    for typed in [
        "quittung",
        "drucker",
        "tung sdr",
        "rechner tip",
        "slugify error handoff",
        "the",
        "q",
        "nowhere to be found",
    ] {
        let wanted = Wanted::parse(typed);
        let mut times: Vec<f64> = Vec::new();
        let mut total = 0;
        for _ in 0..21 {
            let begun = Instant::now();
            total = service
                .store()
                .read(|db| search::messages(db, &wanted, 50))
                .unwrap()
                .total;
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{typed:?}: {total} found in {:.1} ms (longest {:.1} ms)",
            times[10], times[20]
        );
    }
}
