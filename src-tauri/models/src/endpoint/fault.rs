//! What went wrong, sorted by what helps. Providers say it in a status, in a body and in the middle of a stream, each in its own
//! words; the words below are those of their public documentation.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::ModelError;
use crate::connection::Connection;

/// What a server said about a failure.
#[derive(Debug, Default)]
pub(super) struct Said<'a> {
    pub status: Option<u16>,
    pub body: &'a str,
    pub headers: Option<&'a HeaderMap>,
}

/// The error that fits what a server said.
pub(super) fn sort(connection: &Connection, said: &Said<'_>) -> ModelError {
    let model = connection.name.clone();
    let body: Option<Value> = serde_json::from_str(said.body).ok();
    let (kind, message) = body.as_ref().map(kind_and_message).unwrap_or_default();
    let detail = detail(connection, said.status, &message);
    let about = format!("{kind} {}", message.to_lowercase());
    let says = |words: &[&str]| words.iter().any(|word| about.contains(word));
    let retry_after = retry_after(said.headers, body.as_ref());
    match said.status {
        Some(413) => ModelError::TooLong { model, detail },
        _ if says(TOO_LONG) => ModelError::TooLong { model, detail },
        Some(402) => ModelError::NoCredit { model, detail },
        _ if says(NO_CREDIT) => ModelError::NoCredit { model, detail },
        Some(401 | 403) => ModelError::Unauthorized { model, detail },
        _ if says(UNAUTHORIZED) => ModelError::Unauthorized { model, detail },
        Some(429) => ModelError::RateLimited {
            model,
            detail,
            retry_after,
        },
        _ if says(RATE_LIMITED) => ModelError::RateLimited {
            model,
            detail,
            retry_after,
        },
        Some(404 | 405) if body.is_none() => ModelError::NotAModelServer { model, detail },
        Some(404) => unknown(connection, detail),
        _ if says(UNKNOWN_MODEL) => unknown(connection, detail),
        Some(408 | 409 | 425 | 500..) | None => ModelError::Failing {
            model,
            detail,
            retry_after,
        },
        _ if says(FAILING) => ModelError::Failing {
            model,
            detail,
            retry_after,
        },
        Some(_) => ModelError::Refused { model, detail },
    }
}

const TOO_LONG: &[&str] = &[
    "context_length_exceeded",
    "exceed_context_size",
    "request_too_large",
    "prompt is too long",
    "maximum context length",
    "context window",
    "available context size",
    "exceeds the maximum number of tokens",
];
const NO_CREDIT: &[&str] = &[
    "insufficient_quota",
    "billing_error",
    "credit balance is too low",
    "insufficient credits",
];
const UNAUTHORIZED: &[&str] = &[
    "authentication_error",
    "permission_error",
    "api key not valid",
    "invalid_api_key",
];
const RATE_LIMITED: &[&str] = &["rate_limit", "resource_exhausted"];
const UNKNOWN_MODEL: &[&str] = &["model_not_found", "not_found_error"];
const FAILING: &[&str] = &[
    "overloaded_error",
    "api_error",
    "timeout_error",
    "server_error",
    "unavailable",
    "internal",
];

fn unknown(connection: &Connection, detail: String) -> ModelError {
    ModelError::UnknownModel {
        model: connection.name.clone(),
        asked: connection.model.clone(),
        detail,
    }
}

/// The words by which providers name a fault, and their sentence about it. `{"error": "…"}`, `{"error": {"type", "code", "status",
/// "message"}}`, `[{"error": …}]` and `{"type": "error", "error": …}` are all in use.
fn kind_and_message(body: &Value) -> (String, String) {
    let body = body.get(0).unwrap_or(body);
    let error = body.get("error").unwrap_or(body);
    if let Value::String(message) = error {
        return (String::new(), message.clone());
    }
    let text = |field: &str| error.get(field).and_then(Value::as_str).unwrap_or_default();
    let kind = ["type", "code", "status"].map(text).join(" ").to_lowercase();
    (kind, text("message").to_owned())
}

