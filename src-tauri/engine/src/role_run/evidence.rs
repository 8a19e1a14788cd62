//! The end of a phase: the product gathers the evidence itself, then asks the gate.

use std::time::Duration;

use models::redact::redact;
use serde_json::Value;
use store::test_runs::{self, Case, Counts, Outcome, Printed};
use store::{new_id, now, projects, worktrees};
use tokio::sync::mpsc::unbounded_channel;
use workflow::complaint::{plan_complaints, requirement_complaints};
use workflow::gate::{Check, ChecksEvidence, CommitEvidence, Evidence, Found, TestEvidence, Trace};
use workflow::{Complaint, NextAction, Phase, PhaseResult, Refusal};
use workspace::{FileChange, Space, TestRun, WorkspaceError, Worktree, test_changes};

use super::{End, Run, standstill};
use crate::ServiceError;
use crate::prompt::works_here;
use crate::schema;
use crate::service::FinishedPhase;
use crate::toolbox::{Handled, forward_output};

/// An invalid result goes back to the model twice; the third time the build is blocked.
const INVALID_RESULTS: u32 = 2;
/// A gate that refuses gives the role a chance to mend; not for ever.
const GATE_REFUSALS: u32 = 5;
const TEST_TIME: Duration = Duration::from_secs(900);

/// `finish_phase`: form, evidence, gate, and the advance in one transaction.
pub(crate) async fn finish_phase(run: &mut Run, result: Value) -> Result<Handled, ServiceError> {
    let Some(phase) = works_here(run.role, run.row.workflow.state) else {
        return Ok(answer("This phase is not yours to finish.".to_owned()));
    };
    if let Err(why) = well_formed(run, phase, &result) {
        run.invalid_results += 1;
        if run.invalid_results > INVALID_RESULTS {
            let reason = format!(
                "{} handed in a result without the agreed form three times. {why}",
                run.role.title()
            );
            return Ok(Handled::End(End::Failed(standstill(
                "invalid_result",
                reason,
                NextAction::TryAgain,
            ))));
        }
        return Ok(answer(why));
    }
    let evidence = match gather(run, phase).await? {
        Ok(evidence) => evidence,
        Err(handled) => return Ok(handled),
    };
    if let Some(why) = named_but_not_run(&evidence, &result) {
        return Ok(answer(why));
    }
    let done = FinishedPhase {
        role: run.role,
        state: phase.state(),
        evidence,
        result,
    };
    match run.engine.service().finish_phase(run.finish(), done) {
        Ok(_) => Ok(Handled::End(End::Written)),
        Err(ServiceError::Refused(Refusal::EvidenceMissing { what })) => {
            run.gate_refusals += 1;
            if run.gate_refusals > GATE_REFUSALS {
                return Ok(Handled::End(End::Failed(standstill(
                    "evidence_missing",
                    what,
                    NextAction::TryAgain,
                ))));
            }
            Ok(answer(format!("The gate stays shut: {what}")))
        }
        // The person paused, cancelled, rolled back or threw away meanwhile: what this run did does not count.
        Err(ServiceError::InvalidInput { .. } | ServiceError::InTrash | ServiceError::Refused(_)) => {
            Ok(Handled::End(End::Cancelled))
        }
        Err(
            error @ (ServiceError::Store(_)
            | ServiceError::Workspace(_)
            | ServiceError::KeyReused
            | ServiceError::NotFound { .. }),
        ) => Err(error),
    }
}

fn answer(content: String) -> Handled {
    Handled::Answer {
        content,
        is_error: true,
    }
}

fn well_formed(run: &Run, phase: Phase, result: &Value) -> Result<(), String> {
    schema::check(&schema::of_result(phase), result)?;
    match PhaseResult::parse(phase, result.clone())? {
        PhaseResult::Discovery(requirements) => first(requirement_complaints(&requirements)),
        PhaseResult::Planning(plan) => first(plan_complaints(run.row.workflow.phases.discovery.as_ref(), &plan)),
        PhaseResult::Implementation(_)
        | PhaseResult::Testing(_)
        | PhaseResult::Verification(_)
        | PhaseResult::Deployment(_) => Ok(()),
    }
}

fn first(complaints: Vec<Complaint>) -> Result<(), String> {
    complaints
        .into_iter()
        .next()
        .map_or(Ok(()), |complaint| Err(complaint.to_string()))
}

type Gathered<T> = Result<Result<T, Handled>, ServiceError>;

