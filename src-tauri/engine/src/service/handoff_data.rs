//! What the next role gets: all it needs, and nothing it must guess.

use serde_json::{Map, Value, json};
use workflow::{Phase, Role, State, Workflow};

/// The data that travels with a handoff.
#[must_use]
pub fn handoff_data(workflow: &Workflow, from: Role, to: Role) -> Value {
    let mut outputs = Map::new();
    // Requirements and plan travel under their own names.
    for phase in Phase::ALL.into_iter().filter(|phase| *phase > Phase::Planning) {
        if let Some(result) = workflow.phases.get(phase) {
            outputs.insert(phase.wire().to_owned(), json!(result));
        }
    }
    json!({
        "workflow_id": workflow.id,
        "build_id": workflow.build_id,
        "project_id": workflow.project_id,
        "from_role": from,
        "to_role": to,
        "requirements": workflow.phases.discovery,
        "plan": workflow.phases.planning,
        "plan_revision": workflow.plan_revision,
        "outputs": outputs,
        "tree_hash": workflow.head.as_ref().map(|head| &head.tree),
        "earlier_attempts": workflow.returned,
        "instructions": instructions(to),
    })
}

/// One line about what is handed on, in the words of the role that did the work.
pub(super) fn note(workflow: &Workflow, from: State) -> String {
    from.phase()
        .and_then(|phase| workflow.phases.get(phase))
        .map(|result| result.summary().to_owned())
        .unwrap_or_default()
}

const fn instructions(to: Role) -> &'static str {
    match to {
        Role::QAssistant => "Talk with the person until the requirements are clear, then write the plan.",
        Role::CodeWriter => "Carry out every task of the plan in the worktree; account for each one when you finish.",
        Role::TestAuditor => "Prove each requirement with a test that runs, or send the work back with what fails.",
        Role::VerificationOverseer => "Trace each requirement to a passing test on this tree; edit nothing.",
        Role::ReleaseManager => "Release exactly the verified tree and see that it answers.",
    }
}