/// What is shown: the status and the provider's sentence, as one short line without control letters and without the key.
pub(super) fn detail(connection: &Connection, status: Option<u16>, message: &str) -> String {
    let line: String = message
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect();
    let line = connection.without_key(&line);
    match (status, line.is_empty()) {
        (Some(status), true) => format!("HTTP {status}"),
        (Some(status), false) => format!("HTTP {status}: {line}"),
        (None, true) => "it did not say why".to_owned(),
        (None, false) => line,
    }
}

/// The server's own time to wait: the headers of RFC 9110 and of OpenAI, or the body of google.rpc.RetryInfo.
fn retry_after(headers: Option<&HeaderMap>, body: Option<&Value>) -> Option<Duration> {
    let header = |name: &str| headers.and_then(|headers| headers.get(name)?.to_str().ok());
    if let Some(ms) = header("retry-after-ms").and_then(|text| text.trim().parse::<u64>().ok()) {
        return Some(Duration::from_millis(ms));
    }
    if let Some(after) = header("retry-after") {
        if let Some(seconds) = seconds(after) {
            return Some(seconds);
        }
        let then = DateTime::parse_from_rfc2822(after).ok()?;
        return Some((then.with_timezone(&Utc) - Utc::now()).to_std().unwrap_or_default());
    }
    let body = body?;
    let details = body.get(0).unwrap_or(body).pointer("/error/details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    seconds(delay.trim_end_matches('s'))
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The error that fits one of genai's.
pub(super) fn explain(connection: &Connection, error: &genai::Error) -> ModelError {
    // A stream is opened when it is first read: what went wrong with the request then comes as an error of the stream.
    let inner = stream_cause(error).and_then(|cause| cause.downcast_ref::<genai::Error>());
    let error = inner.unwrap_or(error);
    let model = connection.name.clone();
    if let genai::Error::ChatResponse { body, .. } = error {
        let body = if body.get("error").is_some() {
            body.clone()
        } else {
            serde_json::json!({"error": body})
        };
        return sort(
            connection,
            &Said {
                body: &body.to_string(),
                ..Said::default()
            },
        );
    }
    if let Some(status) = error.status() {
        return sort(
            connection,
            &Said {
                status: Some(status.as_u16()),
                body: body_of(error),
                headers: error.headers(),
            },
        );
    }
    if is_connect(error) {
        return ModelError::Unreachable {
            model,
            detail: "no connection".to_owned(),
        };
    }
    let detail = if matches!(error, genai::Error::StreamParse { .. }) {
        "what it sent could not be read".to_owned()
    } else {
        "the connection was lost".to_owned()
    };
    tracing::debug!(
        error = connection.without_key(&error.to_string()),
        "a model's stream failed"
    );
    ModelError::BrokeOff { model, detail }
}

fn body_of(error: &genai::Error) -> &str {
    if let genai::Error::HttpError { body, .. }
    | genai::Error::WebModelCall {
        webc_error: genai::webc::Error::ResponseFailedStatus { body, .. },
        ..
    } = error
    {
        body
    } else {
        ""
    }
}

fn stream_cause(error: &genai::Error) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
    if let genai::Error::WebStream { error, .. } = error {
        Some(error.as_ref())
    } else {
        None
    }
}

fn is_connect(error: &genai::Error) -> bool {
    let mut source: Option<&(dyn std::error::Error + 'static)> = match stream_cause(error) {
        Some(cause) => Some(cause),
        None => Some(error),
    };
    while let Some(inner) = source {
        if inner
            .downcast_ref::<reqwest::Error>()
            .is_some_and(reqwest::Error::is_connect)
        {
            return true;
        }
        source = inner.source();
    }
    let text = format!("{error:?}");
    text.contains("ConnectionRefused") || text.contains("ConnectError") || text.contains("dns error")
}
