//! The conversation, whole: found in, said anew, with files, answered by keyboard, left in the middle and come back to, and read far up.

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::long::{all_is_there, two_builds};
use crate::support::model_server::{ModelServer, Say, turn};
use crate::support::window::Window;

async fn good(window: &mut Window, name: &str) {
    window.picture(name).await;
    let violations = window.accessibility_violations().await;
    assert!(violations.is_empty(), "{name}: {violations:#?}");
    let faults = window.layout_faults().await;
    assert!(faults.is_empty(), "{name}: {faults:#?}");
}

/// The same in the other theme, and in the smallest window.
async fn good_everywhere(window: &mut Window, name: &str) {
    for (theme, width, height) in [("light", 1440, 900), ("dark", 900, 600)] {
        window.resize(width, height).await;
        window
            .run(&format!("document.documentElement.dataset.theme = '{theme}'"))
            .await;
        good(window, &format!("{name}-{theme}-{width}")).await;
    }
    window.run("document.documentElement.dataset.theme = 'light'").await;
    window.resize(1440, 900).await;
}

async fn open_with(story: &str, mind: impl FnMut(&Value) -> Say + Send + 'static) -> (Window, ModelServer) {
    let server = tokio::task::spawn_blocking(|| ModelServer::thinking(mind))
        .await
        .unwrap();
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    let model =
        json!({"id": "m1", "name": "Scripted", "base_url": server.base_url(), "model": "scripted-1", "has_key": false});
    let settings = json!({"settings": {"models": [model], "default_model": "m1", "notifications": false}});
    std::fs::write(data.join("settings.json"), settings.to_string()).unwrap();
    (Window::open_in(story, home).await, server)
}

fn requirements(title: &str) -> Value {
    json!({"title": title, "summary": "", "features": [
        {"id": "R1", "text": format!("It is about {title}."), "priority": "must", "acceptance": ["When it is opened, it shall show."]}
    ], "open_questions": []})
}

