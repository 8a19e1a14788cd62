//! Handoffs, and how they are approved: pinned to content, never to words.

use serde::{Deserialize, Serialize};

use crate::{Actor, Phase, Role, State};

/// One of the four handoffs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handoff {
    ToCoder,
    ToTester,
    ToVerifier,
    ToReleaser,
}

impl Handoff {
    pub const ALL: [Handoff; 4] = [
        Handoff::ToCoder,
        Handoff::ToTester,
        Handoff::ToVerifier,
        Handoff::ToReleaser,
    ];

    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Handoff::ToCoder => State::HandoffToCoder,
            Handoff::ToTester => State::HandoffToTester,
            Handoff::ToVerifier => State::HandoffToVerifier,
            Handoff::ToReleaser => State::HandoffToReleaser,
        }
    }

    /// The phase whose work is handed on.
    #[must_use]
    pub const fn from_phase(self) -> Phase {
        match self {
            Handoff::ToCoder => Phase::Planning,
            Handoff::ToTester => Phase::Implementation,
            Handoff::ToVerifier => Phase::Testing,
            Handoff::ToReleaser => Phase::Verification,
        }
    }

    /// The phase that receives it.
    #[must_use]
    pub const fn to_phase(self) -> Phase {
        match self {
            Handoff::ToCoder => Phase::Implementation,
            Handoff::ToTester => Phase::Testing,
            Handoff::ToVerifier => Phase::Verification,
            Handoff::ToReleaser => Phase::Deployment,
        }
    }

    #[must_use]
    pub const fn from_role(self) -> Role {
        self.from_phase().role()
    }

    #[must_use]
    pub const fn to_role(self) -> Role {
        self.to_phase().role()
    }
}

/// Which handoffs the person wants to be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalPolicy {
    #[default]
    EveryHandoff,
    BeforeRelease,
    HandsOff,
}

impl ApprovalPolicy {
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            ApprovalPolicy::EveryHandoff => "every_handoff",
            ApprovalPolicy::BeforeRelease => "before_release",
            ApprovalPolicy::HandsOff => "hands_off",
        }
    }

    #[must_use]
    pub fn from_wire(name: &str) -> Option<ApprovalPolicy> {
        [
            ApprovalPolicy::EveryHandoff,
            ApprovalPolicy::BeforeRelease,
            ApprovalPolicy::HandsOff,
        ]
        .into_iter()
        .find(|policy| policy.wire() == name)
    }

    /// Whether the person is asked about this handoff. Ready to Build is always the person's own click.
    #[must_use]
    pub const fn asks(self, handoff: Handoff) -> bool {
        match (self, handoff) {
            (_, Handoff::ToCoder) | (ApprovalPolicy::EveryHandoff, _) => true,
            (ApprovalPolicy::BeforeRelease, Handoff::ToReleaser) => true,
            (ApprovalPolicy::BeforeRelease, Handoff::ToTester | Handoff::ToVerifier) => false,
            (ApprovalPolicy::HandsOff, Handoff::ToTester | Handoff::ToVerifier | Handoff::ToReleaser) => false,
        }
    }
}

/// What an approval binds. If any of the three changes before the work starts, the approval is void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub plan_revision: u32,
    /// The git tree that is handed on.
    pub tree_hash: String,
    /// SHA-256 over the evidence of the phase that ended, as hex.
    pub evidence_hash: String,
}

/// How a handoff was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approved,
    Rejected,
    /// What it was pinned to changed; it is asked again.
    Void,
}

impl Decision {
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Decision::Approved => "approved",
            Decision::Rejected => "rejected",
            Decision::Void => "void",
        }
    }
}

/// The handoff the workflow stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHandoff {
    pub id: String,
    pub handoff: Handoff,
    pub pin: Pin,
    /// Who approved it; none while it waits.
    pub approved_by: Option<Actor>,
}
