//! Anthropic's messages: <https://docs.anthropic.com/en/docs/build-with-claude/streaming> and
//! <https://docs.anthropic.com/en/api/errors>.

use std::time::Duration;

use models::{Stop, Usage};
use serde_json::{Value, json};

use super::{Fault, Piece, Refusal, Step, answer, cut, usage_of};

pub fn steps(pieces: &[Piece]) -> Vec<Step> {
    let usage = usage_of(pieces);
    let mut message = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "small", "stop_reason": null,
        "stop_sequence": null,
    });
    if let Some(usage) = usage {
        // What was read from the cache and written to it is not part of input_tokens here.
        message["usage"] = json!({
            "input_tokens": usage.input_tokens - usage.cached_tokens - usage.cache_written_tokens,
            "cache_read_input_tokens": usage.cached_tokens, "cache_creation_input_tokens": usage.cache_written_tokens,
            "output_tokens": 1,
        });
    }
    let mut steps = vec![event(
        "message_start",
        &json!({"type": "message_start", "message": message}),
    )];
    let mut index = 0;
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                steps.extend(block(
                    index,
                    &json!({"type": "text", "text": ""}),
                    &[json!({"type": "text_delta", "text": text})],
                ));
                index += 1;
            }
            Piece::Reasoning(text) => {
                let deltas = [
                    json!({"type": "thinking_delta", "thinking": text}),
                    json!({"type": "signature_delta", "signature": "EqQBCgIYAhIM1gbcDa9GJwZA2b3h"}),
                ];
                steps.extend(block(
                    index,
                    &json!({"type": "thinking", "thinking": "", "signature": ""}),
                    &deltas,
                ));
                index += 1;
            }
            Piece::Call(name, arguments, letters) => {
                steps.extend(call(index, name, &cut(arguments, *letters)));
                index += 1;
            }
            Piece::CallWithoutId(name, arguments) => {
                steps.extend(call(index, name, &cut(arguments, 9)));
                index += 1;
            }
            // Blocks come one after the other.
            Piece::TwoAtOnce(two) => {
                for (name, arguments) in two {
                    steps.extend(call(index, name, &cut(arguments, 3)));
                    index += 1;
                }
            }
            Piece::Usage(_) => {}
            Piece::Stop(stop) => steps.push(finish(
                match stop {
                    Stop::Done => "end_turn",
                    Stop::Length => "max_tokens",
                    Stop::Filtered => "refusal",
                },
                usage,
            )),
            Piece::StopForTools => steps.push(finish("tool_use", usage)),
            Piece::End => steps.push(event("message_stop", &json!({"type": "message_stop"}))),
            Piece::Overloaded => steps.push(event(
                "error",
                &json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
            )),
            Piece::Broken => {
                steps.push(Step::Bytes(
                    "event: content_block_start\ndata: {\"type\": \"content_block_\n\n".to_owned(),
                ));
            }
            Piece::Ping => steps.push(event("ping", &json!({"type": "ping"}))),
            Piece::Wait(ms) => steps.push(Step::Wait(Duration::from_millis(*ms))),
            Piece::Lost => steps.push(Step::Lost),
            Piece::Rubbish => steps.push(event("something_new", &json!({"type": "something_new"}))),
        }
    }
    steps
}

fn event(name: &str, value: &Value) -> Step {
    Step::Bytes(format!("event: {name}\ndata: {value}\n\n"))
}

fn block(index: usize, begin: &Value, deltas: &[Value]) -> Vec<Step> {
    let mut steps = vec![event(
        "content_block_start",
        &json!({"type": "content_block_start", "index": index, "content_block": begin}),
    )];
    steps.extend(deltas.iter().map(|delta| {
        event(
            "content_block_delta",
            &json!({"type": "content_block_delta", "index": index, "delta": delta}),
        )
    }));
    steps.push(event(
        "content_block_stop",
        &json!({"type": "content_block_stop", "index": index}),
    ));
    steps
}

fn call(index: usize, name: &str, parts: &[String]) -> Vec<Step> {
    let mut deltas = vec![json!({"type": "input_json_delta", "partial_json": ""})];
    deltas.extend(
        parts
            .iter()
            .map(|part| json!({"type": "input_json_delta", "partial_json": part})),
    );
    let begin = json!({"type": "tool_use", "id": format!("toolu_{index}"), "name": name, "input": {}});
    block(index, &begin, &deltas)
}

fn finish(reason: &str, usage: Option<Usage>) -> Step {
    let mut delta = json!({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null}});
    if let Some(usage) = usage {
        delta["usage"] = json!({
            "output_tokens": usage.output_tokens, "output_tokens_details": {"thinking_tokens": usage.reasoning_tokens},
        });
    }
    event("message_delta", &delta)
}

pub fn refusal(fault: Fault) -> Refusal {
    let error = |status: u16, kind: &str, message: &str| {
        answer(
            status,
            json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}).to_string(),
        )
    };
    match fault {
        Fault::WrongKey => error(401, "authentication_error", "invalid x-api-key"),
        Fault::Forbidden => error(
            403,
            "permission_error",
            "Your API key does not have permission to use the specified resource.",
        ),
        Fault::NoCredit => error(
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade.",
        ),
        Fault::UnknownModel => error(404, "not_found_error", "model: small"),
        Fault::TooLong => error(
            400,
            "invalid_request_error",
            "prompt is too long: 208310 tokens > 200000 maximum",
        ),
        Fault::RateLimited => Refusal {
            headers: vec![("retry-after", "2")],
            ..error(
                429,
                "rate_limit_error",
                "This request would exceed your organization's rate limit.",
            )
        },
        Fault::ServerError => error(500, "api_error", "Internal server error"),
        Fault::Overloaded => error(529, "overloaded_error", "Overloaded"),
        Fault::BadRequest => error(400, "invalid_request_error", "tools.0.name: Field required"),
    }
}
