//! Whatever an endpoint does, a turn ends with words or with an error that says what helps.

use std::time::{Duration, Instant};

use models::{Delta, Endpoint, EndpointConfig, Message, Model, ModelError, Task, Turn, TurnRequest, list_models};
use secrecy::SecretString;
use tokio::sync::mpsc::unbounded_channel;
use tokio_util::sync::CancellationToken;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "sk-very-secret-0123456789";

fn config(base_url: &str) -> EndpointConfig {
    EndpointConfig {
        name: "Desk model".to_owned(),
        base_url: base_url.to_owned(),
        key: Some(SecretString::from(KEY)),
        model: "small".to_owned(),
        silence: Duration::from_millis(400),
    }
}

fn request() -> TurnRequest {
    TurnRequest {
        system: "You help.".to_owned(),
        messages: vec![Message::User {
            text: "Hello".to_owned(),
        }],
        tools: Vec::new(),
        task: Task::default(),
    }
}

async fn turn(base_url: &str) -> (Result<Turn, ModelError>, String) {
    let (deltas, mut heard) = unbounded_channel();
    let result = Endpoint::new(config(base_url))
        .unwrap()
        .turn(&request(), &deltas, &CancellationToken::new())
        .await;
    drop(deltas);
    let mut text = String::new();
    while let Some(Delta::Text(piece)) = heard.recv().await {
        text.push_str(&piece);
    }
    (result, text)
}

fn stream(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.to_owned(), "text/event-stream")
}

async fn answering(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .respond_with(template)
        .mount(&server)
        .await;
    server
}

const WHOLE: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Good \"}}]}\n\n\
    data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"day\"}}]}\n\n\
    data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
    data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9}}\n\ndata: [DONE]\n\n";

#[tokio::test]
async fn a_turn_is_streamed_counted_and_asked_with_the_key() {
    let server = MockServer::start().await;
    Mock::given(path("/v1/chat/completions"))
        .and(header("authorization", format!("Bearer {KEY}")))
        .respond_with(stream(WHOLE))
        .expect(1)
        .mount(&server)
        .await;
    // Without its last slash the address means the same.
    let (result, heard) = turn(&format!("{}/v1", server.uri())).await;
    let turn = result.unwrap();
    assert_eq!((turn.text.as_str(), heard.as_str()), ("Good day", "Good day"));
    assert_eq!((turn.usage.input_tokens, turn.usage.output_tokens), (7, 2));
}

#[tokio::test]
async fn a_wrong_key_is_not_tried_again_and_never_repeated_to_anybody() {
    let echo = format!("{{\"error\": \"the key {KEY} is not known\"}}");
    for (status, tries) in [(401, 1), (403, 1), (429, 3), (500, 3), (503, 3)] {
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(status).set_body_string(echo.clone()))
            .expect(tries)
            .mount(&server)
            .await;
        let error = turn(&format!("{}/v1/", server.uri())).await.0.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
        match status {
            401 | 403 => assert!(matches!(error, ModelError::Unauthorized { .. }), "{error:?}"),
            429 => assert!(matches!(error, ModelError::RateLimited { .. }), "{error:?}"),
            _ => assert!(matches!(error, ModelError::Endpoint { .. }), "{error:?}"),
        }
        server.verify().await;
    }
}

#[tokio::test]
async fn silence_ends_after_its_time() {
    let server = answering(stream(WHOLE).set_delay(Duration::from_secs(30))).await;
    let begun = Instant::now();
    let error = turn(&format!("{}/v1/", server.uri())).await.0.unwrap_err();
    assert!(matches!(error, ModelError::Silent { .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_stop_ends_a_turn_within_a_second() {
    let server = answering(stream(WHOLE).set_delay(Duration::from_secs(30))).await;
    let mut config = config(&format!("{}/v1/", server.uri()));
    config.silence = Duration::from_secs(60);
    let endpoint = Endpoint::new(config).unwrap();
    let cancel = CancellationToken::new();
    let (deltas, _heard) = unbounded_channel();
    let stop = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.cancel();
    });
    let begun = Instant::now();
    let error = endpoint.turn(&request(), &deltas, &cancel).await.unwrap_err();
    assert!(matches!(error, ModelError::Cancelled));
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn half_a_stream_and_nonsense_are_errors_and_never_a_turn() {
    let half = WHOLE
        .split("data: {\"choices\":[{\"index\":0,\"delta\":{},")
        .next()
        .unwrap();
    for body in [half, "data: {\"choices\": [{\n\n", "data: <html>no</html>\n\n", ""] {
        let server = answering(stream(body)).await;
        let error = turn(&format!("{}/v1/", server.uri())).await.0.unwrap_err();
        assert!(matches!(error, ModelError::Truncated { .. }), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let error = turn("http://127.0.0.1:9/v1/").await.0.unwrap_err();
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
    for address in ["", "not an address", "ftp://127.0.0.1/"] {
        assert!(Endpoint::new(config(address)).is_err(), "{address}");
    }
}

#[tokio::test]
async fn what_an_endpoint_offers_is_listed_or_the_reason_why_not() {
    let server = MockServer::start().await;
    Mock::given(path("/v1/models"))
        .respond_with(
            ResponseTemplate::new(200).set_body_string(r#"{"data": [{"id": "a"}, {"id": "b"}, {"no": "id"}]}"#),
        )
        .mount(&server)
        .await;
    let listed = list_models(&config(&format!("{}/v1/", server.uri())), Duration::from_secs(5))
        .await
        .unwrap();
    assert_eq!(listed, ["a", "b"]);
    let html = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_string("<html>"))
        .mount(&html)
        .await;
    let error = list_models(&config(&format!("{}/v1/", html.uri())), Duration::from_secs(5))
        .await
        .unwrap_err();
    assert!(matches!(error, ModelError::Truncated { .. }), "{error:?}");
}
