//! What models say, over every wire form, cut into packets of every kind: whatever the network does, the turn is the same.

use std::time::{Duration, Instant};

use models::{
    Connection, Delta, Endpoint, Kind, Message, Model, ModelError, Patience, Stop, Task, ToolForm, ToolSpec, Turn,
    TurnRequest, Usage, Wire, connection,
};
use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::mpsc::unbounded_channel;
use tokio_util::sync::CancellationToken;

use crate::wires::{self, Fault, Piece, Server, Step};
use Piece::{
    Broken, Call, CallWithoutId, End, Lost, Overloaded, Ping, Reasoning, Rubbish, StopForTools, Text, TwoAtOnce, Wait,
};

pub const KEY: &str = "sk-very-secret-0123456789";
/// As the network may cut: all at once, anywhere, every byte on its own.
const PACKETS: [usize; 3] = [usize::MAX, 7, 1];

pub const fn kind_of(wire: Wire) -> Kind {
    match wire {
        Wire::OpenAi => Kind::Compatible,
        Wire::Anthropic => Kind::Anthropic,
        Wire::Gemini => Kind::Gemini,
        Wire::Ollama => Kind::Ollama,
    }
}

pub fn connect(wire: Wire, address: &str) -> Connection {
    Connection {
        name: "Desk model".to_owned(),
        kind: kind_of(wire),
        base_url: connection::address(kind_of(wire), address).unwrap(),
        key: Some(SecretString::from(KEY)),
        model: "small".to_owned(),
        tools: ToolForm::Native,
        patience: Patience {
            connect: Duration::from_secs(5),
            first: Duration::from_millis(600),
            between: Duration::from_millis(300),
        },
        price: None,
    }
}

