//! What models say, over every wire form, cut into packets of every kind: whatever the network does, the turn is the same.

mod faults;
mod requests;

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
        messages: vec![Message::user("Hello")],
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

fn result(call_id: &str, content: &str) -> Message {
    Message::ToolResult {
        call_id: call_id.to_owned(),
        name: "read_file".to_owned(),
        content: content.to_owned(),
        is_error: false,
    }
}
