//! What keeps requirements from being finished, or a plan from being built.

use std::collections::BTreeSet;

use crate::phase::{Plan, Requirements};

/// One thing that is missing or wrong. As a sentence it is for the role that mends it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Complaint {
    #[error("The requirements have no title.")]
    NoTitle,
    #[error("The requirements name no feature.")]
    NoFeature,
    #[error("No feature says how to tell that it works.")]
    NoAcceptance,
    #[error("Each feature needs an id of its own; \u{201c}{id}\u{201d} is not.")]
    SharedId { id: String },
    #[error("A question is still open: {text}")]
    OpenQuestion { text: String },
    #[error("There are no requirements to plan for.")]
    NoRequirements,
    #[error("The plan has no task.")]
    NoTask,
    #[error("No task serves requirement {requirement}.")]
    Unserved { requirement: String },
    #[error("Task {task} serves {served}, which is not a requirement.")]
    ServesNothing { task: String, served: String },
    #[error("The plan does not say how the work is tested.")]
    NoTestStrategy,
}

/// What keeps these requirements from being finished.
#[must_use]
pub fn requirement_complaints(requirements: &Requirements) -> Vec<Complaint> {
    let mut found = Vec::new();
    if requirements.title.trim().is_empty() {
        found.push(Complaint::NoTitle);
    }
    if requirements.features.is_empty() {
        found.push(Complaint::NoFeature);
    }
    if !requirements
        .features
        .iter()
        .any(|f| f.acceptance.iter().any(|a| !a.trim().is_empty()))
    {
        found.push(Complaint::NoAcceptance);
    }
    let mut ids = BTreeSet::new();
    for feature in &requirements.features {
        if feature.id.trim().is_empty() || !ids.insert(feature.id.as_str()) {
            found.push(Complaint::SharedId { id: feature.id.clone() });
        }
    }
    if let Some(question) = requirements.open_questions.iter().find(|q| q.blocking) {
        let text = question.text.clone();
        found.push(Complaint::OpenQuestion { text });
    }
    found
}

/// What keeps this plan from being built.
#[must_use]
pub fn plan_complaints(requirements: Option<&Requirements>, plan: &Plan) -> Vec<Complaint> {
    let mut found = Vec::new();
    let Some(requirements) = requirements else {
        return vec![Complaint::NoRequirements];
    };
    if plan.tasks.is_empty() {
        found.push(Complaint::NoTask);
    }
    for feature in &requirements.features {
        if !plan.tasks.iter().any(|task| task.serves.contains(&feature.id)) {
            let requirement = feature.id.clone();
            found.push(Complaint::Unserved { requirement });
        }
    }
    for task in &plan.tasks {
        for served in &task.serves {
            if !requirements.features.iter().any(|f| &f.id == served) {
                found.push(Complaint::ServesNothing {
                    task: task.id.clone(),
                    served: served.clone(),
                });
            }
        }
    }
    if plan.test_strategy.summary.trim().is_empty() {
        found.push(Complaint::NoTestStrategy);
    }
    found
}
