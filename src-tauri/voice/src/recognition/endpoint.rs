//! A server that speaks OpenAI's form: `POST {address}/audio/transcriptions`, a WAV file in, `{"text": …}` out.
//! (platform.openai.com, API reference, "Create transcription"; also LocalAI, Speaches, whisper.cpp's server, vLLM.)

use std::time::Duration;

use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};

use super::{Hint, Recogniser, RecognitionProblem};
use crate::sound::Sound;
use crate::words::is_seen;

/// How a server is reached.
#[derive(Clone)]
pub struct Address {
    /// Up to and without `/audio/transcriptions`, usually ending in `/v1`.
    pub base: String,
    pub key: Option<SecretString>,
    pub model: String,
}

/// How long a server may take to be reached.
const CONNECT: Duration = Duration::from_secs(5);

/// How long it may take to understand: this, and twice as long as was spoken.
const UNDERSTAND: Duration = Duration::from_secs(20);

/// Longer answers are no transcript of half a minute.
const LONGEST_ANSWER: usize = 1 << 20;

/// How much of a server's own words is shown.
const SHOWN: usize = 200;

/// A server's wish to be left alone is followed up to this; longer ones are the person's to decide.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Recognises by asking a server.
pub struct Endpoint {
    address: Address,
    client: Client,
    understand: Duration,
}

impl Endpoint {
    /// # Errors
    /// Where no connection could ever be made from this machine.
    pub fn new(address: Address) -> Result<Endpoint, RecognitionProblem> {
        Endpoint::patient(address, UNDERSTAND)
    }

    /// The same with another patience.
    ///
    /// # Errors
    /// As [`Endpoint::new`].
    pub fn patient(mut address: Address, understand: Duration) -> Result<Endpoint, RecognitionProblem> {
        let base = address.base.trim().trim_end_matches('/');
        address.base = base.strip_suffix("/audio/transcriptions").unwrap_or(base).to_owned();
        // A key that was pasted with the end of its line is the same key.
        let key = address.key.map(|key| SecretString::from(key.expose_secret().trim()));
        address.key = key.filter(|key| !key.expose_secret().is_empty());
        // What a person says goes where that person wanted it, and to nobody whom that server names.
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .redirect(Policy::none())
            .build();
        let client = client.map_err(|error| RecognitionProblem::Unreachable {
            address: address.base.clone(),
            why: plain(&error),
        })?;
        Ok(Endpoint {
            address,
            client,
            understand,
        })
    }

    async fn ask(&self, wav: &[u8], hint: &Hint, patience: Duration) -> Result<String, Attempt> {
        let unusable = |error: reqwest::Error| Attempt::last(self.unreachable(&error));
        let file = Part::bytes(wav.to_vec())
            .file_name("speech.wav")
            .mime_str("audio/wav")
            .map_err(unusable)?;
        let mut form = Form::new()
            .part("file", file)
            .text("model", self.address.model.clone())
            .text("response_format", "json");
        if let Some(language) = &hint.language {
            form = form.text("language", language.clone());
        }
        let prompt = hint.prompt();
        if !prompt.is_empty() {
            form = form.text("prompt", prompt);
        }
        let mut request = self
            .client
            .post(format!("{}/audio/transcriptions", self.address.base))
            .multipart(form);
        if let Some(key) = &self.address.key {
            request = request.bearer_auth(key.expose_secret());
        }
        let answered = tokio::time::timeout(patience, async { self.read(request.send().await).await }).await;
        answered.unwrap_or_else(|_| {
            Err(Attempt::last(RecognitionProblem::TooSlow {
                address: self.address.base.clone(),
                after: patience,
            }))
        })
    }

