//! Speaking instead of typing. Nothing that is said decides anything: words go where the person writes, and a click is a click.

use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::DialogExt;
use voice::aloud::Aloud;
use voice::listener::Told;
use voice::microphone::HearingProblem;
use voice::recognition::Hint;
use voice::recognition::model_store::Offered;
use voice::sound::{RATE, Sound};

use super::settings::change;
use super::{Answer, TheDesk};
use crate::desk::{Desk, problem};
use crate::dto::{
    Dictated, DictationWish, Fetched, Microphones, Settings, SpeechBy, SpeechCandidate, SpeechCheck, SpeechServer,
    SpeechServerDraft, VoiceSettings, VoiceStatus, WireError,
};
use crate::hearing::{self, Fetching, SPEECH_KEY, offered, until_silence};
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
    let found = tauri::async_runtime::spawn_blocking(voice::microphone::microphones);
    let Ok(found) = tokio::time::timeout(LOOKING, found).await else {
        return Ok(Microphones {
            microphones: Vec::new(),
            problem: Some(HearingProblem::Hangs.into()),
        });
    };
    Ok(match found {
        Ok(Ok(found)) => Microphones {
            microphones: found.into_iter().map(view::microphone).collect(),
            problem: None,
        },
        Ok(Err(why)) => Microphones {
            microphones: Vec::new(),
            problem: Some(why.into()),
        },
        Err(why) => {
            return Err(problem(
                "voice",
                format!("The microphones could not be looked for: {why}."),
            ));
        }
    })
}

/// How long the sound system may take to say what there is.
const LOOKING: Duration = Duration::from_secs(5);

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
                problem: view::stopped(&account, &voice::dictation::Stopped::Ended(why)),
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

/// Lets somebody understand a moment of silence: whether an answer comes is what is asked. Nothing is kept of it.
#[tauri::command]
#[specta::specta]
pub async fn try_recogniser(desk: TheDesk<'_>, candidate: SpeechCandidate) -> Answer<SpeechCheck> {
    let silence = Sound::from_samples(&vec![0.0; RATE as usize]);
    let recogniser = match candidate {
        SpeechCandidate::Server { draft } => {
            let (server, key) = typed(&desk, &draft)?;
            let key = key.or_else(|| server.has_key.then(|| desk.models.keys().get(SPEECH_KEY)).flatten());
            hearing::by_server(&server, key)
        }
        SpeechCandidate::Model { id } => desk.hearing.by_whisper(desk.hearing.models.path(known(&id)?)),
        SpeechCandidate::File { path } => desk.hearing.by_whisper(path.into()),
    };
    let heard = match recogniser {
        Ok(recogniser) => {
            let begun = Instant::now();
            let heard = recogniser.recognise(&silence, &Hint::default()).await;
            heard.map(|_| begun.elapsed()).map_err(WireError::from)
        }
        Err(why) => Err(why),
    };
    Ok(match heard {
        Ok(took) => SpeechCheck {
            answered_ms: Some(took.as_secs_f64() * 1000.0),
            problem: None,
        },
        Err(problem) => SpeechCheck {
            answered_ms: None,
            problem: Some(problem),
        },
    })
}

/// From now on, this one turns speech into words.
#[tauri::command]
#[specta::specta]
pub async fn use_recogniser(app: AppHandle, desk: TheDesk<'_>, candidate: SpeechCandidate) -> Answer<Settings> {
    let chosen: Box<dyn FnOnce(&mut VoiceSettings) + Send> = match candidate {
        SpeechCandidate::Server { draft } => {
            let (server, key) = typed(&desk, &draft)?;
            if let Some(key) = key {
                let kept = desk.models.keys().set(SPEECH_KEY, &key);
                kept.map_err(|why| problem("keyring", why))?;
            }
            // Another key is another server.
            desk.hearing.forget_recogniser();
            Box::new(|voice| {
                voice.server = server;
                voice.by = SpeechBy::Server;
            })
        }
        SpeechCandidate::Model { id } => {
            known(&id)?;
            Box::new(|voice| {
                voice.whisper_model = id;
                voice.whisper_file = None;
                voice.by = SpeechBy::Whisper;
            })
        }
        SpeechCandidate::File { path } => Box::new(|voice| {
            voice.whisper_file = Some(path);
            voice.by = SpeechBy::Whisper;
        }),
    };
    change(&app, &desk, |settings| chosen(&mut settings.voice))
}

/// What was typed, as a setting, and the key if one was typed.
fn typed(desk: &Desk, draft: &SpeechServerDraft) -> Answer<(SpeechServer, Option<SecretString>)> {
    let base_url = models::connection::address(models::Kind::Compatible, &draft.base_url)?;
    let key = draft.key.as_deref().map(models::connection::key).transpose()?;
    let has_key = match &key {
        Some(key) => !key.expose_secret().is_empty(),
        // A key belongs to the server that it was typed for.
        None => {
            let known = desk.models.settings().voice.server;
            known.has_key && known.base_url == base_url
        }
    };
    let model = draft.model.trim();
    let server = SpeechServer {
        base_url,
        model: if model.is_empty() { USUAL_MODEL } else { model }.to_owned(),
        has_key,
    };
    Ok((server, key))
}

/// The name that most servers take for whatever model they have.
const USUAL_MODEL: &str = "whisper-1";

fn known(id: &str) -> Answer<&'static Offered> {
    offered(id).ok_or_else(|| problem("not_found", "There is no such speech model."))
}

/// Forgets the speech server and its key.
#[tauri::command]
#[specta::specta]
pub async fn remove_speech_server(app: AppHandle, desk: TheDesk<'_>) -> Answer<Settings> {
    let forgotten = desk.models.keys().set(SPEECH_KEY, &SecretString::from(String::new()));
    forgotten.map_err(|why| {
        problem(
            "keyring",
            format!("The key could not be removed from the keyring: {why}"),
        )
    })?;
    desk.hearing.forget_recogniser();
    change(&app, &desk, |settings| {
        let first = Settings::first().voice;
        settings.voice.server = first.server;
        if settings.voice.by == SpeechBy::Server {
            settings.voice.by = first.by;
        }
    })
}

/// The model file that the person picks in the platform's own dialog; none when it was closed.
#[tauri::command]
#[specta::specta]
pub async fn choose_speech_file(app: AppHandle, desk: TheDesk<'_>) -> Answer<Option<String>> {
    let (answer, picked) = tokio::sync::oneshot::channel();
    let words = desk.words();
    app.dialog()
        .file()
        .set_title(words.say("native.whichSpeechModel", &[]))
        .add_filter(words.say("native.speechModels", &[]), &["bin"])
        .pick_file(move |file| {
            // The command may be gone with its window.
            let _ = answer.send(file);
        });
    Ok(picked.await.ok().flatten().map(|file| file.to_string()))
}

/// Downloads a model. How it goes comes through the channel.
#[tauri::command]
#[specta::specta]
pub async fn fetch_speech_model(desk: TheDesk<'_>, id: String, channel: Channel<Fetched>) -> Answer<()> {
    let desk = std::sync::Arc::clone(&desk);
    tauri::async_runtime::spawn(async move {
        let told = std::sync::Mutex::new(Instant::now());
        let fetched = desk
            .hearing
            .fetch(&id, |bytes| {
                let mut told = told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                if told.elapsed() > PROGRESS {
                    *told = Instant::now();
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
                problem: Some(why.into()),
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
    let model = known(&id)?;
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
