//! Speaking instead of typing. Nothing that is said decides anything: words go where the person writes, and a click is a click.

use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::DialogExt;
use voice::aloud::Aloud;
use voice::microphone::Told;
use voice::recognition::Hint;
use voice::sound::{RATE, Sound};

use super::settings::keep;
use super::{Answer, TheDesk};
use crate::desk::problem;
use crate::dto::{
    Dictated, DictationWish, Fetched, Microphones, Settings, SpeechCheck, SpeechServer, SpeechServerDraft, VoiceStatus,
};
use crate::hearing::{Fetching, SPEECH_KEY, offered, until_silence};
use crate::view;

#[tauri::command]
#[specta::specta]
pub async fn voice_status(desk: TheDesk<'_>) -> Answer<VoiceStatus> {
    let hearing = &desk.hearing;
    Ok(VoiceStatus {
        has_whisper: cfg!(feature = "whisper"),
        can_read_aloud: Aloud::can(),
        recordings: hearing.recordings.to_string_lossy().into_owned(),
        models: view::speech_models(&hearing.models, &hearing.fetching()),
    })
}

#[tauri::command]
#[specta::specta]
pub async fn microphones() -> Answer<Microphones> {
    // The sound system may let it wait.
    let found = tauri::async_runtime::spawn_blocking(voice::microphone::microphones).await;
    Ok(match found {
        Ok(Ok(found)) => Microphones {
            microphones: found.into_iter().map(view::microphone).collect(),
            problem: None,
        },
        Ok(Err(why)) => Microphones {
            microphones: Vec::new(),
            problem: Some(why.to_string()),
        },
        Err(why) => {
            return Err(problem(
                "voice",
                format!("The microphones could not be looked for: {why}."),
            ));
        }
    })
}

/// Begins to listen. What is heard comes through the channel.
#[tauri::command]
#[specta::specta]
pub async fn begin_dictation(
    app: AppHandle,
    desk: TheDesk<'_>,
    wish: DictationWish,
    channel: Channel<Dictated>,
) -> Answer<()> {
    let settings = desk.models.settings().voice;
    let names = wish.workflow_id.as_deref().map(|id| desk.names(id)).unwrap_or_default();
    let commands = settings.commands;
    let window = channel.clone();
    desk.hearing
        .begin(&settings, desk.models.keys(), wish, names, window, move |event| {
            let (told, stop) = view::dictated(event, commands);
            for each in told {
                // A window that is gone hears nothing.
                let _ = channel.send(each);
            }
            if stop {
                app.state::<std::sync::Arc<crate::desk::Desk>>()
                    .hearing
                    .dictation(voice::dictation::Dictation::finish);
            }
        })
}

/// The button was only touched: it listens until there is silence.
#[tauri::command]
#[specta::specta]
pub async fn dictate_hands_free(desk: TheDesk<'_>) -> Answer<()> {
    let until = until_silence(&desk.models.settings().voice);
    desk.hearing.dictation(|dictation| dictation.until(until));
    Ok(())
}

/// Lets the microphone go; what was said still becomes words.
#[tauri::command]
#[specta::specta]
pub async fn finish_dictation(desk: TheDesk<'_>) -> Answer<()> {
    desk.hearing.dictation(voice::dictation::Dictation::finish);
    Ok(())
}

/// Tries again what was not understood.
#[tauri::command]
#[specta::specta]
pub async fn dictate_again(desk: TheDesk<'_>) -> Answer<()> {
    // The settings may have been corrected meanwhile: the same speech, another recogniser.
    let settings = desk.models.settings().voice;
    let recogniser = desk.hearing.recogniser(&settings, desk.models.keys())?;
    desk.hearing.dictation(|dictation| dictation.again_with(recogniser));
    Ok(())
}

/// Forgets what was not understood yet.
#[tauri::command]
#[specta::specta]
pub async fn let_dictation_go(desk: TheDesk<'_>) -> Answer<()> {
    desk.hearing.dictation(voice::dictation::Dictation::let_go);
    Ok(())
}

