//! What a report says, in words.

use engine::ServiceError;
use engine::service::History;
use store::handoffs::HandoffRow;
use store::workflows::WorkflowRow;
use store::{Connection, audit, events, handoffs, role_runs, test_runs};
use workflow::Role;

use super::exported::Exported;
use crate::dto::{self, BuildDetail, ChainCheck, Check, RunStatus, Settings, TestRun, TimelineItem, TraceRow, Verdict};
use crate::view;

/// A build's history.
pub struct Report {
    pub title: String,
    pub brief: String,
    pub project: String,
    pub standing: Standing,
    pub release: Option<Release>,
    pub took: Vec<(&'static str, String)>,
    pub requirements: Vec<Requirement>,
    pub checks: Vec<Check>,
    pub handoffs: Vec<Handoff>,
    pub tests: Vec<Tested>,
    pub events: Vec<Event>,
    pub chain: ChainCheck,
    pub exported: Exported,
}

/// Where the build stands, and how that looks.
pub struct Standing {
    pub look: &'static str,
    pub words: String,
}

pub struct Release {
    pub tag: String,
    pub commit: String,
    pub onto: String,
    pub at: String,
    pub probe: String,
}

pub struct Requirement {
    pub id: String,
    pub text: String,
    pub priority: &'static str,
    pub look: &'static str,
    pub verdict: &'static str,
    pub tests: Vec<String>,
    pub evidence: String,
}

pub struct Handoff {
    pub from: &'static str,
    pub to: &'static str,
    pub at: String,
    pub says: String,
    pub look: &'static str,
    /// "approved by mira, 2026-11-20 10:12:00 UTC"
    pub answer: String,
    pub reason: String,
    pub plan_revision: u32,
    pub tree_hash: String,
    pub evidence_hash: String,
}

pub struct Tested {
    pub at: String,
    pub phase: &'static str,
    pub attempt: i32,
    pub look: &'static str,
    pub outcome: String,
    pub command: String,
    pub took: String,
    pub tree: String,
}

pub struct Event {
    pub seq: i32,
    pub at: String,
    pub by: String,
    pub title: String,
    pub hash: String,
    pub is_handoff: bool,
}

/// Reads all that a report says of a build.
///
/// # Errors
/// Where the store cannot be read.
pub fn gather(db: &Connection, row: &WorkflowRow, settings: &Settings) -> Result<Report, ServiceError> {
    let id = &row.workflow.id;
    let build = view::detail(db, row, settings.model_name(&row.model_id))?;
    let all = events::of_workflow(db, id)?;
    let chain = view::verify(&all);
    let handed = handoffs::of_workflow(db, id)?;
    let tests = view::test_runs(test_runs::of_workflow(db, id)?);
    let attempts = role_runs::of_workflow(db, id)?.len();
    let checks = view::checks(row);
    let project = build.summary.project.name.clone();
    Ok(Report {
        title: row.title.clone(),
        brief: row.brief.clone(),
        project: project.clone(),
        standing: standing(&build),
        took: took(&build, row, attempts),
        release: build.release.map(|release| Release {
            tag: release.tag,
            commit: release.merged_commit,
            onto: release.onto,
            at: utc(&release.released_at),
            probe: release.probe,
        }),
        requirements: checks.trace.into_iter().map(requirement).collect(),
        checks: checks.checks,
        handoffs: handed.iter().map(handoff).collect(),
        // In a report time runs downwards.
        tests: tests.into_iter().rev().map(tested).collect(),
        // The timeline calls whoever reads it "you"; a report is read by others.
        events: view::timeline(all.clone())
            .into_iter()
            .zip(&all)
            .map(|(item, row)| event(item, &row.triggered_by))
            .collect(),
        exported: Exported::new(
            row.title.clone(),
            project,
            row.brief.clone(),
            row.workflow.state,
            History {
                workflow_id: id.clone(),
                chain_ok: audit::verify(&all).is_ok(),
                handoffs: handed,
                events: all,
            },
        ),
        chain,
    })
}

fn standing(build: &BuildDetail) -> Standing {
    let state = view::state_name(build.summary.state.into());
    let (look, words) = match build.summary.status {
        RunStatus::Complete if build.release.is_some() => ("good", "Live".to_owned()),
        RunStatus::Complete => ("good", "Complete".to_owned()),
        RunStatus::Cancelled => ("none", format!("Cancelled in {state}")),
        RunStatus::Paused => ("none", format!("Paused in {state}")),
        RunStatus::Blocked => ("bad", format!("Stands still in {state}")),
        RunStatus::AwaitingApproval => ("none", format!("{state}, waits for approval")),
        RunStatus::Active => ("none", format!("In {state}")),
    };
    Standing { look, words }
}

fn took(build: &BuildDetail, row: &WorkflowRow, attempts: usize) -> Vec<(&'static str, String)> {
    let returns: i32 = build
        .rail
        .iter()
        .filter_map(|step| step.sent_back.as_ref())
        .map(|back| back.count)
        .sum();
    let usage = &build.usage;
    let mut took = vec![
        ("Started", utc(&row.created_at)),
        (
            "Ended",
            row.completed_at.as_deref().map_or_else(|| "not yet".to_owned(), utc),
        ),
    ];
    // Of a build that goes on it would be another at every look.
    if row.completed_at.is_some() {
        took.push(("Elapsed", span(usage.elapsed_ms)));
    }
    took.extend([
        ("Attempts of all roles", attempts.to_string()),
        ("Sent back", returns.to_string()),
        ("Tokens in", grouped(usage.input_tokens)),
        ("Tokens out", grouped(usage.output_tokens)),
        (
            "Cost",
            usage
                .cost
                .map_or_else(|| "not known".to_owned(), |cost| format!("${cost:.2}")),
        ),
        ("Model", build.model.clone()),
        ("Files changed", build.changed_files.to_string()),
    ]);
    took
}

fn requirement(row: TraceRow) -> Requirement {
    let (look, verdict) = match row.verdict {
        Some(Verdict::Met) => ("good", "met"),
        Some(Verdict::NotMet) => ("bad", "not met"),
        Some(Verdict::Untested) => ("bad", "untested"),
        None => ("none", "not looked at yet"),
    };
    Requirement {
        id: row.requirement,
        text: row.text,
        priority: match row.priority {
            dto::Priority::Must => "must",
            dto::Priority::Should => "should",
            dto::Priority::Could => "could",
        },
        look,
        verdict,
        tests: row.tests,
        evidence: row.evidence,
    }
}

fn handoff(row: &HandoffRow) -> Handoff {
    let (look, word) = match row.decision.as_deref() {
        Some("approved") => ("good", "approved"),
        Some("rejected") => ("bad", "sent back"),
        Some(_) => ("none", "void, asked again"),
        None => ("none", "not answered yet"),
    };
    let by = row.decided_by.as_deref().map(|by| format!(" by {}", who(by)));
    let at = row.decided_at.as_deref().map(|at| format!(", {}", utc(at)));
    Handoff {
        from: row.from_role.title(),
        to: row.to_role.title(),
        at: utc(&row.timestamp),
        says: row.notes.clone(),
        look,
        answer: format!("{word}{}{}", by.unwrap_or_default(), at.unwrap_or_default()),
        reason: row.decision_reason.clone().unwrap_or_default(),
        plan_revision: row.pin.plan_revision,
        tree_hash: row.pin.tree_hash.clone(),
        evidence_hash: row.pin.evidence_hash.clone(),
    }
}

fn tested(run: TestRun) -> Tested {
    let outcome = match (&run.counts, run.exit_code) {
        (Some(counts), _) if counts.failed > 0 => format!("{} of {} failed", counts.failed, counts.run),
        (Some(counts), Some(0)) => format!("{} passed", counts.run),
        (Some(_) | None, Some(code)) => format!("no count could be read, exit code {code}"),
        (Some(_) | None, None) => "did not end by itself".to_owned(),
    };
    Tested {
        at: utc(&run.at),
        phase: view::state_name(run.phase.into()),
        attempt: run.attempt,
        look: if run.passed { "good" } else { "bad" },
        outcome,
        command: run.command,
        took: span(run.elapsed_ms),
        tree: run.tree_hash,
    }
}

fn event(item: TimelineItem, by: &str) -> Event {
    Event {
        seq: item.seq,
        at: utc(&item.at),
        by: who(by),
        title: item.title,
        hash: item.hash,
        is_handoff: item.kind == dto::EventKind::Handoff,
    }
}

/// Whoever caused something, as a person calls them.
fn who(by: &str) -> String {
    if let Some(role) = Role::from_wire(by) {
        return role.title().to_owned();
    }
    match by.split_once(':') {
        Some(("person", name)) => name.to_owned(),
        Some(("policy", name)) => format!("the policy “{}”", name.replace('_', " ")),
        Some(_) | None if by == "product" => "Q Assistant itself".to_owned(),
        Some(_) | None => by.to_owned(),
    }
}

/// "2026-11-20 10:12:00 UTC"
fn utc(stored: &str) -> String {
    let seconds: String = stored.chars().take(19).collect();
    format!("{} UTC", seconds.replace('T', " "))
}

fn span(ms: f64) -> String {
    let seconds = ms / 1000.0;
    match seconds {
        s if s < 60.0 => format!("{s:.1} s"),
        s if s < 3600.0 => format!("{:.0} min {:.0} s", (s / 60.0).floor(), s % 60.0),
        s => format!("{:.0} h {:.0} min", (s / 3600.0).floor(), (s % 3600.0 / 60.0).floor()),
    }
}

/// "48,210"
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            written.push(',');
        }
        written.push(digit);
    }
    written
}
