//! What a provider offers, and which model servers answer on this machine.

use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::Value;

use super::fault::{Said, sort};
use crate::ModelError;
use crate::connection::{Connection, Kind, Patience, ToolForm, Wire};

const MOST: usize = 1000;

/// The names of the models that a connection's provider offers, as it orders them.
///
/// # Errors
/// As a turn. [`ModelError::NotAModelServer`] where something else answers.
pub async fn list_models(connection: &Connection, timeout: Duration) -> Result<Vec<String>, ModelError> {
    let model = connection.name.clone();
    let unreachable = |detail: &str| ModelError::Unreachable {
        model: model.clone(),
        detail: detail.to_owned(),
    };
    let http = super::http(connection)
        .timeout(timeout)
        .build()
        .map_err(|_| unreachable("no HTTP client"))?;
    let url = match connection.kind.wire() {
        Wire::OpenAi => format!("{}models", connection.base_url),
        Wire::Anthropic | Wire::Gemini => format!("{}models?{}=1000", connection.base_url, page_size(connection.kind)),
        Wire::Ollama => format!("{}api/tags", connection.base_url),
    };
    let mut get = http.get(url);
    if let Some(key) = &connection.key {
        let key = key.expose_secret();
        get = match connection.kind.wire() {
            Wire::OpenAi | Wire::Ollama => get.bearer_auth(key),
            Wire::Anthropic => get.header("x-api-key", key),
            Wire::Gemini => get.header("x-goog-api-key", key),
        };
    }
    if connection.kind.wire() == Wire::Anthropic {
        get = get.header("anthropic-version", "2023-06-01");
    }
    let response = get.send().await.map_err(|error| unreachable(why(&error)))?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = response.text().await.map_err(|_| unreachable("it broke off"))?;
    if status != 200 {
        return Err(sort(
            connection,
            &Said {
                status: Some(status),
                body: &body,
                headers: Some(&headers),
            },
        ));
    }
    let stranger = |detail: &str| ModelError::NotAModelServer {
        model: model.clone(),
        detail: detail.to_owned(),
    };
    let body: Value = serde_json::from_str(&body).map_err(|_| stranger("its answer is not JSON"))?;
    let (list, name) = match connection.kind.wire() {
        Wire::OpenAi | Wire::Anthropic => ("data", "id"),
        Wire::Gemini | Wire::Ollama => ("models", "name"),
    };
    let list = body
        .get(list)
        .and_then(Value::as_array)
        .ok_or_else(|| stranger("its answer holds no list of models"))?;
    let names = list
        .iter()
        .filter(|entry| talks(entry))
        .filter_map(|entry| entry.get(name)?.as_str());
    Ok(names
        .map(|name| name.strip_prefix("models/").unwrap_or(name).to_owned())
        .take(MOST)
        .collect())
}

const fn page_size(kind: Kind) -> &'static str {
    match kind.wire() {
        Wire::Gemini => "pageSize",
        Wire::OpenAi | Wire::Anthropic | Wire::Ollama => "limit",
    }
}

/// Gemini says of each model what it can; one that only embeds texts cannot talk.
fn talks(entry: &Value) -> bool {
    entry
        .get("supportedGenerationMethods")
        .and_then(Value::as_array)
        .is_none_or(|methods| methods.iter().any(|method| method == "generateContent"))
}

fn why(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "what came could not be read"
    }
}

/// A model server that answers on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalServer {
    pub kind: Kind,
    pub base_url: String,
    pub models: Vec<String>,
}

/// The model servers that answer at their usual places on this machine now, and offer a model.
pub async fn find_local() -> Vec<LocalServer> {
    let usual = Kind::ALL.into_iter().filter(|kind| !kind.needs_key());
    let asked = usual
        .filter_map(|kind| Some((kind, kind.usual_address()?)))
        .map(|(kind, base_url)| async move {
            let connection = Connection {
                name: kind.title().to_owned(),
                kind,
                base_url: base_url.to_owned(),
                key: None,
                model: String::new(),
                tools: ToolForm::Native,
                patience: Patience::of(kind),
                price: None,
            };
            let models = list_models(&connection, Duration::from_millis(700)).await.ok()?;
            (!models.is_empty()).then_some(LocalServer {
                kind,
                base_url: base_url.to_owned(),
                models,
            })
        });
    futures::future::join_all(asked).await.into_iter().flatten().collect()
}
