//! What was said, and what was done.

use store::messages::Message;
use store::tool_calls::ToolCallRow;

use super::{int, millis_between};
use crate::dto::{ActivityItem, Author, ConversationItem, State, ToolStatus};

/// One message.
#[must_use]
pub fn item(message: Message) -> ConversationItem {
    ConversationItem {
        id: message.id,
        author: author(&message.author),
        text: message.text,
        at: message.created_at,
        choices: message.choices,
        reasoning: message.reasoning,
        is_error: message.is_error,
        is_interrupted: message.is_interrupted,
        images: message.images,
        taken_back: message
            .taken_back
            .and_then(|to| workflow::State::from_wire(&to))
            .map(Into::into),
    }
}

pub(super) fn author(name: &str) -> Author {
    if name == "you" {
        return Author::You;
    }
    match workflow::Role::from_wire(name) {
        Some(workflow::Role::QAssistant) => Author::QAssistant,
        Some(workflow::Role::CodeWriter) => Author::CodeWriter,
        Some(workflow::Role::TestAuditor) => Author::TestAuditor,
        Some(workflow::Role::VerificationOverseer) => Author::VerificationOverseer,
        Some(workflow::Role::ReleaseManager) => Author::ReleaseManager,
        None => Author::Product,
    }
}

/// One tool call.
#[must_use]
pub fn activity(call: ToolCallRow) -> ActivityItem {
    ActivityItem {
        role: workflow::Role::from_wire(&call.role)
            .unwrap_or(workflow::Role::QAssistant)
            .into(),
        phase: workflow::State::from_wire(&call.phase).map_or(State::Discovery, Into::into),
        attempt: int(call.attempt),
        status: match call.status.as_str() {
            "running" => ToolStatus::Running,
            "ok" => ToolStatus::Ok,
            "interrupted" => ToolStatus::Interrupted,
            _ => ToolStatus::Failed,
        },
        elapsed_ms: millis_between(&call.started_at, call.ended_at.as_deref()),
        id: call.id,
        tool: call.tool,
        subject: call.subject,
        started_at: call.started_at,
    }
}