async fn gather(run: &mut Run, phase: Phase) -> Gathered<Vec<Evidence>> {
    match phase {
        Phase::Discovery | Phase::Planning => Ok(Ok(Vec::new())),
        Phase::Implementation => Ok(commit(run).await?.map(|commit| vec![Evidence::Commit(commit)])),
        Phase::Testing => Ok(tests(run).await?.map(|tests| vec![Evidence::TestRun(tests)])),
        Phase::Verification => Ok(gather_checks(run).await?.map(|checks| vec![Evidence::Checks(checks)])),
        // The release recorded its own evidence when it was made.
        Phase::Deployment => Ok(Ok(Vec::new())),
    }
}

/// The ref under which this attempt's commit is kept, whatever becomes of the branch.
pub(crate) fn reference(run: &Run) -> String {
    format!(
        "refs/q-assistant/{}/{}-{}",
        run.id(),
        run.row.workflow.state,
        run.run.attempt
    )
}

fn base_commit(run: &Run) -> Result<String, ServiceError> {
    let id = run.id().to_owned();
    let row = run
        .engine
        .service()
        .store()
        .read(move |db| Ok::<_, ServiceError>(worktrees::get(db, &id)?))?;
    row.map(|row| row.base_commit)
        .ok_or_else(|| ServiceError::invalid("This build has no worktree."))
}

fn lines(changes: &[FileChange]) -> (u32, u32, u32) {
    let files = u32::try_from(changes.len()).unwrap_or(u32::MAX);
    (
        files,
        changes.iter().map(|change| change.insertions).sum(),
        changes.iter().map(|change| change.deletions).sum(),
    )
}

/// Says which files the role wrote that the repository's rules keep out of every commit: they would be missing from the release.
async fn left_out(run: &Run, worktree: &Worktree) -> Result<Option<String>, ServiceError> {
    let ignored = worktree.ignored_among(&run.written).await?;
    let say = |ignored: Vec<String>| {
        format!(
            "git ignores files that you wrote, so they would be missing from the build: {}. Change the rule in .gitignore, write them \
             elsewhere, or remove them.",
            ignored.join(", ")
        )
    };
    Ok((!ignored.is_empty()).then(|| say(ignored)))
}

async fn commit(run: &mut Run) -> Gathered<CommitEvidence> {
    let Some(worktree) = run.worktree.clone() else {
        return Ok(Err(answer("There is no worktree.".to_owned())));
    };
    let message = format!("{}\n\nImplementation, attempt {}", run.row.title, run.run.attempt);
    let made = worktree.checkpoint(&reference(run), &message).await?;
    let base = base_commit(run)?;
    let inner = worktree.new_inner_repositories(&base, &made.commit).await?;
    if !inner.is_empty() {
        return Ok(Err(answer(format!(
            "These folders are repositories of their own, so their files would be missing: {}. Remove their .git folders.",
            inner.join(", ")
        ))));
    }
    if let Some(why) = left_out(run, &worktree).await? {
        return Ok(Err(answer(why)));
    }
    let changes = worktree.changes(&base, &made.commit, Space::Counts).await?;
    if changes.is_empty() {
        return Ok(Err(answer(
            "No file was changed. Write the work, then finish.".to_owned(),
        )));
    }
    let (files_changed, insertions, deletions) = lines(&changes);
    Ok(Ok(CommitEvidence {
        commit: made.commit,
        tree_hash: made.tree,
        files_changed,
        insertions,
        deletions,
    }))
}

async fn tests(run: &mut Run) -> Gathered<TestEvidence> {
    let Some(worktree) = run.worktree.clone() else {
        return Ok(Err(answer("There is no worktree.".to_owned())));
    };
    let message = format!("{}\n\nTests, attempt {}", run.row.title, run.run.attempt);
    let made = worktree.checkpoint(&reference(run), &message).await?;
    if let Some(why) = left_out(run, &worktree).await? {
        return Ok(Err(answer(why)));
    }
    let base = base_commit(run)?;
    let ran = match run_tests(run, &worktree, &made.tree, None).await? {
        Ok(ran) => ran,
        Err(handled) => return Ok(Err(handled)),
    };
    let changes = test_changes(&worktree, &base, &made.tree).await?;
    let (files_changed, insertions, deletions) = lines(&worktree.changes(&base, &made.commit, Space::Counts).await?);
    let counts = ran.counts.unwrap_or_default();
    let counted = counts.run > 0 || counts.skipped > 0;
    Ok(Ok(TestEvidence {
        commit: made.commit,
        tree_hash: made.tree,
        command: ran.command.shown(),
        exit_code: ran.outcome.exit_code,
        tests_run: counted.then_some(counts.run),
        failed: counts.failed,
        skipped: counts.skipped,
        duration_ms: millis(ran.outcome.duration),
        names: counts.names,
        removed: changes.removed,
        weakened: changes.weakened,
        added: u32::try_from(changes.added.len()).unwrap_or(u32::MAX),
        files_changed,
        insertions,
        deletions,
        test_run_id: ran.id,
    }))
}

