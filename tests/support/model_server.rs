//! An OpenAI-compatible endpoint on loopback that says what a script says, and refuses conversations that make no sense.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use futures::StreamExt;
use serde_json::{Value, json};

/// What is said next.
#[derive(Debug, Clone)]
pub enum Say {
    /// Text and tool calls, streamed in small pieces.
    Turn(String, Vec<(String, Value)>),
    /// One tool call whose arguments are as written, JSON or not.
    RawCall(String, String),
    /// Words without end: so many a second, for so many seconds.
    Flow { a_second: u32, seconds: u32 },
    /// An HTTP error.
    Status(u16),
    /// Too many requests: the client shall wait so many seconds.
    Busy(u64),
    /// More than the model can take at once.
    TooLong,
    /// Bytes that are no event stream.
    Nonsense,
    /// The beginning of a turn, and then the connection is closed.
    HalfATurn,
    /// The beginning of a turn, and then nothing more while the connection stays open.
    Silence,
    /// Thoughts, words and half of a tool call, and then nothing more while the connection stays open.
    HalfACall,
}

pub fn turn(text: &str, calls: &[(&str, Value)]) -> Say {
    Say::Turn(
        text.to_owned(),
        calls
            .iter()
            .map(|(name, arguments)| ((*name).to_owned(), arguments.clone()))
            .collect(),
    )
}

/// Answers a request by rule.
type Mind = Box<dyn FnMut(&Value) -> Say + Send>;

#[derive(Default)]
struct Script {
    lines: VecDeque<Say>,
    mind: Option<Mind>,
    asked: Vec<Value>,
    at: Vec<Instant>,
    complaints: Vec<String>,
}

pub struct ModelServer {
    script: Arc<Mutex<Script>>,
    port: u16,
    runtime: Option<tokio::runtime::Runtime>,
}

impl ModelServer {
    /// Says the lines, in order.
    pub fn start(lines: Vec<Say>) -> ModelServer {
        ModelServer::with(Script {
            lines: lines.into(),
            ..Script::default()
        })
    }

    /// Says what the rule makes of each request.
    pub fn thinking(mind: impl FnMut(&Value) -> Say + Send + 'static) -> ModelServer {
        ModelServer::with(Script {
            mind: Some(Box::new(mind)),
            ..Script::default()
        })
    }

