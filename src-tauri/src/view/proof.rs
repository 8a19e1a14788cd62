//! Test runs and checks.

use std::collections::{HashMap, HashSet};

use store::test_runs::{Case, Outcome, Printed};
use store::workflows::WorkflowRow;
use workflow::gate;

use super::int;
use crate::dto::{self, CaseChange, CaseOutcome, Checks, TestCounts, TestRun, TestRunDetail, TraceRow};

/// The test runs of a build, newest first.
#[must_use]
pub fn test_runs(runs: Vec<store::test_runs::TestRun>) -> Vec<TestRun> {
    runs.into_iter().map(test_run).collect()
}

fn test_run(run: store::test_runs::TestRun) -> TestRun {
    let passed = run.exit_code == Some(0) && run.counts.as_ref().is_some_and(|c| c.run > 0 && c.failed == 0);
    TestRun {
        id: run.id,
        at: run.created_at,
        phase: workflow::State::from_wire(&run.phase).map_or(dto::State::Testing, Into::into),
        attempt: int(run.attempt),
        command: run.command,
        exit_code: run.exit_code,
        counts: run.counts.map(|counts| TestCounts {
            run: int(counts.run),
            passed: int(counts.passed),
            failed: int(counts.failed),
            skipped: int(counts.skipped),
            failures: counts.failures,
        }),
        passed,
        elapsed_ms: f64::from(run.duration_ms),
        tree_hash: run.tree_hash,
    }
}

/// What a run printed, its cases beside those of the run before.
#[must_use]
pub fn test_run_detail(printed: Printed, before: &[Case]) -> TestRunDetail {
    let place = |case: &Case| (case.suite.clone(), case.name.clone());
    let was: HashMap<_, _> = before.iter().map(|case| (place(case), case.outcome)).collect();
    let now: HashSet<_> = printed.cases.iter().map(place).collect();
    let compared = !before.is_empty() && !printed.cases.is_empty();
    let change = |case: &Case| match (was.get(&place(case)), case.outcome) {
        _ if !compared => None,
        (None, _) => Some(CaseChange::New),
        (Some(Outcome::Passed | Outcome::Skipped), Outcome::Failed) => Some(CaseChange::NewlyFailing),
        (Some(Outcome::Failed), Outcome::Passed) => Some(CaseChange::NewlyPassing),
        (Some(_), _) => None,
    };
    let gone = |case: &Case| {
        let path: Vec<&str> = case
            .suite
            .iter()
            .map(String::as_str)
            .chain([case.name.as_str()])
            .collect();
        path.join(" › ")
    };
    TestRunDetail {
        compared,
        gone: if compared {
            before
                .iter()
                .filter(|case| !now.contains(&place(case)))
                .map(gone)
                .collect()
        } else {
            Vec::new()
        },
        cases: printed
            .cases
            .into_iter()
            .map(|case| dto::TestCaseResult {
                change: change(&case),
                outcome: match case.outcome {
                    Outcome::Passed => CaseOutcome::Passed,
                    Outcome::Failed => CaseOutcome::Failed,
                    Outcome::Skipped => CaseOutcome::Skipped,
                },
                suite: case.suite,
                name: case.name,
                ms: case.ms.map(int),
                output: case.output,
            })
            .collect(),
        log: printed.log,
    }
}

/// The product's own checks, and each requirement with what proves it.
#[must_use]
pub fn checks(row: &WorkflowRow) -> Checks {
    let workflow = &row.workflow;
    let evidence = workflow.evidence.checks.as_ref();
    let verdicts = workflow
        .phases
        .verification
        .as_ref()
        .map(|v| v.requirements.as_slice())
        .unwrap_or_default();
    let features = workflow
        .phases
        .discovery
        .as_ref()
        .map(|r| r.features.as_slice())
        .unwrap_or_default();
    let trace = features.iter().map(|feature| {
        let said = verdicts.iter().find(|verdict| verdict.id == feature.id);
        TraceRow {
            requirement: feature.id.clone(),
            text: feature.text.clone(),
            priority: feature.priority.into(),
            verdict: said.map(|verdict| verdict.verdict.into()),
            tests: evidence
                .and_then(|e| e.trace.iter().find(|trace| trace.requirement == feature.id))
                .map(|trace| trace.tests.clone())
                .unwrap_or_default(),
            evidence: said.map(|verdict| verdict.evidence.clone()).unwrap_or_default(),
        }
    });
    Checks {
        tree_hash: evidence.map(|e| e.tree_hash.clone()),
        checks: evidence
            .map(|e| e.checks.iter().map(check).collect())
            .unwrap_or_default(),
        trace: trace.collect(),
    }
}

/// One of the product's own checks.
pub(super) fn check(check: &gate::Check) -> dto::Check {
    let found = check.found.clone().map(|found| match found {
        gate::Found::TestsAgain { run, failed, command } => dto::Found::TestsAgain {
            run: int(run),
            failed: int(failed),
            command,
        },
        gate::Found::SameTree { tree } => dto::Found::SameTree { tree },
        gate::Found::ConflictMarks { files } => dto::Found::ConflictMarks { files },
    });
    dto::Check {
        ok: check.ok,
        found,
        name: check.name.clone(),
        detail: check.detail.clone(),
    }
}
