//! How a model is reached: the kinds of provider, their addresses, and what a person types for them.

use std::net::IpAddr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Price;

/// Whom a connection leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Anthropic,
    OpenAi,
    Gemini,
    OpenRouter,
    Ollama,
    LmStudio,
    LlamaCpp,
    Vllm,
    /// Any other server that speaks OpenAI's chat completions.
    Compatible,
}

/// The form in which requests and streams travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wire {
    /// OpenAI's chat completions.
    OpenAi,
    /// Anthropic's messages.
    Anthropic,
    /// Google's generateContent.
    Gemini,
    /// Ollama's own chat.
    Ollama,
}

impl Kind {
    pub const ALL: [Kind; 9] = [
        Kind::Anthropic,
        Kind::OpenAi,
        Kind::Gemini,
        Kind::OpenRouter,
        Kind::Ollama,
        Kind::LmStudio,
        Kind::LlamaCpp,
        Kind::Vllm,
        Kind::Compatible,
    ];

    /// The name that people know.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Kind::Anthropic => "Anthropic",
            Kind::OpenAi => "OpenAI",
            Kind::Gemini => "Google Gemini",
            Kind::OpenRouter => "OpenRouter",
            Kind::Ollama => "Ollama",
            Kind::LmStudio => "LM Studio",
            Kind::LlamaCpp => "llama.cpp",
            Kind::Vllm => "vLLM",
            Kind::Compatible => "OpenAI-compatible server",
        }
    }

    #[must_use]
    pub const fn wire(self) -> Wire {
        match self {
            Kind::Anthropic => Wire::Anthropic,
            Kind::Gemini => Wire::Gemini,
            Kind::Ollama => Wire::Ollama,
            Kind::OpenAi | Kind::OpenRouter | Kind::LmStudio | Kind::LlamaCpp | Kind::Vllm | Kind::Compatible => {
                Wire::OpenAi
            }
        }
    }

    /// Where it is by default, as its documentation says.
    #[must_use]
    pub const fn usual_address(self) -> Option<&'static str> {
        match self {
            Kind::Anthropic => Some("https://api.anthropic.com/v1/"),
            Kind::OpenAi => Some("https://api.openai.com/v1/"),
            Kind::Gemini => Some("https://generativelanguage.googleapis.com/v1beta/"),
            Kind::OpenRouter => Some("https://openrouter.ai/api/v1/"),
            Kind::Ollama => Some("http://127.0.0.1:11434/"),
            Kind::LmStudio => Some("http://127.0.0.1:1234/v1/"),
            Kind::LlamaCpp => Some("http://127.0.0.1:8080/v1/"),
            Kind::Vllm => Some("http://127.0.0.1:8000/v1/"),
            Kind::Compatible => None,
        }
    }

    /// Whether nothing is answered without a key.
    #[must_use]
    pub const fn needs_key(self) -> bool {
        match self {
            Kind::Anthropic | Kind::OpenAi | Kind::Gemini | Kind::OpenRouter => true,
            Kind::Ollama | Kind::LmStudio | Kind::LlamaCpp | Kind::Vllm | Kind::Compatible => false,
        }
    }

    /// The path below which the API lies on a server whose address was given without one.
    const fn usual_path(self) -> &'static str {
        match self {
            Kind::Ollama => "/",
            Kind::Gemini => "/v1beta/",
            Kind::OpenRouter => "/api/v1/",
            Kind::Anthropic | Kind::OpenAi | Kind::LmStudio | Kind::LlamaCpp | Kind::Vllm | Kind::Compatible => "/v1/",
        }
    }
}

/// What is wrong with something that a person typed for a connection. Each sentence says what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionProblem {
    #[error("Type the server's address, such as http://127.0.0.1:8080/v1/.")]
    NoAddress,
    #[error("“{typed}” is not an address. One looks like http://127.0.0.1:8080/v1/.")]
    NotAnAddress { typed: String },
    #[error("An address begins with http:// or https://, not with {scheme}://.")]
    Scheme { scheme: String },
    #[error("Type the key into its own field, not into the address: addresses are shown and stored.")]
    KeyInAddress,
    #[error("The key has a space or a line break in it. Copy it once more, whole and alone.")]
    BrokenKey,
    #[error("{kind} answers only with a key. Type the key.", kind = .kind.title())]
    NoKey { kind: Kind },
    #[error("Name the model that should be used.")]
    NoModel,
}

impl ConnectionProblem {
    /// Stable code of what is wrong.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            ConnectionProblem::NoAddress => "no_address",
            ConnectionProblem::NotAnAddress { .. } => "not_an_address",
            ConnectionProblem::Scheme { .. } => "address_scheme",
            ConnectionProblem::KeyInAddress => "key_in_address",
            ConnectionProblem::BrokenKey => "broken_key",
            ConnectionProblem::NoKey { .. } => "no_key",
            ConnectionProblem::NoModel => "no_model_named",
        }
    }

    /// What it is about, for whoever says it in another language.
    #[must_use]
    pub fn facts(&self) -> Value {
        match self {
            ConnectionProblem::NotAnAddress { typed } => json!({"typed": typed}),
            ConnectionProblem::Scheme { scheme } => json!({"scheme": scheme}),
            ConnectionProblem::NoKey { kind } => json!({"provider": kind.title()}),
            ConnectionProblem::NoAddress
            | ConnectionProblem::KeyInAddress
            | ConnectionProblem::BrokenKey
            | ConnectionProblem::NoModel => json!({}),
        }
    }
}

