//! Gates: what must be proven before a phase is left. Evidence is gathered by the product; a role's word opens nothing.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::complaint::{plan_complaints, requirement_complaints};
use crate::phase::{Plan, Requirements, TaskStatus, Verdict};
use crate::{Phase, PhaseResult, Refusal, Workflow};

/// A commit in the build's worktree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitEvidence {
    pub commit: String,
    pub tree_hash: String,
    pub files_changed: u32,
    pub insertions: u32,
    pub deletions: u32,
}

/// A run of the project's tests that the product made itself, on a clean checkout of exactly `tree_hash`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestEvidence {
    pub commit: String,
    pub tree_hash: String,
    pub command: String,
    /// None when it did not end by itself.
    pub exit_code: Option<i32>,
    /// None when no count could be read: then nothing is proven.
    pub tests_run: Option<u32>,
    pub failed: u32,
    pub skipped: u32,
    pub duration_ms: u32,
    /// Names of executed tests, where the runner prints them.
    pub names: Vec<String>,
    /// Test files that were there before the build and are gone.
    pub removed: Vec<String>,
    /// What was loosened in tests that were there before.
    pub weakened: Vec<String>,
    /// Test files that the build added.
    pub added: u32,
    pub files_changed: u32,
    pub insertions: u32,
    pub deletions: u32,
    /// Row of the whole log.
    pub test_run_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub name: String,
    pub ok: bool,
    pub detail: String,
    /// The same as facts, for whoever says it in another language; none in what earlier versions recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
}

/// What one of the product's own checks found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "snake_case")]
pub enum Found {
    /// The tests, run once more on a clean checkout.
    TestsAgain { run: u32, failed: u32, command: String },
    /// Whether the files are the ones that were tested.
    SameTree { tree: String },
    /// Files with marks of a conflict in them.
    ConflictMarks { files: Vec<String> },
}

/// A requirement and the passing tests that prove it; none means that it is flagged as untested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub requirement: String,
    pub tests: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChecksEvidence {
    pub tree_hash: String,
    pub checks: Vec<Check>,
    pub trace: Vec<Trace>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseEvidence {
    /// The verified tree that was released.
    pub tree_hash: String,
    pub release_id: String,
    pub merged_commit: String,
    /// The tree that the project's branch holds now. It is another one where others worked on the branch meanwhile.
    #[serde(default)]
    pub merged_tree: String,
    /// The test run that passed on the merged tree, where that is another one than the verified.
    #[serde(default)]
    pub merged_test_run: Option<String>,
    pub tag: String,
    /// None for what is not served.
    pub url: Option<String>,
    pub probe_ok: bool,
    pub probe: String,
}

/// One piece of evidence, for the phase it opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "evidence", rename_all = "snake_case")]
pub enum Evidence {
    Commit(CommitEvidence),
    TestRun(TestEvidence),
    Checks(ChecksEvidence),
    Release(ReleaseEvidence),
}

/// The newest evidence of each phase; what a phase re-entered has to prove again is gone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EvidenceSet {
    pub commit: Option<CommitEvidence>,
    pub tests: Option<TestEvidence>,
    pub checks: Option<ChecksEvidence>,
    pub release: Option<ReleaseEvidence>,
}

impl EvidenceSet {
    pub fn record(&mut self, evidence: Evidence) {
        match evidence {
            Evidence::Commit(e) => self.commit = Some(e),
            Evidence::TestRun(e) => self.tests = Some(e),
            Evidence::Checks(e) => self.checks = Some(e),
            Evidence::Release(e) => self.release = Some(e),
        }
    }

    /// Forgets what `phase` and all later phases had proven.
    pub fn forget_from(&mut self, phase: Phase) {
        if phase <= Phase::Implementation {
            self.commit = None;
        }
        if phase <= Phase::Testing {
            self.tests = None;
        }
        if phase <= Phase::Verification {
            self.checks = None;
        }
        self.release = None;
    }

    /// SHA-256, as hex, over the evidence that the phase left.
    #[must_use]
    pub fn hash(&self, phase: Phase) -> String {
        let json = match phase {
            Phase::Discovery | Phase::Planning => serde_json::to_vec(&()),
            Phase::Implementation => serde_json::to_vec(&self.commit),
            Phase::Testing => serde_json::to_vec(&self.tests),
            Phase::Verification => serde_json::to_vec(&self.checks),
            Phase::Deployment => serde_json::to_vec(&self.release),
        };
        hex::encode(Sha256::digest(json.unwrap_or_default()))
    }

    /// The tree that the work stands at: of the newest phase that committed.
    #[must_use]
    pub fn tree(&self) -> Option<&str> {
        self.tests
            .as_ref()
            .map(|t| t.tree_hash.as_str())
            .or_else(|| self.commit.as_ref().map(|c| c.tree_hash.as_str()))
    }
}

