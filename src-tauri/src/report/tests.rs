//! What a report says, and that nothing that stands in it can be more than words.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use engine::service::History;
use regex::Regex;
use store::audit;
use store::events::EventRow;
use workflow::{Fact, State};

use super::exported::{Exported, verify};
use super::gathered::{Event, Handoff, Release, Report, Requirement, Standing, Tested};
use crate::dto::{ChainCheck, Check, ReportFormat};

/// A small report in which every text that comes from outside goes through `say`.
fn a_report(say: fn(&str) -> String) -> Report {
    Report {
        title: say("Tip calculator"),
        brief: say("A page that works out the tip"),
        project: say("tips"),
        standing: Standing {
            look: "good",
            words: "Live".to_owned(),
        },
        release: Some(Release {
            tag: "q-tip-calculator-1".to_owned(),
            commit: "9c1f".repeat(10),
            onto: "main".to_owned(),
            at: "2026-11-20 10:12:00 UTC".to_owned(),
            probe: say("200 in 4 ms"),
        }),
        took: vec![("Elapsed", "10 min 12 s".to_owned()), ("Model", say("practice"))],
        requirements: vec![Requirement {
            id: say("R1"),
            text: say("Work out the tip"),
            priority: "must",
            look: "good",
            verdict: "met",
            tests: vec![say("tips_are_rounded"), say("no_tip_for_nothing")],
            evidence: say("Both tests passed"),
        }],
        checks: vec![Check {
            name: say("The tree is the tested one"),
            ok: true,
            detail: say("4f2a91c"),
            found: None,
        }],
        handoffs: vec![Handoff {
            from: "Test Auditor",
            to: "Verification Overseer",
            at: "2026-11-20 10:10:00 UTC".to_owned(),
            says: say("All of it works"),
            look: "bad",
            answer: format!("sent back by {}, 2026-11-20 10:11:00 UTC", say("mira")),
            reason: say("The total is too small"),
            plan_revision: 3,
            tree_hash: "4f2a".repeat(10),
            evidence_hash: "e1".repeat(32),
        }],
        tests: vec![Tested {
            at: "2026-11-20 10:09:00 UTC".to_owned(),
            phase: "Testing",
            attempt: 1,
            look: "good",
            outcome: "24 passed".to_owned(),
            command: say("node --test"),
            took: "3.1 s".to_owned(),
            tree: "4f2a".repeat(10),
        }],
        events: vec![Event {
            seq: 1,
            at: "2026-11-20 10:00:00 UTC".to_owned(),
            by: say("mira"),
            title: say("The build was started"),
            hash: "ab".repeat(32),
            is_handoff: true,
        }],
        chain: ChainCheck {
            ok: true,
            events: 1,
            detail: "All 1 events are as they were written, in their order.".to_owned(),
            broken_at: None,
            head: "ab".repeat(32),
        },
        exported: an_export(vec![]),
    }
}

fn hostile(text: &str) -> String {
    format!(
        "{text}</title></style><script>alert('1')</script><img src=x onerror=\"a\">&amp;\n# Heading\n| a | b |\n[x](javascript:a) `c` {{{{ d }}}}"
    )
}

