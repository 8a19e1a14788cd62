//! Requirements and plan as the window shows and edits them.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Role;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Must,
    Should,
    Could,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Feature {
    /// "R1", "R2", …
    pub id: String,
    pub text: String,
    pub priority: Priority,
    pub acceptance: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct OpenQuestion {
    pub text: String,
    /// Discovery cannot end while a blocking question is open.
    pub blocking: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Requirements {
    pub title: String,
    pub summary: String,
    pub features: Vec<Feature>,
    pub open_questions: Vec<OpenQuestion>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PlanTask {
    /// "T1", "T2", …
    pub id: String,
    pub title: String,
    pub detail: String,
    pub files: Vec<String>,
    /// Ids of the requirements that the task serves.
    pub serves: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TestCase {
    /// Id of the requirement that is tested.
    pub requirement: String,
    pub test: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TestStrategy {
    pub summary: String,
    pub cases: Vec<TestCase>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseKind {
    WebPage,
    CommandLineTool,
    Library,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ReleasePlan {
    pub kind: ReleaseKind,
    /// The folder that is served, for a web page.
    pub site_dir: Option<String>,
    /// One sentence for the person.
    pub how: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Plan {
    pub summary: String,
    pub tasks: Vec<PlanTask>,
    pub test_strategy: TestStrategy,
    pub release: ReleasePlan,
}

/// What the plan page shows beside Ready to Build.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Forecast {
    /// From this person's own finished builds: shortest and longest likely duration. None without history.
    pub duration_ms: Option<(f64, f64)>,
    /// In US dollars, from the same builds. None where no build had a price.
    pub cost: Option<(f64, f64)>,
    /// How much longer the roles at work will likely take, once building has begun.
    pub left_ms: Option<(f64, f64)>,
    /// How many finished builds the forecast rests on.
    pub based_on: i32,
    /// How often the person will be asked, under the build's approval policy.
    pub approvals: i32,
    /// What stands in the way of Ready to Build; empty when nothing does.
    pub missing: Vec<Missing>,
}

/// What stands in the way of Ready to Build. The window says it in the person's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Missing {
    Requirements,
    Plan,
    Title,
    Feature,
    Acceptance,
    OwnId { id: String },
    Answer { question: String },
    Task,
    TaskFor { requirement: String },
    RequirementOf { task: String, served: String },
    TestStrategy,
}

/// Requirements and plan, as they stood after an edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PlanRevision {
    /// What it is named by.
    pub seq: i32,
    /// The plan's revision; 0 before there was a plan.
    pub number: i32,
    pub at: String,
    /// None: the person.
    pub role: Option<Role>,
    pub requirements: Requirements,
    pub plan: Option<Plan>,
}