/// A test run and the id of its row.
pub(crate) struct RecordedRun {
    pub id: String,
    pub command: workspace::TestCommand,
    pub outcome: workspace::CommandOutcome,
    pub counts: Option<workspace::TestCounts>,
}

impl RecordedRun {
    /// Whether tests ran and all of them passed.
    pub fn passed(&self) -> bool {
        let good = |counts: &workspace::TestCounts| counts.run > 0 && counts.failed == 0;
        self.outcome.exit_code == Some(0) && self.counts.as_ref().is_some_and(good)
    }
}

/// Runs the tests of `tree` on a clean checkout and records the run. A machine that lacks the runner blocks the build.
pub(crate) async fn run_tests(
    run: &mut Run,
    worktree: &Worktree,
    tree: &str,
    call_id: Option<&str>,
) -> Gathered<RecordedRun> {
    let (chunks, live) = unbounded_channel();
    let forward = forward_output(run, call_id.unwrap_or_default(), live);
    let custom = test_command(run)?;
    let result = workspace::run_tests(worktree, tree, custom.as_deref(), TEST_TIME, Some(&chunks), &run.cancel).await;
    drop(chunks);
    let _ = forward.await;
    let TestRun {
        command,
        outcome,
        counts,
        ..
    } = match result {
        Ok(ran) => ran,
        Err(error @ WorkspaceError::CommandMissing { .. }) => {
            let standstill = standstill("tool_missing", error.to_string(), NextAction::TryAgain);
            return Ok(Err(Handled::End(End::Failed(standstill))));
        }
        Err(error @ WorkspaceError::NoTestCommand) => return Ok(Err(answer(error.to_string()))),
        Err(error) => return Err(error.into()),
    };
    if run.cancel.is_cancelled() {
        return Ok(Err(Handled::End(End::Cancelled)));
    }
    run.command_ms = run.command_ms.saturating_add(millis(outcome.duration));
    let id = new_id();
    let printed = Printed {
        log: redact(&outcome.output, &run.known_secrets()).into_owned(),
        cases: cases_of(run, counts.as_ref()),
    };
    let recorded = test_runs::TestRun {
        id: id.clone(),
        workflow_id: run.id().to_owned(),
        phase: run.row.workflow.state.wire().to_owned(),
        attempt: run.run.attempt,
        tree_hash: tree.to_owned(),
        command: command.shown(),
        exit_code: outcome.exit_code,
        counts: counts.as_ref().map(|c| Counts {
            run: c.run,
            passed: c.passed,
            failed: c.failed,
            skipped: c.skipped,
            failures: c.failures.clone(),
            names: c.names.clone(),
        }),
        duration_ms: millis(outcome.duration),
        created_at: now(),
    };
    run.engine.service().record_test_run(recorded, printed)?;
    Ok(Ok(RecordedRun {
        id,
        command,
        outcome,
        counts,
    }))
}

/// The cases that were reported, as they are kept.
fn cases_of(run: &Run, counts: Option<&workspace::TestCounts>) -> Vec<Case> {
    let secrets = run.known_secrets();
    let clean = |text: &str| redact(text, &secrets).into_owned();
    let reported = counts.map(|counts| counts.cases.as_slice()).unwrap_or_default();
    reported
        .iter()
        .map(|case| Case {
            suite: case.suite.iter().map(|part| clean(part)).collect(),
            name: clean(&case.name),
            outcome: match case.outcome {
                workspace::Outcome::Passed => Outcome::Passed,
                workspace::Outcome::Failed => Outcome::Failed,
                workspace::Outcome::Skipped => Outcome::Skipped,
            },
            ms: case.ms,
            output: clean(&case.output),
        })
        .collect()
}