/// Listens only to show how loud it is, until ended.
#[tauri::command]
#[specta::specta]
pub async fn begin_microphone_trial(desk: TheDesk<'_>, channel: Channel<Dictated>) -> Answer<()> {
    let microphone = desk.models.settings().voice.microphone;
    desk.hearing.begin_trial(microphone, move |told| {
        let told = match told {
            Told::Listening { name } => Dictated::Listening { microphone: name },
            Told::Replaced { name } => Dictated::Replaced { microphone: name },
            Told::Level(level) => view::level(level),
            Told::Began => Dictated::Speaking,
            // Nobody wants to read what is said to a meter.
            Told::Piece(_) => return,
            Told::Ended { account, why } => Dictated::Stopped {
                sentence: view::stopped(&account, &voice::dictation::Stopped::Ended(why)),
            },
        };
        let _ = channel.send(told);
    });
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn end_microphone_trial(desk: TheDesk<'_>) -> Answer<()> {
    desk.hearing.end_trial();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn save_speech_server(app: AppHandle, desk: TheDesk<'_>, draft: SpeechServerDraft) -> Answer<Settings> {
    let invalid = |why: models::ConnectionProblem| problem("invalid_input", why.to_string());
    let base_url = models::connection::address(models::Kind::Compatible, &draft.base_url).map_err(invalid)?;
    let key = draft
        .key
        .as_deref()
        .map(models::connection::key)
        .transpose()
        .map_err(invalid)?;
    let mut settings = desk.models.settings();
    let mut has_key = settings.voice.server.has_key;
    if let Some(key) = key {
        has_key = !key.expose_secret().is_empty();
        let kept = desk.models.keys().set(SPEECH_KEY, &key);
        kept.map_err(|why| problem("keyring", why))?;
    }
    let model = draft.model.trim();
    settings.voice.server = SpeechServer {
        base_url,
        model: if model.is_empty() { "whisper-1" } else { model }.to_owned(),
        has_key,
    };
    desk.hearing.forget_recogniser();
    keep(&app, &desk, settings)
}

/// Forgets the speech server and its key.
#[tauri::command]
#[specta::specta]
pub async fn remove_speech_server(app: AppHandle, desk: TheDesk<'_>) -> Answer<Settings> {
    let mut settings = desk.models.settings();
    let forgotten = desk.models.keys().set(SPEECH_KEY, &SecretString::from(String::new()));
    forgotten.map_err(|why| {
        problem(
            "keyring",
            format!("The key could not be removed from the keyring: {why}"),
        )
    })?;
    let first = Settings::first().voice;
    settings.voice.server = first.server;
    settings.voice.by = first.by;
    desk.hearing.forget_recogniser();
    keep(&app, &desk, settings)
}

/// Lets who was chosen understand a moment of silence: whether it answers is what is asked.
#[tauri::command]
#[specta::specta]
pub async fn check_recogniser(desk: TheDesk<'_>) -> Answer<SpeechCheck> {
    let settings = desk.models.settings().voice;
    let silence = Sound::from_samples(&vec![0.0; RATE as usize]);
    let heard = match desk.hearing.recogniser(&settings, desk.models.keys()) {
        Ok(recogniser) => {
            let begun = std::time::Instant::now();
            let heard = recogniser.recognise(&silence, &Hint::default()).await;
            heard.map(|_| begun.elapsed()).map_err(|why| why.to_string())
        }
        Err(why) => Err(why.message),
    };
    Ok(match heard {
        Ok(took) => SpeechCheck {
            ok: true,
            detail: format!("It answers, in {}.", short(took)),
        },
        Err(detail) => SpeechCheck { ok: false, detail },
    })
}

fn short(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} ms", took.as_millis())
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}

/// The model file that the person picks in the platform's own dialog; none when it was closed.
#[tauri::command]
#[specta::specta]
pub async fn choose_speech_file(app: AppHandle) -> Answer<Option<String>> {
    let (answer, picked) = tokio::sync::oneshot::channel();
    app.dialog()
        .file()
        .set_title("Which speech model?")
        .add_filter("Whisper models (ggml)", &["bin"])
        .pick_file(move |file| {
            // The command may be gone with its window.
            let _ = answer.send(file);
        });
    Ok(picked.await.ok().flatten().map(|file| file.to_string()))
}

/// Uses a model file that the person has.
#[tauri::command]
#[specta::specta]
pub async fn use_speech_file(app: AppHandle, desk: TheDesk<'_>, path: String) -> Answer<Settings> {
    let file = Path::new(&path).to_owned();
    let examined = tauri::async_runtime::spawn_blocking(move || voice::recognition::model_file::examine(&file)).await;
    match examined {
        Ok(Ok(_)) => {}
        Ok(Err(why)) => return Err(problem("invalid_input", format!("{path} cannot be used: {why}."))),
        Err(why) => return Err(problem("voice", why.to_string())),
    }
    let mut settings = desk.models.settings();
    settings.voice.whisper_file = Some(path);
    settings.voice.by = crate::dto::SpeechBy::Whisper;
    keep(&app, &desk, settings)
}

/// Downloads a model. How it goes comes through the channel.
#[tauri::command]
#[specta::specta]
pub async fn fetch_speech_model(desk: TheDesk<'_>, id: String, channel: Channel<Fetched>) -> Answer<()> {
    let desk = std::sync::Arc::clone(&desk);
    tauri::async_runtime::spawn(async move {
        let told = std::sync::Mutex::new(std::time::Instant::now());
        let fetched = desk
            .hearing
            .fetch(&id, |bytes| {
                let mut told = told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                if told.elapsed() > PROGRESS {
                    *told = std::time::Instant::now();
                    let _ = channel.send(Fetched::Here {
                        kb: view::kilobytes(bytes),
                    });
                }
            })
            .await;
        let end = match fetched {
            Ok(()) => Fetched::Ready,
            Err(Fetching::Problem(voice::recognition::model_store::FetchProblem::Stopped)) => {
                Fetched::Ended { problem: None }
            }
            Err(why) => Fetched::Ended {
                problem: Some(why.to_string()),
            },
        };
        let _ = channel.send(end);
    });
    Ok(())
}

/// How often the window is told how a download goes.
const PROGRESS: Duration = Duration::from_millis(150);

#[tauri::command]
#[specta::specta]
pub async fn stop_fetching(desk: TheDesk<'_>, id: String) -> Answer<()> {
    desk.hearing.stop_fetching(&id);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn delete_speech_model(desk: TheDesk<'_>, id: String) -> Answer<()> {
    let model = offered(&id).ok_or_else(|| problem("not_found", "There is no such speech model."))?;
    desk.hearing.forget_recogniser();
    let deleted = desk.hearing.models.delete(model);
    deleted.map_err(|why| problem("io", why.to_string()))
}

/// Reads a text aloud with the system's voice.
#[tauri::command]
#[specta::specta]
pub async fn read_aloud(desk: TheDesk<'_>, text: String) -> Answer<()> {
    if *desk.hearing.busy().borrow() {
        // It would be heard.
        return Ok(());
    }
    let read = desk.hearing.aloud.read(&text).await;
    read.map_err(|why| problem("voice", why.to_string()))
}

/// Ends what is being read aloud.
#[tauri::command]
#[specta::specta]
pub async fn hush(desk: TheDesk<'_>) -> Answer<()> {
    desk.hearing.aloud.hush();
    Ok(())
}