    fn with(script: Script) -> ModelServer {
        let script = Arc::new(Mutex::new(script));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let app = Router::new()
            .route("/v1/chat/completions", post(complete))
            .route(
                "/v1/models",
                get(|| async { json!({"data": [{"id": "scripted-1"}]}).to_string() }),
            )
            .with_state(Arc::clone(&script));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move { axum::serve(listener, app).await });
        ModelServer {
            script,
            port,
            runtime: Some(runtime),
        }
    }

    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1/", self.port)
    }

    /// Adds what is said after everything else.
    pub fn then(&self, lines: Vec<Say>) {
        self.script.lock().unwrap().lines.extend(lines);
    }

    /// The requests, in order.
    pub fn asked(&self) -> Vec<Value> {
        self.script.lock().unwrap().asked.clone()
    }

    /// The time between a request and the one before it.
    pub fn pause_before(&self, request: usize) -> Duration {
        let script = self.script.lock().unwrap();
        script.at[request].duration_since(script.at[request - 1])
    }

    pub fn lines_left(&self) -> usize {
        self.script.lock().unwrap().lines.len()
    }

    /// What was wrong with conversations.
    pub fn complaints(&self) -> Vec<String> {
        self.script.lock().unwrap().complaints.clone()
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn complete(State(script): State<Arc<Mutex<Script>>>, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    if let Some(remark) = remark_on(&request) {
        return stream_of(pieces_of(remark, &[]));
    }
    let say = {
        let mut script = script.lock().unwrap();
        if let Err(complaint) = makes_sense(&request) {
            script.complaints.push(format!("{complaint}: {}", request["messages"]));
        }
        let thought = script.mind.as_mut().map(|mind| mind(&request));
        script.asked.push(request);
        script.at.push(Instant::now());
        thought.or_else(|| script.lines.pop_front())
    };
    let stream = stream_of;
    match say {
        None => plain(StatusCode::INTERNAL_SERVER_ERROR, "the script is over"),
        Some(Say::Status(code)) => plain(StatusCode::from_u16(code).unwrap(), r#"{"error": {"message": "no"}}"#),
        Some(Say::Busy(seconds)) => {
            let mut response = plain(StatusCode::TOO_MANY_REQUESTS, r#"{"error": {"message": "slow down"}}"#);
            response.headers_mut().insert("retry-after", seconds.into());
            response
        }
        Some(Say::TooLong) => plain(
            StatusCode::BAD_REQUEST,
            r#"{"error": {"message": "too long", "type": "invalid_request_error", "code": "context_length_exceeded"}}"#,
        ),
        Some(Say::RawCall(name, arguments)) => stream(pieces_of("", &[(name, arguments)])),
        Some(Say::Nonsense) => stream(vec!["data: {\"choices\": [{\"delta\": {\"content\": \n\n".to_owned()]),
        Some(Say::HalfATurn) => stream(vec![event(
            &json!({"choices": [{"index": 0, "delta": {"role": "assistant", "content": "I beg"}}]}),
        )]),
        Some(Say::Silence) => and_then_silence(vec![piece(json!({"role": "assistant", "content": "I beg"}))]),
        Some(Say::Flow { a_second, seconds }) => {
            let pieces = flow(a_second, seconds);
            Response::builder()
                .header("content-type", "text/event-stream")
                .body(Body::from_stream(pieces))
                .unwrap()
        }
        Some(Say::HalfACall) => {
            let call = |arguments: &str| {
                let function = json!({"name": "write_file", "arguments": arguments});
                piece(json!({"tool_calls": [{"index": 0, "id": "call_0", "type": "function", "function": function}]}))
            };
            let line = "export const days = (from, to) => Math.round((to - from) / 86400000);\\n".repeat(30);
            and_then_silence(vec![
                piece(
                    json!({"reasoning_content": "Two files are enough: one module that counts, and the page that shows it. "}),
                ),
                piece(json!({"reasoning_content": "I begin with the module."})),
                piece(json!({"content": "I write the module first."})),
                call("{\"path\": \"days.mjs\", \"content\": \""),
                call(&line),
            ])
        }
        Some(Say::Turn(text, calls)) => {
            let calls: Vec<_> = calls
                .into_iter()
                .map(|(name, arguments)| (name, arguments.to_string()))
                .collect();
            stream(pieces_of(&text, &calls))
        }
    }
}

/// What Q Assistant says of a handoff, whatever the script is at: it is asked beside the work.
pub const REMARK: &str = "R1 is met, and the tests name it. I would approve it.";

fn remark_on(request: &Value) -> Option<&'static str> {
    let asked = request["messages"].as_array()?.last()?["content"].to_string();
    asked
        .contains("A handoff waits for the person's approval.")
        .then_some(REMARK)
}

fn stream_of(pieces: Vec<String>) -> Response {
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(Body::from_stream(futures_stream(pieces)))
        .unwrap()
}

/// Markdown as models write it, a token an event.
fn flow(a_second: u32, seconds: u32) -> impl futures::Stream<Item = Result<Bytes, Infallible>> {
    const PARAGRAPH: &str = "## A part of it\n\nWords with *weight*, `code` and a [link](http://127.0.0.1/) in a sentence that goes on for a \
        while.\n\n- a first thing that is said\n- a second thing, with **bold** words in it\n\n```js\nexport const days = (from, to) => \
        Math.round((to - from) / 86400000);\nif (days > 3) { console.log('a while'); }\n```\n\n| name | value |\n|---|---|\n| one | 1 |\n| two | 2 |\n\n";
    const BATCH: Duration = Duration::from_millis(20);
    let words: Vec<&str> = PARAGRAPH.split_inclusive(' ').collect();
    let all = usize::try_from(a_second * seconds).unwrap();
    let begun = Instant::now();
    futures::stream::unfold(0_usize, move |said| {
        let words = words.clone();
        async move {
            if said > all {
                return None;
            }
            tokio::time::sleep(BATCH).await;
            let due = (begun.elapsed().as_secs_f64() * f64::from(a_second)) as usize;
            let mut text: String = (said..due.min(all))
                .map(|index| piece(json!({"content": words[index % words.len()]})))
                .collect();
            let said = if due >= all {
                text.push_str(&event(
                    &json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
                ));
                text.push_str("data: [DONE]\n\n");
                all + 1
            } else {
                due
            };
            Some((Ok(Bytes::from(text)), said))
        }
    })
}

fn piece(delta: Value) -> String {
    event(&json!({"choices": [{"index": 0, "delta": delta}]}))
}

fn and_then_silence(begun: Vec<String>) -> Response {
    let pieces = futures_stream(begun).chain(futures::stream::pending());
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(Body::from_stream(pieces))
        .unwrap()
}

fn plain(status: StatusCode, body: &str) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

fn futures_stream(pieces: Vec<String>) -> impl futures::Stream<Item = Result<Bytes, Infallible>> {
    futures::stream::unfold(pieces.into_iter(), |mut pieces| async move {
        let piece = pieces.next()?;
        // As over a network: pieces do not arrive together.
        tokio::time::sleep(Duration::from_millis(1)).await;
        Some((Ok(Bytes::from(piece)), pieces))
    })
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}

/// Text word by word, arguments of tool calls a few letters at a time and cut anywhere.
fn pieces_of(text: &str, calls: &[(String, String)]) -> Vec<String> {
    let delta = |delta: Value| {
        event(&json!({"id": "c1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]}))
    };
    let mut pieces = vec![delta(json!({"role": "assistant", "content": ""}))];
    pieces.extend(text.split_inclusive(' ').map(|word| delta(json!({"content": word}))));
    for (index, (name, arguments)) in calls.iter().enumerate() {
        let id = format!("call_{index}_{}", name.len());
        pieces.push(delta(json!({"tool_calls": [{"index": index, "id": id, "type": "function", "function": {"name": name, "arguments": ""}}]})));
        let letters: Vec<char> = arguments.chars().collect();
        for part in letters.chunks(23) {
            let part: String = part.iter().collect();
            pieces.push(delta(
                json!({"tool_calls": [{"index": index, "function": {"arguments": part}}]}),
            ));
        }
    }
    let reason = if calls.is_empty() { "stop" } else { "tool_calls" };
    pieces.push(event(
        &json!({"id": "c1", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}),
    ));
    pieces.push(event(&json!({"id": "c1", "choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}})));
    pieces.push("data: [DONE]\n\n".to_owned());
    // Events do not end where packets do.
    let whole: Vec<char> = pieces.concat().chars().collect();
    whole.chunks(170).map(|packet| packet.iter().collect()).collect()
}

/// Every tool call is answered exactly once, right after it was made.
fn makes_sense(request: &Value) -> Result<(), String> {
    let messages = request["messages"].as_array().ok_or("no messages")?;
    if messages.first().map(|m| &m["role"]) != Some(&json!("system")) {
        return Err("the first message is not the system's".to_owned());
    }
    let mut open: Vec<String> = Vec::new();
    for message in messages {
        match message["role"].as_str().unwrap_or_default() {
            "tool" => {
                let id = message["tool_call_id"].as_str().unwrap_or_default();
                let at = open
                    .iter()
                    .position(|call| call == id)
                    .ok_or(format!("an answer to {id}, which nobody called"))?;
                open.remove(at);
            }
            role if open.is_empty() => {
                if role == "assistant" {
                    let calls = message["tool_calls"].as_array().cloned().unwrap_or_default();
                    open.extend(
                        calls
                            .iter()
                            .map(|call| call["id"].as_str().unwrap_or_default().to_owned()),
                    );
                }
            }
            role => return Err(format!("{role} speaks while {open:?} wait for an answer")),
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("{open:?} were never answered"))
    }
}
