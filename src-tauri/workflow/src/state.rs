//! The eleven states, and the six of them in which work is done.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Handoff, Role};

/// Where the work is. Why it stands still is [`crate::RunStatus`], never a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

impl State {
    /// All states, in the order of the road forward.
    pub const ALL: [State; 11] = [
        State::Discovery,
        State::Planning,
        State::HandoffToCoder,
        State::Implementation,
        State::HandoffToTester,
        State::Testing,
        State::HandoffToVerifier,
        State::Verification,
        State::HandoffToReleaser,
        State::Deployment,
        State::Complete,
    ];

    /// The wire name ("handoff_to_coder").
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            State::Discovery => "discovery",
            State::Planning => "planning",
            State::HandoffToCoder => "handoff_to_coder",
            State::Implementation => "implementation",
            State::HandoffToTester => "handoff_to_tester",
            State::Testing => "testing",
            State::HandoffToVerifier => "handoff_to_verifier",
            State::Verification => "verification",
            State::HandoffToReleaser => "handoff_to_releaser",
            State::Deployment => "deployment",
            State::Complete => "complete",
        }
    }

    /// The state of that wire name, if there is one.
    #[must_use]
    pub fn from_wire(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.wire() == name)
    }

    /// The role that owns the state: the only one that may advance it. A handoff belongs to its receiver.
    #[must_use]
    pub const fn owner(self) -> Option<Role> {
        match self {
            State::Discovery | State::Planning => Some(Role::QAssistant),
            State::HandoffToCoder | State::Implementation => Some(Role::CodeWriter),
            State::HandoffToTester | State::Testing => Some(Role::TestAuditor),
            State::HandoffToVerifier | State::Verification => Some(Role::VerificationOverseer),
            State::HandoffToReleaser | State::Deployment => Some(Role::ReleaseManager),
            State::Complete => None,
        }
    }

    /// The role that receives the work when the state is left forwards.
    #[must_use]
    pub const fn next_role(self) -> Option<Role> {
        match self {
            State::Discovery => Some(Role::QAssistant),
            State::Planning | State::HandoffToCoder => Some(Role::CodeWriter),
            State::Implementation | State::HandoffToTester => Some(Role::TestAuditor),
            State::Testing | State::HandoffToVerifier => Some(Role::VerificationOverseer),
            State::Verification | State::HandoffToReleaser => Some(Role::ReleaseManager),
            State::Deployment | State::Complete => None,
        }
    }

    /// The phase, where this is a state in which work is done.
    #[must_use]
    pub const fn phase(self) -> Option<Phase> {
        match self {
            State::Discovery => Some(Phase::Discovery),
            State::Planning => Some(Phase::Planning),
            State::Implementation => Some(Phase::Implementation),
            State::Testing => Some(Phase::Testing),
            State::Verification => Some(Phase::Verification),
            State::Deployment => Some(Phase::Deployment),
            State::HandoffToCoder
            | State::HandoffToTester
            | State::HandoffToVerifier
            | State::HandoffToReleaser
            | State::Complete => None,
        }
    }

    /// The handoff, where this is one of the four.
    #[must_use]
    pub const fn handoff(self) -> Option<Handoff> {
        match self {
            State::HandoffToCoder => Some(Handoff::ToCoder),
            State::HandoffToTester => Some(Handoff::ToTester),
            State::HandoffToVerifier => Some(Handoff::ToVerifier),
            State::HandoffToReleaser => Some(Handoff::ToReleaser),
            State::Discovery
            | State::Planning
            | State::Implementation
            | State::Testing
            | State::Verification
            | State::Deployment
            | State::Complete => None,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire())
    }
}

/// A state in which a role works and which leaves data behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Discovery,
    Planning,
    Implementation,
    Testing,
    Verification,
    Deployment,
}

impl Phase {
    pub const ALL: [Phase; 6] = [
        Phase::Discovery,
        Phase::Planning,
        Phase::Implementation,
        Phase::Testing,
        Phase::Verification,
        Phase::Deployment,
    ];

    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Phase::Discovery => State::Discovery,
            Phase::Planning => State::Planning,
            Phase::Implementation => State::Implementation,
            Phase::Testing => State::Testing,
            Phase::Verification => State::Verification,
            Phase::Deployment => State::Deployment,
        }
    }

    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Phase::Discovery | Phase::Planning => Role::QAssistant,
            Phase::Implementation => Role::CodeWriter,
            Phase::Testing => Role::TestAuditor,
            Phase::Verification => Role::VerificationOverseer,
            Phase::Deployment => Role::ReleaseManager,
        }
    }

    /// The handoff that follows the phase, where one does.
    #[must_use]
    pub const fn handoff(self) -> Option<Handoff> {
        match self {
            Phase::Planning => Some(Handoff::ToCoder),
            Phase::Implementation => Some(Handoff::ToTester),
            Phase::Testing => Some(Handoff::ToVerifier),
            Phase::Verification => Some(Handoff::ToReleaser),
            Phase::Discovery | Phase::Deployment => None,
        }
    }

    #[must_use]
    pub const fn wire(self) -> &'static str {
        self.state().wire()
    }
}
