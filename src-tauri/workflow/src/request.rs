//! What can be asked of a workflow.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::gate::Evidence;
use crate::phase::{Plan, Requirements};
use crate::{ApprovalPolicy, Budget, Checkpoint, Phase, PhaseResult, Pin, Role, Standstill, State};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "actor", content = "name", rename_all = "snake_case")]
pub enum Actor {
    /// The person at the desk, by user id.
    Person(String),
    Role(Role),
    /// The approval policy of the build, or "don't ask again".
    Policy(String),
    /// The product itself: recovery, timeouts, recorded evidence.
    Product,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Person(name) => write!(f, "person:{name}"),
            Actor::Role(role) => f.write_str(role.wire()),
            Actor::Policy(name) => write!(f, "policy:{name}"),
            Actor::Product => f.write_str("product"),
        }
    }
}

/// One request to [`crate::decide`].
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// The state is done and the work goes on.
    Advance {
        role: Role,
        completed_state: State,
        next_state: Option<State>,
        result: Option<PhaseResult>,
        handoff_id: String,
    },
    /// The person clicked Ready to Build on this revision of the plan.
    ReadyToBuild {
        by: Actor,
        plan_revision: u32,
    },
    /// The open handoff is approved, for exactly this content.
    Approve {
        by: Actor,
        handoff_id: String,
        pin: Pin,
        dont_ask_again: bool,
    },
    /// Work goes back, along a Retry road from a phase or a Rejected road from a handoff.
    SendBack {
        by: Actor,
        reason: String,
        target: Option<State>,
    },
    /// Files changed under an open or approved handoff: the approval is void and is asked again.
    VoidHandoff {
        tree_hash: String,
        handoff_id: String,
    },
    ReviseRequirements {
        by: Actor,
        requirements: Requirements,
    },
    /// `expected` is the revision the editor saw.
    RevisePlan {
        by: Actor,
        expected: u32,
        plan: Plan,
    },
    /// The product committed work that counts from now on.
    RecordCheckpoint(Checkpoint),
    /// The product gathered evidence for the present phase.
    RecordEvidence(Evidence),
    /// A role run starts on the present phase, from this checkpoint.
    StartAttempt {
        checkpoint: Option<Checkpoint>,
    },
    /// Something that belongs in the audit trail and changes nothing (a scope violation, a stopped run).
    Note {
        by: Actor,
        event_type: &'static str,
        data: serde_json::Value,
    },
    Pause {
        by: Actor,
    },
    /// Goes on after a pause or a block.
    Resume {
        by: Actor,
    },
    Block(Standstill),
    RaiseRetryLimit {
        by: Actor,
    },
    Cancel {
        by: Actor,
    },
    SetPolicy {
        by: Actor,
        policy: ApprovalPolicy,
    },
    /// None: no limit.
    SetBudget {
        by: Actor,
        budget: Option<Budget>,
    },
    Rollback {
        by: Actor,
        target: State,
        reason: String,
    },
    UndoRollback {
        by: Actor,
    },
    /// The talk goes back to before something that the person said in `to`, and so does what was understood and planned since. That is no
    /// rollback: nothing was built yet that could go back.
    TakeTalkBack {
        by: Actor,
        to: State,
        requirements: Option<Requirements>,
        plan: Option<Plan>,
        /// The brief, where that is what is said anew.
        brief: Option<String>,
    },
}

impl Request {
    /// Who stands behind it, for the audit trail.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Request::Advance { role, .. } => Actor::Role(*role),
            Request::ReadyToBuild { by, .. }
            | Request::Approve { by, .. }
            | Request::SendBack { by, .. }
            | Request::ReviseRequirements { by, .. }
            | Request::RevisePlan { by, .. }
            | Request::Note { by, .. }
            | Request::Pause { by }
            | Request::Resume { by }
            | Request::RaiseRetryLimit { by }
            | Request::Cancel { by }
            | Request::SetPolicy { by, .. }
            | Request::SetBudget { by, .. }
            | Request::Rollback { by, .. }
            | Request::UndoRollback { by }
            | Request::TakeTalkBack { by, .. } => by.clone(),
            Request::VoidHandoff { .. }
            | Request::RecordCheckpoint(_)
            | Request::RecordEvidence(_)
            | Request::StartAttempt { .. }
            | Request::Block(_) => Actor::Product,
        }
    }
}

/// The phase that evidence of this kind belongs to.
impl Evidence {
    #[must_use]
    pub const fn phase(&self) -> Phase {
        match self {
            Evidence::Commit(_) => Phase::Implementation,
            Evidence::TestRun(_) => Phase::Testing,
            Evidence::Checks(_) => Phase::Verification,
            Evidence::Release(_) => Phase::Deployment,
        }
    }

    /// The commit it stands on, where the phase commits.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        match self {
            Evidence::Commit(e) => Some(Checkpoint {
                commit: e.commit.clone(),
                tree: e.tree_hash.clone(),
            }),
            Evidence::TestRun(e) => Some(Checkpoint {
                commit: e.commit.clone(),
                tree: e.tree_hash.clone(),
            }),
            Evidence::Checks(_) | Evidence::Release(_) => None,
        }
    }
}
