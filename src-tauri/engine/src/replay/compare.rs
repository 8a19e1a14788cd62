//! How a build that was gone through again compares with what it was.

use std::path::Path;
use std::sync::LazyLock;

use models::redact::redact;
use models::{Asked, Message, Place, What};
use regex::Regex;
use serde::Serialize;
use store::events::EventRow;
use workflow::Fact;

use super::{Past, Seen};
use crate::service::TRASH_EVENTS;

/// What came of going through a build again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replayed {
    /// Exchanges of the recording, and how many of them were not asked for this time.
    pub exchanges: usize,
    pub not_asked: usize,
    /// Hash of the tree at which the work stood in the end.
    pub tree: Both<Option<String>>,
    /// How many events were compared, and the first that differs, if one does.
    pub events: usize,
    pub first_other_event: Option<Both<Option<String>>>,
    /// Requests to the model that differ from those that were recorded.
    pub differences: Vec<Difference>,
    /// Why it ended before the person's last step, if it did.
    pub stopped: Option<String>,
}

/// As it was, and as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Both<T> {
    pub then: T,
    pub now: T,
}

/// A part of a request that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    #[serde(flatten)]
    pub place: Place,
    /// "the role's prompt", "the tools", "message 2".
    pub part: String,
    /// The first line that differs.
    pub line: Both<String>,
}

impl Replayed {
    /// Whether the build came out as it was: the same files, by the same events.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.stopped.is_none() && self.tree.then == self.tree.now && self.first_other_event.is_none()
    }

    pub(super) fn compare(
        past: &Past,
        now: &Past,
        volatile: &Volatile,
        seen: Seen,
        stopped: Option<String>,
        exchanges: usize,
        not_asked: usize,
    ) -> Replayed {
        let (then, again) = (sequence(past), sequence(now));
        let length = then.len().max(again.len());
        let first_other_event = (0..length)
            .map(|at| Both {
                then: then.get(at).cloned(),
                now: again.get(at).cloned(),
            })
            .find(|both| both.then != both.now);
        let tree = |past: &Past| past.row.workflow.head.as_ref().map(|head| head.tree.clone());
        Replayed {
            exchanges,
            not_asked,
            tree: Both {
                then: tree(past),
                now: tree(now),
            },
            events: length,
            first_other_event,
            differences: seen.asked.iter().flat_map(|what| differences(what, volatile)).collect(),
            stopped,
        }
    }
}

/// The events as they must come again: what happened, by whom, and between which states. Times, ids and figures differ by nature. The
/// beginnings of attempts that a kill cut off are left out, because there is no kill this time; so is where the build was kept.
fn sequence(past: &Past) -> Vec<String> {
    let mut cut_off: Vec<(&str, u32)> = past
        .interrupted
        .iter()
        .filter(|run| run.role != "q_assistant" || matches!(run.phase.as_str(), "discovery" | "planning"))
        .map(|run| (run.phase.as_str(), run.attempt))
        .collect();
    let mut sequence = Vec::new();
    for event in &past.events {
        if TRASH_EVENTS.contains(&event.event_type.as_str()) {
            continue;
        }
        let fact = serde_json::from_str::<Fact>(&event.event_data).ok();
        if let Some(Fact::AttemptStarted { phase, attempt, .. }) = &fact {
            let began = (phase.state().wire(), *attempt);
            if let Some(at) = cut_off.iter().position(|run| *run == began) {
                cut_off.swap_remove(at);
                continue;
            }
        }
        sequence.push(line(event, fact.as_ref()));
    }
    sequence
}

fn line(event: &EventRow, fact: Option<&Fact>) -> String {
    let by = event.triggered_by.split(':').next().unwrap_or_default();
    let what = &event.event_type;
    match fact {
        Some(
            Fact::StateChanged { from, to, .. }
            | Fact::SentBack { from, to, .. }
            | Fact::RolledBack { from, to, .. }
            | Fact::RollbackUndone { from, to }
            | Fact::TalkTakenBack { from, to, .. },
        ) => format!("{what} by {by}: {from} → {to}"),
        Some(Fact::Blocked { standstill }) => format!("{what} by {by}: {}", standstill.code),
        _ => format!("{what} by {by}"),
    }
}

