//! What is found follows what is there, by triggers alone; whatever is typed, it is never an error.

use proptest::prelude::*;
use store::messages::{self, NewMessage};
use store::search::{self, Wanted};
use store::{Store, StoreError, workflows};
use workflow::phase::{Feature, Priority, Requirements};
use workflow::{PhaseResult, State};

use crate::support::{build, sql, text};

fn say(store: &Store, build: &str, state: &str, words: &str) -> String {
    let message = NewMessage {
        id: store::new_id(),
        author: "you".to_owned(),
        text: words.to_owned(),
        meaning: None,
        reasoning: String::new(),
        choices: Vec::new(),
        is_error: false,
        is_interrupted: false,
        is_reason: false,
        images: Vec::new(),
        files: Vec::new(),
        state: state.to_owned(),
        run_id: None,
    };
    let id = build.to_owned();
    store.write(move |tx| messages::append(tx, &id, message)).unwrap().id
}

fn said(store: &Store, typed: &str) -> Vec<String> {
    let wanted = Wanted::parse(typed);
    let found = store.read(move |db| search::messages(db, &wanted, 100)).unwrap();
    assert_eq!(found.best.len(), found.total as usize);
    found.best.into_iter().map(|message| message.message_id).collect()
}

fn called(store: &Store, typed: &str) -> Vec<String> {
    let wanted = Wanted::parse(typed);
    let found = store.read(move |db| search::builds(db, &wanted, 100)).unwrap();
    found.best.into_iter().map(|build| build.workflow_id).collect()
}

/// Rows of both indexes, and what FTS5 itself says of them.
fn kept(store: &Store) -> (String, String) {
    for index in ["message_index", "build_index"] {
        sql(
            store,
            &format!("INSERT INTO {index} ({index}) VALUES ('integrity-check')"),
        )
        .unwrap();
    }
    (
        text(store, "SELECT CAST(count(*) AS TEXT) FROM message_index"),
        text(store, "SELECT CAST(count(*) AS TEXT) FROM build_index"),
    )
}

#[test]
fn any_part_of_a_word_finds_what_was_said() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    let german = say(&store, &id, "discovery", "Ein Trinkgeldrechner für die Straße, bitte");
    let code = say(
        &store,
        &id,
        "discovery",
        "`slugify` in src/slug_text.js breaks on \"é\"",
    );
    for (typed, expected) in [
        ("geldrech", &german),
        ("TRINKGELD", &german),
        ("fur straße", &german),
        ("slug_text.js", &code),
        ("lugif", &code),
        ("breaks é", &code),
        ("\"é\"", &code),
    ] {
        assert_eq!(said(&store, typed), std::slice::from_ref(expected), "{typed}");
    }
    assert!(said(&store, "rechner slugify").is_empty(), "all terms, in one message");
    assert!(said(&store, "is").is_empty(), "two letters are in every text");
}

#[test]
fn the_index_follows_a_message_through_its_life() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    let first = say(&store, &id, "discovery", "a page with a calculator");
    let second = say(&store, &id, "discovery", "a page with a calendar");
    assert_eq!(said(&store, "page with").len(), 2);
    sql(
        &store,
        &format!("UPDATE messages SET text = 'a clock' WHERE id = '{first}'"),
    )
    .unwrap();
    assert_eq!(said(&store, "calculator"), Vec::<String>::new());
    assert_eq!(said(&store, "clock"), std::slice::from_ref(&first));
    sql(&store, &format!("DELETE FROM messages WHERE id = '{first}'")).unwrap();
    assert_eq!(said(&store, "clock"), Vec::<String>::new());
    assert_eq!(kept(&store), ("1".to_owned(), "1".to_owned()));
    assert_eq!(said(&store, "calendar"), [second]);
    let indexed = |letters: &str| {
        sql(
            &store,
            "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, message_index, row)",
        )
        .unwrap();
        let count = text(
            &store,
            &format!("SELECT CAST(count(*) AS TEXT) FROM words WHERE term = '{letters}'"),
        );
        sql(&store, "DROP TABLE temp.words").unwrap();
        count
    };
    assert_eq!(indexed("cal"), "1");
    store
        .write(|tx| {
            workflows::set_trashed(tx, &id, Some("now"))?;
            workflows::delete(tx, &id)
        })
        .unwrap();
    assert_eq!(indexed("cal"), "0", "not even in pieces");
    assert_eq!(said(&store, "calendar"), Vec::<String>::new());
    assert_eq!(called(&store, "tips"), Vec::<String>::new());
    assert_eq!(kept(&store), ("0".to_owned(), "0".to_owned()));
}

#[test]
fn vacuum_leaves_everything_to_be_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.db");
    let (gone, stays) = {
        let store = Store::open(&path).unwrap();
        let id = build(&store);
        let gone: Vec<_> = (0..5)
            .map(|n| say(&store, &id, "discovery", &format!("passing {n}")))
            .collect();
        let stays = say(&store, &id, "discovery", "what stays");
        for message in &gone {
            sql(&store, &format!("DELETE FROM messages WHERE id = '{message}'")).unwrap();
        }
        (gone, stays)
    };
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("VACUUM")
        .unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(said(&store, "what stays"), [stays]);
    assert_eq!(said(&store, "passing"), Vec::<String>::new(), "{gone:?}");
}

