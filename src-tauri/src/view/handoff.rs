//! The handoff card: who hands what to whom, and the evidence that the product gathered for it.

use store::handoffs::HandoffRow;
use store::workflows::WorkflowRow;
use workflow::gate::{ChecksEvidence, CommitEvidence, TestEvidence};
use workflow::{Handoff, TRANSITIONS, Workflow};

use super::{count, int, short};
use crate::dto::{EvidenceLink, EvidenceRow, HandoffCard, Pin};

/// The card of the handoff that waits for the person, if one does.
pub(super) fn card(
    row: &WorkflowRow,
    handoffs: &[HandoffRow],
    branch: &str,
    remark: Option<String>,
) -> Option<HandoffCard> {
    let workflow = &row.workflow;
    let open = workflow
        .open_handoff
        .as_ref()
        .filter(|open| open.approved_by.is_none())?;
    let recorded = handoffs.iter().find(|handoff| handoff.id == open.id);
    let phase = open.handoff.from_phase();
    let roads_back = TRANSITIONS
        .into_iter()
        .filter(|(from, to, _)| *from == workflow.state && *to < workflow.state);
    let mut may_go_back_to: Vec<_> = roads_back.map(|(_, to, _)| to).collect();
    // The nearest phase first: that is where the work usually goes.
    may_go_back_to.sort_by(|a, b| b.cmp(a));
    Some(HandoffCard {
        handoff_id: open.id.clone(),
        state: workflow.state.into(),
        from_role: open.handoff.from_role().into(),
        to_role: open.handoff.to_role().into(),
        waiting_since: recorded.map_or_else(|| row.updated_at.clone(), |handoff| handoff.timestamp.clone()),
        summary: workflow
            .phases
            .get(phase)
            .map(|result| result.summary().to_owned())
            .unwrap_or_default(),
        remark: remark.filter(|text| !text.is_empty()),
        evidence: evidence(workflow, open.handoff, branch),
        pin: Pin {
            plan_revision: int(open.pin.plan_revision),
            tree_hash: open.pin.tree_hash.clone(),
            evidence_hash: open.pin.evidence_hash.clone(),
        },
        may_go_back_to: may_go_back_to.into_iter().map(Into::into).collect(),
    })
}

/// The evidence that a handoff stands on.
pub(super) fn evidence(workflow: &Workflow, handoff: Handoff, branch: &str) -> Vec<EvidenceRow> {
    let found = &workflow.evidence;
    match handoff {
        Handoff::ToCoder => vec![plan(workflow)],
        Handoff::ToTester => tasks(workflow)
            .into_iter()
            .chain(found.commit.as_ref().map(|commit| written(commit, branch)))
            .collect(),
        Handoff::ToVerifier => found
            .tests
            .as_ref()
            .map(|tests| tested(workflow, tests, branch))
            .unwrap_or_default(),
        Handoff::ToReleaser => found
            .checks
            .as_ref()
            .map(|checks| verified(workflow, checks))
            .unwrap_or_default(),
    }
}

pub(super) fn row(
    ok: Option<bool>,
    claim: String,
    detail: String,
    link: EvidenceLink,
    link_text: impl Into<String>,
) -> EvidenceRow {
    EvidenceRow {
        ok,
        claim,
        detail,
        link,
        link_text: link_text.into(),
    }
}

fn plan(workflow: &Workflow) -> EvidenceRow {
    let tasks = workflow.phases.planning.as_ref().map_or(0, |plan| plan.tasks.len());
    let tasks = count(u32::try_from(tasks).unwrap_or(u32::MAX), "task");
    row(
        None,
        format!("Plan, revision {}", workflow.plan_revision),
        tasks,
        EvidenceLink::Plan,
        "plan",
    )
}

