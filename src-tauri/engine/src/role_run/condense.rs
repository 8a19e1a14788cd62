//! A conversation that is longer than the model can take: what older tools answered is shortened for the model. The record keeps it
//! whole.

use models::Message;
use serde_json::json;
use workflow::Role;
use workflow::budget::grouped;

use super::Run;
use crate::ServiceError;

/// How far it was shortened: 0 is whole. Each step halves what stays of what is long, and leaves fewer answers as they are.
pub(super) type Condensed = u32;

const MOST: Condensed = 4;
/// An answer that is shortened keeps so many letters at the first step, half of them from its beginning.
const KEPT: usize = 4_000;
/// So many of the newest messages stay whole at the first step.
const WHOLE: usize = 12;

/// Letters that a role's conversation may have before older answers are shortened; four of them are about a token. Whoever reads much needs
/// more, and nobody should pay for what was read a hundred turns ago.
const fn budget(role: Role) -> usize {
    match role {
        Role::QAssistant => 240_000,
        Role::CodeWriter => 600_000,
        Role::TestAuditor | Role::VerificationOverseer => 480_000,
        Role::ReleaseManager => 120_000,
    }
}

/// Keeps the conversation within the role's budget, as far as that can be done.
pub(super) fn to_fit(run: &mut Run) -> Result<(), ServiceError> {
    let budget = budget(run.role).saturating_sub(run.system.len());
    while letters(&view(&run.messages, run.condensed)) > budget {
        if !further(run)? {
            break;
        }
    }
    Ok(())
}

fn letters(messages: &[Message]) -> usize {
    messages.iter().map(size).sum()
}

/// Shortens one step further. False where that was tried enough.
pub(super) fn further(run: &mut Run) -> Result<bool, ServiceError> {
    if run.condensed >= MOST {
        return Ok(false);
    }
    let before = letters(&view(&run.messages, run.condensed));
    while run.condensed < MOST {
        run.condensed += 1;
        let after = letters(&view(&run.messages, run.condensed));
        if after < before {
            run.note(
                "context_condensed",
                json!({
                    "role": run.role,
                    "letters_before": before,
                    "letters_after": after,
                    "detail": format!(
                        "what tools answered {} earlier was shortened from {} letters to {}; the record keeps it whole",
                        run.role.title(),
                        grouped(before as u64),
                        grouped(after as u64)
                    ),
                }),
            )?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// The conversation as the model gets it.
pub(super) fn view(messages: &[Message], condensed: Condensed) -> Vec<Message> {
    if condensed == 0 {
        return messages.to_vec();
    }
    let kept = KEPT >> (condensed - 1);
    let whole = WHOLE >> (condensed - 1);
    let older = messages.len().saturating_sub(whole);
    let shorten = |(at, message): (usize, &Message)| match message {
        Message::ToolResult {
            call_id,
            name,
            content,
            is_error,
        } if at < older && content.len() > kept => Message::ToolResult {
            call_id: call_id.clone(),
            name: name.clone(),
            content: ends(content, kept),
            is_error: *is_error,
        },
        Message::ToolResult { .. } | Message::User { .. } | Message::Assistant { .. } => message.clone(),
    };
    messages.iter().enumerate().map(shorten).collect()
}

/// The beginning and the end of a text.
fn ends(text: &str, kept: usize) -> String {
    let head = text.floor_char_boundary(kept / 2);
    let tail = text.ceil_char_boundary(text.len() - kept / 2);
    let left_out = text.get(head..tail).map_or(0, |middle| middle.chars().count());
    format!(
        "{}\n[{left_out} letters left out here, because the conversation is long. Ask again for what you need.]\n{}",
        text.get(..head).unwrap_or_default(),
        text.get(tail..).unwrap_or_default()
    )
}

/// Letters of a message.
pub(super) fn size(message: &Message) -> usize {
    match message {
        Message::User { text, .. } => text.len(),
        Message::Assistant { text, tool_calls, .. } => {
            text.len()
                + tool_calls
                    .iter()
                    .map(|call| call.name.len() + call.arguments.to_string().len())
                    .sum::<usize>()
        }
        Message::ToolResult { content, .. } => content.len(),
    }
}