    async fn read(&self, answered: Result<Response, reqwest::Error>) -> Result<String, Attempt> {
        let answer = answered.map_err(|error| Attempt {
            // A server that is just being started refuses for a moment.
            again: error.is_connect() || error.is_request(),
            wait: None,
            problem: self.unreachable(&error),
        })?;
        let status = answer.status();
        let kind = answer.headers().get(CONTENT_TYPE);
        let is_page = kind
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.contains("text/html"));
        let wait = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|wait| wait.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        let body = body(answer)
            .await
            .map_err(|error| Attempt::last(self.unreachable(&error)))?;
        if !status.is_success() {
            return Err(self.refused(status, wait, is_page, &body));
        }
        let not_one = |why: &str| {
            Attempt::last(RecognitionProblem::NotASpeechServer {
                address: self.address.base.clone(),
                why: why.to_owned(),
            })
        };
        if is_page {
            return Err(not_one("it answered with a web page"));
        }
        let json: serde_json::Value =
            serde_json::from_slice(&body).map_err(|_| not_one("its answer cannot be read"))?;
        match json.get("text").and_then(serde_json::Value::as_str) {
            Some(text) => Ok(text.trim().to_owned()),
            None => Err(not_one("there is no text in its answer")),
        }
    }

    fn refused(&self, status: StatusCode, wait: Option<Duration>, is_page: bool, body: &[u8]) -> Attempt {
        let why = if is_page {
            format!("it answered {status} with a web page")
        } else {
            said(status, body)
        };
        let address = self.address.base.clone();
        let problem = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => RecognitionProblem::KeyRefused,
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
                RecognitionProblem::NotASpeechServer { address, why }
            }
            StatusCode::TOO_MANY_REQUESTS => RecognitionProblem::Busy { why },
            status if status.is_redirection() => RecognitionProblem::NotASpeechServer { address, why },
            _ => RecognitionProblem::Failed { why },
        };
        let soon = wait.is_none_or(|wait| wait <= LONGEST_WAIT);
        Attempt {
            again: soon && (status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS),
            wait,
            problem,
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> RecognitionProblem {
        RecognitionProblem::Unreachable {
            address: self.address.base.clone(),
            why: plain(error),
        }
    }
}

#[async_trait]
impl Recogniser for Endpoint {
    async fn recognise(&self, sound: &Sound, hint: &Hint) -> Result<String, RecognitionProblem> {
        let wav = sound
            .wav()
            .map_err(|error| RecognitionProblem::Failed { why: error.to_string() })?;
        let patience = self.understand + 2 * sound.duration();
        let attempts = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(300))
            .with_max_times(2)
            .with_jitter();
        (|| self.ask(&wav, hint, patience))
            .retry(attempts)
            .when(|attempt| attempt.again)
            .adjust(|attempt, planned| planned.map(|planned| attempt.wait.unwrap_or(planned)))
            .await
            .map_err(|attempt| attempt.problem)
    }
}

/// One attempt that failed.
struct Attempt {
    problem: RecognitionProblem,
    again: bool,
    /// What the server wants to be waited.
    wait: Option<Duration>,
}

impl Attempt {
    fn last(problem: RecognitionProblem) -> Attempt {
        Attempt {
            problem,
            again: false,
            wait: None,
        }
    }
}

async fn body(mut answer: Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            body.truncate(LONGEST_ANSWER);
            break;
        }
    }
    Ok(body)
}

/// What a server says of its own error, shortened; it is shown as text and nothing else.
fn said(status: StatusCode, body: &[u8]) -> String {
    let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let message = json.as_ref().and_then(|json| {
        let error = json.get("error").unwrap_or(json);
        error
            .as_str()
            .or_else(|| error.get("message")?.as_str())
            .or_else(|| error.get("detail")?.as_str())
    });
    let message = message.map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned);
    let short: String = message
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|letter| is_seen(*letter))
        .take(SHOWN)
        .collect();
    if short.is_empty() {
        format!("it answered {status}")
    } else {
        format!("{} ({status})", short.trim_end_matches('.'))
    }
}

/// The cause of a connection's error, without the address, which is said already.
fn plain(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().trim_end_matches('.').to_owned()
}
