//! A build and its progress.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{HandoffCard, Plan, Requirements};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    QAssistant,
    CodeWriter,
    TestAuditor,
    VerificationOverseer,
    ReleaseManager,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Discovery,
    Planning,
    HandoffToCoder,
    Implementation,
    HandoffToTester,
    Testing,
    HandoffToVerifier,
    Verification,
    HandoffToReleaser,
    Deployment,
    Complete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Active,
    AwaitingApproval,
    Paused,
    Blocked,
    Cancelled,
    Complete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalPolicy {
    EveryHandoff,
    BeforeRelease,
    HandsOff,
}

/// Whom or what the build waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WaitingFor {
    /// A role is at work, or will be in a moment.
    Role,
    /// The person's next message.
    YourAnswer,
    /// The person's click on Ready to Build.
    ReadyToBuild,
    YourApproval,
    /// The build is blocked or paused: the person says how it goes on.
    YourDecision,
    Nobody,
}

/// Where the builds list shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BuildGroup {
    Waiting,
    Working,
    Live,
    Stopped,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Project {
    pub id: String,
    pub name: String,
    pub path: String,
}

/// One line of the builds list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct BuildSummary {
    pub workflow_id: String,
    pub title: String,
    pub project: Project,
    pub group: BuildGroup,
    pub state: State,
    /// The role that owns the present state; none once complete.
    pub role: Option<Role>,
    pub status: RunStatus,
    pub waiting_for: WaitingFor,
    /// What the role is doing right now, while it works.
    pub doing: Option<Doing>,
    /// Why it stands still, while it does: the code of its standstill, and a sentence.
    pub reason_code: Option<String>,
    pub reason: Option<String>,
    /// Its model could not answer and is asked again later.
    pub model_wait: Option<ModelWait>,
    /// Where the released result answers.
    pub url: Option<String>,
    pub created_at: String,
    /// The last change of state, status or approval.
    pub changed_at: String,
    /// Since when it is in the trash.
    pub trashed_at: Option<String>,
}

/// A tool that is at work, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Doing {
    /// "write_file"
    pub tool: String,
    /// A path, a command, a pattern.
    pub subject: String,
}

/// A model could not answer, and is asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ModelWait {
    /// Why, as a sentence.
    pub why: String,
    /// The same as a stable code, for the person's language.
    pub code: String,
    /// What it is about, as JSON text.
    pub facts: String,
    pub until: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Done,
    /// Work goes on here.
    Current,
    /// It stands here, for the person.
    Waiting,
    Ahead,
}

/// One step of the workflow rail: all eleven states, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RailStep {
    pub state: State,
    pub standing: Standing,
    /// How many times the phase was started.
    pub attempts: i32,
    pub entered_at: Option<String>,
    pub left_at: Option<String>,
    /// Time spent in it over all attempts.
    pub elapsed_ms: f64,
    /// For handoffs: who approved ("you", or the policy's wire name).
    pub approved_by: Option<String>,
    pub sent_back: Option<SentBack>,
}

/// How often work was sent back from here, and what the last reason was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SentBack {
    pub count: i32,
    pub limit: i32,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Progress {
    pub completed: i32,
    pub total: i32,
    pub percentage: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BudgetUnit {
    Dollars,
    Tokens,
}

/// What the models of a build may use at most.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Budget {
    pub unit: BudgetUnit,
    /// US dollars, to the cent, or tokens in and out.
    pub amount: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct UsageTotal {
    pub input_tokens: f64,
    pub output_tokens: f64,
    /// US dollars; none where the model has no price (a local or the practice model).
    pub cost: Option<f64>,
    /// From the start of the build to its end, or until now.
    pub elapsed_ms: f64,
    /// None: no limit.
    pub budget: Option<Budget>,
}

/// What a build's models used, call by call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Usage {
    pub calls: Vec<ModelCall>,
    pub input_tokens: f64,
    pub output_tokens: f64,
    /// US dollars; none where one of the calls had no known price.
    pub cost: Option<f64>,
}

/// One request to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelCall {
    pub role: Role,
    /// The state the work was in.
    pub phase: State,
    /// How many times the work was in this phase.
    pub attempt: i32,
    /// The turn of the conversation that was asked for, from 1.
    pub turn: i32,
    pub model: String,
    pub input_tokens: i32,
    pub output_tokens: i32,
    /// US dollars; none where the price is not known.
    pub cost: Option<f64>,
    pub ms: f64,
    pub ended_at: String,
    /// Why there was no turn, where there was none.
    pub fault: Option<String>,
}

/// Why a build stands still, and the one thing to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Standstill {
    /// Stable code ("retries_exhausted", "model_unavailable", …).
    pub code: String,
    pub reason: String,
    /// What the reason is about, as JSON text ("{}" where that is not known).
    pub facts: String,
    pub next_action: NextAction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NextAction {
    TryAgain,
    RaiseRetryLimit,
    RaiseBudget,
    ConnectModel,
    Resume,
    RollBack,
    /// It is not known whether a release happened: look, then say.
    ConfirmRelease,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Release {
    /// Where it answers; none for what is not served.
    pub url: Option<String>,
    pub tag: String,
    pub merged_commit: String,
    /// The project's branch that received the work.
    pub onto: String,
    pub released_at: String,
    /// What the health probe saw ("200 in 4 ms").
    pub probe: String,
    /// Whether it is being served now.
    pub serving: bool,
}

/// Everything about one build that fits a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct BuildDetail {
    pub summary: BuildSummary,
    pub brief: String,
    /// Version of the workflow: grows with every change.
    pub revision: i32,
    pub standstill: Option<Standstill>,
    pub progress: Progress,
    pub requirements: Option<Requirements>,
    pub plan: Option<Plan>,
    pub plan_revision: i32,
    pub rail: Vec<RailStep>,
    pub open_handoff: Option<HandoffCard>,
    pub usage: UsageTotal,
    pub model: String,
    pub policy: ApprovalPolicy,
    /// The build's branch, once it has one.
    pub branch: Option<String>,
    pub release: Option<Release>,
    pub changed_files: i32,
    /// Tests executed in the newest run.
    pub tests: Option<i32>,
    /// How the project's tests are run, where the person said so.
    pub test_command: Option<String>,
    /// Phases that a rollback may go to.
    pub rollback_targets: Vec<State>,
    /// Set after a rollback, until work goes on: it can be taken back.
    pub can_undo_rollback: bool,
}

/// Something of a build changed and was committed. The window asks again for what it shows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct BuildChanged {
    pub workflow_id: String,
    pub what: Vec<Changed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// State, status, requirements, plan, handoff, release, usage.
    Build,
    Conversation,
    Activity,
    Changes,
    Tests,
}

/// Where a new build works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProjectChoice {
    /// A new folder in the builds folder.
    New,
    Folder {
        path: String,
    },
    /// A sample's own project: a new folder with the sample's files, where it needs any.
    Sample {
        sample_id: String,
    },
}
