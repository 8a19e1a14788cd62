//! From our conversation to genai's, which knows each provider's form.

use std::sync::Arc;

use genai::adapter::AdapterKind;
use genai::chat::{
    CacheControl, ChatMessage, ChatOptions, ChatRequest, ContentPart, MessageContent, MessageOptions, ReasoningEffort,
    Tool, ToolResponse,
};
use genai::resolver::{AuthData, Endpoint as GenaiEndpoint};
use genai::{Headers, ModelIden, ServiceTarget};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::connection::{Connection, ToolForm, Wire};
use crate::{Image, Message, ToolCall, TurnRequest};

use super::text_tools;

/// genai takes a model's name for Ollama's when it does not know it, so the wire is always named.
pub(super) fn target(connection: &Connection) -> ServiceTarget {
    let adapter = match connection.kind.wire() {
        Wire::OpenAi => AdapterKind::OpenAI,
        Wire::Anthropic => AdapterKind::Anthropic,
        Wire::Gemini => AdapterKind::Gemini,
        Wire::Ollama => AdapterKind::Ollama,
    };
    // A server that wants no key gets one that says so: the header is always sent.
    let key = connection.key.as_ref().map_or("none", |key| key.expose_secret());
    ServiceTarget {
        endpoint: GenaiEndpoint::from_owned(connection.base_url.clone()),
        auth: AuthData::from_single(key),
        model: ModelIden::new(adapter, connection.model.clone()),
    }
}

pub(super) fn options(connection: &Connection) -> ChatOptions {
    let mut options = ChatOptions::default()
        .with_capture_usage(true)
        .with_capture_content(true)
        .with_capture_reasoning_content(true)
        // OpenAI's form is put together here: see `calls`.
        .with_capture_tool_calls(connection.kind.wire() != Wire::OpenAi);
    // genai reads an effort out of names that end in "-high" and the like, and cuts it off; the name is the person's.
    let looks_like_effort = connection
        .model
        .rsplit_once('-')
        .is_some_and(|(_, end)| EFFORTS.contains(&end));
    match connection.kind.wire() {
        Wire::OpenAi if looks_like_effort => {
            options = options.with_extra_body(json!({"model": connection.model, "reasoning_effort": null}));
        }
        Wire::OpenAi => {}
        Wire::Anthropic | Wire::Gemini if looks_like_effort => {
            options = options.with_reasoning_effort(ReasoningEffort::Zero);
        }
        // Those that do not think refuse to be asked for their thoughts.
        Wire::Gemini
            if ["gemini-1", "gemini-2.0", "gemma"]
                .iter()
                .any(|old| connection.model.contains(old)) =>
        {
            options = options.with_capture_reasoning_content(false);
        }
        Wire::Anthropic | Wire::Gemini => {}
        Wire::Ollama => {
            if let Some(key) = &connection.key {
                let bearer = format!("Bearer {}", key.expose_secret());
                options = options.with_extra_headers(Headers::from(("Authorization".to_owned(), bearer)));
            }
        }
    }
    options
}

/// The words at the end of a model's name that genai takes for an effort.
const EFFORTS: [&str; 8] = ["none", "zero", "minimal", "low", "medium", "high", "xhigh", "max"];

/// The request in genai's form. What stays the same from turn to turn comes first, so that providers' prompt caches hit.
pub(super) fn request(connection: &Connection, request: &TurnRequest) -> ChatRequest {
    match connection.tools {
        ToolForm::Native => native(connection, request),
        ToolForm::Text => native(connection, &text_tools::in_words(request)),
    }
}

fn native(connection: &Connection, request: &TurnRequest) -> ChatRequest {
    let wire = connection.kind.wire();
    let mut messages = Vec::new();
    let mut results: Vec<ContentPart> = Vec::new();
    let close = |results: &mut Vec<ContentPart>, messages: &mut Vec<ChatMessage>| {
        if !results.is_empty() {
            messages.push(ChatMessage::tool(MessageContent::from_parts(std::mem::take(results))));
        }
    };
    for message in &request.messages {
        match message {
            Message::ToolResult {
                call_id, name, content, ..
            } => {
                // The answers to one turn belong together; Ollama's form has one to a message.
                if wire == Wire::Ollama {
                    close(&mut results, &mut messages);
                }
                results.push(ContentPart::ToolResponse(
                    ToolResponse::new(call_id.clone(), content.clone()).with_fn_name(name.clone()),
                ));
            }
            Message::User { text, images } => {
                close(&mut results, &mut messages);
                messages.push(ChatMessage::user(shown(text, images)));
            }
            Message::Assistant {
                text,
                tool_calls,
                replay,
            } => {
                close(&mut results, &mut messages);
                let again = replay
                    .as_ref()
                    .filter(|replay| replay.from == connection.identity())
                    .and_then(|replay| serde_json::from_value::<MessageContent>(replay.content.clone()).ok());
                let content = again.unwrap_or_else(|| said(text, tool_calls));
                // A turn without a word is no message: providers refuse one.
                if !content.parts().is_empty() {
                    messages.push(ChatMessage::assistant(content));
                }
            }
        }
    }
    close(&mut results, &mut messages);
    let tools = request.tools.iter().map(|tool| {
        Tool::new(tool.name.clone())
            .with_description(tool.description.clone())
            .with_schema(tool.parameters.clone())
    });
    let chat = if wire == Wire::Anthropic {
        // Two marks: what never changes in this run, and all that was said so far.
        let cached = MessageOptions::default().with_cache_control(CacheControl::Ephemeral);
        if let Some(last) = messages.last_mut() {
            last.options = Some(cached.clone());
        }
        messages.insert(0, ChatMessage::system(request.system.clone()).with_options(cached));
        ChatRequest::new(messages)
    } else {
        ChatRequest::new(messages).with_system(request.system.clone())
    };
    if request.tools.is_empty() {
        chat
    } else {
        chat.with_tools(tools)
    }
}

/// What the person says and shows. Pictures come first, as providers advise.
fn shown(text: &str, images: &[Image]) -> MessageContent {
    let mut parts: Vec<ContentPart> = images
        .iter()
        .map(|image| ContentPart::from_binary_base64(image.media_type.clone(), Arc::clone(&image.data), None))
        .collect();
    if !text.is_empty() || parts.is_empty() {
        parts.push(ContentPart::Text(text.to_owned()));
    }
    MessageContent::from_parts(parts)
}

fn said(text: &str, tool_calls: &[ToolCall]) -> MessageContent {
    let mut parts = Vec::new();
    if !text.is_empty() {
        parts.push(ContentPart::Text(text.to_owned()));
    }
    parts.extend(tool_calls.iter().map(|call| {
        ContentPart::ToolCall(genai::chat::ToolCall {
            call_id: call.id.clone(),
            fn_name: call.name.clone(),
            fn_arguments: as_object(&call.arguments),
            thought_signatures: None,
        })
    }));
    MessageContent::from_parts(parts)
}

/// Providers refuse a conversation in which arguments are no object, even where the model itself wrote them.
fn as_object(arguments: &Value) -> Value {
    match arguments {
        Value::Object(_) => arguments.clone(),
        Value::Null => json!({}),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => json!({"unreadable": arguments}),
    }
}
