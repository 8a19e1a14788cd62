//! OpenAI's chat completions: <https://platform.openai.com/docs/api-reference/chat-streaming> and
//! <https://platform.openai.com/docs/guides/error-codes>.

use std::time::Duration;

use models::Stop;
use serde_json::{Value, json};

use super::{Fault, Piece, Refusal, Step, answer, cut};

pub fn steps(pieces: &[Piece]) -> Vec<Step> {
    let mut steps = vec![delta(json!({"role": "assistant", "content": ""}))];
    let mut calls = 0;
    for piece in pieces {
        match piece {
            Piece::Text(text) => steps.push(delta(json!({"content": text}))),
            Piece::Reasoning(text) => steps.push(delta(json!({"reasoning_content": text}))),
            Piece::Call(name, arguments, letters) => {
                steps.push(begin(calls, name));
                steps.extend(cut(arguments, *letters).iter().map(|part| go_on(calls, part)));
                calls += 1;
            }
            Piece::TwoAtOnce(two) => {
                steps.push(begin(calls, two[0].0));
                steps.push(begin(calls + 1, two[1].0));
                let parts = two.map(|(_, arguments)| cut(arguments, 3));
                for at in 0..parts[0].len().max(parts[1].len()) {
                    for (offset, parts) in parts.iter().enumerate() {
                        steps.extend(parts.get(at).map(|part| go_on(calls + offset, part)));
                    }
                }
                calls += 2;
            }
            Piece::CallWithoutId(name, arguments) => {
                let function = json!({"name": name, "arguments": arguments});
                steps.push(delta(json!({"tool_calls": [{"index": calls, "function": function}]})));
                calls += 1;
            }
            Piece::Usage(usage) => steps.push(event(&json!({
                "id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [],
                "usage": {
                    "prompt_tokens": usage.input_tokens, "completion_tokens": usage.output_tokens,
                    "total_tokens": usage.input_tokens + usage.output_tokens,
                    "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
                    "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
                }
            }))),
            Piece::Stop(stop) => steps.push(finish(match stop {
                Stop::Done => "stop",
                Stop::Length => "length",
                Stop::Filtered => "content_filter",
            })),
            Piece::StopForTools => steps.push(finish("tool_calls")),
            Piece::End => steps.push(Step::Bytes("data: [DONE]\n\n".to_owned())),
            Piece::Overloaded => steps.push(event(&json!({
                "error": {"message": "The server had an error while processing your request", "type": "server_error", "code": null}
            }))),
            Piece::Broken => steps.push(Step::Bytes("data: {\"choices\": [{\n\n".to_owned())),
            Piece::Ping => steps.push(Step::Bytes(": still here\n\n".to_owned())),
            Piece::Wait(ms) => steps.push(Step::Wait(Duration::from_millis(*ms))),
            Piece::Lost => steps.push(Step::Lost),
            Piece::Rubbish => steps.push(Step::Bytes("data: {\"choices\":[{\"delta\":{\"content\":\"more\"}}]}\n\n".to_owned())),
        }
    }
    steps
}

fn event(value: &Value) -> Step {
    Step::Bytes(format!("data: {value}\n\n"))
}

fn delta(delta: Value) -> Step {
    event(&json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "small",
        "choices": [{"index": 0, "delta": delta, "finish_reason": null}]
    }))
}

fn finish(reason: &str) -> Step {
    event(&json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]
    }))
}

fn begin(index: usize, name: &str) -> Step {
    let function = json!({"name": name, "arguments": ""});
    delta(
        json!({"tool_calls": [{"index": index, "id": format!("call_{index}"), "type": "function", "function": function}]}),
    )
}

fn go_on(index: usize, part: &str) -> Step {
    delta(json!({"tool_calls": [{"index": index, "function": {"arguments": part}}]}))
}

pub fn refusal(fault: Fault) -> Refusal {
    let error = |status: u16, kind: &str, code: Value, message: &str| {
        answer(
            status,
            json!({"error": {"message": message, "type": kind, "param": null, "code": code}}).to_string(),
        )
    };
    match fault {
        Fault::WrongKey => error(
            401,
            "invalid_request_error",
            json!("invalid_api_key"),
            "Incorrect API key provided.",
        ),
        Fault::Forbidden => error(
            403,
            "invalid_request_error",
            json!(null),
            "Country, region, or territory not supported",
        ),
        Fault::NoCredit => error(
            429,
            "insufficient_quota",
            json!("insufficient_quota"),
            "You exceeded your current quota, please check your plan and billing details.",
        ),
        Fault::UnknownModel => error(
            404,
            "invalid_request_error",
            json!("model_not_found"),
            "The model `small` does not exist or you do not have access to it.",
        ),
        Fault::TooLong => error(
            400,
            "invalid_request_error",
            json!("context_length_exceeded"),
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
        ),
        Fault::RateLimited => Refusal {
            headers: vec![("retry-after", "2")],
            ..error(
                429,
                "requests",
                json!("rate_limit_exceeded"),
                "Rate limit reached for requests",
            )
        },
        Fault::ServerError => error(
            500,
            "server_error",
            json!(null),
            "The server had an error while processing your request",
        ),
        Fault::Overloaded => error(
            503,
            "server_error",
            json!(null),
            "The engine is currently overloaded, please try again later",
        ),
        Fault::BadRequest => error(400, "invalid_request_error", json!(null), "Invalid value for 'tools'."),
    }
}
