//! What is kept holds no key.

use models::redact::{REDACTED, redact, redact_json};
use serde_json::json;

#[test]
fn a_secret_is_taken_out_whoever_it_belongs_to() {
    let body = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8";
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n{body}\n-----END RSA PRIVATE KEY-----");
    for secret in [
        format!("sk-proj-{body}"),
        format!("sk-ant-api03-{body}"),
        format!("AIza{}", &body[..35]),
        format!("ghp_{body}"),
        format!("github_pat_{body}"),
        format!("glpat-{body}"),
        format!("xoxb-{body}"),
        format!("npm_{body}"),
        "AKIAABCDEFGHIJKLMNOP".to_owned(),
        pem,
        "the-key-of-this-connection".to_owned(),
    ] {
        let text = format!("export KEY=\"{secret}\" # mine");
        let clean = redact(&text, &["the-key-of-this-connection"]);
        assert_eq!(clean, format!("export KEY=\"{REDACTED}\" # mine"), "{secret}");
    }
}

#[test]
fn a_key_that_is_cut_off_or_written_on_one_line_is_taken_out_whole() {
    let google = r#"{"private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQ\nabc\n-----END PRIVATE KEY-----\n", "n": 1}"#;
    assert_eq!(
        redact(google, &[]),
        format!(r#"{{"private_key": "{REDACTED}\n", "n": 1}}"#)
    );
    let cut = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nMIIEvQ";
    assert_eq!(redact(cut, &[]), REDACTED);
    let known = format!("sk-{}.tail", "a1".repeat(12));
    assert_eq!(redact(&format!("key {known}!"), &[&known]), format!("key {REDACTED}!"));
}

#[test]
fn words_that_only_look_alike_stay() {
    for text in [
        "sk-1 and risk-taking-and-some-more-letters",
        "a commit 4be91c2aa0b1c2d3e4f5061728394a5b6c7d8e9f",
        "-----BEGIN CERTIFICATE-----",
        "npm_config_cache",
    ] {
        assert_eq!(redact(text, &["no"]), text);
    }
}

#[test]
fn every_text_of_a_value_is_looked_at() {
    let value = json!({"a": ["password1", {"password1": 1, "b": "x password1"}], "n": 3});
    let clean = redact_json(value, &["password1"]);
    assert_eq!(
        clean,
        json!({"a": [REDACTED, {REDACTED: 1, "b": format!("x {REDACTED}")}], "n": 3})
    );
}
