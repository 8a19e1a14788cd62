//! A speech server that answers well, badly, late, or not at all.

use std::io::Cursor;
use std::time::Duration;

use axum::response::Response;
use rstest::rstest;
use secrecy::SecretString;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use voice::recognition::endpoint::{Address, Endpoint};
use voice::recognition::{Hint, Recogniser, RecognitionProblem};
use voice::sound::Sound;

use crate::server::{Asked, Server, answer, nobody};
use crate::signals::tone;

fn sound() -> Sound {
    Sound::from_samples(&tone(16_000, 440.0, 0.5, 0.5))
}

fn address(base: &str) -> Address {
    Address {
        base: base.to_owned(),
        key: None,
        model: "whisper-1".to_owned(),
    }
}

fn json(status: u16, body: &'static str) -> Response {
    answer(status, "application/json", body)
}

fn well(_: &Asked, _: usize) -> Response {
    json(200, r#"{"text": " Good morning. "}"#)
}

async fn recognise(address: Address) -> Result<String, RecognitionProblem> {
    Endpoint::new(address)?.recognise(&sound(), &Hint::default()).await
}

async fn problem(base: &str) -> RecognitionProblem {
    recognise(address(base)).await.unwrap_err()
}

#[tokio::test]
async fn a_server_gets_what_it_needs_and_its_words_arrive() {
    let server = Server::answering(well).await;
    let endpoint = Endpoint::new(Address {
        key: Some(SecretString::from("sk-of-this-person")),
        ..address(&format!("{}/v1", server.address()))
    });
    let hint = Hint {
        language: Some("de".to_owned()),
        names: vec!["Żaneta".to_owned(), " Q ".to_owned()],
        before: "As I said,".to_owned(),
    };
    let words = endpoint.unwrap().recognise(&sound(), &hint).await;
    assert_eq!(words.unwrap(), "Good morning.");

    let asked = server.asked();
    let [asked] = asked.as_slice() else {
        panic!("asked {} times", asked.len());
    };
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", "/v1/audio/transcriptions")
    );
    assert_eq!(asked.header("authorization"), Some("Bearer sk-of-this-person"));
    let form = asked.form().await;
    let text = |name: &str| {
        let field = form.iter().find(|field| field.name == name)?;
        Some(String::from_utf8(field.content.clone()).unwrap())
    };
    assert_eq!(text("model").as_deref(), Some("whisper-1"));
    assert_eq!(text("response_format").as_deref(), Some("json"));
    assert_eq!(text("language").as_deref(), Some("de"));
    assert_eq!(text("prompt").as_deref(), Some("Żaneta, Q. As I said,"));

    let file = form.iter().find(|field| field.name == "file").unwrap();
    // Servers judge a file by its name.
    assert_eq!(file.file.as_deref(), Some("speech.wav"));
    assert_eq!(file.kind.as_deref(), Some("audio/wav"));
    let wav = hound::WavReader::new(Cursor::new(&file.content)).unwrap();
    let spec = wav.spec();
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, 16_000, 16));
    let samples: Vec<f32> = wav
        .into_samples::<i16>()
        .map(|sample| f32::from(sample.unwrap()) / f32::from(i16::MAX))
        .collect();
    assert_eq!(samples, sound().samples());
}

#[tokio::test]
async fn what_is_not_known_is_not_sent() {
    let server = Server::answering(well).await;
    recognise(address(&server.address())).await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(asked.header("authorization"), None);
    let names: Vec<String> = asked.form().await.into_iter().map(|field| field.name).collect();
    assert_eq!(names, ["file", "model", "response_format"]);
}

#[rstest]
#[case("sk-pasted\n", Some("Bearer sk-pasted"))]
#[case("  ", None)]
#[case("", None)]
#[tokio::test]
async fn a_key_is_sent_as_it_was_meant(#[case] key: &str, #[case] header: Option<&str>) {
    let server = Server::answering(well).await;
    let address = Address {
        key: Some(SecretString::from(key)),
        ..address(&server.address())
    };
    recognise(address).await.unwrap();
    assert_eq!(server.asked()[0].header("authorization"), header);
}

#[rstest]
#[case("/v1", "/v1/audio/transcriptions")]
#[case("/v1/", "/v1/audio/transcriptions")]
#[case("/v1//", "/v1/audio/transcriptions")]
#[case("", "/audio/transcriptions")]
#[case("/", "/audio/transcriptions")]
#[case("/v1/audio/transcriptions", "/v1/audio/transcriptions")]
#[case("/v1/audio/transcriptions/", "/v1/audio/transcriptions")]
#[case("/v1 ", "/v1/audio/transcriptions")]
#[tokio::test]
async fn an_address_may_be_written_as_people_do(#[case] written: &str, #[case] path: &str) {
    let server = Server::answering(well).await;
    recognise(address(&format!("{}{written}", server.address())))
        .await
        .unwrap();
    assert_eq!(server.asked()[0].path, path);
}