fn tasks(workflow: &Workflow) -> Option<EvidenceRow> {
    let done = workflow.phases.implementation.as_ref()?;
    let skipped: Vec<_> = done
        .tasks
        .iter()
        .filter(|t| t.status == workflow::phase::TaskStatus::Skipped)
        .collect();
    let detail = match skipped.as_slice() {
        [] => "each accounted for by Code Writer".to_owned(),
        some => some
            .iter()
            .map(|t| format!("{} skipped: {}", t.id, t.note))
            .collect::<Vec<_>>()
            .join("; "),
    };
    let planned = workflow.phases.planning.as_ref().map_or(0, |plan| plan.tasks.len());
    Some(row(
        Some(skipped.is_empty()),
        format!("{} of {planned} tasks", done.tasks.len() - skipped.len()),
        detail,
        EvidenceLink::Plan,
        "plan",
    ))
}

fn written(commit: &CommitEvidence, branch: &str) -> EvidenceRow {
    files(
        commit.files_changed,
        commit.insertions,
        commit.deletions,
        &commit.tree_hash,
        branch,
    )
}

fn files(changed: u32, insertions: u32, deletions: u32, tree: &str, branch: &str) -> EvidenceRow {
    let detail = format!("+{insertions} −{deletions} on branch `{branch}`");
    row(
        None,
        format!("{} changed", count(changed, "file")),
        detail,
        EvidenceLink::Changes,
        short(tree),
    )
}

fn tested(workflow: &Workflow, tests: &TestEvidence, branch: &str) -> Vec<EvidenceRow> {
    let ran = tests.tests_run.unwrap_or(0);
    let seconds = f64::from(tests.duration_ms) / 1000.0;
    let how = format!("{seconds:.1} s · `{}`, run by Q Assistant itself", tests.command);
    let good = tests.exit_code == Some(0) && ran > 0 && tests.failed == 0;
    let claim = if good {
        format!("{} passed", count(ran, "test"))
    } else {
        format!("{} of {ran} tests failed", tests.failed)
    };
    let claims = workflow
        .phases
        .testing
        .as_ref()
        .map(|t| t.tests.as_slice())
        .unwrap_or_default();
    let features = workflow
        .phases
        .discovery
        .as_ref()
        .map(|r| r.features.as_slice())
        .unwrap_or_default();
    let untested: Vec<_> = features
        .iter()
        .filter(|f| !claims.iter().any(|c| c.requirement == f.id))
        .map(|f| f.id.as_str())
        .collect();
    let traced = if untested.is_empty() {
        "each named with at least one test".to_owned()
    } else {
        format!("without a test: {}", untested.join(", "))
    };
    let untouched = tests.removed.is_empty() && tests.weakened.is_empty();
    let loosened = format!(
        "{} added, {} removed, {} loosened since the plan",
        tests.added,
        tests.removed.len(),
        tests.weakened.len()
    );
    vec![
        row(Some(good), claim, how, EvidenceLink::Tests, "log"),
        row(
            Some(untested.is_empty()),
            format!("{} of {} requirements", features.len() - untested.len(), features.len()),
            traced,
            EvidenceLink::Checks,
            "matrix",
        ),
        row(
            Some(untouched),
            if untouched {
                "No test weakened"
            } else {
                "Tests were weakened"
            }
            .to_owned(),
            loosened,
            EvidenceLink::Changes,
            "diff",
        ),
        files(
            tests.files_changed,
            tests.insertions,
            tests.deletions,
            &tests.tree_hash,
            branch,
        ),
    ]
}

fn verified(workflow: &Workflow, checks: &ChecksEvidence) -> Vec<EvidenceRow> {
    let proven = checks.trace.iter().filter(|trace| !trace.tests.is_empty()).count();
    let all = proven == checks.trace.len();
    let detail = if all {
        "each traced to a test that passed"
    } else {
        "the others are flagged as untested"
    };
    let mut rows = vec![row(
        Some(all),
        format!("{proven} of {} requirements", checks.trace.len()),
        detail.to_owned(),
        EvidenceLink::Checks,
        "matrix",
    )];
    rows.extend(checks.checks.iter().map(|check| {
        row(
            Some(check.ok),
            check.name.clone(),
            check.detail.clone(),
            EvidenceLink::Checks,
            "check",
        )
    }));
    if let Some(plan) = &workflow.phases.planning {
        rows.push(row(
            None,
            "Release on this machine".to_owned(),
            plan.release.how.clone(),
            EvidenceLink::Plan,
            short(&checks.tree_hash),
        ));
    }
    rows
}