fn plain(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_small_report_as_markdown() {
    insta::assert_snapshot!(a_report(plain).write(ReportFormat::Markdown).unwrap());
}

#[test]
fn a_small_report_as_a_page() {
    insta::assert_snapshot!(a_report(plain).write(ReportFormat::Html).unwrap());
}

#[test]
fn whatever_stands_in_a_page_is_words() {
    let tag = Regex::new("<[^>]*>").unwrap();
    let tags = |page: &str| {
        tag.find_iter(page)
            .map(|tag| tag.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    let (page, attacked) = (a_report(plain), a_report(hostile));
    let (page, attacked) = (
        page.write(ReportFormat::Html).unwrap(),
        attacked.write(ReportFormat::Html).unwrap(),
    );
    assert_eq!(tags(&page), tags(&attacked), "the same tags, whatever is said");
    assert!(!attacked.contains("<script"));
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "it needs nothing else"
    );
}

#[test]
fn whatever_stands_in_markdown_is_words() {
    let (page, attacked) = (a_report(plain), a_report(hostile));
    let (page, attacked) = (
        page.write(ReportFormat::Markdown).unwrap(),
        attacked.write(ReportFormat::Markdown).unwrap(),
    );
    assert_eq!(
        page.lines().count(),
        attacked.lines().count(),
        "no text leaves its line"
    );
    let bare = Regex::new(r"\\.").unwrap();
    for (line, said) in page.lines().zip(attacked.lines()) {
        // What is escaped is not markup.
        let said = bare.replace_all(said, "");
        for sign in ['|', '<', '[', '#', '`'] {
            assert_eq!(
                line.matches(sign).count(),
                said.matches(sign).count(),
                "{sign} in {said}"
            );
        }
    }
}

#[test]
fn a_file_is_called_after_its_build() {
    assert_eq!(
        a_report(plain).file_name(ReportFormat::Html),
        "tip-calculator-history.html"
    );
    let name = a_report(|_| "../../etc/passwd\0: Größe?".to_owned()).file_name(ReportFormat::Json);
    assert_eq!(name, "etc-passwd-größe-history.json");
    assert_eq!(
        a_report(|_| "…".to_owned()).file_name(ReportFormat::Markdown),
        "build-history.md"
    );
}

fn an_event(seq: u32, fact: &Fact, before: &str) -> EventRow {
    let mut event = EventRow {
        id: format!("e{seq}"),
        workflow_id: "w1".to_owned(),
        seq,
        event_type: fact.event_type().to_owned(),
        triggered_by: "person:mira".to_owned(),
        event_data: serde_json::to_string(fact).unwrap(),
        timestamp: "2026-11-20T10:00:00.000000Z".to_owned(),
        prev_hash: before.to_owned(),
        hash: String::new(),
    };
    event.hash = audit::hash(&event);
    event
}

fn an_export(facts: Vec<Fact>) -> Exported {
    let mut events: Vec<EventRow> = Vec::new();
    for fact in facts {
        let before = events.last().map(|event| event.hash.clone()).unwrap_or_default();
        let seq = u32::try_from(events.len()).unwrap() + 1;
        events.push(an_event(seq, &fact, &before));
    }
    let history = History {
        workflow_id: "w1".to_owned(),
        handoffs: Vec::new(),
        events,
        chain_ok: true,
    };
    Exported::new(
        "Tips".to_owned(),
        "tips".to_owned(),
        "A tip".to_owned(),
        State::Discovery,
        history,
    )
}

fn a_history() -> String {
    let started = Fact::WorkflowStarted {
        brief: "A tip".to_owned(),
        policy: workflow::ApprovalPolicy::EveryHandoff,
        budget: None,
        language: workflow::Language::default(),
    };
    an_export(vec![started, Fact::Paused, Fact::Resumed]).write().unwrap()
}

#[test]
fn an_exported_history_that_was_touched_is_found_out() {
    let whole = a_history();
    assert_eq!(verify(&whole).unwrap().problems, Vec::<String>::new());
    let check = |change: fn(&mut serde_json::Value), expected: &str| {
        let mut file: serde_json::Value = serde_json::from_str(&whole).unwrap();
        change(&mut file);
        let problems = verify(&file.to_string()).unwrap().problems.join(" ");
        assert!(problems.contains(expected), "{expected}: {problems}");
    };
    check(
        |file| file["events"][1]["triggered_by"] = "product".into(),
        "Event 2 was changed",
    );
    check(
        |file| drop(file["events"].as_array_mut().unwrap().remove(1)),
        "Event 2 is missing",
    );
    check(
        |file| drop(file["events"].as_array_mut().unwrap().pop()),
        "event 3 is the newest",
    );
    check(|file| file["events"] = serde_json::json!([]), "no events");
    check(|file| file["brief"] = "Another".into(), "brief");
    check(|file| file["state"] = "complete".into(), "another state");
    check(|file| file["workflow_id"] = "w2".into(), "another build");
}

#[test]
fn a_file_of_another_kind_is_called_that() {
    for other in ["", "{}", "[]", "not JSON", "{\"events\": 3}", "\u{0}"] {
        let why = verify(other).unwrap_err();
        assert!(why.contains("not a history"), "{other}: {why}");
    }
    let newer = a_history().replacen("\"version\": 1", "\"version\": 2", 1);
    assert!(verify(&newer).unwrap_err().contains("newer version"));
}
