//! The twenty-eight transitions: these and no others.

use serde::{Deserialize, Serialize};

use crate::State;

/// Why the state changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransitionKind {
    /// The work goes on.
    Forward,
    /// The work goes back to be done again.
    Retry,
    /// The person or the receiving role turned a handoff down.
    Rejected,
}

use State::{
    Complete, Deployment, Discovery, HandoffToCoder, HandoffToReleaser, HandoffToTester, HandoffToVerifier,
    Implementation, Planning, Testing, Verification,
};
use TransitionKind::{Forward, Rejected, Retry};

/// Every allowed pair. For each state the first Retry or Rejected target is where work goes back to by default.
pub const TRANSITIONS: [(State, State, TransitionKind); 28] = [
    (Discovery, Planning, Forward),
    (Planning, HandoffToCoder, Forward),
    (HandoffToCoder, Implementation, Forward),
    (Implementation, HandoffToTester, Forward),
    (HandoffToTester, Testing, Forward),
    (Testing, HandoffToVerifier, Forward),
    (Testing, Verification, Forward),
    (HandoffToVerifier, Verification, Forward),
    (Verification, HandoffToReleaser, Forward),
    (Verification, Deployment, Forward),
    (HandoffToReleaser, Deployment, Forward),
    (Deployment, Complete, Forward),
    (Planning, Discovery, Retry),
    (Implementation, Planning, Retry),
    (Implementation, Discovery, Retry),
    (Testing, Implementation, Retry),
    (Verification, Implementation, Retry),
    (Verification, Testing, Retry),
    (Deployment, Implementation, Retry),
    (Deployment, Verification, Retry),
    (HandoffToCoder, Planning, Rejected),
    (HandoffToCoder, Discovery, Rejected),
    (HandoffToTester, Implementation, Rejected),
    (HandoffToTester, Discovery, Rejected),
    (HandoffToVerifier, Testing, Rejected),
    (HandoffToVerifier, Implementation, Rejected),
    (HandoffToReleaser, Verification, Rejected),
    (HandoffToReleaser, Implementation, Rejected),
];

/// The kind of the pair, if it is one of the twenty-eight.
#[must_use]
pub fn kind(from: State, to: State) -> Option<TransitionKind> {
    TRANSITIONS
        .into_iter()
        .find(|(a, b, _)| (*a, *b) == (from, to))
        .map(|(_, _, kind)| kind)
}

/// Where the state may be left to, forwards.
#[must_use]
pub fn forward(from: State) -> Vec<State> {
    targets(from, |kind| kind == Forward)
}

/// Where work may go back to from here, the default first.
#[must_use]
pub fn back(from: State) -> Vec<State> {
    targets(from, |kind| kind != Forward)
}

fn targets(from: State, wanted: impl Fn(TransitionKind) -> bool) -> Vec<State> {
    TRANSITIONS
        .into_iter()
        .filter(|(a, _, kind)| *a == from && wanted(*kind))
        .map(|(_, to, _)| to)
        .collect()
}
