//! Any OpenAI-compatible endpoint, through genai: base URL, key and model name are the person's.

use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use futures::StreamExt;
use genai::adapter::AdapterKind;
use genai::chat::{
    ChatMessage, ChatOptions, ChatRequest, ChatStreamEvent, ContentPart, MessageContent, Tool, ToolResponse,
};
use genai::resolver::{AuthData, Endpoint as GenaiEndpoint};
use genai::{Client, ModelIden, ServiceTarget};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use crate::{Delta, Message, Model, ModelError, ToolCall, Turn, TurnRequest, Usage};

/// How an endpoint is reached.
#[derive(Debug, Clone)]
pub struct EndpointConfig {
    /// As the person knows it.
    pub name: String,
    /// "http://127.0.0.1:11434/v1/"; the slash at its end is added where it is missing.
    pub base_url: String,
    pub key: Option<SecretString>,
    /// The model's name at the endpoint.
    pub model: String,
    /// How long it may say nothing at all.
    pub silence: Duration,
}

/// A model behind an OpenAI-compatible endpoint.
#[derive(Debug)]
pub struct Endpoint {
    config: EndpointConfig,
    client: Client,
}

/// Tries in all for one turn; only before anything was streamed.
const TRIES: usize = 3;

impl Endpoint {
    /// # Errors
    /// [`ModelError::Unreachable`] for an address that is none.
    pub fn new(mut config: EndpointConfig) -> Result<Endpoint, ModelError> {
        let bad = |detail: String| ModelError::Unreachable {
            model: config.name.clone(),
            detail,
        };
        let mut url = reqwest::Url::parse(config.base_url.trim()).map_err(|error| bad(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("its address does not begin with http:// or https://".to_owned()));
        }
        // Without the slash the last part of the path would be replaced, not extended.
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        let mut http = reqwest::Client::builder().connect_timeout(Duration::from_secs(10));
        if matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| bad(error.to_string()))?;
        let client = Client::builder()
            .with_reqwest(http)
            .build()
            .map_err(|error| bad(error.to_string()))?;
        config.base_url = url.to_string();
        Ok(Endpoint { config, client })
    }

    fn target(&self) -> ServiceTarget {
        let key = self.config.key.as_ref().map_or("none", |key| key.expose_secret());
        ServiceTarget {
            endpoint: GenaiEndpoint::from_owned(self.config.base_url.clone()),
            auth: AuthData::from_single(key),
            model: ModelIden::new(AdapterKind::OpenAI, self.config.model.clone()),
        }
    }

    async fn attempt(
        &self,
        request: &ChatRequest,
        deltas: &UnboundedSender<Delta>,
        streamed: &mut bool,
    ) -> Result<Turn, ModelError> {
        let options = ChatOptions::default()
            .with_capture_usage(true)
            .with_capture_content(true)
            .with_capture_tool_calls(true);
        let silence = self.config.silence;
        let opened = self
            .client
            .exec_chat_stream(self.target(), request.clone(), Some(&options));
        let mut stream = tokio::time::timeout(silence, opened)
            .await
            .map_err(|_| self.silent())?
            .map_err(|error| self.explain(&error))?
            .stream;
        let mut turn = Turn::default();
        loop {
            let event = tokio::time::timeout(silence, stream.next())
                .await
                .map_err(|_| self.silent())?;
            match event {
                None => return Err(self.broke_off("the stream ended without its end marker")),
                Some(Err(error)) => return Err(self.explain(&error)),
                Some(Ok(ChatStreamEvent::Chunk(chunk))) => {
                    *streamed = true;
                    turn.text.push_str(&chunk.content);
                    let _ = deltas.send(Delta::Text(chunk.content));
                }
                Some(Ok(ChatStreamEvent::End(end))) => {
                    if end.captured_stop_reason.is_none() {
                        return Err(self.broke_off("the stream ended without its end marker"));
                    }
                    if let Some(usage) = &end.captured_usage {
                        turn.usage = Usage {
                            input_tokens: count(usage.prompt_tokens),
                            output_tokens: count(usage.completion_tokens),
                        };
                    }
                    let calls = end.captured_into_tool_calls().unwrap_or_default();
                    turn.tool_calls = calls
                        .into_iter()
                        .map(|call| ToolCall {
                            id: call.call_id,
                            name: call.fn_name,
                            arguments: call.fn_arguments,
                        })
                        .collect();
                    return Ok(turn);
                }
                Some(Ok(
                    ChatStreamEvent::Start
                    | ChatStreamEvent::ReasoningChunk(_)
                    | ChatStreamEvent::ThoughtSignatureChunk(_)
                    | ChatStreamEvent::ToolCallChunk(_)
                    | ChatStreamEvent::Heartbeat,
                )) => {}
            }
        }
    }

    fn silent(&self) -> ModelError {
        ModelError::Silent {
            model: self.config.name.clone(),
            seconds: self.config.silence.as_secs(),
        }
    }

    fn broke_off(&self, detail: &str) -> ModelError {
        ModelError::Truncated {
            model: self.config.name.clone(),
            detail: detail.to_owned(),
        }
    }

    /// Sorts an error of genai's by what a person can do about it. The key never reaches the text.
    fn explain(&self, error: &genai::Error) -> ModelError {
        let model = self.config.name.clone();
        let status = status_of(error);
        let detail = self.scrub(&match status {
            Some(code) => format!("HTTP {code}"),
            None => first_line(&error.to_string()),
        });
        match status {
            Some(401 | 403) => ModelError::Unauthorized { model, detail },
            Some(429) => ModelError::RateLimited { model, detail },
            Some(_) => ModelError::Endpoint { model, detail },
            None if is_connect(error) => ModelError::Unreachable {
                model,
                detail: "no connection".to_owned(),
            },
            None => ModelError::Truncated { model, detail },
        }
    }

    fn scrub(&self, text: &str) -> String {
        match &self.config.key {
            Some(key) if !key.expose_secret().is_empty() => text.replace(key.expose_secret(), "…"),
            Some(_) | None => text.to_owned(),
        }
    }
}

