//! What was said, and what was done.

use engine::ServiceError;
use store::messages::{self, Message};
use store::tool_calls::ToolCallRow;
use store::{Connection, workflows};

use super::{int, millis_between};
use crate::dto::{
    ActivityItem, AttachedFile, Author, ConversationItem, ConversationPart, ConversationRange, Meaning, State,
    TakenBack, ToolStatus,
};

/// More than a window shows at once.
const NEWEST: u32 = 60;
/// What is fetched at once of what stands before: little enough that the window goes on answering.
const PIECE: u32 = 400;

/// A part of a build's conversation.
///
/// # Errors
/// No such build.
pub fn part(db: &Connection, workflow_id: &str, range: ConversationRange) -> Result<ConversationPart, ServiceError> {
    let number = |seq: i32| u32::try_from(seq).unwrap_or(0);
    let said = match range {
        ConversationRange::Newest => messages::before(db, workflow_id, u32::MAX, NEWEST)?,
        ConversationRange::Before { seq } => messages::before(db, workflow_id, number(seq), PIECE)?,
        ConversationRange::After { seq } => messages::after(db, workflow_id, number(seq))?,
    };
    let begins = match (said.first(), range) {
        (Some(first), _) => first.seq,
        (None, ConversationRange::Newest) => 0,
        (None, ConversationRange::Before { seq }) => number(seq),
        (None, ConversationRange::After { seq }) => number(seq).saturating_add(1),
    };
    let talks = workflows::get(db, workflow_id)?.workflow.state <= workflow::State::Planning;
    let anew_after = match talks {
        true => Some(int(messages::newest_of_the_work(db, workflow_id)?)),
        false => None,
    };
    let (taken_back, last) = messages::taken_back(db, workflow_id)?;
    Ok(ConversationPart {
        earlier: int(messages::count_before(db, workflow_id, begins)?),
        items: said.into_iter().map(item).collect(),
        stamp: format!("{taken_back} {last}"),
        anew_after,
    })
}

/// One message.
#[must_use]
pub fn item(message: Message) -> ConversationItem {
    ConversationItem {
        id: message.id,
        author: author(&message.author),
        text: message.text,
        meaning: message.meaning.map(|meaning| Meaning {
            code: meaning.code,
            facts: meaning.facts.to_string(),
        }),
        at: message.created_at,
        choices: message.choices,
        reasoning: message.reasoning,
        is_error: message.is_error,
        is_interrupted: message.is_interrupted,
        is_reason: message.is_reason,
        images: message.images,
        files: message.files.into_iter().map(attached).collect(),
        seq: int(message.seq),
        taken_back: message.taken_back.map(|back| TakenBack {
            revision: int(back.revision),
            rolled_back_to: back
                .rolled_back_to
                .and_then(|to| workflow::State::from_wire(&to))
                .map(Into::into),
        }),
    }
}

fn attached(file: store::files::FileRef) -> AttachedFile {
    AttachedFile {
        name: file.name,
        hash: file.hash,
        bytes: int(file.bytes),
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
