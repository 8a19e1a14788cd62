//! What happened, and what must be carried out because of it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gate::Evidence;
use crate::phase::{Plan, Requirements};
use crate::transition::TransitionKind;
use crate::workflow::{Checkpoint, Memory};
use crate::{
    Actor, ApprovalPolicy, Budget, Decision, Handoff, Language, Phase, PhaseResult, Pin, Role, Standstill, State,
};

/// One thing that happened. Each becomes one event of the audit trail, in this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    WorkflowStarted {
        brief: String,
        #[serde(default)]
        policy: ApprovalPolicy,
        #[serde(default)]
        budget: Option<Budget>,
        /// What the roles speak with the person.
        #[serde(default, skip_serializing_if = "Language::is_english")]
        language: Language,
    },
    RequirementsRevised {
        requirements: Requirements,
    },
    PlanRevised {
        revision: u32,
        plan: Plan,
    },
    ReadyToBuildClicked {
        plan_revision: u32,
    },
    AttemptStarted {
        phase: Phase,
        attempt: u32,
        checkpoint: Option<Checkpoint>,
    },
    /// Work was committed without being evidence of a phase: where the build branched off, or what a sent-back attempt left.
    CheckpointMade {
        checkpoint: Checkpoint,
    },
    EvidenceRecorded {
        evidence: Box<Evidence>,
    },
    PhaseCompleted {
        phase: Phase,
        result: Box<PhaseResult>,
    },
    StateChanged {
        from: State,
        to: State,
        kind: TransitionKind,
    },
    /// Work was handed on; `to_state` is the handoff state, or the receiving phase on the direct road.
    HandoffRecorded {
        id: String,
        handoff: Handoff,
        from_role: Role,
        to_role: Role,
        from_state: State,
        to_state: State,
        pin: Pin,
    },
    HandoffDecided {
        id: String,
        decision: Decision,
        by: Actor,
        reason: Option<String>,
        dont_ask_again: bool,
    },
    SentBack {
        from: State,
        to: State,
        used: u32,
        limit: u32,
        reason: String,
    },
    Blocked {
        standstill: Standstill,
    },
    Paused,
    Resumed,
    Cancelled,
    Completed,
    RetryLimitRaised {
        limit: u32,
    },
    PolicyChanged {
        policy: ApprovalPolicy,
    },
    /// None: no limit.
    BudgetSet {
        budget: Option<Budget>,
    },
    /// `before` is all that the workflow knew: later phases stay readable in it, and the rollback can be taken back.
    RolledBack {
        from: State,
        to: State,
        reason: String,
        before: Box<Memory>,
    },
    RollbackUndone {
        from: State,
        to: State,
    },
    /// The person says something anew: the talk, and what was understood and planned in it, are as they were before it was first said.
    TalkTakenBack {
        from: State,
        to: State,
        requirements: Option<Requirements>,
        plan: Option<Plan>,
        plan_revision: u32,
        /// The brief, where that is what was said anew.
        brief: Option<String>,
    },
    Noted {
        event_type: String,
        data: Value,
    },
}

impl Fact {
    /// The event type in the audit trail.
    #[must_use]
    pub fn event_type(&self) -> &str {
        match self {
            Fact::WorkflowStarted { .. } => "workflow_started",
            Fact::RequirementsRevised { .. } => "requirements_revised",
            Fact::PlanRevised { .. } => "plan_revised",
            Fact::ReadyToBuildClicked { .. } => "ready_to_build_clicked",
            Fact::AttemptStarted { .. } => "attempt_started",
            Fact::CheckpointMade { .. } => "checkpoint_made",
            Fact::EvidenceRecorded { .. } => "evidence_recorded",
            Fact::PhaseCompleted { .. } => "phase_completed",
            Fact::StateChanged { .. } => "state_changed",
            Fact::HandoffRecorded { .. } => "handoff_recorded",
            Fact::HandoffDecided {
                decision: Decision::Approved,
                ..
            } => "handoff_approved",
            Fact::HandoffDecided {
                decision: Decision::Rejected,
                ..
            } => "handoff_rejected",
            Fact::HandoffDecided {
                decision: Decision::Void,
                ..
            } => "handoff_voided",
            Fact::SentBack { .. } => "sent_back",
            Fact::Blocked { .. } => "blocked",
            Fact::Paused => "paused",
            Fact::Resumed => "resumed",
            Fact::Cancelled => "cancelled",
            Fact::Completed => "completed",
            Fact::RetryLimitRaised { .. } => "retry_limit_raised",
            Fact::PolicyChanged { .. } => "policy_changed",
            Fact::BudgetSet { .. } => "budget_set",
            Fact::RolledBack { .. } => "rolled_back",
            Fact::RollbackUndone { .. } => "rollback_undone",
            Fact::TalkTakenBack { .. } => "talk_taken_back",
            Fact::Noted { event_type, .. } => event_type,
        }
    }
}

/// Something outside the database that has to be done because of the facts. Stored as a row in the same transaction, carried
/// out after the commit, at least once, under a stable key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Branch and files of the worktree go to exactly this commit.
    RestoreFiles { commit: String },
    /// Merge, tag and served version are taken back.
    UndoRelease { release_id: String },
}