#[rstest]
#[case("")]
#[case("127.0.0.1:1/v1")]
#[case("my server")]
#[case("ftp://127.0.0.1/v1")]
#[tokio::test]
async fn what_is_no_address_is_said(#[case] base: &str) {
    let problem = problem(base).await;
    assert!(matches!(problem, RecognitionProblem::Unreachable { .. }), "{problem:?}");
    assert!(
        problem.to_string().contains("change the address in Settings, Voice"),
        "{problem}"
    );
}

const HTML: &str = "<!doctype html><title>Sign in</title><p>Sign in to the network";

/// Which problem it must be, as the sentence that begins or ends so.
const KEY: &[&str] = &["refused the key", "Enter it again in Settings, Voice."];
const NO_SERVER: &[&str] = &[
    "is no speech server",
    "usually ends in /v1; correct it in Settings, Voice.",
];
const BUSY: &[&str] = &["is busy", "Try again in a moment."];
const FAILED: &[&str] = &[
    "could not do it",
    "Try again, or choose another one in Settings, Voice.",
];

#[rstest]
#[case::wrong_key(
    401,
    "application/json",
    r#"{"error": {"message": "Incorrect API key"}}"#,
    KEY,
    "",
    1
)]
#[case::forbidden(403, "application/json", r#"{"detail": "no"}"#, KEY, "", 1)]
#[case::forbidden_page(403, "text/html; charset=utf-8", HTML, KEY, "", 1)]
#[case::not_found_page(404, "text/html", HTML, NO_SERVER, "it answered 404 Not Found with a web page", 1)]
#[case::not_found(
    404,
    "application/json",
    r#"{"detail": "Not Found"}"#,
    NO_SERVER,
    "Not Found (404 Not Found)",
    1
)]
#[case::no_post(405, "text/plain", "", NO_SERVER, "it answered 405 Method Not Allowed", 1)]
#[case::unknown_model(
    400,
    "application/json",
    r#"{"error": "no such model."}"#,
    FAILED,
    "no such model (400 Bad Request)",
    1
)]
#[case::too_large(
    413,
    "application/json",
    r#"{"error": {"message": "Too large.\n"}}"#,
    FAILED,
    "Too large (413 ",
    1
)]
#[case::error_page(
    500,
    "text/html",
    HTML,
    FAILED,
    "it answered 500 Internal Server Error with a web page",
    3
)]
#[case::error(
    500,
    "application/json",
    r#"{"error": {"message": "out of memory"}}"#,
    FAILED,
    "out of memory",
    3
)]
#[case::overloaded(503, "text/plain", "loading\u{7}  the\nmodel", FAILED, "loading the model (503", 3)]
#[case::busy(
    429,
    "application/json",
    r#"{"error": {"message": "Slow down"}}"#,
    BUSY,
    "Slow down",
    3
)]
#[case::page(200, "text/html", HTML, NO_SERVER, "it answered with a web page", 1)]
#[case::no_text(
    200,
    "application/json",
    r#"{"model": "llama"}"#,
    NO_SERVER,
    "there is no text in its answer",
    1
)]
#[case::number(
    200,
    "application/json",
    r#"{"text": 42}"#,
    NO_SERVER,
    "there is no text in its answer",
    1
)]
#[case::list(
    200,
    "application/json",
    r#"["text"]"#,
    NO_SERVER,
    "there is no text in its answer",
    1
)]
#[case::no_json(200, "text/plain", "Good morning.", NO_SERVER, "its answer cannot be read", 1)]
#[case::half(
    200,
    "application/json",
    r#"{"text": "Good mor"#,
    NO_SERVER,
    "its answer cannot be read",
    1
)]
#[case::nothing(204, "application/json", "", NO_SERVER, "its answer cannot be read", 1)]
#[tokio::test]
async fn a_refusal_says_what_to_do(
    #[case] status: u16,
    #[case] kind: &'static str,
    #[case] body: &'static str,
    #[case] sentence: &[&str],
    #[case] why: &str,
    #[case] times: usize,
) {
    let server = Server::answering(move |_, _| answer(status, kind, body)).await;
    let said = problem(&server.address()).await.to_string();
    for part in sentence.iter().chain([&why]) {
        assert!(said.contains(part), "“{part}” is not in “{said}”");
    }
    assert!(!said.contains('<'), "{said}");
    assert!(!said.contains(char::is_control), "{said:?}");
    assert_eq!(server.asked().len(), times, "tried again only where that can help");
}

