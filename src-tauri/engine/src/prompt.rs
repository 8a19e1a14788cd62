//! What a role is told: its own page, and the facts of this build.

use models::{Image, Message, Task};
use serde_json::json;
use store::messages::Message as Said;
use workflow::{Phase, Role, State, Workflow};

use crate::schema;
use crate::service::handoff_data;
use crate::surroundings::Surroundings;

/// The role's page, as a person can read it in `prompts/`.
#[must_use]
pub const fn page(role: Role) -> &'static str {
    match role {
        Role::QAssistant => include_str!("prompts/q_assistant.md"),
        Role::CodeWriter => include_str!("prompts/code_writer.md"),
        Role::TestAuditor => include_str!("prompts/test_auditor.md"),
        Role::VerificationOverseer => include_str!("prompts/verification_overseer.md"),
        Role::ReleaseManager => include_str!("prompts/release_manager.md"),
    }
}

/// The page, what stands around it, and what is true now: phase, result schema, attempt. What changes least comes first.
pub(crate) fn system(role: Role, state: State, task: &Task, around: &Surroundings) -> String {
    let mut text = page(role).to_owned();
    text.push_str(&around.words());
    text.push_str(&format!(
        "\n## Now\nThe work is in {state}, attempt {}.\n",
        task.attempt
    ));
    if let Some(reason) = &task.sent_back_because {
        text.push_str(&format!("It came back to you. The reason: {reason}\n"));
    }
    match state.phase().filter(|phase| phase.role() == role) {
        Some(phase) => {
            let schema = schema::of_result(phase);
            text.push_str(&format!(
                "`finish_phase` takes `result` in this form (JSON schema):\n{schema}\n"
            ));
        }
        None => text.push_str(
            "Another role is at work, or its work waits for the person. You have no tools now. Answer from the facts below, in a few \
             sentences. What the person wants changed reaches the role at work before its next step: say so, and do not promise more.\n",
        ),
    }
    let tools = [("node", task.has_node), ("python3", task.has_python)];
    let there: Vec<_> = tools
        .iter()
        .filter(|(_, there)| *there)
        .map(|(name, _)| *name)
        .collect();
    let there = if there.is_empty() {
        "neither node nor python3".to_owned()
    } else {
        there.join(" and ")
    };
    text.push_str(&format!("This machine has {there}.\n"));
    text
}

/// The first message of a role that receives work.
pub(crate) fn assignment(
    workflow: &Workflow,
    role: Role,
    steering: &[Said],
    images: Vec<Image>,
    files: &str,
) -> Message {
    let data = handoff_data(workflow, role, role);
    let mut text = format!("Your assignment, as data:\n{data:#}\n");
    if !steering.is_empty() {
        text.push_str("\nThe person said while the build was going on:\n");
        for said in steering {
            text.push_str(&format!("- {}\n", said.text));
        }
    }
    if !images.is_empty() {
        text.push_str("\nThe person showed these pictures.\n");
    }
    text.push_str(files);
    Message::User { text, images }
}

/// The first message of a planning conversation.
pub(crate) fn planning(workflow: &Workflow, brief: &str, talk: &[Said], images: Vec<Image>, files: &str) -> Message {
    let mut text = format!(
        "The requirements are clear. Write the plan.\n\nThe person's first words: {brief}\n\nThe requirements, as data:\n{:#}\n",
        json!(workflow.phases.discovery)
    );
    text.push_str("\nWhat was said so far:\n");
    for said in talk {
        text.push_str(&format!("- {}: {}\n", said.author, said.text));
    }
    text.push_str(files);
    Message::User { text, images }
}

/// A prompt as a person reads it: what the role is, and what it is asked.
pub(crate) fn told(system: &str, messages: &[Message]) -> String {
    match messages.first() {
        Some(Message::User { text, .. }) => format!("{system}\n---\n\n{text}"),
        Some(Message::Assistant { .. } | Message::ToolResult { .. }) | None => system.to_owned(),
    }
}

/// What Q Assistant is asked when a handoff waits for the person.
pub(crate) const REMARK: &str = "A handoff waits for the person's approval. Compare what is handed over with the requirements, and answer in \
    two sentences: what of them it meets and what it leaves open, then whether you would approve it or send it back, and why. You recommend; \
    the person decides. What a role says of its own work is a claim; what the product measured is not.";

/// What Q Assistant knows of a build at work.
pub(crate) fn record(workflow: &Workflow, events: &[&str], calls: &[String], said: &[String]) -> String {
    format!(
        "Facts of this build now: state {}, status {}, {} % done, sent back {} times.\nRequirements: {}\nPlan: {}\nEvidence: {}\nLatest \
         events: {}\nLatest steps of the roles:\n{}\nLately said:\n{}",
        workflow.state,
        workflow.status.wire(),
        workflow.progress().percentage,
        workflow.returned.len(),
        json!(workflow.phases.discovery),
        json!(workflow.phases.planning),
        json!(workflow.evidence),
        events.join(", "),
        calls.join("\n"),
        said.join("\n"),
    )
}

/// The task in structured form.
pub(crate) fn task(workflow: &Workflow, role: Role, brief: &str, existing_project: bool, has: (bool, bool)) -> Task {
    let state = workflow.state;
    // Work that went back past this phase, or to it, comes through it once more.
    let returns = workflow.returned.iter().filter(|r| r.to <= state && state <= r.from);
    let returns = returns.count();
    Task {
        role: role.wire().to_owned(),
        phase: state.wire().to_owned(),
        brief: brief.to_owned(),
        attempt: u32::try_from(returns).unwrap_or(u32::MAX).saturating_add(1),
        sent_back_because: workflow.returned_here().map(|r| r.reason.clone()),
        existing_project,
        has_node: has.0,
        has_python: has.1,
    }
}

/// Whether the role owns the state and works there now.
pub(crate) fn works_here(role: Role, state: State) -> Option<Phase> {
    state.phase().filter(|phase| phase.role() == role)
}
