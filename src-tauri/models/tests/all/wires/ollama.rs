//! Ollama's own chat: <https://docs.ollama.com/api/chat> and <https://docs.ollama.com/api/errors>. One JSON object to a line.

use std::time::Duration;

use models::Stop;
use serde_json::{Value, json};

use super::{Fault, Piece, Refusal, Step, answer};

pub fn steps(pieces: &[Piece]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut last = json!({"model": "small", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": ""}});
    for piece in pieces {
        match piece {
            Piece::Text(text) => steps.push(message(&json!({"role": "assistant", "content": text}))),
            Piece::Reasoning(text) => {
                steps.push(message(&json!({"role": "assistant", "content": "", "thinking": text})));
            }
            // Arguments come whole, and calls have no id.
            Piece::Call(name, arguments, _) | Piece::CallWithoutId(name, arguments) => {
                steps.push(message(
                    &json!({"role": "assistant", "content": "", "tool_calls": [call(name, arguments)]}),
                ));
            }
            Piece::TwoAtOnce(two) => {
                let both: Vec<_> = two.iter().map(|(name, arguments)| call(name, arguments)).collect();
                steps.push(message(
                    &json!({"role": "assistant", "content": "", "tool_calls": both}),
                ));
            }
            Piece::Usage(usage) => {
                last["prompt_eval_count"] = json!(usage.input_tokens);
                last["prompt_eval_cached_count"] = json!(usage.cached_tokens);
                last["eval_count"] = json!(usage.output_tokens);
            }
            Piece::Stop(stop) => {
                last["done_reason"] = json!(match stop {
                    Stop::Done => "stop",
                    Stop::Length => "length",
                    Stop::Filtered => "content_filter",
                });
            }
            Piece::StopForTools => last["done_reason"] = json!("stop"),
            Piece::End => {
                last["done"] = json!(true);
                steps.push(line(&last));
            }
            Piece::Overloaded => steps.push(line(
                &json!({"error": "an error was encountered while running the model"}),
            )),
            Piece::Broken => steps.push(Step::Bytes("{\"message\": {\"role\": \n".to_owned())),
            // There is no sign of life but words; an empty one is.
            Piece::Ping => steps.push(message(&json!({"role": "assistant", "content": ""}))),
            Piece::Wait(ms) => steps.push(Step::Wait(Duration::from_millis(*ms))),
            Piece::Lost => steps.push(Step::Lost),
            Piece::Rubbish => steps.push(message(&json!({"role": "assistant", "content": "more"}))),
        }
    }
    steps
}

fn line(value: &Value) -> Step {
    Step::Bytes(format!("{value}\n"))
}

fn message(message: &Value) -> Step {
    line(&json!({"model": "small", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": false}))
}

fn call(name: &str, arguments: &str) -> Value {
    let arguments: Value = serde_json::from_str(arguments).unwrap();
    json!({"function": {"name": name, "arguments": arguments}})
}

pub fn refusal(fault: Fault) -> Refusal {
    let error = |status: u16, message: &str| answer(status, json!({"error": message}).to_string());
    match fault {
        Fault::WrongKey => error(401, "unauthorized"),
        Fault::Forbidden => error(403, "access denied"),
        Fault::NoCredit => error(402, "payment required"),
        Fault::UnknownModel => error(404, "model 'small' not found"),
        Fault::TooLong => error(
            400,
            "prompt is too long; the input exceeds the context window of the model",
        ),
        Fault::RateLimited => Refusal {
            headers: vec![("retry-after", "2")],
            ..error(429, "too many requests")
        },
        Fault::ServerError => error(500, "llama runner process has terminated"),
        Fault::Overloaded => error(503, "server busy, please try again. maximum pending requests exceeded"),
        Fault::BadRequest => error(400, "small does not support tools"),
    }
}