/// The person's own command for the project's tests, if there is one.
fn test_command(run: &Run) -> Result<Option<String>, ServiceError> {
    let project = run.row.workflow.project_id.clone();
    let store = run.engine.service().store();
    store.read(move |db| Ok(projects::get(db, &project)?.test_command))
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

/// The product's own checks on the tree that was tested, and the trace from requirements to tests that passed.
pub(crate) async fn gather_checks(run: &mut Run) -> Gathered<ChecksEvidence> {
    let Some(worktree) = run.worktree.clone() else {
        return Ok(Err(answer("There is no worktree.".to_owned())));
    };
    let Some(head) = run.row.workflow.head.clone() else {
        return Ok(Err(answer("Nothing was committed yet.".to_owned())));
    };
    let ran = match run_tests(run, &worktree, &head.tree, None).await? {
        Ok(ran) => ran,
        Err(handled) => return Ok(Err(handled)),
    };
    let counts = ran.counts.unwrap_or_default();
    let mut checks = vec![Check {
        name: "Tests pass again on a clean checkout".to_owned(),
        ok: ran.outcome.exit_code == Some(0) && counts.run > 0 && counts.failed == 0,
        detail: format!("{} run, {} failed, {}", counts.run, counts.failed, ran.command.shown()),
        found: Some(Found::TestsAgain {
            run: counts.run,
            failed: counts.failed,
            command: ran.command.shown(),
        }),
    }];
    checks.push(same_tree(&worktree, &head.tree).await?);
    checks.push(no_conflict_marks(&worktree, &head.tree, &base_commit(run)?).await?);
    let claims = run
        .row
        .workflow
        .phases
        .testing
        .as_ref()
        .map(|t| t.tests.clone())
        .unwrap_or_default();
    let features = run.row.workflow.phases.discovery.iter().flat_map(|r| &r.features);
    let trace = features
        .map(|feature| Trace {
            requirement: feature.id.clone(),
            tests: claims
                .iter()
                .filter(|claim| claim.requirement == feature.id && passed(&counts.names, &claim.test))
                .map(|claim| claim.test.clone())
                .collect(),
        })
        .collect();
    Ok(Ok(ChecksEvidence {
        tree_hash: head.tree,
        checks,
        trace,
    }))
}

/// A result that names tests which did not pass in the product's own run. Where the runner prints no names, none can be compared.
fn named_but_not_run(evidence: &[Evidence], result: &Value) -> Option<String> {
    let names = evidence.iter().find_map(|evidence| match evidence {
        Evidence::TestRun(run) => Some(&run.names).filter(|names| !names.is_empty()),
        Evidence::Commit(_) | Evidence::Checks(_) | Evidence::Release(_) => None,
    })?;
    let claims = result.get("tests").and_then(Value::as_array)?;
    let claimed = claims.iter().filter_map(|claim| claim.get("test")?.as_str());
    let missing: Vec<&str> = claimed.filter(|test| !passed(names, test)).take(5).collect();
    let most = |names: &[&str]| names.join("; ").chars().take(600).collect::<String>();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    (!missing.is_empty()).then(|| {
        format!(
            "No test of this name passed: {}. Those that passed are: {}. Name them as they are printed, and leave out what did not run.",
            most(&missing),
            most(&known)
        )
    })
}

/// Whether a test of that name is among those that ran and passed. Runners add a path or a docstring around the name.
fn passed(names: &[String], claimed: &str) -> bool {
    let claimed = claimed.trim();
    !claimed.is_empty()
        && names.iter().any(|name| {
            name == claimed || name.split([':', ' ', '(']).any(|part| part == claimed) || name.ends_with(claimed)
        })
}

async fn same_tree(worktree: &Worktree, tested: &str) -> Result<Check, ServiceError> {
    let present = worktree.tree_hash().await?;
    let short = |hash: &str| hash.chars().take(7).collect::<String>();
    Ok(Check {
        name: "The files are the ones that were tested".to_owned(),
        ok: present == tested,
        detail: format!("tree {}", short(&present)),
        found: Some(Found::SameTree { tree: present }),
    })
}

async fn no_conflict_marks(worktree: &Worktree, tree: &str, base: &str) -> Result<Check, ServiceError> {
    let mut found = Vec::new();
    for diff in worktree.diff(base, Some(tree)).await? {
        if diff
            .patch
            .text
            .lines()
            .any(|line| line.starts_with("+<<<<<<< ") || line.starts_with("+>>>>>>> "))
        {
            found.push(diff.change.path);
        }
    }
    let detail = if found.is_empty() {
        "none".to_owned()
    } else {
        found.join(", ")
    };
    Ok(Check {
        name: "No conflict marks are left".to_owned(),
        ok: found.is_empty(),
        detail,
        found: Some(Found::ConflictMarks { files: found }),
    })
}
