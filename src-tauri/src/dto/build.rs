//! A build, its conversation and its progress.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Check, Plan, Requirements};

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

/// What an approval binds: the person approves exactly this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Pin {
    pub plan_revision: i32,
    pub tree_hash: String,
    pub evidence_hash: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceLink {
    Plan,
    Changes,
    Tests,
    Checks,
    Release,
}

/// One line of a handoff card, gathered by the product and never by a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct EvidenceRow {
    /// None: neither passed nor failed, a fact.
    pub ok: Option<bool>,
    pub fact: EvidenceFact,
    /// Where it can be looked at.
    pub link: EvidenceLink,
}

/// What was measured. The window says it in the person's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EvidenceFact {
    Plan {
        revision: i32,
        tasks: i32,
    },
    Tasks {
        done: i32,
        planned: i32,
        skipped: Vec<SkippedTask>,
    },
    Files {
        changed: i32,
        insertions: i32,
        deletions: i32,
        branch: String,
        tree: String,
    },
    Tests {
        run: i32,
        failed: i32,
        ms: f64,
        command: String,
    },
    /// Requirements that a test is named for.
    Tested {
        count: i32,
        all: i32,
        untested: Vec<String>,
    },
    /// What became of the tests that were there before.
    OldTests {
        added: i32,
        removed: i32,
        weakened: i32,
    },
    /// Requirements that are traced to a test which passed.
    Proven {
        count: i32,
        all: i32,
    },
    Check {
        check: Check,
    },
    Release {
        how: String,
        tree: String,
    },
    Requirements {
        count: i32,
        title: String,
    },
    /// What a release left in the project.
    Merged {
        onto: String,
        tag: String,
        commit: String,
    },
    /// The health probe of a released page answered.
    Probed {
        probe: String,
        url: String,
    },
}

/// A task that was not done, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SkippedTask {
    pub id: String,
    pub note: String,
}

/// A handoff that waits for the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct HandoffCard {
    pub handoff_id: String,
    pub state: State,
    pub from_role: Role,
    pub to_role: Role,
    pub waiting_since: String,
    /// The role's own summary: a claim, shown apart from the evidence.
    pub summary: String,
    /// What Q Assistant says of it, once it has looked; a recommendation.
    pub remark: Option<String>,
    pub evidence: Vec<EvidenceRow>,
    pub pin: Pin,
    /// Where "Request changes" may send the work; the first is the default.
    pub may_go_back_to: Vec<State>,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    You,
    QAssistant,
    CodeWriter,
    TestAuditor,
    VerificationOverseer,
    ReleaseManager,
    /// The product itself: notices and errors.
    Product,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConversationItem {
    pub id: String,
    pub author: Author,
    pub text: String,
    /// What a notice of the product says, for the person's language; none where the words are all there is.
    pub meaning: Option<Meaning>,
    pub at: String,
    /// Quick replies; shown while nothing was answered after it.
    pub choices: Vec<String>,
    /// What the model thought before it said this; empty where that is not known.
    pub reasoning: String,
    /// True for an error notice.
    pub is_error: bool,
    /// The stream ended before the message did.
    pub is_interrupted: bool,
    /// Said as the reason for sending work back.
    pub is_reason: bool,
    /// Names of the pictures that were shown with it.
    pub images: Vec<String>,
    /// The text files that were attached to it.
    pub files: Vec<AttachedFile>,
    /// Its place in the conversation, from 1; numbers of messages that were withdrawn are left out.
    pub seq: i32,
    /// It is kept, but no longer counts.
    pub taken_back: Option<TakenBack>,
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Meaning {
    /// Stable code.
    pub code: String,
    /// What it is about, as JSON text.
    pub facts: String,
}

/// What took a message back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TakenBack {
    /// What went back together has the same one.
    pub revision: i32,
    /// The phase that a rollback went back to; none where the person said something anew.
    pub rolled_back_to: Option<State>,
}

/// A text file that is kept with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AttachedFile {
    pub name: String,
    /// Its text is asked for by this.
    pub hash: String,
    pub bytes: i32,
}

/// A text file that goes with what the person says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FileToAttach {
    pub name: String,
    pub text: String,
}

/// Which part of a conversation is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConversationRange {
    /// Its end, as much as a window shows.
    Newest,
    /// A good piece of what stands before a message.
    Before { seq: i32 },
    /// Everything after a message.
    After { seq: i32 },
}

/// A part of a conversation, in order, and what is true of all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConversationPart {
    pub items: Vec<ConversationItem>,
    /// So many messages stand before the first one; in an empty part, before its end.
    pub earlier: i32,
    /// As long as it stays the same, older messages are as they were.
    pub stamp: String,
    /// The person's messages after this number can be said anew; none once building has begun.
    pub anew_after: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ToolStatus {
    Running,
    Ok,
    Failed,
    /// The process ended in the middle of it.
    Interrupted,
}

/// One tool call, or one command of the product's own, in the Work tab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ActivityItem {
    pub id: String,
    pub role: Role,
    pub phase: State,
    pub attempt: i32,
    pub tool: String,
    /// What it is about: a path, a command, a pattern.
    pub subject: String,
    pub status: ToolStatus,
    pub started_at: String,
    pub elapsed_ms: f64,
}

/// What went into a tool call, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct InAndOut {
    pub input: String,
    pub output: String,
}

/// What arrives live while a build is watched. Texts are pieces to append.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BuildStream {
    /// A role speaks; `message_id` becomes the id of the finished conversation item.
    Text {
        message_id: String,
        role: Role,
        text: String,
    },
    /// It thinks, before it speaks.
    Reasoning {
        message_id: String,
        role: Role,
        text: String,
    },
    /// It writes a tool call, the one at that place of its turn.
    Calling {
        message_id: String,
        role: Role,
        index: i32,
        tool: String,
        arguments: String,
    },
    /// The message that was streaming is in the conversation now, or was withdrawn.
    TextDone { message_id: String },
    /// Output of a running tool call.
    Output { activity_id: String, text: String },
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