/// Whether the phase may be left forwards with this result.
///
/// # Errors
/// [`Refusal::EvidenceMissing`] with what is missing, or [`Refusal::InvalidInput`] for a result of another phase.
pub fn check(workflow: &Workflow, result: &PhaseResult) -> Result<(), Refusal> {
    match result {
        PhaseResult::Discovery(requirements) => complaints_of(requirements),
        PhaseResult::Planning(plan) => planning(workflow, plan),
        PhaseResult::Implementation(done) => {
            let missing = missing_tasks(workflow, done);
            if !missing.is_empty() {
                return lacking(format!(
                    "These tasks of the plan are not accounted for: {}.",
                    missing.join(", ")
                ));
            }
            match &workflow.evidence.commit {
                Some(_) => Ok(()),
                None => lacking("There is no commit of the work in the build's worktree.".to_owned()),
            }
        }
        PhaseResult::Testing(_) => testing(workflow.evidence.tests.as_ref()),
        PhaseResult::Verification(verdicts) => {
            let failed: Vec<_> = verdicts
                .requirements
                .iter()
                .filter(|r| r.verdict == Verdict::NotMet)
                .map(|r| r.id.as_str())
                .collect();
            let claimed: Vec<_> = verdicts
                .requirements
                .iter()
                .filter(|r| r.verdict == Verdict::Met && !is_traced(workflow, &r.id))
                .map(|r| r.id.as_str())
                .collect();
            if failed.is_empty() && !claimed.is_empty() {
                return lacking(format!(
                    "No test that passed proves these requirements: {}. Call them untested, or send the work back.",
                    claimed.join(", ")
                ));
            }
            if !failed.is_empty() {
                return lacking(format!(
                    "These requirements are not met: {}. Send the work back.",
                    failed.join(", ")
                ));
            }
            verification(workflow)
        }
        PhaseResult::Deployment(_) => match &workflow.evidence.release {
            Some(release) if !release.probe_ok => lacking(format!(
                "The release was made but its health probe did not pass: {}.",
                release.probe
            )),
            Some(release) if Some(release.tree_hash.as_str()) != workflow.evidence.tree() => {
                lacking("What was released is not the tree that was verified.".to_owned())
            }
            Some(release) if release.merged_tree != release.tree_hash && release.merged_test_run.is_none() => lacking(
                "What the project's branch holds after the merge is not what was tested, and was not tested either."
                    .to_owned(),
            ),
            Some(_) => Ok(()),
            None => lacking("Nothing was released yet.".to_owned()),
        },
    }
}

fn complaints_of(requirements: &Requirements) -> Result<(), Refusal> {
    match requirement_complaints(requirements).into_iter().next() {
        Some(what) => lacking(what.to_string()),
        None => Ok(()),
    }
}

fn planning(workflow: &Workflow, plan: &Plan) -> Result<(), Refusal> {
    if let Some(what) = plan_complaints(workflow.phases.discovery.as_ref(), plan)
        .into_iter()
        .next()
    {
        return lacking(what.to_string());
    }
    // The click binds a revision; a plan handed in afterwards is another one.
    if workflow.ready_revision != Some(workflow.plan_revision) || workflow.phases.planning.as_ref() != Some(plan) {
        return lacking("The plan waits for the click on Ready to Build.".to_owned());
    }
    Ok(())
}

fn missing_tasks(workflow: &Workflow, done: &crate::phase::ImplementationResult) -> Vec<String> {
    let Some(plan) = &workflow.phases.planning else {
        return Vec::new();
    };
    plan.tasks
        .iter()
        .filter(|task| {
            !done.tasks.iter().any(|outcome| {
                outcome.id == task.id
                    && match outcome.status {
                        TaskStatus::Done => true,
                        // Skipping is allowed, silently skipping is not.
                        TaskStatus::Skipped => !outcome.note.trim().is_empty(),
                    }
            })
        })
        .map(|task| task.id.clone())
        .collect()
}

fn testing(evidence: Option<&TestEvidence>) -> Result<(), Refusal> {
    let Some(run) = evidence else {
        return lacking("The tests were not run by the product on this tree.".to_owned());
    };
    match (run.exit_code, run.tests_run) {
        (Some(0), Some(count)) if count > 0 && run.failed == 0 => Ok(()),
        (Some(0), Some(0)) => lacking(format!("\u{201c}{}\u{201d} ended well but ran no test.", run.command)),
        (Some(0), None) => lacking(format!(
            "The output of \u{201c}{}\u{201d} does not say how many tests ran.",
            run.command
        )),
        (Some(code), _) => lacking(format!(
            "\u{201c}{}\u{201d} ended with exit code {code}; {} failed.",
            run.command,
            plural(run.failed, "test")
        )),
        (None, _) => lacking(format!("\u{201c}{}\u{201d} did not end by itself.", run.command)),
    }
}

fn verification(workflow: &Workflow) -> Result<(), Refusal> {
    let Some(checks) = &workflow.evidence.checks else {
        return lacking("The checks were not run on this tree.".to_owned());
    };
    if Some(checks.tree_hash.as_str()) != workflow.evidence.tree() {
        return lacking("The checks ran on another tree than the one that was tested.".to_owned());
    }
    if let Some(failed) = checks.checks.iter().find(|check| !check.ok) {
        return lacking(format!(
            "The check \u{201c}{}\u{201d} failed: {}",
            failed.name, failed.detail
        ));
    }
    let untraced: Vec<_> = workflow
        .phases
        .discovery
        .iter()
        .flat_map(|r| &r.features)
        .filter(|f| !checks.trace.iter().any(|t| t.requirement == f.id))
        .map(|f| f.id.as_str())
        .collect();
    if untraced.is_empty() {
        Ok(())
    } else {
        lacking(format!(
            "These requirements are neither traced to a test nor flagged: {}.",
            untraced.join(", ")
        ))
    }
}

/// Whether a test that passed is named with the requirement.
fn is_traced(workflow: &Workflow, requirement: &str) -> bool {
    let checks = workflow.evidence.checks.iter();
    checks
        .flat_map(|checks| &checks.trace)
        .any(|trace| trace.requirement == requirement && !trace.tests.is_empty())
}

/// Tests that were there before and were deleted or loosened: the person is always shown these, whatever the policy.
#[must_use]
pub fn must_be_shown(evidence: &EvidenceSet) -> bool {
    evidence
        .tests
        .as_ref()
        .is_some_and(|t| !t.removed.is_empty() || !t.weakened.is_empty())
}

fn plural(count: u32, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

fn lacking(what: String) -> Result<(), Refusal> {
    Err(Refusal::EvidenceMissing { what })
}
