//! What the product gathered: diffs, test runs, checks, history.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ApprovalPolicy, Budget, Priority, Role, State};

/// What a role was told in an attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Told {
    /// Its prompt and its assignment, word for word; empty where that was not kept.
    pub text: String,
    /// The file in which the person may add to it for this project.
    pub add_in: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FileStatus {
    Added,
    Modified,
    Deleted,
    Renamed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FileChange {
    pub path: String,
    pub old_path: Option<String>,
    pub status: FileStatus,
    pub insertions: i32,
    pub deletions: i32,
    pub binary: bool,
}

/// An attempt that left files, and whose changes can be looked at alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ChangeAttempt {
    /// What it is asked for by.
    pub name: String,
    pub phase: State,
    pub attempt: i32,
    pub at: String,
}

/// Which files changed; what changed in each is asked for when it is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Changes {
    /// The two points that are compared.
    pub from: String,
    pub to: String,
    pub attempts: Vec<ChangeAttempt>,
    pub files: Vec<FileChange>,
}

/// What changed in one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FilePatch {
    /// Unified diff.
    pub patch: String,
    /// The rest of it was left out.
    pub truncated: bool,
}

/// One run of the project's tests, made by the product itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TestRun {
    pub id: String,
    pub at: String,
    pub phase: State,
    pub attempt: i32,
    pub command: String,
    pub exit_code: Option<i32>,
    /// None: no count could be read from the output, so the gate stays shut.
    pub counts: Option<TestCounts>,
    pub passed: bool,
    pub elapsed_ms: f64,
    pub tree_hash: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CaseOutcome {
    Passed,
    Failed,
    Skipped,
}

/// How a case stands beside the run before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CaseChange {
    New,
    NewlyFailing,
    NewlyPassing,
}

/// One test, as its runner reported it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TestCaseResult {
    /// The file and group it stands in, outermost first.
    pub suite: Vec<String>,
    pub name: String,
    pub outcome: CaseOutcome,
    pub ms: Option<i32>,
    /// What was printed about it.
    pub output: String,
    /// None: as it was, or there was no run before.
    pub change: Option<CaseChange>,
}

/// What a run printed, and the cases in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TestRunDetail {
    pub log: String,
    /// Empty where the runner names none.
    pub cases: Vec<TestCaseResult>,
    /// Cases of the run before that this one did not have.
    pub gone: Vec<String>,
    /// Whether there was a run before to compare with.
    pub compared: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TestCounts {
    pub run: i32,
    pub passed: i32,
    pub failed: i32,
    pub skipped: i32,
    pub failures: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met,
    NotMet,
    Untested,
}

/// One requirement, traced to what proves it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TraceRow {
    pub requirement: String,
    pub text: String,
    pub priority: Priority,
    /// None until it was verified.
    pub verdict: Option<Verdict>,
    /// Tests that passed for it, by name.
    pub tests: Vec<String>,
    /// The overseer's words.
    pub evidence: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Check {
    pub ok: bool,
    /// What was found; none in what earlier versions recorded, which have only words.
    pub found: Option<Found>,
    pub name: String,
    pub detail: String,
}

/// What one of the product's own checks found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Found {
    TestsAgain { run: i32, failed: i32, command: String },
    SameTree { tree: String },
    ConflictMarks { files: Vec<String> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Checks {
    pub tree_hash: Option<String>,
    pub checks: Vec<Check>,
    pub trace: Vec<TraceRow>,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Work changed hands, or somebody answered that.
    Handoff,
    /// Requirements, plan, and the click that builds it.
    Plan,
    /// States and attempts.
    Work,
    /// What the product gathered.
    Evidence,
    /// Work went back, stood still, or was rolled back.
    Trouble,
    /// What the person set: pause, limits, approvals, budget.
    Steering,
    Note,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TimelineItem {
    pub seq: i32,
    pub kind: EventKind,
    pub event_type: String,
    /// "you", a role's wire name, or "product".
    pub by: String,
    pub role: Option<Role>,
    pub at: String,
    /// What happened.
    pub event: TimelineEvent,
    /// The same as one English sentence, for what leaves the window.
    pub title: String,
    /// The event's data as JSON text.
    pub data: String,
    pub hash: String,
}

/// What happened. The window says it in the person's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimelineEvent {
    Started,
    RequirementsWritten {
        title: String,
    },
    PlanWritten {
        revision: i32,
    },
    ReadyToBuild {
        revision: i32,
    },
    AttemptStarted {
        state: State,
        attempt: i32,
    },
    WorkKept {
        commit: String,
    },
    EvidenceGathered {
        state: State,
    },
    PhaseDone {
        state: State,
    },
    StateChanged {
        from: State,
        to: State,
    },
    HandedOver {
        from: Role,
        to: Role,
        tree: String,
    },
    HandoffApproved {
        reason: Option<String>,
    },
    HandoffSentBack {
        reason: Option<String>,
    },
    HandoffVoid {
        reason: Option<String>,
    },
    SentBack {
        to: State,
        used: i32,
        limit: i32,
        reason: String,
    },
    Blocked {
        code: String,
        reason: String,
    },
    Paused,
    Resumed,
    Cancelled,
    Live,
    RetryLimitRaised {
        limit: i32,
    },
    PolicyChanged {
        policy: ApprovalPolicy,
    },
    /// None: no limit.
    BudgetSet {
        budget: Option<Budget>,
    },
    RolledBack {
        to: State,
        reason: String,
    },
    RollbackUndone {
        to: State,
    },
    TalkTakenBack {
        to: State,
    },
    /// Something else worth keeping; what it is, is the event's type.
    Noted {
        detail: Option<String>,
    },
    /// Of another version, which this one cannot read.
    Unknown,
}

/// Whether the audit trail is whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ChainCheck {
    pub ok: bool,
    pub events: i32,
    /// What was found, as a sentence.
    pub detail: String,
    /// The first event that does not fit: what stands before it is as it was written.
    pub broken_at: Option<i32>,
    /// The hash of the newest event; it stands for all before it.
    pub head: String,
}

/// What a build's history can be taken along as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// Everything, to be verified offline.
    Json,
    Markdown,
    /// One file that needs nothing else.
    Html,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RollbackPreview {
    pub target: State,
    pub files: Vec<FileChange>,
    pub undoes_release: bool,
    /// Phases whose results move to history.
    pub discards: Vec<State>,
    /// Why it cannot be done right now, if so.
    pub refusal: Option<String>,
}

/// What came of going through a build again, without a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Replayed {
    /// The same files, by the same events.
    pub is_same: bool,
    /// Answers in the recording, and how many of them were not asked for this time.
    pub answers: i32,
    pub not_asked: i32,
    pub same_files: bool,
    pub events: i32,
    /// The first event that differs: as it was, and as it is now. Empty: there was none.
    pub other_event: Option<(String, String)>,
    /// Requests to the model that differ from those that were recorded.
    pub differences: Vec<RequestDifference>,
    /// Why it ended early, if it did.
    pub stopped: Option<String>,
}

/// A part of a request that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RequestDifference {
    pub role: Role,
    pub phase: State,
    pub attempt: i32,
    /// From 1.
    pub turn: i32,
    /// "the role's prompt", "message 2".
    pub part: String,
    /// The first line that differs.
    pub before: String,
    pub now: String,
}
