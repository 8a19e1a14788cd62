//! A speech server of OpenAI's form on loopback. It understands with pocketsphinx and a grammar of a dozen briefs: free dictation of a
//! synthetic voice is beyond it.

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Multipart, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::post;
use serde_json::json;

const GRAMMAR: &str = "#JSGF V1.0;
grammar briefs;
public <brief> = make a tip calculator | build a clock with an alarm | i want a shopping list for the family
  | make a tool that sorts my photos | fix the broken login page | show the weather of tomorrow
  | count the words of a letter | draw a chart of my money | write a letter to the bank
  | show the changes | send it | approve it | open the plan ;
";

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It understands what is said.
    Listens,
    /// It answers with a web page, as a proxy's login does.
    WebPage,
}

/// What came in one request.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    pub wav: Vec<u8>,
    pub model: String,
    pub prompt: String,
    /// How long the server had it.
    pub took: Duration,
}

struct Shared {
    manner: Manner,
    heard: Vec<Heard>,
}

pub struct SpeechServer {
    shared: Arc<Mutex<Shared>>,
    port: u16,
    runtime: Option<tokio::runtime::Runtime>,
}

impl SpeechServer {
    pub fn start() -> SpeechServer {
        let shared = Arc::new(Mutex::new(Shared {
            manner: Manner::Listens,
            heard: Vec::new(),
        }));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let app = Router::new()
            .route("/v1/audio/transcriptions", post(transcribe))
            .with_state(Arc::clone(&shared));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move { axum::serve(listener, app).await });
        SpeechServer {
            shared,
            port,
            runtime: Some(runtime),
        }
    }

    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1/", self.port)
    }

    pub fn answer_as(&self, manner: Manner) {
        self.shared.lock().unwrap().manner = manner;
    }

    /// The requests, in order.
    pub fn heard(&self) -> Vec<Heard> {
        self.shared.lock().unwrap().heard.clone()
    }
}

impl Drop for SpeechServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn transcribe(State(shared): State<Arc<Mutex<Shared>>>, mut form: Multipart) -> Response {
    let begun = Instant::now();
    let mut heard = Heard::default();
    while let Some(field) = form.next_field().await.unwrap() {
        match field.name().unwrap_or_default() {
            "file" => heard.wav = field.bytes().await.unwrap().to_vec(),
            "model" => heard.model = field.text().await.unwrap(),
            "prompt" => heard.prompt = field.text().await.unwrap(),
            _ => {}
        }
    }
    let manner = shared.lock().unwrap().manner;
    let wav = heard.wav.clone();
    let answer = match manner {
        Manner::Listens => {
            let text = tokio::task::spawn_blocking(move || understand(&wav)).await.unwrap();
            json!({"text": text}).to_string().into_response()
        }
        Manner::WebPage => Html("<h1>Log in</h1>").into_response(),
    };
    heard.took = begun.elapsed();
    shared.lock().unwrap().heard.push(heard);
    answer
}

/// It understands nothing now and then, depending on where in a frame the first sound lies. Nobody would use it; asked again with a little
/// more silence before, it does.
fn understand(wav: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let (sound, grammar) = (dir.path().join("speech.wav"), dir.path().join("briefs.gram"));
    std::fs::write(&grammar, GRAMMAR).unwrap();
    for silence in [0, 1_500, 2_900, 700, 4_100] {
        // The silence goes behind the 44 bytes of the header, which the reader takes for no more than a beginning.
        let with_silence = [&wav[..44], &vec![0; 2 * silence], &wav[44..]].concat();
        std::fs::write(&sound, with_silence).unwrap();
        let understood = Command::new("pocketsphinx_continuous")
            .arg("-infile")
            .arg(&sound)
            .arg("-jsgf")
            .arg(&grammar)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .expect("pocketsphinx_continuous starts (package pocketsphinx)");
        let text = String::from_utf8_lossy(&understood.stdout);
        let words: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if !words.is_empty() {
            return words.join(" ");
        }
    }
    String::new()
}
