//! Keys and other secrets, taken out of what is kept.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

/// Secrets that can be told by their form, as those who give them out describe it: keys of model providers (`sk-…`, `AIza…`, `gsk_…`,
/// `xai-…`, `hf_…`), tokens of GitHub (docs.github.com, "GitHub's token formats"), GitLab, Slack, Stripe and npm, access key ids of AWS and
/// the secrets beside them, and private keys in PEM, also where line breaks are written as \\n or the end is missing.
static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let forms = [
        r"\bsk-[A-Za-z0-9_-]{20,}",
        r"\bAIza[A-Za-z0-9_-]{35}",
        r"\bgsk_[A-Za-z0-9]{20,}",
        r"\bxai-[A-Za-z0-9]{20,}",
        r"\bhf_[A-Za-z0-9]{20,}",
        r"\bgh[pousr]_[A-Za-z0-9]{36,}",
        r"\bgithub_pat_[A-Za-z0-9_]{36,}",
        r"\bglpat-[A-Za-z0-9_-]{20,}",
        r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
        r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
        r"\bnpm_[A-Za-z0-9]{36,}",
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"(?i:aws_secret_access_key\W{1,4})[A-Za-z0-9/+=]{40}",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
    ];
    Regex::new(&forms.join("|")).ok()
});

/// The text without the secrets named in `known` and without what has the form of one.
#[must_use]
pub fn redact<'a>(text: &'a str, known: &[&str]) -> Cow<'a, str> {
    let mut clean = Cow::Borrowed(text);
    // A key of a few letters is a placeholder for a server that wants none, and would take words out of every text.
    let mut known: Vec<&str> = known.iter().copied().filter(|secret| secret.len() >= 8).collect();
    // The longest first: one may be the beginning of another.
    known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for secret in known {
        if clean.contains(secret) {
            clean = Cow::Owned(clean.replace(secret, REDACTED));
        }
    }
    match FORMS.as_ref() {
        Some(forms) if forms.is_match(&clean) => Cow::Owned(forms.replace_all(&clean, REDACTED).into_owned()),
        Some(_) | None => clean,
    }
}

/// The same for every text of a JSON value, names of fields included.
#[must_use]
pub fn redact_json(value: Value, known: &[&str]) -> Value {
    match value {
        Value::String(text) => Value::String(redact(&text, known).into_owned()),
        Value::Array(values) => Value::Array(values.into_iter().map(|value| redact_json(value, known)).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| (redact(&name, known).into_owned(), redact_json(value, known)))
                .collect(),
        ),
        value @ (Value::Null | Value::Bool(_) | Value::Number(_)) => value,
    }
}