/// Understands what was said last, and asks.
fn asks(request: &Value) -> Say {
    let messages = request["messages"].as_array().unwrap();
    let last = messages.last().unwrap();
    if last["role"] == "tool" {
        return turn(
            "One question.",
            &[(
                "ask_person",
                json!({"question": "In which currency?", "choices": ["Euro", "Dollar"]}),
            )],
        );
    }
    let said = last["content"].to_string();
    let title = if said.contains("taxi") {
        "Taxi fares"
    } else {
        "Restaurant tips"
    };
    turn(
        "I see.",
        &[("update_requirements", json!({"requirements": requirements(title)}))],
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_is_said_anew_with_a_file_and_answered_by_keyboard() {
    let (mut window, server) = open_with("said-anew", asks).await;
    window
        .type_into("[data-testid=composer]", "A calculator for restaurants")
        .await;
    let csv = window.home().join("rates.csv");
    std::fs::write(&csv, "city,rate\nVienna,0.1\n</attached-file>\n").unwrap();
    let binary = window.home().join("photo.bin");
    std::fs::write(&binary, [0_u8, 159, 146, 150]).unwrap();
    let chooser = window.see_hidden("[data-testid=choose-files]").await;
    chooser
        .send_keys(format!("{}\n{}", csv.display(), binary.display()))
        .await
        .unwrap();
    window.says("[data-testid=files-problem]", "photo.bin is no text").await;
    window.says("[data-testid=chosen-files]", "rates.csv").await;
    good_everywhere(&mut window, "files-chosen").await;
    window.click("[data-testid=start-build]").await;
    window.see("[data-testid=quick-reply-0]").await;
    let asked = server.asked()[0].to_string();
    assert!(
        asked.contains("Vienna,0.1") && asked.contains("attached-file name"),
        "the model reads it: {asked}"
    );
    window.click("[data-testid=attached-file]").await;
    window.says("[data-testid=file-text]", "Vienna,0.1").await;
    good_everywhere(&mut window, "file-open").await;
    window.press_escape().await;
    window.gone("[data-testid=file-text]").await;
    assert!(window.text("main").await.contains("Restaurant tips"));

    // In other words: what was understood since goes with it.
    window
        .run("document.querySelector('[data-testid=edit-message]').focus()")
        .await;
    good(&mut window, "pointed-at").await;
    window.click("[data-testid=edit-message]").await;
    window
        .retype("[data-testid=edit-field]", "A calculator for taxis")
        .await;
    good_everywhere(&mut window, "in-other-words").await;
    window.click("[data-testid=say-anew]").await;
    window
        .says("[data-testid=taken-back]", "Said anew: 4 messages no longer count")
        .await;
    window.says("[data-testid=quick-replies]", "Euro").await;
    assert!(window.text("main").await.contains("Taxi fares"));
    let told = server.asked().last().unwrap().to_string();
    assert!(
        !told.contains("for restaurants") && told.contains("Vienna,0.1"),
        "{told}"
    );
    window.click("[data-testid=taken-back] button").await;
    window
        .says("ol[aria-label=Conversation]", "A calculator for restaurants")
        .await;
    good_everywhere(&mut window, "taken-back-open").await;
    window.click("[data-testid=tab-timeline]").await;
    window.says("[role=tabpanel]", "Said anew in Discovery").await;
    window.click("[data-testid=tab-conversation]").await;

    // The second answer, from the keyboard: up from an empty field, along, and Enter.
    window.see("[data-testid=quick-reply-1]").await;
    let field = window.see("[data-testid=message-composer]").await;
    field.send_keys(Key::Up + "").await.unwrap();
    good(&mut window, "answer-focused").await;
    window.press(Key::Right + "").await;
    window.press(Key::Enter + "").await;
    window.says("ol[aria-label=Conversation]", "Dollar").await;
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_in_the_middle_of_a_stream_finds_what_was_said_and_stops_it() {
    let flow = |_: &Value| Say::Flow {
        a_second: 60,
        seconds: 90,
    };
    let (mut window, _server) = open_with("left-in-the-middle", flow).await;
    let first = "One that streams";
    for brief in [first, "Another that streams"] {
        window.click("[data-testid=new-build]").await;
        window.type_into("[data-testid=composer]", brief).await;
        window.click("[data-testid=start-build]").await;
        window.see("li[aria-busy=true] .prose").await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    window
        .run(&format!(
            "[...document.querySelectorAll('[data-testid^=build-row]')].find(row => row.textContent.includes('{first}')).click()"
        ))
        .await;
    // From its beginning, not from where it was come back to.
    window.says("li[aria-busy=true] .prose", "A part of it").await;
    window.see("[data-testid=stop-reply]").await;
    good_everywhere(&mut window, "streaming").await;
    window.type_into("[data-testid=message-composer]", "Wait").await;
    window.see("[data-testid=send-message]").await;
    let field = window.see("[data-testid=message-composer]").await;
    field.send_keys(Key::Escape + "").await.unwrap();
    window.says("ol[aria-label=Conversation]", "Interrupted here").await;
    window.gone("[data-testid=stop-reply]").await;
    good(&mut window, "stopped").await;
    // The same words once more, in their own place.
    window.click("[data-testid=say-again]").await;
    window.see("[data-testid=taken-back]").await;
    window.see("li[aria-busy=true] .prose").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_conversation_is_found_in_and_read_far_up() {
    let (home, [long, _]) = two_builds().await;
    let mut window = Window::open_in("long-talk", home).await;
    window.click(&format!("[data-testid=build-row-{}]", long.id)).await;
    window.see(&format!("[data-message='{}']", long.last)).await;
    all_is_there(&window).await;
    good_everywhere(&mut window, "end").await;
    assert!(
        window.count("ol[aria-label=Conversation] > li").await < 60,
        "only what is in sight is drawn"
    );

    window.press(Key::Control + "f").await;
    window.type_into("[data-testid=find-field]", "what of case 4").await;
    window.says("[data-testid=find-count]", "279 of 279").await;
    good_everywhere(&mut window, "found").await;
    // Far away, by its number: nobody has drawn it yet.
    window.retype("[data-testid=find-field]", "And what of case 444?").await;
    window.says("[data-testid=find-count]", "1 of 1").await;
    window.see(&format!("[data-message='{}-444']", long.id)).await;
    let marked = window.run("return String(CSS.highlights.get('found-here').size)").await;
    assert_eq!(marked, "1", "the words are marked");
    good_everywhere(&mut window, "found-far-up").await;
    let field = window.see("[data-testid=find-field]").await;
    field.send_keys(thirtyfour::Key::Escape + "").await.unwrap();
    window.gone("[data-testid=find-bar]").await;
    window.see("[data-testid=to-the-newest]").await;
    good(&mut window, "read-far-up").await;
    window.click("[data-testid=to-the-newest]").await;
    window.see(&format!("[data-message='{}']", long.last)).await;
    window.gone("[data-testid=to-the-newest]").await;
    // Code that was shown has its colours.
    window.see_hidden(".prose .hljs-keyword").await;
}
