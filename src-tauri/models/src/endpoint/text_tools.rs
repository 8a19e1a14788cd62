//! Tools in words, for a model whose API has none. The form is told to the model in its own system prompt: a call is a line
//! `<tool name="read_file">`, JSON arguments, and a line `</tool>`.

use std::fmt::Write;

use serde_json::Value;

use crate::{Message, ToolCall, TurnRequest};

const OPEN: &str = "<tool name=\"";
const CLOSE: &str = "</tool>";

/// The same request without a tool in its form: the tools and what was done with them are told in words.
pub(super) fn in_words(request: &TurnRequest) -> TurnRequest {
    let mut system = request.system.clone();
    if !request.tools.is_empty() {
        system.push_str(
            "\n\n## How to use tools\nWrite a call exactly so, on lines of its own, and nothing after the last call of your turn:\n\
             <tool name=\"NAME\">\n{\"argument\": \"value\"}\n</tool>\nThe arguments are one JSON object. The answers come in the next message. \
             The tools:\n",
        );
        for tool in &request.tools {
            let _ = writeln!(
                system,
                "- {}: {} Arguments (JSON schema): {}",
                tool.name, tool.description, tool.parameters
            );
        }
    }
    let mut messages: Vec<Message> = Vec::new();
    for message in &request.messages {
        match message {
            Message::User { .. } => messages.push(message.clone()),
            Message::Assistant { text, tool_calls, .. } => messages.push(Message::Assistant {
                text: spoken(text, tool_calls),
                tool_calls: Vec::new(),
                replay: None,
            }),
            Message::ToolResult {
                name,
                content,
                is_error,
                ..
            } => {
                let how = if *is_error { " It failed." } else { "" };
                let answer = format!("The answer of {name}:{how}\n{content}");
                match messages.last_mut() {
                    Some(Message::User { text, .. }) => {
                        text.push_str("\n\n");
                        text.push_str(&answer);
                    }
                    _ => messages.push(Message::user(answer)),
                }
            }
        }
    }
    TurnRequest {
        system,
        messages,
        tools: Vec::new(),
        task: request.task.clone(),
    }
}

fn spoken(text: &str, calls: &[ToolCall]) -> String {
    let mut spoken = text.to_owned();
    for call in calls {
        let _ = write!(spoken, "\n{OPEN}{}\">\n{}\n{CLOSE}", call.name, call.arguments);
    }
    spoken.trim_start().to_owned()
}

/// The words and the calls of what a model wrote. Arguments that are not JSON stay a text, as with native calls. A call without its end
/// goes to the end of the text.
pub(super) fn parse(written: &str) -> (String, Vec<ToolCall>) {
    let mut words = String::new();
    let mut calls = Vec::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((name, body)) = after.split_once("\">") else {
            break;
        };
        words.push_str(before);
        let (arguments, beyond) = body.split_once(CLOSE).unwrap_or((body, ""));
        let arguments = arguments.trim();
        let arguments = if arguments.is_empty() { "{}" } else { arguments };
        calls.push(ToolCall {
            id: format!("text-{}", calls.len()),
            name: name.to_owned(),
            arguments: serde_json::from_str(arguments).unwrap_or_else(|_| Value::String(arguments.to_owned())),
        });
        rest = beyond;
    }
    words.push_str(rest);
    (words.trim_end().to_owned(), calls)
}

/// How much of what a model is writing may be shown as words: nothing from the beginning of a call on.
pub(super) fn words_so_far(written: &str) -> usize {
    if let Some(at) = written.find(OPEN) {
        return at;
    }
    // The beginning of a call may be the last thing that came.
    let longest = OPEN.len().min(written.len());
    (1..=longest)
        .rev()
        .map(|length| written.len() - length)
        .filter(|at| written.is_char_boundary(*at))
        .find(|at| written.get(*at..).is_some_and(|end| OPEN.starts_with(end)))
        .unwrap_or(written.len())
}
