//! A settings file that an older version, another program or a hand wrote.

use q_assistant::dto::{LanguageChoice, Settings, SpeechBy};
use serde_json::{Value, json};

fn voice(stored: &Value) -> q_assistant::dto::VoiceSettings {
    Settings::from_json(Some(&json!({"voice": stored}))).voice
}

#[test]
fn voice_of_a_file_that_does_not_know_it_is_off() {
    let voice = Settings::from_json(Some(&json!({"theme": "dark"}))).voice;
    assert_eq!(voice.by, SpeechBy::Nobody);
    assert!(!voice.commands && !voice.read_aloud && !voice.keep_recordings);
}

#[test]
fn what_is_right_in_it_holds_and_what_is_wrong_falls_back() {
    let voice = voice(&json!({
        "by": "whisper", "whisper_file": "/models/ggml-base.bin", "language": 7, "key": "a", "silence_ms": -5,
        "server": "nonsense", "commands": "yes", "read_aloud": true, "unknown": [],
    }));
    assert_eq!(voice.by, SpeechBy::Whisper);
    assert_eq!(voice.whisper_file.as_deref(), Some("/models/ggml-base.bin"));
    assert_eq!(voice.language, None);
    assert_eq!(voice.key, "F2", "a letter could not be typed any more");
    assert_eq!(
        voice.silence_ms, 400,
        "a silence that nobody can keep would end everything"
    );
    assert_eq!(voice.server.base_url, "");
    assert!(!voice.commands);
    assert!(voice.read_aloud);
}

#[test]
fn a_size_that_nobody_could_read_is_not_taken() {
    let zoom = |stored: i32| Settings::from_json(Some(&json!({"zoom": stored}))).zoom;
    assert_eq!([zoom(5), zoom(150), zoom(9000)], [80, 150, 200]);
}

#[test]
fn a_language_is_kept_and_one_that_is_not_spoken_here_is_the_systems() {
    let language = |stored: &str| Settings::from_json(Some(&json!({"language": stored}))).language;
    assert_eq!(language("es"), LanguageChoice::Spanish);
    assert_eq!(language("tlh"), LanguageChoice::System);
    let settings = Settings::from_json(Some(&json!({"language": "de"})));
    assert_eq!(settings.speaks(), workflow::Language::German);
}
