//! Four wire forms, each written after its provider's public documentation, spoken by a server on loopback.

pub mod anthropic;
pub mod gemini;
pub mod ollama;
pub mod openai;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use models::{Stop, Usage, Wire};
use serde_json::Value;
use tokio::sync::mpsc;

/// One thing that a model says, whatever the wire.
#[derive(Debug, Clone)]
pub enum Piece {
    Text(&'static str),
    Reasoning(&'static str),
    /// Name, arguments as JSON text, and how many letters of them come at once.
    Call(&'static str, &'static str, usize),
    /// Two calls whose arguments arrive in turn, where the wire can do that.
    TwoAtOnce([(&'static str, &'static str); 2]),
    /// A call of which the server says no id.
    CallWithoutId(&'static str, &'static str),
    Usage(Usage),
    /// Why the turn ends. The end marker follows with [`Piece::End`].
    Stop(Stop),
    /// The model ends its turn to call tools.
    StopForTools,
    End,
    /// An error of the provider's in the middle of the stream, as it documents it.
    Overloaded,
    /// An event that cannot be read.
    Broken,
    /// A sign of life without content, where the wire has one.
    Ping,
    Wait(u64),
    /// The connection is lost.
    Lost,
    /// Bytes after the end.
    Rubbish,
}

/// What goes over the network.
#[derive(Debug, Clone)]
pub enum Step {
    Bytes(String),
    Wait(Duration),
    Lost,
}

/// Faults that a provider reports before it streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    WrongKey,
    Forbidden,
    NoCredit,
    UnknownModel,
    TooLong,
    /// With a time to wait of two seconds.
    RateLimited,
    ServerError,
    Overloaded,
    BadRequest,
}

/// Status, headers and body of a fault.
pub struct Refusal {
    pub status: u16,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: String,
}

pub fn steps(wire: Wire, pieces: &[Piece]) -> Vec<Step> {
    match wire {
        Wire::OpenAi => openai::steps(pieces),
        Wire::Anthropic => anthropic::steps(pieces),
        Wire::Gemini => gemini::steps(pieces),
        Wire::Ollama => ollama::steps(pieces),
    }
}

pub fn refusal(wire: Wire, fault: Fault) -> Refusal {
    match wire {
        Wire::OpenAi => openai::refusal(fault),
        Wire::Anthropic => anthropic::refusal(fault),
        Wire::Gemini => gemini::refusal(fault),
        Wire::Ollama => ollama::refusal(fault),
    }
}

pub fn answer(status: u16, body: impl Into<String>) -> Refusal {
    Refusal {
        status,
        headers: Vec::new(),
        body: body.into(),
    }
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
}

enum Answer {
    Stream { steps: Vec<Step>, packet: usize },
    Refusal(Refusal),
}

struct Shared {
    answer: Mutex<Answer>,
    asked: Mutex<Vec<Asked>>,
    /// Told when a client goes before the stream has ended.
    gone: mpsc::UnboundedSender<()>,
}

/// A server that answers every request in the same way.
pub struct Server {
    shared: Arc<Shared>,
    port: u16,
    pub gone: mpsc::UnboundedReceiver<()>,
}

impl Server {
    /// Streams the steps, cut into packets of so many bytes.
    pub async fn streaming(steps: Vec<Step>, packet: usize) -> Server {
        Server::start(Answer::Stream { steps, packet }).await
    }

    pub async fn refusing(refusal: Refusal) -> Server {
        Server::start(Answer::Refusal(refusal)).await
    }

    async fn start(answer: Answer) -> Server {
        let (gone, gone_heard) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            answer: Mutex::new(answer),
            asked: Mutex::new(Vec::new()),
            gone,
        });
        let app = Router::new().fallback(serve).with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Server {
            shared,
            port,
            gone: gone_heard,
        }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }
}

async fn serve(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let path = uri.to_string();
    shared.asked.lock().unwrap().push(Asked { path, headers, body });
    let answer = shared.answer.lock().unwrap();
    match &*answer {
        Answer::Refusal(refusal) => {
            let mut response = Response::builder().status(refusal.status);
            for (name, value) in &refusal.headers {
                response = response.header(*name, *value);
            }
            response.body(Body::from(refusal.body.clone())).unwrap()
        }
        Answer::Stream { steps, packet } => {
            let (to_client, from_here) = mpsc::channel::<Result<Bytes, &'static str>>(1);
            tokio::spawn(speak(steps.clone(), *packet, to_client, shared.gone.clone()));
            let stream = futures::stream::unfold(from_here, |mut from_here| async move {
                Some((from_here.recv().await?, from_here))
            });
            Response::builder()
                .header("content-type", "text/event-stream")
                .body(Body::from_stream(stream))
                .unwrap()
        }
    }
}

async fn speak(
    steps: Vec<Step>,
    packet: usize,
    to_client: mpsc::Sender<Result<Bytes, &'static str>>,
    gone: mpsc::UnboundedSender<()>,
) -> Result<(), Infallible> {
    for step in steps {
        match step {
            Step::Bytes(text) => {
                for part in text.as_bytes().chunks(packet) {
                    if to_client.send(Ok(Bytes::copy_from_slice(part))).await.is_err() {
                        let _ = gone.send(());
                        return Ok(());
                    }
                }
            }
            Step::Wait(pause) => {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = to_client.closed() => {
                        let _ = gone.send(());
                        return Ok(());
                    }
                }
            }
            Step::Lost => {
                let _ = to_client.send(Err("lost")).await;
            }
        }
    }
    Ok(())
}

/// What the turn used, for wires that say it in several places.
fn usage_of(pieces: &[Piece]) -> Option<Usage> {
    pieces.iter().find_map(|piece| {
        if let Piece::Usage(usage) = piece {
            Some(*usage)
        } else {
            None
        }
    })
}

/// A text in pieces of so many letters.
pub fn cut(text: &str, letters: usize) -> Vec<String> {
    let all: Vec<char> = text.chars().collect();
    all.chunks(letters.max(1)).map(|part| part.iter().collect()).collect()
}