fn count(tokens: Option<i32>) -> u32 {
    tokens.and_then(|tokens| u32::try_from(tokens).ok()).unwrap_or(0)
}

fn first_line(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| line.contains("Cause"))
        .or_else(|| text.lines().next())
        .unwrap_or_default();
    line.chars().take(200).collect()
}

fn status_of(error: &genai::Error) -> Option<u16> {
    let status = error.status().or_else(|| inside_stream(error)?.status())?;
    Some(status.as_u16())
}

/// A stream is opened when it is first read: what went wrong with the request then comes as an error of the stream.
fn inside_stream(error: &genai::Error) -> Option<&genai::Error> {
    stream_cause(error)?.downcast_ref::<genai::Error>()
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

#[async_trait]
impl Model for Endpoint {
    fn name(&self) -> &str {
        &self.config.name
    }

    async fn turn(
        &self,
        request: &TurnRequest,
        deltas: &UnboundedSender<Delta>,
        cancel: &CancellationToken,
    ) -> Result<Turn, ModelError> {
        let chat = to_genai(request);
        let mut pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(300))
            .with_max_times(TRIES - 1)
            .with_jitter()
            .build();
        loop {
            let mut streamed = false;
            let result = tokio::select! {
                result = self.attempt(&chat, deltas, &mut streamed) => result,
                () = cancel.cancelled() => return Err(ModelError::Cancelled),
            };
            let again = matches!(
                &result,
                Err(ModelError::RateLimited { .. } | ModelError::Endpoint { .. } | ModelError::Unreachable { .. })
            );
            // Once something was shown, a second try would say it twice.
            let pause = if again && !streamed { pauses.next() } else { None };
            let Some(pause) = pause else { return result };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = cancel.cancelled() => return Err(ModelError::Cancelled),
            }
        }
    }
}

