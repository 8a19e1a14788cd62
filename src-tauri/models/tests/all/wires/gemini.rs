//! Google's streamGenerateContent: <https://ai.google.dev/api/generate-content>,
//! <https://ai.google.dev/gemini-api/docs/function-calling> and <https://ai.google.dev/gemini-api/docs/troubleshooting>.

use std::time::Duration;

use models::{Stop, Usage};
use serde_json::{Value, json};

use super::{Fault, Piece, Refusal, Step, answer, usage_of};

pub fn steps(pieces: &[Piece]) -> Vec<Step> {
    let mut steps = Vec::new();
    let usage = usage_of(pieces);
    let mut reason = None;
    for piece in pieces {
        match piece {
            Piece::Text(text) => steps.push(parts(&[json!({"text": text})])),
            Piece::Reasoning(text) => steps.push(parts(&[json!({"text": text, "thought": true})])),
            // Arguments come whole, and calls have no id.
            Piece::Call(name, arguments, _) | Piece::CallWithoutId(name, arguments) => {
                steps.push(parts(&[call(name, arguments)]));
            }
            Piece::TwoAtOnce(two) => {
                let both: Vec<_> = two.iter().map(|(name, arguments)| call(name, arguments)).collect();
                steps.push(parts(&both));
            }
            Piece::Usage(_) => {}
            Piece::Stop(stop) => {
                reason = Some(match stop {
                    Stop::Done => "STOP",
                    Stop::Length => "MAX_TOKENS",
                    Stop::Filtered => "SAFETY",
                });
            }
            // There is no reason of its own for that.
            Piece::StopForTools => reason = Some("STOP"),
            Piece::End => {
                let mut last = json!({"candidates": [{"content": {"parts": [{"text": ""}], "role": "model"}, "index": 0}]});
                if let Some(reason) = reason {
                    last["candidates"][0]["finishReason"] = json!(reason);
                }
                if let Some(usage) = usage {
                    last["usageMetadata"] = metadata(usage);
                }
                steps.push(event(&last));
            }
            Piece::Overloaded => steps.push(event(
                &json!({"error": {"code": 503, "message": "The model is overloaded. Please try again later.", "status": "UNAVAILABLE"}}),
            )),
            Piece::Broken => steps.push(Step::Bytes("data: {\"candidates\": [{\n\n".to_owned())),
            Piece::Ping => steps.push(Step::Bytes(": still here\n\n".to_owned())),
            Piece::Wait(ms) => steps.push(Step::Wait(Duration::from_millis(*ms))),
            Piece::Lost => steps.push(Step::Lost),
            Piece::Rubbish => steps.push(parts(&[json!({"text": "more"})])),
        }
    }
    steps
}

fn event(value: &Value) -> Step {
    Step::Bytes(format!("data: {value}\r\n\r\n"))
}

fn parts(parts: &[Value]) -> Step {
    event(&json!({
        "candidates": [{"content": {"parts": parts, "role": "model"}, "index": 0}], "modelVersion": "small",
    }))
}

fn call(name: &str, arguments: &str) -> Value {
    let args: Value = serde_json::from_str(arguments).unwrap();
    json!({"functionCall": {"name": name, "args": args}, "thoughtSignature": "CvcQAdHtim9l3p0"})
}

/// Thoughts are not part of candidatesTokenCount.
fn metadata(usage: Usage) -> Value {
    json!({
        "promptTokenCount": usage.input_tokens, "cachedContentTokenCount": usage.cached_tokens,
        "candidatesTokenCount": usage.output_tokens - usage.reasoning_tokens, "thoughtsTokenCount": usage.reasoning_tokens,
        "totalTokenCount": usage.input_tokens + usage.output_tokens,
    })
}

pub fn refusal(fault: Fault) -> Refusal {
    let error = |code: u16, status: &str, message: &str, details: Value| {
        answer(
            code,
            json!({"error": {"code": code, "message": message, "status": status, "details": details}}).to_string(),
        )
    };
    match fault {
        Fault::WrongKey => error(
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
            json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]),
        ),
        Fault::Forbidden => error(
            403,
            "PERMISSION_DENIED",
            "Your API key doesn't have the required permissions.",
            json!([]),
        ),
        Fault::NoCredit => error(
            402,
            "FAILED_PRECONDITION",
            "Billing is not enabled for this project.",
            json!([]),
        ),
        Fault::UnknownModel => error(
            404,
            "NOT_FOUND",
            "models/small is not found for API version v1beta, or is not supported for generateContent.",
            json!([]),
        ),
        Fault::TooLong => error(
            400,
            "INVALID_ARGUMENT",
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            json!([]),
        ),
        Fault::RateLimited => error(
            429,
            "RESOURCE_EXHAUSTED",
            "You've exceeded the rate limit.",
            json!([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "2s"}]),
        ),
        Fault::ServerError => error(500, "INTERNAL", "An internal error has occurred.", json!([])),
        Fault::Overloaded => error(
            503,
            "UNAVAILABLE",
            "The model is overloaded. Please try again later.",
            json!([]),
        ),
        Fault::BadRequest => error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.", json!([])),
    }
}
