//! What people type for a connection, and what is found at the other end.

use std::time::Duration;

use models::{ConnectionProblem, Kind, ModelError, Wire, connection, list_models};
use rstest::rstest;
use secrecy::ExposeSecret;

use crate::streams::{KEY, connect, request, turn};
use crate::wires::{self, Fault, Server};

#[rstest]
#[case(Kind::Compatible, "http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1/")]
#[case(Kind::Compatible, "  http://127.0.0.1:8080/v1 ", "http://127.0.0.1:8080/v1/")]
#[case(Kind::Compatible, "127.0.0.1:8080", "http://127.0.0.1:8080/v1/")]
#[case(Kind::Compatible, "localhost:8080/v1", "http://localhost:8080/v1/")]
#[case(Kind::Compatible, "desk.local:8080", "http://desk.local:8080/v1/")]
#[case(Kind::Compatible, "192.168.1.20:8000/openai", "http://192.168.1.20:8000/openai/")]
#[case(Kind::Compatible, "[::1]:8080", "http://[::1]:8080/v1/")]
#[case(Kind::Compatible, "models.example.org", "https://models.example.org/v1/")]
#[case(
    Kind::Compatible,
    "models.example.org/v1/chat/completions",
    "https://models.example.org/v1/"
)]
#[case(
    Kind::Compatible,
    "\"https://models.example.org/v1\"",
    "https://models.example.org/v1/"
)]
#[case(Kind::LmStudio, "", "http://127.0.0.1:1234/v1/")]
#[case(Kind::LmStudio, "http://127.0.0.1:1234/v1/models", "http://127.0.0.1:1234/v1/")]
#[case(Kind::OpenAi, "", "https://api.openai.com/v1/")]
#[case(Kind::OpenRouter, "https://openrouter.ai", "https://openrouter.ai/api/v1/")]
#[case(
    Kind::Anthropic,
    "https://api.anthropic.com/v1/messages",
    "https://api.anthropic.com/v1/"
)]
#[case(Kind::Anthropic, "api.anthropic.com", "https://api.anthropic.com/v1/")]
#[case(
    Kind::Gemini,
    "generativelanguage.googleapis.com",
    "https://generativelanguage.googleapis.com/v1beta/"
)]
#[case(Kind::Ollama, "", "http://127.0.0.1:11434/")]
#[case(Kind::Ollama, "http://localhost:11434/v1/", "http://localhost:11434/")]
#[case(Kind::Ollama, "localhost:11434/api/chat", "http://localhost:11434/")]
fn an_address_is_what_was_meant(#[case] kind: Kind, #[case] typed: &str, #[case] meant: &str) {
    assert_eq!(connection::address(kind, typed).unwrap(), meant);
    assert_eq!(
        connection::address(kind, meant).unwrap(),
        meant,
        "mended once, it stays"
    );
}

#[rstest]
#[case("")]
#[case("ftp://127.0.0.1/")]
#[case("file:///etc/passwd")]
#[case("not an address")]
#[case("http://")]
#[case("http://user:secret@127.0.0.1/v1/")]
#[case("https://models.example.org/v1/?key=secret")]
fn what_is_no_address_is_said_so(#[case] typed: &str) {
    let problem = connection::address(Kind::Compatible, typed).unwrap_err();
    assert!(!problem.to_string().contains("secret"), "{problem}");
}

#[rstest]
#[case(" sk-1234 \n", "sk-1234")]
#[case("\"sk-1234\"", "sk-1234")]
#[case("Bearer sk-1234", "sk-1234")]
#[case("", "")]
fn a_key_is_what_was_meant(#[case] typed: &str, #[case] meant: &str) {
    assert_eq!(connection::key(typed).unwrap().expose_secret(), meant);
}

#[rstest]
#[case("sk-12 34")]
#[case("sk-12\n34")]
#[case("sk-12\u{200b}34")]
fn a_broken_key_is_said_so_and_not_repeated(#[case] typed: &str) {
    let problem = connection::key(typed).unwrap_err();
    assert_eq!(problem, ConnectionProblem::BrokenKey);
    assert!(!problem.to_string().contains("sk-12"));
}

#[rstest]
#[case(
    Wire::OpenAi,
    r#"{"object":"list","data":[{"id":"a"},{"id":"b"},{"no":"id"}]}"#,
    "/v1/models"
)]
#[case(
    Wire::Anthropic,
    r#"{"data":[{"type":"model","id":"a"},{"type":"model","id":"b"}],"has_more":false}"#,
    "/v1/models?limit=1000"
)]
#[case(
    Wire::Gemini,
    r#"{"models":[{"name":"models/a","supportedGenerationMethods":["generateContent"]},{"name":"models/e","supportedGenerationMethods":["embedContent"]},{"name":"models/b"}]}"#,
    "/v1beta/models?pageSize=1000"
)]
#[case(Wire::Ollama, r#"{"models":[{"name":"a"},{"name":"b"}]}"#, "/api/tags")]
#[tokio::test]
async fn what_a_provider_offers_is_listed(#[case] wire: Wire, #[case] body: &str, #[case] path: &str) {
    let server = Server::refusing(wires::answer(200, body)).await;
    let listed = list_models(&connect(wire, &server.address()), Duration::from_secs(5)).await;
    assert_eq!(listed.unwrap(), ["a", "b"]);
    assert_eq!(server.asked()[0].path, path);
}

#[rstest]
#[tokio::test]
async fn why_nothing_can_be_listed_is_said(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
) {
    let server = Server::refusing(wires::refusal(wire, Fault::WrongKey)).await;
    let error = list_models(&connect(wire, &server.address()), Duration::from_secs(5))
        .await
        .unwrap_err();
    assert!(matches!(error, ModelError::Unauthorized { .. }), "{error:?}");
    for (status, body) in [
        (200, "<html>Hello</html>"),
        (200, "{\"hello\": 1}"),
        (200, ""),
        (404, "not here"),
    ] {
        let server = Server::refusing(wires::answer(status, body)).await;
        let error = list_models(&connect(wire, &server.address()), Duration::from_secs(5))
            .await
            .unwrap_err();
        assert!(matches!(error, ModelError::NotAModelServer { .. }), "{body}: {error:?}");
    }
}

#[rstest]
#[tokio::test]
async fn nobody_there_is_unreachable(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[values("http://127.0.0.1:9/", "https://127.0.0.1:9/", "http://no-such-host.invalid/")] address: &str,
) {
    let (result, _) = turn(connect(wire, address), &request()).await;
    let error = result.unwrap_err();
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
    assert!(!error.to_string().contains(KEY));
    let error = list_models(&connect(wire, address), Duration::from_secs(5))
        .await
        .unwrap_err();
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
}

/// TLS spoken to a server that has none.
#[tokio::test]
async fn https_where_http_answers_is_unreachable_and_not_a_riddle() {
    let server = Server::refusing(wires::answer(200, "{\"data\": []}")).await;
    let address = server.address().replace("http://", "https://");
    let error = turn(connect(Wire::OpenAi, &address), &request()).await.0.unwrap_err();
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error:?}");
}