fn to_genai(request: &TurnRequest) -> ChatRequest {
    let messages = request.messages.iter().map(|message| match message {
        Message::User { text } => ChatMessage::user(text.clone()),
        Message::Assistant { text, tool_calls } => {
            let mut parts = Vec::new();
            if !text.is_empty() {
                parts.push(ContentPart::Text(text.clone()));
            }
            parts.extend(tool_calls.iter().map(|call| {
                ContentPart::ToolCall(genai::chat::ToolCall {
                    call_id: call.id.clone(),
                    fn_name: call.name.clone(),
                    fn_arguments: call.arguments.clone(),
                    thought_signatures: None,
                })
            }));
            ChatMessage::assistant(MessageContent::from_parts(parts))
        }
        Message::ToolResult {
            call_id, name, content, ..
        } => ToolResponse::new(call_id.clone(), content.clone())
            .with_fn_name(name.clone())
            .into(),
    });
    let tools = request.tools.iter().map(|tool| {
        Tool::new(tool.name.clone())
            .with_description(tool.description.clone())
            .with_schema(tool.parameters.clone())
    });
    ChatRequest::new(messages.collect())
        .with_system(request.system.clone())
        .with_tools(tools)
}

/// The names of the models that an endpoint offers.
///
/// # Errors
/// As a turn; nothing is retried.
pub async fn list_models(config: &EndpointConfig, timeout: Duration) -> Result<Vec<String>, ModelError> {
    let endpoint = Endpoint::new(config.clone())?;
    let model = config.name.clone();
    let unreachable = |detail: &str| ModelError::Unreachable {
        model: model.clone(),
        detail: detail.to_owned(),
    };
    let http = reqwest::Client::builder()
        .no_proxy()
        .timeout(timeout)
        .build()
        .map_err(|_| unreachable("no HTTP client"))?;
    let mut get = http.get(format!("{}models", endpoint.config.base_url));
    if let Some(key) = &config.key {
        get = get.bearer_auth(key.expose_secret());
    }
    let response = get.send().await.map_err(|_| unreachable("no connection"))?;
    let status = response.status().as_u16();
    let detail = format!("HTTP {status}");
    match status {
        200 => {}
        401 | 403 => return Err(ModelError::Unauthorized { model, detail }),
        429 => return Err(ModelError::RateLimited { model, detail }),
        _ => return Err(ModelError::Endpoint { model, detail }),
    }
    let text = response.text().await.map_err(|_| unreachable("it broke off"))?;
    let body: serde_json::Value = serde_json::from_str(&text).map_err(|_| ModelError::Truncated {
        model: model.clone(),
        detail: "its answer is not JSON".to_owned(),
    })?;
    let list = body
        .get("data")
        .and_then(serde_json::Value::as_array)
        .cloned()
        .unwrap_or_default();
    Ok(list
        .iter()
        .filter_map(|m| m.get("id").and_then(serde_json::Value::as_str).map(str::to_owned))
        .take(200)
        .collect())
}

/// A model server that answers on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalServer {
    pub name: &'static str,
    pub base_url: &'static str,
    pub models: Vec<String>,
}

/// Where the usual local model servers listen by default, as their documentation says.
const LOCAL: [(&str, &str); 3] = [
    ("Ollama", "http://127.0.0.1:11434/v1/"),
    ("LM Studio", "http://127.0.0.1:1234/v1/"),
    ("llama.cpp", "http://127.0.0.1:8080/v1/"),
];

/// The local servers that answer now and offer a model.
pub async fn find_local() -> Vec<LocalServer> {
    let asked = LOCAL.map(|(name, base_url)| async move {
        let config = EndpointConfig {
            name: name.to_owned(),
            base_url: base_url.to_owned(),
            key: None,
            model: String::new(),
            silence: Duration::from_secs(2),
        };
        let models = list_models(&config, Duration::from_millis(700)).await.ok()?;
        (!models.is_empty()).then_some(LocalServer { name, base_url, models })
    });
    futures::future::join_all(asked).await.into_iter().flatten().collect()
}
