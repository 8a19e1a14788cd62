//! What each phase leaves behind.

use serde::{Deserialize, Serialize};

use crate::Phase;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Must,
    Should,
    Could,
}

/// One thing the result must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// "R1", "R2", …: plan, tests and verification refer to it.
    pub id: String,
    pub text: String,
    pub priority: Priority,
    #[serde(default)]
    pub acceptance: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenQuestion {
    pub text: String,
    #[serde(default)]
    pub blocking: bool,
}

/// The result of discovery.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Requirements {
    pub title: String,
    #[serde(default)]
    pub summary: String,
    #[serde(default)]
    pub features: Vec<Feature>,
    #[serde(default)]
    pub open_questions: Vec<OpenQuestion>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTask {
    /// "T1", "T2", …
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub detail: String,
    #[serde(default)]
    pub files: Vec<String>,
    /// Ids of the requirements it serves.
    pub serves: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCase {
    pub requirement: String,
    pub test: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TestStrategy {
    pub summary: String,
    #[serde(default)]
    pub cases: Vec<TestCase>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseKind {
    WebPage,
    CommandLineTool,
    Library,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasePlan {
    pub kind: ReleaseKind,
    /// The folder to serve, for a web page.
    #[serde(default)]
    pub site_dir: Option<String>,
    #[serde(default)]
    pub how: String,
}

/// The result of planning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    #[serde(default)]
    pub summary: String,
    pub tasks: Vec<PlanTask>,
    pub test_strategy: TestStrategy,
    pub release: ReleasePlan,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    Done,
    Skipped,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskOutcome {
    pub id: String,
    pub status: TaskStatus,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImplementationResult {
    pub summary: String,
    #[serde(default)]
    pub tasks: Vec<TaskOutcome>,
}

/// The auditor's claim that a test proves a requirement; the gate believes it only where that test ran and passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestClaim {
    pub requirement: String,
    pub test: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestingResult {
    pub summary: String,
    #[serde(default)]
    pub tests: Vec<TestClaim>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met,
    NotMet,
    Untested,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementVerdict {
    pub id: String,
    pub verdict: Verdict,
    #[serde(default)]
    pub evidence: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationResult {
    pub summary: String,
    #[serde(default)]
    pub requirements: Vec<RequirementVerdict>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentResult {
    pub summary: String,
}

/// What a role hands in when its phase is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PhaseResult {
    Discovery(Requirements),
    Planning(Plan),
    Implementation(ImplementationResult),
    Testing(TestingResult),
    Verification(VerificationResult),
    Deployment(DeploymentResult),
}

impl PhaseResult {
    /// Reads a result for `phase` out of JSON.
    ///
    /// # Errors
    /// The first thing in it that does not fit, as a sentence for whoever wrote it.
    pub fn parse(phase: Phase, value: serde_json::Value) -> Result<PhaseResult, String> {
        let read = match phase {
            Phase::Discovery => serde_json::from_value(value).map(PhaseResult::Discovery),
            Phase::Planning => serde_json::from_value(value).map(PhaseResult::Planning),
            Phase::Implementation => serde_json::from_value(value).map(PhaseResult::Implementation),
            Phase::Testing => serde_json::from_value(value).map(PhaseResult::Testing),
            Phase::Verification => serde_json::from_value(value).map(PhaseResult::Verification),
            Phase::Deployment => serde_json::from_value(value).map(PhaseResult::Deployment),
        };
        read.map_err(|error| format!("The result of {} does not have the agreed form: {error}.", phase.wire()))
    }

    #[must_use]
    pub const fn phase(&self) -> Phase {
        match self {
            PhaseResult::Discovery(_) => Phase::Discovery,
            PhaseResult::Planning(_) => Phase::Planning,
            PhaseResult::Implementation(_) => Phase::Implementation,
            PhaseResult::Testing(_) => Phase::Testing,
            PhaseResult::Verification(_) => Phase::Verification,
            PhaseResult::Deployment(_) => Phase::Deployment,
        }
    }

    /// The role's own summary of it.
    #[must_use]
    pub fn summary(&self) -> &str {
        match self {
            PhaseResult::Discovery(r) => &r.summary,
            PhaseResult::Planning(r) => &r.summary,
            PhaseResult::Implementation(r) => &r.summary,
            PhaseResult::Testing(r) => &r.summary,
            PhaseResult::Verification(r) => &r.summary,
            PhaseResult::Deployment(r) => &r.summary,
        }
    }
}

/// The six phase columns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PhaseData {
    pub discovery: Option<Requirements>,
    pub planning: Option<Plan>,
    pub implementation: Option<ImplementationResult>,
    pub testing: Option<TestingResult>,
    pub verification: Option<VerificationResult>,
    pub deployment: Option<DeploymentResult>,
}

impl PhaseData {
    pub fn set(&mut self, result: PhaseResult) {
        match result {
            PhaseResult::Discovery(r) => self.discovery = Some(r),
            PhaseResult::Planning(r) => self.planning = Some(r),
            PhaseResult::Implementation(r) => self.implementation = Some(r),
            PhaseResult::Testing(r) => self.testing = Some(r),
            PhaseResult::Verification(r) => self.verification = Some(r),
            PhaseResult::Deployment(r) => self.deployment = Some(r),
        }
    }

    #[must_use]
    pub fn get(&self, phase: Phase) -> Option<PhaseResult> {
        match phase {
            Phase::Discovery => self.discovery.clone().map(PhaseResult::Discovery),
            Phase::Planning => self.planning.clone().map(PhaseResult::Planning),
            Phase::Implementation => self.implementation.clone().map(PhaseResult::Implementation),
            Phase::Testing => self.testing.clone().map(PhaseResult::Testing),
            Phase::Verification => self.verification.clone().map(PhaseResult::Verification),
            Phase::Deployment => self.deployment.clone().map(PhaseResult::Deployment),
        }
    }

    pub fn clear(&mut self, phase: Phase) {
        match phase {
            Phase::Discovery => self.discovery = None,
            Phase::Planning => self.planning = None,
            Phase::Implementation => self.implementation = None,
            Phase::Testing => self.testing = None,
            Phase::Verification => self.verification = None,
            Phase::Deployment => self.deployment = None,
        }
    }

    /// All phases that have data, under the names of their columns.
    #[must_use]
    pub fn to_dict(&self) -> serde_json::Map<String, serde_json::Value> {
        Phase::ALL
            .into_iter()
            .filter_map(|phase| {
                let data = self.get(phase)?;
                Some((
                    format!("{}_phase", phase.wire()),
                    serde_json::to_value(data).unwrap_or_default(),
                ))
            })
            .collect()
    }
}
