//! Streams that break, servers that refuse, silence, and the person's stop.

use super::*;

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
) {
    let bodies = [
        "",
        "{\"error\": {\"message\": \"the key KEY is not known\"}}",
        "<html><b>KEY</b></html>",
        "{\"error\":\"KEY\\u001b[31m\"}",
    ];
    for status in [400, 401, 404, 405, 408, 418, 429, 500, 502, 504, 529] {
        for body in bodies {
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
    }
}

/// A server may end a turn for tools and send none that can be read.
#[tokio::test]
async fn a_call_that_cannot_be_read_is_not_taken_for_a_turn_without_one() {
    let no_call = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[\"read_file\"]}}]}\n\n\
         data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
    let malformed = "data: {\"candidates\":[{\"content\":{\"parts\":[],\"role\":\"model\"},\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}\n\n";
    for (wire, body) in [(Wire::OpenAi, no_call), (Wire::Gemini, malformed)] {
        let server = Server::streaming(vec![Step::Bytes(body.to_owned())], usize::MAX).await;
        let error = turn(connect(wire, &server.address()), &request()).await.0.unwrap_err();
        assert!(matches!(error, ModelError::BrokeOff { .. }), "{error:?}");
    }
}

/// Calls of OpenAI's form as servers really send them: without numbers, with arguments that are no text, or numbered out of all proportion.
#[tokio::test]
async fn calls_are_put_together_whatever_numbers_they_have() {
    let event = |calls: Value| {
        format!(
            "data: {}\n\n",
            json!({"choices": [{"index": 0, "delta": {"tool_calls": calls}}]})
        )
    };
    let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
    let piece = |index: Value, id: Value, name: Value, arguments: Value| json!({"index": index, "id": id, "function": {"name": name, "arguments": arguments}});
    let (none, path) = (Value::Null, json!({"path": "a"}));
    let two = |first: Value, second: Value| {
        [
            event(json!([piece(
                first.clone(),
                json!("c1"),
                json!("read_file"),
                json!("{\"path\"")
            )])),
            event(json!([piece(
                second.clone(),
                json!("c2"),
                json!("read_file"),
                path.clone()
            )])),
            event(json!([piece(first, json!("c1"), none.clone(), json!(": \"a\"}"))])),
        ]
        .concat()
    };
    for body in [
        two(none.clone(), none.clone()),
        two(json!(0), json!(1)),
        two(json!(4_000_000_000_u64), json!(7)),
    ] {
        let server = Server::streaming(vec![Step::Bytes(format!("{body}{end}"))], 7).await;
        let turn = turn(connect(Wire::OpenAi, &server.address()), &request())
            .await
            .0
            .unwrap();
        let arguments: Vec<_> = turn.tool_calls.iter().map(|call| call.arguments.clone()).collect();
        assert_eq!(arguments, [path.clone(), path.clone()], "{body}");
    }
    // One without a number or an id goes on where the one before it stopped.
    let body = [
        event(json!([piece(
            none.clone(),
            none.clone(),
            json!("read_file"),
            json!("{\"path\": ")
        )])),
        event(json!([piece(
            none.clone(),
            none.clone(),
            none.clone(),
            json!("\"a\"}")
        )])),
    ];
    let server = Server::streaming(vec![Step::Bytes(format!("{}{end}", body.concat()))], 1).await;
    let turn = turn(connect(Wire::OpenAi, &server.address()), &request())
        .await
        .0
        .unwrap();
    assert_eq!(turn.tool_calls.len(), 1);
    assert_eq!(turn.tool_calls[0].arguments, path);
}

#[tokio::test]
async fn an_answer_without_an_end_is_ended() {
    let think = format!(
        "data: {}\n\n",
        json!({"choices": [{"index": 0, "delta": {"reasoning_content": "a".repeat(10_000)}}]})
    );
    let server = Server::streaming(vec![Step::Bytes(think.repeat(400))], usize::MAX).await;
    let error = turn(connect(Wire::OpenAi, &server.address()), &request())
        .await
        .0
        .unwrap_err();
    assert!(matches!(error, ModelError::Endless { .. }), "{error:?}");
    assert!(!error.may_pass(), "it is not asked for more of it");
}

/// A server that says that nothing was asked counts nothing: what it was is estimated by whoever needs it.
#[rstest]
#[tokio::test]
async fn usage_that_cannot_be_is_none(#[values(0, -5)] input: i64) {
    let body = format!(
        "data: {}\n\ndata: {}\n\ndata: [DONE]\n\n",
        json!({"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}),
        json!({"choices": [], "usage": {"prompt_tokens": input, "completion_tokens": 0, "total_tokens": 0}})
    );
    let server = Server::streaming(vec![Step::Bytes(body)], usize::MAX).await;
    let turn = turn(connect(Wire::OpenAi, &server.address()), &request())
        .await
        .0
        .unwrap();
    assert_eq!(turn.usage, None);
}