#[test]
fn what_a_rollback_took_back_is_not_found_until_it_is_given_back() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    let talk = say(&store, &id, "discovery", "the total must be larger");
    let work = say(&store, &id, "implementation", "the total is larger now");
    let back = id.clone();
    store
        .write(move |tx| {
            store::rollbacks::insert(tx, &back, 7, State::Implementation, State::Planning, "no")?;
            messages::take_back(tx, &back, State::Planning, 7)
        })
        .unwrap();
    assert_eq!(said(&store, "total"), std::slice::from_ref(&talk));
    store.write(|tx| messages::give_back(tx, &id)).unwrap();
    let mut both = said(&store, "total");
    both.sort();
    let mut expected = vec![talk, work];
    expected.sort();
    assert_eq!(both, expected);
}

#[test]
fn a_build_is_found_by_its_name_first_and_by_what_it_must_do() {
    let store = Store::in_memory().unwrap();
    let (named, other) = (build(&store), build(&store));
    let revise = |id: &str, title: &str, must: &str| {
        let (id, title, must) = (id.to_owned(), title.to_owned(), must.to_owned());
        store
            .write(move |tx| {
                let mut row = workflows::get(tx, &id)?;
                let seen = row.workflow.revision;
                row.workflow.revision += 1;
                let requirements = Requirements {
                    title: title.clone(),
                    features: vec![Feature {
                        id: "R1".to_owned(),
                        text: must,
                        priority: Priority::Must,
                        acceptance: vec!["When a bill is split, the app shall round up".to_owned()],
                    }],
                    ..Requirements::default()
                };
                row.workflow.memory.phases.set(PhaseResult::Discovery(requirements));
                workflows::update(tx, &row.workflow, &title, seen)?;
                Ok::<_, StoreError>(())
            })
            .unwrap();
    };
    revise(&named, "Rounding", "Split a bill");
    revise(&other, "Splitter", "Rounding of every amount");
    assert_eq!(
        called(&store, "rounding"),
        [named.clone(), other.clone()],
        "its name first"
    );
    assert_eq!(called(&store, "round up").len(), 2, "acceptance criteria, too");
    assert_eq!(
        called(&store, "priority"),
        Vec::<String>::new(),
        "words of the form are no words of the build"
    );
    assert_eq!(
        called(&store, "sp"),
        std::slice::from_ref(&other),
        "a name is found from its first letter on"
    );
    revise(&named, "Clock", "Tell the time");
    assert_eq!(called(&store, "rounding"), [other], "what it no longer says");
    sql(&store, "UPDATE projects SET name = 'Zeitgeist'").unwrap();
    assert_eq!(called(&store, "zeitg").len(), 2);
    assert_eq!(kept(&store), ("0".to_owned(), "2".to_owned()));
}

#[test]
fn nothing_that_is_typed_is_an_error() {
    let store = Store::in_memory().unwrap();
    let id = build(&store);
    say(&store, &id, "discovery", "anything");
    let long = "x".repeat(10_000);
    let quotes = "\"".repeat(10_000);
    let words = "tip ".repeat(2_500);
    for typed in [
        "",
        " ",
        "\"",
        "\"\"\"",
        "'",
        "*",
        "**",
        "tip*",
        "\"tip",
        "tip\"",
        "(",
        ")",
        "((((",
        "AND",
        "OR NOT",
        "NEAR(a b, 2)",
        "title:tip",
        "{title brief}: tip",
        "^tip",
        "-tip",
        "+tip",
        "tip + tip",
        "\\",
        "%",
        "_",
        ";",
        "--",
        "/*",
        "\0",
        "a\0b",
        "\u{301}\u{301}\u{301}\u{301}",
        "🎉",
        "👩‍👩‍👧‍👦",
        "é",
        "日本語の検索",
        "\u{202e}abc",
        "\u{feff}",
        "rank",
        "message_index",
        "💥💥💥",
        "'; DROP TABLE messages; --",
        &long,
        &quotes,
        &words,
    ] {
        said(&store, typed);
        called(&store, typed);
    }
    assert_eq!(said(&store, "anything").len(), 1);
}

proptest! {
    #[test]
    fn every_string_is_a_search(typed in any::<String>()) {
        let store = STORE.with(Clone::clone);
        said(&store, &typed);
        called(&store, &typed);
    }

    #[test]
    fn every_piece_of_what_was_said_finds_it(
        said_words in "[a-zA-Z0-9äöüßéèñçø_./\"'*()\\-]{3,40}", from in 0_usize..40, length in 3_usize..20,
    ) {
        let letters: Vec<char> = said_words.chars().collect();
        let start = from % (letters.len() - 2);
        let piece: String = letters.iter().skip(start).take(length).collect();
        let store = Store::in_memory().unwrap();
        let id = build(&store);
        let message = say(&store, &id, "discovery", &said_words);
        prop_assert_eq!(said(&store, &piece), vec![message]);
        prop_assert!(!Wanted::parse(&piece).find(&said_words).is_empty());
    }
}

thread_local! {
    static STORE: Store = {
        let store = Store::in_memory().unwrap();
        let id = build(&store);
        say(&store, &id, "discovery", "Something that was said: NEAR(\"a\") AND 🎉");
        store
    };
}