pub fn request() -> TurnRequest {
    TurnRequest {
        system: "You help.".to_owned(),
        messages: vec![Message::User {
            text: "Hello".to_owned(),
        }],
        tools: vec![ToolSpec {
            name: "read_file".to_owned(),
            description: "Reads a file.".to_owned(),
            parameters: json!({"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}),
        }],
        task: Task::default(),
    }
}

/// What was heard while it streamed.
#[derive(Debug, Default, PartialEq)]
pub struct Heard {
    pub text: String,
    pub reasoning: String,
    pub calls: Vec<(String, String)>,
}

pub async fn turn(connection: Connection, request: &TurnRequest) -> (Result<Turn, ModelError>, Heard) {
    let (deltas, mut heard) = unbounded_channel();
    let endpoint = Endpoint::new(connection).unwrap();
    let result = endpoint.turn(request, &deltas, &CancellationToken::new()).await;
    drop(deltas);
    let mut all = Heard::default();
    while let Some(delta) = heard.recv().await {
        match delta {
            Delta::Text(piece) => all.text.push_str(&piece),
            Delta::Reasoning(piece) => all.reasoning.push_str(&piece),
            Delta::ToolCall { index, name, arguments } => {
                if all.calls.len() <= index {
                    all.calls.resize(index + 1, Default::default());
                }
                all.calls[index].0 = name;
                all.calls[index].1.push_str(&arguments);
            }
        }
    }
    (result, all)
}

async fn over(wire: Wire, pieces: &[Piece], packet: usize) -> (Result<Turn, ModelError>, Heard) {
    let server = Server::streaming(wires::steps(wire, pieces), packet).await;
    turn(connect(wire, &server.address()), &request()).await
}

const LONG: &str = "Every word of it arrives, in its order, and none of them twice. ";

/// Text in any number of pieces.
#[rstest]
#[tokio::test]
async fn text_arrives_whole(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[values(
        vec![Text("Good day")],
        vec![Text("Good "), Text("day")],
        vec![],
        vec![Text("Grüße, 你好, Привет")],
        vec![Text("\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} and e\u{301}")],
        vec![Text("  leading, \n\ninner\n and trailing ")],
        vec![Text("data: [DONE]\n\nevent: message_stop\n\n{\"done\":true}\n")],
        vec![Text("\"quoted\" \\n \\\\ \u{1} {\"a\": [1]}")],
        vec![Text("<tool name=\"read_file\">{}</tool> is only text here")],
        vec![Text(LONG), Text(LONG), Text(LONG), Text(LONG), Text(LONG), Text(LONG), Text(LONG), Text(LONG)],
        vec![Ping, Text("a"), Ping, Ping, Text("b")],
    )]
    said: Vec<Piece>,
) {
    let whole: String = said
        .iter()
        .filter_map(|piece| if let Text(text) = piece { Some(*text) } else { None })
        .collect();
    let pieces = [said, vec![Piece::Stop(Stop::Done), End]].concat();
    for packet in PACKETS {
        let (result, heard) = over(wire, &pieces, packet).await;
        let turn = result.unwrap();
        assert_eq!((&turn.text, &heard.text), (&whole, &whole), "{packet}");
        assert_eq!((turn.tool_calls.len(), turn.stop, turn.usage), (0, Stop::Done, None));
    }
}

/// Thinking is heard apart from speech.
#[rstest]
#[tokio::test]
async fn reasoning_is_not_speech(#[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire) {
    let pieces = [Reasoning("First I look. "), Text("Here."), Piece::Stop(Stop::Done), End];
    for packet in PACKETS {
        let (result, heard) = over(wire, &pieces, packet).await;
        let turn = result.unwrap();
        assert_eq!(
            (turn.text.as_str(), turn.reasoning.as_str()),
            ("Here.", "First I look. ")
        );
        assert_eq!((heard.text, heard.reasoning), (turn.text, turn.reasoning));
    }
}

const NESTED: &str = r#"{"path":"ä/b c.txt","deep":{"list":[1,{"x":"}\"{"}],"no":null},"text":"line\nline 👍"}"#;

struct Calls {
    said: Vec<Piece>,
    wanted: Vec<(&'static str, &'static str)>,
}

fn calls(said: Vec<Piece>, wanted: Vec<(&'static str, &'static str)>) -> Calls {
    Calls { said, wanted }
}

/// Tool calls, their arguments cut anywhere.
#[rstest]
#[tokio::test]
async fn tool_calls_arrive_whole(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[values(
        calls(vec![Call("read_file", r#"{"path":"a.txt"}"#, 1000)], vec![("read_file", r#"{"path":"a.txt"}"#)]),
        calls(vec![Call("read_file", r#"{"path":"a.txt"}"#, 1)], vec![("read_file", r#"{"path":"a.txt"}"#)]),
        calls(vec![Call("write_file", NESTED, 3)], vec![("write_file", NESTED)]),
        calls(vec![Call("list_files", "{}", 1)], vec![("list_files", "{}")]),
        calls(vec![CallWithoutId("read_file", r#"{"path":"a"}"#)], vec![("read_file", r#"{"path":"a"}"#)]),
        calls(
            vec![CallWithoutId("read_file", r#"{"path":"a"}"#), CallWithoutId("read_file", r#"{"path":"a"}"#)],
            vec![("read_file", r#"{"path":"a"}"#), ("read_file", r#"{"path":"a"}"#)],
        ),
        calls(
            vec![TwoAtOnce([("read_file", r#"{"path":"a.txt"}"#), ("search", r#"{"pattern":"x{2}"}"#)])],
            vec![("read_file", r#"{"path":"a.txt"}"#), ("search", r#"{"pattern":"x{2}"}"#)],
        ),
        calls(
            vec![
                Call("read_file", r#"{"path":"a"}"#, 4),
                Call("read_file", r#"{"path":"b"}"#, 4),
                Call("read_file", r#"{"path":"a"}"#, 4),
            ],
            vec![("read_file", r#"{"path":"a"}"#), ("read_file", r#"{"path":"b"}"#), ("read_file", r#"{"path":"a"}"#)],
        ),
        calls(
            vec![Text("I look. "), Call("no_such_tool", r#"{"path":"a"}"#, 4)],
            vec![("no_such_tool", r#"{"path":"a"}"#)],
        ),
        calls(
            vec![Reasoning("Hm. "), Text("I look. "), Call("read_file", r#"{"path":"a"}"#, 4)],
            vec![("read_file", r#"{"path":"a"}"#)],
        ),
    )]
    case: Calls,
) {
    let Calls { said, wanted } = case;
    let pieces = [said, vec![StopForTools, End]].concat();
    for packet in PACKETS {
        let (result, heard) = over(wire, &pieces, packet).await;
        let turn = result.unwrap();
        let calls: Vec<_> = turn
            .tool_calls
            .iter()
            .map(|call| (call.name.as_str(), call.arguments.clone()))
            .collect();
        let expected: Vec<(_, Value)> = wanted
            .iter()
            .map(|(name, arguments)| (*name, serde_json::from_str(arguments).unwrap()))
            .collect();
        assert_eq!(calls, expected, "{packet}");
        let ids: std::collections::HashSet<_> = turn.tool_calls.iter().map(|call| &call.id).collect();
        assert_eq!(ids.len(), calls.len(), "every call has an id of its own");
        assert!(ids.iter().all(|id| !id.is_empty()));
        // They are seen while they stream, too.
        let seen: Vec<(_, Value)> = heard
            .calls
            .iter()
            .map(|(name, arguments)| {
                (
                    name.as_str(),
                    serde_json::from_str(if arguments.is_empty() { "{}" } else { arguments }).unwrap(),
                )
            })
            .collect();
        assert_eq!(seen, expected, "{packet}");
    }
}

/// Where arguments travel as text, a model may write something else than JSON, or nothing.
#[rstest]
#[case("{\"path\": \"a.txt\"", json!("{\"path\": \"a.txt\""))]
#[case("path=a.txt", json!("path=a.txt"))]
#[case("", json!({}))]
#[case("[1]", json!([1]))]
#[tokio::test]
async fn arguments_that_are_not_json_are_handed_on_as_text(
    #[values(Wire::OpenAi, Wire::Anthropic)] wire: Wire,
    #[case] written: &'static str,
    #[case] wanted: Value,
) {
    let (result, _) = over(wire, &[Call("read_file", written, 5), StopForTools, End], 7).await;
    assert_eq!(result.unwrap().tool_calls[0].arguments, wanted);
}

/// A hundred kilobytes of arguments, as when a file is written.
#[rstest]
#[tokio::test]
async fn a_large_call_arrives_whole(#[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire) {
    let content = "0123456789ä\n".repeat(8_000);
    let arguments: &'static str = json!({"path": "a", "content": content}).to_string().leak();
    let (result, heard) = over(wire, &[Call("write_file", arguments, 20), StopForTools, End], 4096).await;
    assert_eq!(result.unwrap().tool_calls[0].arguments["content"], json!(content));
    assert_eq!(heard.calls.len(), 1);
}

#[rstest]
#[tokio::test]
async fn usage_is_counted_in_one_way(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[values(0, 40)] cached_tokens: u32,
) {
    // Ollama does not count thoughts apart; Anthropic's streams say it at a place that is not read.
    let reasoning_tokens = match wire {
        Wire::OpenAi | Wire::Gemini => 5,
        Wire::Anthropic | Wire::Ollama => 0,
    };
    let usage = Usage {
        input_tokens: 100,
        cached_tokens,
        cache_written_tokens: 0,
        output_tokens: 20,
        reasoning_tokens,
    };
    let (result, _) = over(
        wire,
        &[Text("Hi"), Piece::Stop(Stop::Done), Piece::Usage(usage), End],
        7,
    )
    .await;
    assert_eq!(result.unwrap().usage, Some(usage));
}

#[rstest]
#[tokio::test]
async fn why_a_turn_ended_is_known(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[values(Stop::Done, Stop::Length, Stop::Filtered)] stop: Stop,
) {
    let (result, _) = over(wire, &[Text("Hi"), Piece::Stop(stop), End], 7).await;
    assert_eq!(result.unwrap().stop, stop);
}

#[rstest]
#[tokio::test]
async fn what_comes_after_the_end_does_not_count(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
) {
    let (result, heard) = over(
        wire,
        &[Text("Hi"), Piece::Stop(Stop::Done), End, Rubbish, Broken],
        usize::MAX,
    )
    .await;
    assert_eq!((result.unwrap().text.as_str(), heard.text.as_str()), ("Hi", "Hi"));
}

/// A stream that is not whole is no turn: its calls may be missing.
#[rstest]
#[case::lost_before_a_word(&[Lost])]
#[case::lost_in_the_middle(&[Text("I beg"), Lost])]
#[case::lost_in_a_call(&[Call("read_file", "{\"path\":\"a\"}", 3), Lost])]
#[case::closed_before_a_word(&[])]
#[case::closed_in_the_middle(&[Text("I beg")])]
#[case::closed_after_a_call(&[Call("read_file", "{\"path\":\"a\"}", 3)])]
#[case::unreadable_at_once(&[Broken, Text("Hi"), Piece::Stop(Stop::Done), End])]
#[case::unreadable_in_the_middle(&[Text("I beg"), Broken, Text("on"), Piece::Stop(Stop::Done), End])]
#[tokio::test]
async fn half_a_stream_is_never_a_turn(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[case] pieces: &[Piece],
) {
    for packet in PACKETS {
        let error = over(wire, pieces, packet).await.0.unwrap_err();
        assert!(matches!(error, ModelError::BrokeOff { .. }), "{packet}: {error:?}");
        assert!(error.may_pass());
    }
}

#[rstest]
#[tokio::test]
async fn an_error_in_the_middle_is_the_providers_and_not_a_turn(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[values(vec![Overloaded], vec![Text("I beg"), Overloaded], vec![Text("I beg"), Overloaded, Piece::Stop(Stop::Done), End])]
    pieces: Vec<Piece>,
) {
    for packet in PACKETS {
        let (result, heard) = over(wire, &pieces, packet).await;
        let error = result.unwrap_err();
        assert!(matches!(error, ModelError::Failing { .. }), "{packet}: {error:?}");
        assert_eq!(heard.text, if pieces.len() > 1 { "I beg" } else { "" });
    }
}

#[rstest]
#[case::at_first(&[Wait(5_000), Text("late"), Piece::Stop(Stop::Done), End])]
#[case::in_the_middle(&[Text("I beg"), Wait(5_000), Piece::Stop(Stop::Done), End])]
#[tokio::test]
async fn silence_ends_after_its_time(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[case] pieces: &[Piece],
) {
    let begun = Instant::now();
    let error = over(wire, pieces, 7).await.0.unwrap_err();
    assert!(matches!(error, ModelError::Silent { .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(4));
}

/// Signs of life count, even where they say nothing.
#[rstest]
#[tokio::test]
async fn a_server_that_is_still_there_is_waited_for(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
) {
    let mut pieces = vec![Text("I ")];
    pieces.extend((0..4).flat_map(|_| [Wait(150), Ping]));
    pieces.extend([Text("come"), Piece::Stop(Stop::Done), End]);
    let (result, _) = over(wire, &pieces, usize::MAX).await;
    assert_eq!(result.unwrap().text, "I come");
}

#[rstest]
#[tokio::test]
async fn a_stop_ends_the_turn_and_closes_the_connection(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
) {
    let steps = wires::steps(wire, &[Text("I go on "), Wait(30_000), End]);
    let mut server = Server::streaming(steps, usize::MAX).await;
    let mut connection = connect(wire, &server.address());
    connection.patience = Patience::of(connection.kind);
    let endpoint = Endpoint::new(connection).unwrap();
    let (deltas, mut heard) = unbounded_channel();
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let stopped = tokio::spawn(async move {
        // Once it speaks, it is stopped.
        heard.recv().await.unwrap();
        stop.cancel();
        Instant::now()
    });
    let error = endpoint.turn(&request(), &deltas, &cancel).await.unwrap_err();
    let ended = Instant::now();
    assert!(matches!(error, ModelError::Cancelled));
    let took = ended.duration_since(stopped.await.unwrap());
    assert!(took < Duration::from_millis(200), "{took:?}");
    let gone = tokio::time::timeout(Duration::from_secs(2), server.gone.recv()).await;
    assert_eq!(gone, Ok(Some(())), "the server sees that nobody listens");
}

fn fits(fault: Fault, error: &ModelError) -> bool {
    let two = Some(Duration::from_secs(2));
    match fault {
        Fault::WrongKey | Fault::Forbidden => matches!(error, ModelError::Unauthorized { .. }),
        Fault::NoCredit => matches!(error, ModelError::NoCredit { .. }),
        Fault::UnknownModel => matches!(error, ModelError::UnknownModel { .. }),
        Fault::TooLong => matches!(error, ModelError::TooLong { .. }),
        Fault::RateLimited => matches!(error, ModelError::RateLimited { retry_after, .. } if *retry_after == two),
        Fault::ServerError | Fault::Overloaded => matches!(error, ModelError::Failing { .. }),
        Fault::BadRequest => matches!(error, ModelError::Refused { .. }),
    }
}

/// What a provider reports before it streams is sorted by what helps.
#[rstest]
#[tokio::test]
async fn faults_are_told_apart(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[values(
        Fault::WrongKey,
        Fault::Forbidden,
        Fault::NoCredit,
        Fault::UnknownModel,
        Fault::TooLong,
        Fault::RateLimited,
        Fault::ServerError,
        Fault::Overloaded,
        Fault::BadRequest
    )]
    fault: Fault,
) {
    let server = Server::refusing(wires::refusal(wire, fault)).await;
    let error = turn(connect(wire, &server.address()), &request()).await.0.unwrap_err();
    assert!(fits(fault, &error), "{error:?}");
    assert_eq!(server.asked().len(), 1, "whether to ask again is for others to decide");
}

/// A provider that repeats the key, and a page of a proxy.
#[rstest]
#[tokio::test]
async fn the_key_is_never_repeated_and_markup_is_not_shown(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[values(400, 401, 404, 405, 408, 418, 429, 500, 502, 504, 529)] status: u16,
    #[values(
        "",
        "{\"error\": {\"message\": \"the key KEY is not known\"}}",
        "<html><b>KEY</b></html>",
        "{\"error\":\"KEY\\u001b[31m\"}"
    )]
    body: &str,
) {
    let server = Server::refusing(wires::answer(status, body.replace("KEY", KEY))).await;
    let error = turn(connect(wire, &server.address()), &request()).await.0.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains(KEY) && !shown.contains('<') && !shown.contains('\u{1b}'),
        "{shown}"
    );
    assert!(shown.contains(&status.to_string()), "{shown}");
    if matches!(status, 404 | 405) && !body.starts_with('{') {
        assert!(matches!(error, ModelError::NotAModelServer { .. }), "{error:?}");
    }
}

/// The request as each provider documents it: system, conversation, tools, the key in its header, the model's name as it was typed.
#[rstest]
#[tokio::test]
async fn a_request_has_the_form_that_is_documented(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
    #[values("small", "house/coder-high:latest", "claude-x-max")] model: &str,
) {
    let server = Server::streaming(wires::steps(wire, &[Text("Hi"), Piece::Stop(Stop::Done), End]), 7).await;
    let mut request = request();
    let call = |id: &str, arguments: Value| models::ToolCall {
        id: id.to_owned(),
        name: "read_file".to_owned(),
        arguments,
    };
    request.messages.extend([
        Message::Assistant {
            text: "I look.".to_owned(),
            tool_calls: vec![call("c1", json!({"path": "a"})), call("c2", json!("{\"path"))],
            replay: None,
        },
        result("c1", "alpha"),
        result("c2", "no JSON"),
        Message::Assistant {
            text: String::new(),
            tool_calls: Vec::new(),
            replay: None,
        },
        Message::User {
            text: "Go on".to_owned(),
        },
    ]);
    let mut connection = connect(wire, &server.address());
    connection.model = model.to_owned();
    turn(connection, &request).await.0.unwrap();
    let asked = server.asked().remove(0);
    let (path, header, key) = match wire {
        Wire::OpenAi => (
            "/v1/chat/completions".to_owned(),
            "authorization",
            format!("Bearer {KEY}"),
        ),
        Wire::Anthropic => ("/v1/messages".to_owned(), "x-api-key", KEY.to_owned()),
        Wire::Gemini => (
            format!("/v1beta/models/{model}:streamGenerateContent?alt=sse"),
            "x-goog-api-key",
            KEY.to_owned(),
        ),
        Wire::Ollama => ("/api/chat".to_owned(), "authorization", format!("Bearer {KEY}")),
    };
    assert_eq!(asked.path, path);
    assert_eq!(asked.headers[header], key);
    if wire != Wire::Gemini {
        assert_eq!(asked.body["model"], model);
        assert_eq!(asked.body["stream"], true);
    }
    let text = asked.body.to_string();
    for said in [
        "You help.",
        "Hello",
        "I look.",
        "alpha",
        "no JSON",
        "Go on",
        "Reads a file.",
    ] {
        assert_eq!(text.matches(said).count(), 1, "{said}: {text}");
    }
    for effort in [
        "reasoning_effort\":\"",
        "output_config",
        "thinking\":",
        "thinkingBudget",
        "thinkingLevel",
    ] {
        assert!(!text.contains(effort), "{effort}: {text}");
    }
    let roles = match wire {
        Wire::OpenAi => roles(&asked.body["messages"]),
        Wire::Anthropic | Wire::Ollama => roles(&asked.body["messages"]),
        Wire::Gemini => roles(&asked.body["contents"]),
    };
    let wanted: &[&str] = match wire {
        Wire::OpenAi | Wire::Ollama => &["system", "user", "assistant", "tool", "tool", "user"],
        Wire::Anthropic => &["user", "assistant", "user", "user"],
        Wire::Gemini => &["user", "model", "user", "user"],
    };
    assert_eq!(roles, wanted, "{text}");
}

fn roles(messages: &Value) -> Vec<String> {
    let roles = messages
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["role"].as_str().unwrap());
    roles.map(str::to_owned).collect()
}

fn result(call_id: &str, content: &str) -> Message {
    Message::ToolResult {
        call_id: call_id.to_owned(),
        name: "read_file".to_owned(),
        content: content.to_owned(),
        is_error: false,
    }
}

/// Providers that sign their thinking want to see the signature again with the turn; others must never get it.
#[rstest]
#[case(Wire::Anthropic, "EqQBCgIYAhIM1gbcDa9GJwZA2b3h")]
#[case(Wire::Gemini, "CvcQAdHtim9l3p0")]
#[tokio::test]
async fn what_a_provider_signed_is_sent_back_to_it_alone(#[case] wire: Wire, #[case] signature: &str) {
    let pieces = [
        Reasoning("Hm. "),
        Text("I look."),
        Call("read_file", r#"{"path":"a"}"#, 4),
        StopForTools,
        End,
    ];
    let server = Server::streaming(wires::steps(wire, &pieces), 7).await;
    let first = turn(connect(wire, &server.address()), &request()).await.0.unwrap();
    let mut again = request();
    again.messages.extend([
        Message::Assistant {
            text: first.text.clone(),
            tool_calls: first.tool_calls.clone(),
            replay: first.replay.clone(),
        },
        result(&first.tool_calls[0].id, "alpha"),
    ]);
    // A conversation is kept as JSON between two runs.
    let kept: TurnRequest = serde_json::from_value(serde_json::to_value(&again).unwrap()).unwrap();
    turn(connect(wire, &server.address()), &kept).await.0.unwrap();
    let sent = server.asked()[1].body.to_string();
    assert!(sent.contains(signature), "{sent}");
    assert_eq!(sent.matches("I look.").count(), 1, "{sent}");

    let other = if wire == Wire::Gemini {
        Wire::Anthropic
    } else {
        Wire::OpenAi
    };
    let server = Server::streaming(wires::steps(other, &[Text("Hi"), Piece::Stop(Stop::Done), End]), 7).await;
    turn(connect(other, &server.address()), &kept).await.0.unwrap();
    let sent = server.asked()[0].body.to_string();
    assert!(!sent.contains(signature) && sent.contains("I look."), "{sent}");
}

/// Anthropic reads from its cache what is marked; the others find what stayed the same by themselves.
#[tokio::test]
async fn what_stays_the_same_is_marked_for_the_cache() {
    let server = Server::streaming(
        wires::steps(Wire::Anthropic, &[Text("Hi"), Piece::Stop(Stop::Done), End]),
        7,
    )
    .await;
    turn(connect(Wire::Anthropic, &server.address()), &request())
        .await
        .0
        .unwrap();
    let body = server.asked().remove(0).body;
    assert_eq!(body["system"][0]["cache_control"]["type"], "ephemeral", "{body}");
    assert_eq!(
        body["messages"][0]["content"][0]["cache_control"]["type"], "ephemeral",
        "{body}"
    );
}

/// A model without tool calls of its own is told of tools in words, and its calls are read out of its words.
#[rstest]
#[tokio::test]
async fn tools_in_words_are_calls_all_the_same(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
) {
    let pieces = [
        Text("I look < here.\n<to"),
        Text("ol name=\"read_file\">\n{\"pa"),
        Text("th\": \"a\"}\n</tool>\n<tool name=\"list_files\">\n</tool>\n"),
        Piece::Stop(Stop::Done),
        End,
    ];
    for packet in PACKETS {
        let server = Server::streaming(wires::steps(wire, &pieces), packet).await;
        let mut connection = connect(wire, &server.address());
        connection.tools = ToolForm::Text;
        let mut asking = request();
        asking.messages.extend([
            Message::Assistant {
                text: "First.".to_owned(),
                tool_calls: vec![models::ToolCall {
                    id: "x".to_owned(),
                    name: "read_file".to_owned(),
                    arguments: json!({"path": "z"}),
                }],
                replay: None,
            },
            result("x", "zeta"),
        ]);
        let (said, heard) = turn(connection, &asking).await;
        let said = said.unwrap();
        assert_eq!(
            (said.text.as_str(), heard.text.trim_end()),
            ("I look < here.", "I look < here.")
        );
        let calls: Vec<_> = said
            .tool_calls
            .iter()
            .map(|call| (call.name.as_str(), call.arguments.clone()))
            .collect();
        assert_eq!(calls, [("read_file", json!({"path": "a"})), ("list_files", json!({}))]);
        let body = server.asked().remove(0).body;
        assert!(body.get("tools").is_none(), "{body}");
        let text = body.to_string();
        assert!(
            text.contains("Reads a file.") && text.contains("zeta") && text.contains("</tool>"),
            "{text}"
        );
    }
}

/// A server may end a turn for tools and send none that can be read.
#[tokio::test]
async fn a_call_that_cannot_be_read_is_not_taken_for_a_turn_without_one() {
    let no_index = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"read_file\",\"arguments\":\"{}\"}}]}}]}\n\n\
         data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
    let malformed = "data: {\"candidates\":[{\"content\":{\"parts\":[],\"role\":\"model\"},\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}\n\n";
    for (wire, body) in [(Wire::OpenAi, no_index), (Wire::Gemini, malformed)] {
        let server = Server::streaming(vec![Step::Bytes(body.to_owned())], usize::MAX).await;
        let error = turn(connect(wire, &server.address()), &request()).await.0.unwrap_err();
        assert!(matches!(error, ModelError::BrokeOff { .. }), "{error:?}");
    }
}
