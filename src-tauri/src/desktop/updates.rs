//! Whether there is a newer version. It is asked only where the person named an address and turned it on, at most once a day, and all that
//! comes of it is a sentence with a link. Nothing is downloaded, and nothing is sent but the question.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use engine::ServiceError;
use futures::StreamExt;
use semver::Version;
use serde::{Deserialize, Serialize};
use store::notes;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::desk::Desk;
use crate::dto::{NewerVersion, UpdateAsked, UpdateStatus, WireError};

/// Under this name is kept what was asked last, and when.
const NOTE: &str = "updates";
const A_DAY: chrono::TimeDelta = chrono::TimeDelta::hours(24);
/// How often it is looked whether a day has passed: a machine may sleep for most of one.
const LOOK: Duration = Duration::from_secs(15 * 60);
const PATIENCE: Duration = Duration::from_secs(15);
/// The answer is a few lines.
const MOST_BYTES: usize = 64 * 1024;
const MOST_NOTES: usize = 2_000;

/// What the newest answer was.
#[derive(Default)]
pub struct Known(Mutex<UpdateStatus>);

/// The last asking and what it brought, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
struct Asked {
    address: String,
    at: DateTime<Utc>,
    newer: Option<NewerVersion>,
}

/// What lies at the address.
#[derive(Debug, Deserialize)]
struct Latest {
    version: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    notes: String,
}

/// Asks now and then, while the program runs and the person wants it.
pub fn ask_daily(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        loop {
            ask_if_due(&app).await;
            tokio::time::sleep(LOOK).await;
        }
    });
}

/// Asks where that is wanted and a day has passed since the last time, or the address is another.
pub async fn ask_if_due(app: &AppHandle) {
    // Two that ask at once would both find that it is due.
    static ASKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _asking = ASKING.lock().await;
    let desk = Arc::clone(&app.state::<Arc<Desk>>());
    let settings = desk.models.settings().desktop;
    let address = settings.update_address.trim().to_owned();
    if !settings.check_for_updates || address.is_empty() {
        forget(app);
        return;
    }
    let last = desk.read(|db| Ok(notes::load(db, NOTE)?)).unwrap_or_default();
    let last: Option<Asked> = serde_json::from_str(&last).ok();
    match last {
        Some(last) if !is_due(Some(&last), &address, Utc::now()) => recall(app, last),
        last => ask(app, &desk, address, last).await,
    }
}

/// After a new start: what was answered before is still so, unless this is that version by now.
fn recall(app: &AppHandle, last: Asked) {
    if status(app) == UpdateStatus::default() {
        let newer = last
            .newer
            .filter(|known| is_newer(&known.version, env!("CARGO_PKG_VERSION")).unwrap_or(false));
        say(
            app,
            UpdateStatus {
                newer,
                asked_at: Some(last.at.to_rfc3339()),
                problem: None,
            },
        );
    }
}

