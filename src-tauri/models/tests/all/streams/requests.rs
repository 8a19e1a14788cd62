//! What is asked, in each provider's form.

use super::*;

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
        Message::user("Go on"),
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

/// A picture stands in the message as each provider documents it, before the words.
#[rstest]
#[tokio::test]
async fn a_picture_goes_along_in_the_form_that_is_documented(
    #[values(Wire::OpenAi, Wire::Anthropic, Wire::Gemini, Wire::Ollama)] wire: Wire,
) {
    let server = Server::streaming(wires::steps(wire, &[Text("Hi"), Piece::Stop(Stop::Done), End]), 7).await;
    let mut request = request();
    request.messages.push(Message::User {
        text: "What is this?".to_owned(),
        images: vec![models::Image {
            media_type: "image/png".to_owned(),
            hash: "h".to_owned(),
            data: "UElDVFVSRQ==".into(),
        }],
    });
    turn(connect(wire, &server.address()), &request).await.0.unwrap();
    let body = server.asked().remove(0).body;
    let (last, expected) = match wire {
        Wire::OpenAi => (
            "/messages/2/content/0",
            json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,UElDVFVSRQ=="}}),
        ),
        Wire::Anthropic => (
            "/messages/1/content/0/source",
            json!({"type": "base64", "media_type": "image/png", "data": "UElDVFVSRQ=="}),
        ),
        Wire::Gemini => (
            "/contents/1/parts/0/inline_data",
            json!({"mime_type": "image/png", "data": "UElDVFVSRQ=="}),
        ),
        Wire::Ollama => ("/messages/2/images/0", json!("UElDVFVSRQ==")),
    };
    assert_eq!(body.pointer(last), Some(&expected), "{body:#}");
    assert_eq!(body.to_string().matches("UElDVFVSRQ==").count(), 1);
    assert!(body.to_string().contains("What is this?"));
}
