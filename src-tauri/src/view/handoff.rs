//! The handoff card: who hands what to whom, and the evidence that the product gathered for it.

use store::handoffs::HandoffRow;
use store::workflows::WorkflowRow;
use workflow::gate::{ChecksEvidence, CommitEvidence, TestEvidence};
use workflow::phase::TaskStatus;
use workflow::{Handoff, TRANSITIONS, Workflow};

use super::proof::check;
use super::{int, short};
use crate::dto::{EvidenceFact, EvidenceLink, EvidenceRow, HandoffCard, Pin, SkippedTask};

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

pub(super) fn row(ok: Option<bool>, fact: EvidenceFact, link: EvidenceLink) -> EvidenceRow {
    EvidenceRow { ok, fact, link }
}

fn plan(workflow: &Workflow) -> EvidenceRow {
    let fact = EvidenceFact::Plan {
        revision: int(workflow.plan_revision),
        tasks: planned(workflow),
    };
    row(None, fact, EvidenceLink::Plan)
}

fn planned(workflow: &Workflow) -> i32 {
    int(workflow.phases.planning.as_ref().map_or(0, |plan| plan.tasks.len()))
}

fn tasks(workflow: &Workflow) -> Option<EvidenceRow> {
    let done = workflow.phases.implementation.as_ref()?;
    let skipped: Vec<_> = done
        .tasks
        .iter()
        .filter(|t| t.status == TaskStatus::Skipped)
        .map(|t| SkippedTask {
            id: t.id.clone(),
            note: t.note.clone(),
        })
        .collect();
    let all_done = skipped.is_empty();
    let fact = EvidenceFact::Tasks {
        done: int(done.tasks.len() - skipped.len()),
        planned: planned(workflow),
        skipped,
    };
    Some(row(Some(all_done), fact, EvidenceLink::Plan))
}

fn written(commit: &CommitEvidence, branch: &str) -> EvidenceRow {
    let fact = EvidenceFact::Files {
        changed: int(commit.files_changed),
        insertions: int(commit.insertions),
        deletions: int(commit.deletions),
        branch: branch.to_owned(),
        tree: short(&commit.tree_hash),
    };
    row(None, fact, EvidenceLink::Changes)
}

fn tested(workflow: &Workflow, tests: &TestEvidence, branch: &str) -> Vec<EvidenceRow> {
    let run = tests.tests_run.unwrap_or(0);
    let good = tests.exit_code == Some(0) && run > 0 && tests.failed == 0;
    let ran = EvidenceFact::Tests {
        run: int(run),
        failed: int(tests.failed),
        ms: f64::from(tests.duration_ms),
        command: tests.command.clone(),
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
        .map(|f| f.id.clone())
        .collect();
    let all_tested = untested.is_empty();
    let traced = EvidenceFact::Tested {
        count: int(features.len() - untested.len()),
        all: int(features.len()),
        untested,
    };
    let untouched = tests.removed.is_empty() && tests.weakened.is_empty();
    let old = EvidenceFact::OldTests {
        added: int(tests.added),
        removed: int(tests.removed.len()),
        weakened: int(tests.weakened.len()),
    };
    let files = EvidenceFact::Files {
        changed: int(tests.files_changed),
        insertions: int(tests.insertions),
        deletions: int(tests.deletions),
        branch: branch.to_owned(),
        tree: short(&tests.tree_hash),
    };
    vec![
        row(Some(good), ran, EvidenceLink::Tests),
        row(Some(all_tested), traced, EvidenceLink::Checks),
        row(Some(untouched), old, EvidenceLink::Changes),
        row(None, files, EvidenceLink::Changes),
    ]
}

fn verified(workflow: &Workflow, checks: &ChecksEvidence) -> Vec<EvidenceRow> {
    let proven = checks.trace.iter().filter(|trace| !trace.tests.is_empty()).count();
    let traced = EvidenceFact::Proven {
        count: int(proven),
        all: int(checks.trace.len()),
    };
    let mut rows = vec![row(Some(proven == checks.trace.len()), traced, EvidenceLink::Checks)];
    rows.extend(checks.checks.iter().map(|one| {
        let check = check(one);
        row(Some(one.ok), EvidenceFact::Check { check }, EvidenceLink::Checks)
    }));
    if let Some(plan) = &workflow.phases.planning {
        let release = EvidenceFact::Release {
            how: plan.release.how.clone(),
            tree: short(&checks.tree_hash),
        };
        rows.push(row(None, release, EvidenceLink::Plan));
    }
    rows
}