/// What is known.
pub fn status(app: &AppHandle) -> UpdateStatus {
    app.state::<Known>()
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

fn is_due(last: Option<&Asked>, address: &str, now: DateTime<Utc>) -> bool {
    // A clock that was set back would otherwise silence it for long.
    last.is_none_or(|last| last.address != address || now - last.at >= A_DAY || last.at > now)
}

async fn ask(app: &AppHandle, desk: &Desk, address: String, last: Option<Asked>) {
    // What is not answered takes nothing back that was known from there.
    let known = last.filter(|last| last.address == address).and_then(|last| last.newer);
    let mut asked = Asked {
        address,
        at: Utc::now(),
        newer: known.filter(|known| is_newer(&known.version, env!("CARGO_PKG_VERSION")).unwrap_or(false)),
    };
    // Before the question, so that a program that is started again and again does not ask again and again.
    if let Err(problem) = keep(desk, &asked) {
        tracing::warn!(problem.message, "whether there is a newer version was not asked");
        return;
    }
    let answer = fetch(&asked.address)
        .await
        .and_then(|text| newer(&text, env!("CARGO_PKG_VERSION")));
    tracing::info!(?answer, "asked whether there is a newer version");
    let problem = answer.as_ref().err().cloned();
    if let Ok(answered) = answer {
        asked.newer = answered;
    }
    if let Err(problem) = keep(desk, &asked) {
        tracing::warn!(problem.message, "what was answered about versions is not kept");
    }
    say(
        app,
        UpdateStatus {
            newer: asked.newer,
            asked_at: Some(asked.at.to_rfc3339()),
            problem,
        },
    );
}

fn keep(desk: &Desk, asked: &Asked) -> Result<(), WireError> {
    let text = serde_json::to_string(asked).unwrap_or_default();
    let engine = desk.engine()?;
    let store = engine.service().store();
    Ok(store.write(move |tx| Ok::<_, ServiceError>(notes::save(tx, NOTE, &text)?))?)
}

fn forget(app: &AppHandle) {
    if status(app) != UpdateStatus::default() {
        say(app, UpdateStatus::default());
    }
}

fn say(app: &AppHandle, status: UpdateStatus) {
    *app.state::<Known>().0.lock().unwrap_or_else(PoisonError::into_inner) = status;
    if let Err(error) = UpdateAsked.emit(app) {
        tracing::warn!(%error, "the window could not be told of a version");
    }
}

/// Reads a short text from the address.
async fn fetch(address: &str) -> Result<String, String> {
    let unreachable = |why: String| format!("{address} did not answer as expected: {why}.");
    if !is_web(address) {
        return Err(format!("{address} is no web address. It begins with https://."));
    }
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .user_agent(concat!("q-assistant/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| unreachable(error.to_string()))?;
    let answer = client
        .get(address)
        .send()
        .await
        .map_err(|error| unreachable(error.without_url().to_string()))?;
    if !answer.status().is_success() {
        return Err(unreachable(format!("it says {}", answer.status())));
    }
    let mut bytes = Vec::new();
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece.map_err(|error| unreachable(error.without_url().to_string()))?);
        if bytes.len() > MOST_BYTES {
            return Err(unreachable("its answer is too long".to_owned()));
        }
    }
    String::from_utf8(bytes).map_err(|_| unreachable("its answer is no text".to_owned()))
}

/// The version that the answer names, if it is newer than ours.
fn newer(answer: &str, ours: &str) -> Result<Option<NewerVersion>, String> {
    let latest: Latest =
        serde_json::from_str(answer).map_err(|error| format!("The answer about versions cannot be read: {error}."))?;
    Ok(is_newer(&latest.version, ours)?.then(|| NewerVersion {
        version: plain(&latest.version).to_owned(),
        url: is_web(&latest.url).then_some(latest.url),
        notes: short(&latest.notes, MOST_NOTES),
    }))
}

fn is_newer(version: &str, ours: &str) -> Result<bool, String> {
    let read = |version: &str| {
        Version::parse(plain(version)).map_err(|error| format!("“{}” is no version: {error}.", short(version, 40)))
    };
    Ok(read(version)? > read(ours)?)
}

/// "v1.2.3" is said as often as "1.2.3".
fn plain(version: &str) -> &str {
    version.trim().trim_start_matches('v')
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

fn short(text: &str, most: usize) -> String {
    text.chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .take(most)
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use chrono::{TimeDelta, Utc};

    use super::{Asked, is_due, newer};

    #[test]
    fn only_what_is_newer_is_said() {
        for (version, said) in [
            ("0.2.0", Some("0.2.0")),
            ("v0.10.0", Some("0.10.0")),
            ("0.1.1-beta.1", Some("0.1.1-beta.1")),
            ("0.1.0", None),
            ("0.1.0-rc.1", None),
            ("0.0.9", None),
        ] {
            let answer = format!(r#"{{"version": "{version}"}}"#);
            let found = newer(&answer, "0.1.0").unwrap().map(|newer| newer.version);
            assert_eq!(found.as_deref(), said, "{version}");
        }
    }

    #[test]
    fn what_is_no_answer_is_said_to_be_none() {
        for answer in [
            "",
            "<html>",
            "[]",
            r#"{"version": 2}"#,
            r#"{"version": "new"}"#,
            r#"{"version": ""}"#,
        ] {
            assert!(newer(answer, "0.1.0").is_err(), "{answer}");
        }
    }

    #[test]
    fn a_link_that_starts_a_program_is_none() {
        let answer = r#"{"version": "1.0.0", "url": "file:///bin/sh", "notes": "a\u001b[31mb\nc"}"#;
        let found = newer(answer, "0.1.0").unwrap().unwrap();
        assert_eq!(found.url, None);
        assert_eq!(found.notes, "a[31mb\nc");
    }

    #[test]
    fn once_a_day_and_once_an_address() {
        let now = Utc::now();
        let asked = |hours| Asked {
            address: "https://a".to_owned(),
            at: now - TimeDelta::hours(hours),
            newer: None,
        };
        assert!(is_due(None, "https://a", now));
        assert!(!is_due(Some(&asked(23)), "https://a", now));
        assert!(is_due(Some(&asked(24)), "https://a", now));
        assert!(is_due(Some(&asked(1)), "https://b", now));
        assert!(is_due(Some(&asked(-5)), "https://a", now));
    }
}