/// How long a model is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until the connection stands.
    pub connect: Duration,
    /// From the request to the first sign of an answer. A server of the person's own may have to load the model first.
    pub first: Duration,
    /// Between two signs of life after that.
    pub between: Duration,
}

impl Patience {
    /// What a kind of provider deserves: one that has machines of its own answers within a minute or not at all.
    #[must_use]
    pub const fn of(kind: Kind) -> Patience {
        Patience {
            connect: Duration::from_secs(10),
            first: Duration::from_secs(if kind.needs_key() { 60 } else { 300 }),
            between: Duration::from_secs(60),
        }
    }
}

/// How the model is told of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolForm {
    /// As the provider's API has them.
    #[default]
    Native,
    /// In words, for a model whose API has none.
    Text,
}

/// A connection to one model.
#[derive(Debug, Clone)]
pub struct Connection {
    /// As the person knows it.
    pub name: String,
    pub kind: Kind,
    /// See [`address`].
    pub base_url: String,
    pub key: Option<SecretString>,
    /// The model's name at the provider.
    pub model: String,
    pub tools: ToolForm,
    pub patience: Patience,
    /// The person's own figure, or what is known of the model.
    pub price: Option<Price>,
}

/// The address that a person meant: spaces around it, a missing scheme, a missing or over-long path and a missing last slash are mended.
/// Nothing typed means the kind's usual address.
///
/// # Errors
/// [`ConnectionProblem`] for what cannot be an address.
pub fn address(kind: Kind, typed: &str) -> Result<String, ConnectionProblem> {
    let typed = typed.trim().trim_matches(['"', '\'', '`', '<', '>']).trim();
    if typed.is_empty() {
        return kind
            .usual_address()
            .map(str::to_owned)
            .ok_or(ConnectionProblem::NoAddress);
    }
    let with_scheme = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("{}://{typed}", if is_near(typed) { "http" } else { "https" })
    };
    let bad = || ConnectionProblem::NotAnAddress {
        typed: typed.chars().take(100).collect(),
    };
    let mut url = reqwest::Url::parse(&with_scheme).map_err(|_| bad())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ConnectionProblem::Scheme {
            scheme: url.scheme().to_owned(),
        });
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some_and(|query| query.contains("key"))
    {
        return Err(ConnectionProblem::KeyInAddress);
    }
    if url
        .host_str()
        .is_none_or(|host| host.is_empty() || host.contains(char::is_whitespace))
        || typed.contains(' ')
    {
        return Err(bad());
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = base_path(kind, url.path());
    url.set_path(&path);
    Ok(url.to_string())
}

/// The path without what belongs to a single call: people copy addresses out of examples.
fn base_path(kind: Kind, path: &str) -> String {
    let mut path = path.trim_end_matches('/');
    for call in [
        "/chat/completions",
        "/audio/transcriptions",
        "/completions",
        "/responses",
        "/messages",
        "/models",
        "/api/chat",
        "/api/generate",
        "/api/tags",
    ] {
        path = path.strip_suffix(call).unwrap_or(path);
    }
    if kind == Kind::Ollama {
        // Its own API lies beside the compatible one.
        path = path
            .strip_suffix("/v1")
            .or_else(|| path.strip_suffix("/api"))
            .unwrap_or(path);
    }
    if path.is_empty() {
        kind.usual_path().to_owned()
    } else {
        format!("{path}/")
    }
}

/// Whether a server of that name is on this machine or in this house, where nobody has certificates.
fn is_near(typed: &str) -> bool {
    let host = typed.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some(inner) = host.strip_prefix('[') {
        return inner.split(']').next().is_some_and(|ip| ip.parse::<IpAddr>().is_ok());
    }
    let host = host.split(':').next().unwrap_or_default();
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback(),
        Err(_) => !host.contains('.') || host.ends_with(".local") || host.ends_with(".lan"),
    }
}

/// The key that a person meant, without what copying adds: spaces around it, quotation marks, the word Bearer.
///
/// # Errors
/// [`ConnectionProblem::BrokenKey`] for one that no header could carry.
pub fn key(typed: &str) -> Result<SecretString, ConnectionProblem> {
    let key = typed.trim().trim_matches(['"', '\'', '`']).trim();
    let key = key.strip_prefix("Bearer ").unwrap_or(key).trim();
    if key
        .chars()
        .any(|letter| letter.is_whitespace() || letter.is_control() || !letter.is_ascii())
    {
        return Err(ConnectionProblem::BrokenKey);
    }
    Ok(SecretString::from(key.to_owned()))
}

impl Connection {
    /// Kind, address and model, as what marks things that are only for whom they came from.
    pub(crate) fn identity(&self) -> String {
        format!("{:?} {} {}", self.kind, self.base_url, self.model)
    }

    /// The text without the key, should a provider have repeated it.
    pub(crate) fn without_key(&self, text: &str) -> String {
        match &self.key {
            Some(key) if !key.expose_secret().is_empty() => text.replace(key.expose_secret(), "…"),
            Some(_) | None => text.to_owned(),
        }
    }
}