#[rstest]
#[case::busy(|| answer_with(429, "retry-after", "0"))]
#[case::busy_without_a_word(|| json(429, ""))]
#[case::error(|| json(500, ""))]
#[case::starting(|| answer_with(503, "retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"))]
#[tokio::test]
async fn what_passes_is_not_heard_of(#[case] first: fn() -> Response) {
    let server = Server::answering(move |asked, before| if before == 0 { first() } else { well(asked, before) }).await;
    assert_eq!(recognise(address(&server.address())).await.unwrap(), "Good morning.");
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].body.len(), asked[1].body.len(), "all of it is sent again");
}

fn answer_with(status: u16, name: &'static str, value: &'static str) -> Response {
    let answer = Response::builder().status(status).header(name, value);
    answer.body(axum::body::Body::empty()).unwrap()
}

#[rstest]
#[case(429, BUSY)]
#[case(503, FAILED)]
#[tokio::test]
async fn nobody_is_kept_waiting_for_ten_minutes(#[case] status: u16, #[case] sentence: &[&str]) {
    let server = Server::answering(move |_, _| answer_with(status, "retry-after", "600")).await;
    let base = server.address();
    let answered = tokio::time::timeout(Duration::from_secs(120), problem(&base)).await;
    let said = answered.expect("it waits").to_string();
    assert!(sentence.iter().all(|part| said.contains(part)), "{said}");
    assert_eq!(server.asked().len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_voice_goes_where_the_person_said_and_nowhere_else(#[values(301, 302, 303, 307, 308)] status: u16) {
    let other = Server::answering(well).await;
    let elsewhere = format!("{}/v1/audio/transcriptions", other.address());
    let server = Server::answering(move |_, _| {
        let answer = Response::builder().status(status).header("location", elsewhere.clone());
        answer.body(axum::body::Body::empty()).unwrap()
    });
    let server = server.await;
    let said = problem(&server.address()).await.to_string();
    assert!(NO_SERVER.iter().all(|part| said.contains(part)), "{said}");
    assert!(said.contains(&status.to_string()), "{said}");
    assert_eq!(other.asked().len(), 0);
}

#[tokio::test]
async fn silence_is_understood_as_such() {
    let server = Server::answering(|_, _| json(200, r#"{"text": "  \n"}"#)).await;
    assert_eq!(recognise(address(&server.address())).await.unwrap(), "");
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let server = Server::answering(|_, _| {
        let body = format!(r#"{{"text": "{}"}}"#, "a".repeat(5_000_000));
        answer(200, "application/json", body)
    });
    let said = problem(&server.await.address()).await.to_string();
    assert!(NO_SERVER.iter().all(|part| said.contains(part)), "{said}");
    let server = Server::answering(|_, _| answer(500, "text/plain", "long ".repeat(1_000_000))).await;
    let said = problem(&server.address()).await.to_string();
    assert!(said.len() < 500, "{} letters", said.len());
}

#[tokio::test]
async fn a_server_that_takes_too_long_is_too_slow() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let patience = Duration::from_millis(100);
    let endpoint = Endpoint::patient(address(&base), patience).unwrap();
    let problem = endpoint.recognise(&sound(), &Hint::default()).await.unwrap_err();
    // Twice as long as was spoken is granted above it.
    let after = patience + Duration::from_secs(1);
    assert_eq!(
        problem,
        RecognitionProblem::TooSlow {
            address: base.clone(),
            after
        }
    );
    let said = problem.to_string();
    assert!(
        said.contains(&base) && said.contains("within 1 seconds. Try again, or choose a faster one"),
        "{said}"
    );
}

#[tokio::test]
async fn a_server_that_hangs_up_does_not_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let calls = tokio::spawn(async move {
        for _ in 0..3 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 100]).await;
        }
    });
    let problem = problem(&base).await;
    assert!(matches!(problem, RecognitionProblem::Unreachable { .. }), "{problem:?}");
    assert!(
        problem
            .to_string()
            .contains("Start it, or change the address in Settings, Voice."),
        "{problem}"
    );
    calls.await.unwrap();
}

#[tokio::test]
async fn where_nobody_listens_that_is_said() {
    let base = nobody().await;
    let problem = problem(&format!("{base}/v1/")).await;
    let RecognitionProblem::Unreachable { address, .. } = &problem else {
        panic!("{problem:?}");
    };
    assert_eq!(*address, format!("{base}/v1"));
    assert!(
        problem
            .to_string()
            .contains("Start it, or change the address in Settings, Voice."),
        "{problem}"
    );
}

#[tokio::test]
async fn who_gives_up_hangs_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (heard, hears) = oneshot::channel();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut [0; 100]).await.unwrap();
        heard.send(()).unwrap();
        // Ends when the other side does, and only then.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let call = tokio::spawn(async move { recognise(address(&base)).await });
    hears.await.unwrap();
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    server.await.unwrap();
}