fn differences(what: &What, volatile: &Volatile) -> Vec<Difference> {
    let What::Answered { place, recorded, now } = what else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut compare = |part: &str, then: &str, now: &str| {
        if let Some(line) = first_difference(&volatile.steady(then), &volatile.steady(now)) {
            found.push(Difference {
                place: place.clone(),
                part: part.to_owned(),
                line,
            });
        }
    };
    if let Some(then) = &recorded.system {
        compare("the role's prompt", then, now.system.as_deref().unwrap_or_default());
    }
    if let Some(then) = &recorded.tools {
        let names = |tools: &[models::ToolSpec]| serde_json::to_string_pretty(tools).unwrap_or_default();
        compare(
            "the tools",
            &names(then),
            &names(now.tools.as_deref().unwrap_or_default()),
        );
    }
    let said = |asked: &Asked| asked.added.iter().map(words).collect::<Vec<_>>();
    let (then, again) = (said(recorded), said(now));
    for at in 0..then.len().max(again.len()) {
        let text = |said: &[String]| said.get(at).cloned().unwrap_or_else(|| "(nothing)".to_owned());
        compare(
            &format!("message {}", recorded.kept + at + 1),
            &text(&then),
            &text(&again),
        );
    }
    found
}

fn words(message: &Message) -> String {
    match message {
        Message::User { text, .. } => text.clone(),
        Message::Assistant { text, tool_calls, .. } => {
            format!("{text}\n{}", serde_json::to_string(tool_calls).unwrap_or_default())
        }
        Message::ToolResult { name, content, .. } => format!("{name}\n{content}"),
    }
}

fn first_difference(then: &str, now: &str) -> Option<Both<String>> {
    let (mut a, mut b) = (then.lines(), now.lines());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (then, now) if then == now => {}
            (then, now) => {
                let short = |line: Option<&str>| line.unwrap_or("(nothing)").chars().take(300).collect();
                return Some(Both {
                    then: short(then),
                    now: short(now),
                });
            }
        }
    }
}

/// What differs from one run to the next by nature: paths of this run, commits, ids, times, ports.
pub(super) struct Volatile {
    paths: Vec<String>,
}

static FORMS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let forms = [
        (
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
            "<id>",
        ),
        (r"\b[0-9a-f]{40}\b", "<commit>"),
        (r"\bq/[a-z0-9-]+", "<branch>"),
        (r"\bq-[a-z0-9-]+-[0-9a-f]{6}-\d+\b", "<tag>"),
        (r#"[^\s"'(]*/q-assistant-tree-[A-Za-z0-9-]+"#, "<folder>"),
        (r"\b(127\.0\.0\.1|localhost):\d{2,5}\b", "$1:<port>"),
        (
            r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?",
            "<time>",
        ),
        (r#"("?\b(?:duration_ms|ms)"?:? ?)\d+(\.\d+)?"#, "$1<time>"),
        (r"\b\d+(\.\d+)? ?(ms|µs|s|seconds)\b", "<time>"),
    ];
    forms
        .into_iter()
        .filter_map(|(form, instead)| Some((Regex::new(form).ok()?, instead)))
        .collect()
});

impl Volatile {
    pub fn of(builds: [&Past; 2], scratch: &Path) -> Volatile {
        let mut paths: Vec<String> = Vec::new();
        for build in builds {
            paths.extend(build.worktree.as_ref().map(|row| row.path.clone()));
            paths.push(build.project.path.clone());
        }
        paths.push(scratch.to_string_lossy().into_owned());
        // The longer path first: it may lie in the shorter one.
        paths.sort_by_key(|path| std::cmp::Reverse(path.len()));
        Volatile { paths }
    }

    /// The text with a mark in the place of each such thing.
    fn steady(&self, text: &str) -> String {
        // As the recording was.
        let mut text = redact(text, &[]).into_owned();
        for path in self.paths.iter().filter(|path| path.len() > 1) {
            text = text.replace(path, "<folder>");
        }
        for (form, instead) in FORMS.iter() {
            text = form.replace_all(&text, *instead).into_owned();
        }
        text
    }
}
