//! A handoff that waits for the person: what it is pinned to, and the evidence.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Check, Role, State};

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
