//! A person speaks instead of typing: from a loudspeaker through the microphone, a speech server and the real window into the
//! composer.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::support::sound::SoundSystem;
use crate::support::speech_server::{Manner, SpeechServer};
use crate::support::window::Window;
#[cfg(feature = "whisper")]
use tiny_model::TinyModel;

#[cfg(feature = "whisper")]
#[path = "../src-tauri/voice/tests/all/tiny_model.rs"]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a model is small"
)]
mod tiny_model;

const MICROPHONE: &str = "[data-testid=microphone]";
const COMPOSER: &str = "[data-testid=composer]";

/// Voice as the settings file keeps it, before the window is opened.
pub fn settings(home: &Path, voice: &Value) {
    let data = home.join("data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(
        data.join("settings.json"),
        json!({"settings": {"voice": voice}}).to_string(),
    )
    .unwrap();
}

pub async fn hold(window: &Window) {
    let button = window.see(MICROPHONE).await;
    window
        .driver
        .action_chain()
        .click_and_hold_element(&button)
        .perform()
        .await
        .unwrap();
    window.see("[data-testid=microphone][data-phase=listening]").await;
}

pub async fn let_go(window: &Window) {
    window.driver.action_chain().release().perform().await.unwrap();
}

async fn speak(sound: SoundSystem, sentence: &'static str) -> SoundSystem {
    tokio::task::spawn_blocking(move || {
        sound.say(sentence);
        sound
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brief_that_is_spoken_is_in_the_composer() {
    let mut sound = tokio::task::spawn_blocking(SoundSystem::start).await.unwrap();
    let server = tokio::task::spawn_blocking(SpeechServer::start).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut window = Window::open_with("voice", home, &sound.desk()).await;

    // The first click leads through one of the two ways, and what was typed stays.
    window.type_into(COMPOSER, "Please").await;
    window.click(MICROPHONE).await;
    window.see("[data-testid=voice-way-machine]").await;
    window.picture("first-use").await;
    window.click("[data-testid=voice-way-machine]").await;
    window.picture("first-use-machine").await;
    window.click("[data-testid=voice-way-server]").await;
    window.type_into("[data-testid=speech-url]", &server.base_url()).await;
    window.picture("first-use-server").await;
    window.click("[data-testid=speech-use]").await;
    window.see("[data-testid=voice-ready]").await;
    window.picture("ready").await;
    window.press_escape().await;
    window.gone("[data-testid=voice-ready]").await;
    window.wait_for_value(COMPOSER, "Please").await;
    let violations = window.accessibility_violations().await;
    assert!(violations.is_empty(), "{violations:#?}");

    // Held, spoken, let go.
    hold(&window).await;
    sound = speak(sound, "make a tip calculator").await;
    window.picture("listening").await;
    let_go(&window).await;
    window.wait_for_value(COMPOSER, "Please make a tip calculator").await;
    assert_eq!(sound.listeners(), 0, "the microphone is let go");
    let heard = server.heard();
    let heard = heard.last().unwrap();
    assert_eq!(heard.model, "whisper-1");
    assert_eq!(heard.prompt, "Please", "what stands before the cursor goes along");

    // One step of undo takes it out, and nothing that was typed.
    let composer = window.see(COMPOSER).await;
    composer.send_keys(Key::Control + "z").await.unwrap();
    window.wait_for_value(COMPOSER, "Please").await;

    // Only clicked: it begins with speech and ends with silence.
    window.click(MICROPHONE).await;
    window.see("[data-testid=microphone][data-phase=listening]").await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    sound = speak(sound, "build a clock with an alarm").await;
    window
        .wait_for_value(COMPOSER, "Please build a clock with an alarm")
        .await;
    window.see("[data-testid=microphone][data-phase=idle]").await;

    // A server that fails loses nothing: tried again, the same speech becomes words.
    server.answer_as(Manner::WebPage);
    hold(&window).await;
    sound = speak(sound, "show the weather of tomorrow").await;
    let_go(&window).await;
    window.see("[data-testid=voice-again]").await;
    assert!(window.text("[data-testid=error-notice]").await.contains("web page"));
    window.picture("not-understood").await;
    server.answer_as(Manner::Listens);
    window.click("[data-testid=voice-again]").await;
    window
        .wait_for_value(
            COMPOSER,
            "Please build a clock with an alarm show the weather of tomorrow",
        )
        .await;

    // A microphone that is pulled out in the middle: said, and what was heard until then becomes words.
    hold(&window).await;
    sound = speak(sound, "fix the broken login page").await;
    sound.unplug();
    window.says("[data-testid=voice-told]", "disconnected").await;
    window.picture("disconnected").await;
    let_go(&window).await;
    let whole = "Please build a clock with an alarm show the weather of tomorrow fix the broken login page";
    window.wait_for_value(COMPOSER, whole).await;

    // The window is closed in the middle of a sentence: the words are there when it is opened again.
    sound = tokio::task::spawn_blocking(move || {
        sound.plug_in();
        sound
    })
    .await
    .unwrap();
    hold(&window).await;
    sound = speak(sound, "build a clock with an alarm").await;
    window.click_close();
    let home = window.ended().await;
    assert!(
        !home.path().join("data/recordings").exists(),
        "nothing is kept that nobody wanted"
    );
    let whole = format!("{whole} build a clock with an alarm");
    let mut window = Window::open_with("voice-again", home, &sound.desk()).await;
    window.wait_for_value(COMPOSER, &whole).await;
    window.click("[data-testid=settings]").await;
    window.see("[data-testid=voice-settings]").await;
    window
        .run("document.querySelector('[data-testid=voice-settings]').scrollIntoView()")
        .await;
    window.click("[data-testid=microphone-trial]").await;
    window.see("[data-testid=level-meter]").await;
    window.picture("settings").await;
    let violations = window.accessibility_violations().await;
    assert!(violations.is_empty(), "{violations:#?}");
    window.click("[data-testid=microphone-trial]").await;
    window.click("[data-testid=new-build]").await;
    window.see(COMPOSER).await;

    // None at all.
    sound.unplug();
    window.click(MICROPHONE).await;
    window.says("[data-testid=voice-told]", "No microphone").await;
    window.wait_for_value(COMPOSER, &whole).await;
    window.close().await;
}

/// Says a command until it is understood, as a person does: two or three words are little for a recogniser.
async fn command(window: &Window, mut sound: SoundSystem, words: &'static str, leads_to: &str) -> SoundSystem {
    for _ in 0..5 {
        hold(window).await;
        sound = speak(sound, words).await;
        let_go(window).await;
        // Where it leads there may be no microphone.
        for _ in 0..80 {
            if window.find(leads_to).await.is_some() {
                return sound;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    panic!("{words:?} does not lead to {leads_to}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_leads_to_a_decision_and_never_makes_it() {
    let mut sound = tokio::task::spawn_blocking(SoundSystem::start).await.unwrap();
    let server = tokio::task::spawn_blocking(SpeechServer::start).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let by_server = json!({"base_url": server.base_url(), "model": "m", "has_key": false});
    settings(
        home.path(),
        &json!({"by": "server", "server": by_server, "commands": true, "read_aloud": true}),
    );
    let mut window = Window::open_with("voice-commands", home, &sound.desk()).await;
    // What Q Assistant asks is read aloud.
    let speaks = tokio::spawn(sound.speaks());
    crate::window::talk(&mut window, crate::support::TIP_CALCULATOR).await;
    tokio::time::timeout(Duration::from_secs(10), speaks)
        .await
        .expect("the question is heard")
        .unwrap();
    window.click("[data-testid=tab-conversation]").await;

    // It moves about.
    sound = command(&window, sound, "open the plan", "[data-testid=ready-to-build]").await;
    window.click("[data-testid=ready-to-build]").await;
    window.click("[data-testid=tab-conversation]").await;
    window.see("[data-testid=handoff-card]").await;

    // It points at the button.
    sound = command(
        &window,
        sound,
        "approve it",
        "[data-testid=approve-handoff][data-pointed-at]",
    )
    .await;
    window
        .says("[data-testid=voice-told]", "a voice approves nothing")
        .await;
    window.picture("pointed-at").await;
    assert_eq!(
        window.rows(
            "SELECT count(*) FROM workflow_handoffs WHERE decision IS NULL AND ?1 = ?1",
            ""
        ),
        1,
        "it still waits"
    );

    // It sends what was said, and that is all it does.
    hold(&window).await;
    sound = speak(sound, "count the words of a letter").await;
    let_go(&window).await;
    window
        .wait_for_value("[data-testid=message-composer]", "count the words of a letter")
        .await;
    let empty = "[data-testid=message-composer]:placeholder-shown";
    let _sound = command(&window, sound, "send it", empty).await;
    window
        .says("ol[aria-label=Conversation]", "count the words of a letter")
        .await;
    window.close().await;
}

#[cfg(feature = "whisper")]
#[tokio::test(flavor = "multi_thread")]
async fn whisper_in_the_program_says_what_its_model_says() {
    let sound = tokio::task::spawn_blocking(SoundSystem::start).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let (model, broken) = (home.path().join("ggml-tiny.bin"), home.path().join("broken.bin"));
    let bytes = TinyModel::saying(&[" Good", " morning", "."]).bytes();
    std::fs::write(&broken, &bytes[..bytes.len() / 2]).unwrap();
    std::fs::write(&model, bytes).unwrap();
    // What nobody could mean is as if it were not there.
    let odd = json!({"by": "whisper", "whisper_file": broken, "key": "a", "silence_ms": -5,
        "language": 7, "keep_recordings": true});
    settings(home.path(), &odd);
    let window = Window::open_with("voice-whisper", home, &sound.desk()).await;

    window.type_into(COMPOSER, "banana").await;
    window.wait_for_value(COMPOSER, "banana").await;
    window.retype(COMPOSER, "A").await;

    // Half a model is said to be one, and what was said waits for a whole one.
    hold(&window).await;
    let mut sound = speak(sound, "make a tip calculator").await;
    let_go(&window).await;
    window.see("[data-testid=voice-again]").await;
    assert!(window.text("[data-testid=error-notice]").await.contains("incomplete"));
    std::fs::rename(&model, &broken).unwrap();
    window.click("[data-testid=voice-again]").await;
    window.wait_for_value(COMPOSER, "A Good morning.").await;

    // A sound system that hangs keeps nothing of what it delivered, and nobody waits for it.
    hold(&window).await;
    sound = speak(sound, "make a tip calculator").await;
    sound.hang();
    let_go(&window).await;
    window.wait_for_value(COMPOSER, "A Good morning. Good morning.").await;
    window.see("[data-testid=microphone][data-phase=idle]").await;

    // What the person wanted to keep is kept for them alone.
    let home = window.close().await;
    let kept: Vec<_> = std::fs::read_dir(home.path().join("data/recordings"))
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(kept.len(), 2);
    for recording in kept {
        let mode = std::os::unix::fs::PermissionsExt::mode(&recording.metadata().unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{recording:?} is for others, too");
        assert!(std::fs::read(recording.path()).unwrap().starts_with(b"RIFF"));
    }
}
