//! JSON schemas of the phase results: what a role must hand in.

use serde_json::{Value, json};
use workflow::Phase;

/// Checks `value` against `schema`.
///
/// # Errors
/// The first things that do not fit, with where they stand.
pub(crate) fn check(schema: &Value, value: &Value) -> Result<(), String> {
    let validator = jsonschema::validator_for(schema).map_err(|error| error.to_string())?;
    let found: Vec<String> = validator
        .iter_errors(value)
        .take(5)
        .map(|error| {
            let at = error.instance_path().to_string();
            let what: String = error.to_string().chars().take(300).collect();
            if at.is_empty() { what } else { format!("{at}: {what}") }
        })
        .collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(found.join("; "))
    }
}

/// The schema of a phase's result.
pub(crate) fn of_result(phase: Phase) -> Value {
    let text = || json!({"type": "string"});
    let filled = || json!({"type": "string", "minLength": 1});
    let texts = || json!({"type": "array", "items": {"type": "string"}});
    let list = |properties: Value, required: &[&str]| json!({"type": "array", "items": object(properties, required)});
    match phase {
        Phase::Discovery => object(
            json!({
                "title": filled(),
                "summary": text(),
                "features": {"type": "array", "minItems": 1, "items": object(
                    json!({"id": filled(), "text": filled(), "priority": {"enum": ["must", "should", "could"]}, "acceptance": texts()}),
                    &["id", "text", "priority", "acceptance"],
                )},
                "open_questions": list(json!({"text": filled(), "blocking": {"type": "boolean"}}), &["text"]),
            }),
            &["title", "features"],
        ),
        Phase::Planning => object(
            json!({
                "summary": text(),
                "tasks": {"type": "array", "minItems": 1, "items": object(
                    json!({"id": filled(), "title": filled(), "detail": text(), "files": texts(), "serves": texts()}),
                    &["id", "title", "serves"],
                )},
                "test_strategy": object(
                    json!({"summary": filled(), "cases": list(json!({"requirement": filled(), "test": filled()}), &["requirement", "test"])}),
                    &["summary"],
                ),
                "release": object(
                    json!({"kind": {"enum": ["web_page", "command_line_tool", "library"]}, "site_dir": {"type": ["string", "null"]}, "how": text()}),
                    &["kind"],
                ),
            }),
            &["tasks", "test_strategy", "release"],
        ),
        Phase::Implementation => object(
            json!({
                "summary": filled(),
                "tasks": list(json!({"id": filled(), "status": {"enum": ["done", "skipped"]}, "note": text()}), &["id", "status"]),
            }),
            &["summary", "tasks"],
        ),
        Phase::Testing => object(
            json!({"summary": filled(), "tests": list(json!({"requirement": filled(), "test": filled()}), &["requirement", "test"])}),
            &["summary", "tests"],
        ),
        Phase::Verification => object(
            json!({
                "summary": filled(),
                "requirements": list(
                    json!({"id": filled(), "verdict": {"enum": ["met", "not_met", "untested"]}, "evidence": text()}),
                    &["id", "verdict"],
                ),
            }),
            &["summary", "requirements"],
        ),
        Phase::Deployment => object(json!({"summary": filled()}), &["summary"]),
    }
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": properties, "required": required})
}
