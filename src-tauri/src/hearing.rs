//! Voice at this desk: who recognises, what is being dictated, which models are here.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use tauri::ipc::Channel;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use voice::aloud::Aloud;
use voice::dictation::{Dictation, Event, Keep, Wanted};
use voice::listener::{Listener, Told};
use voice::recognition::endpoint::{Address, Endpoint};
use voice::recognition::model_store::{FetchProblem, ModelStore, OFFERED, Offered, SOURCE};
use voice::recognition::{Hint, Recogniser};
use voice::recording::Until;
use voice::sound::Sound;

use crate::desk::problem;
use crate::dto::{Dictated, DictationWish, SpeechBy, SpeechServer, VoiceSettings, WireError};
use crate::keys::Keys;

/// Under which name the key of the speech server is kept.
pub const SPEECH_KEY: &str = "speech";

/// Another place to fetch models from: a mirror.
const MIRROR: &str = "WHISPER_MODELS_URL";

/// Voice at this desk.
pub struct Hearing {
    pub aloud: Aloud,
    pub models: ModelStore,
    pub recordings: PathBuf,
    dictation: Mutex<Option<Dictation>>,
    /// Where the window is told of it.
    window: Mutex<Option<Channel<Dictated>>>,
    /// Whether a dictation still has something to say.
    busy: watch::Sender<bool>,
    trial: Mutex<Option<Listener>>,
    recogniser: Mutex<Option<(Choice, Arc<dyn Recogniser>)>>,
    fetching: Mutex<HashMap<&'static str, CancellationToken>>,
}

/// What a recogniser was made from: another choice needs another one.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    Server { base: String, model: String },
    Whisper { file: PathBuf },
}

impl Hearing {
    #[must_use]
    pub fn new(data: &Path) -> Hearing {
        let source = std::env::var(MIRROR).unwrap_or_else(|_| SOURCE.to_owned());
        Hearing {
            aloud: Aloud::default(),
            models: ModelStore::new(data.join("speech-models"), &source),
            recordings: data.join("recordings"),
            dictation: Mutex::default(),
            window: Mutex::default(),
            busy: watch::Sender::new(false),
            trial: Mutex::default(),
            recogniser: Mutex::default(),
            fetching: Mutex::default(),
        }
    }

    /// Who turns speech into words now.
    ///
    /// # Errors
    /// `voice_not_set_up` where nobody was chosen, or who was chosen cannot be used.
    pub fn recogniser(&self, settings: &VoiceSettings, keys: &Keys) -> Result<Arc<dyn Recogniser>, WireError> {
        let choice = self.choice(settings)?;
        let mut kept = lock(&self.recogniser);
        if let Some((made_from, recogniser)) = kept.as_ref()
            && *made_from == choice
        {
            return Ok(Arc::clone(recogniser));
        }
        let recogniser = match &choice {
            Choice::Server { .. } => {
                let key = settings.server.has_key.then(|| keys.get(SPEECH_KEY)).flatten();
                by_server(&settings.server, key)?
            }
            Choice::Whisper { file } => whisper(file)?,
        };
        *kept = Some((choice, Arc::clone(&recogniser)));
        Ok(recogniser)
    }

    /// Whisper with this model, which stays loaded for the first dictation.
    ///
    /// # Errors
    /// Where Whisper was left out of this program.
    pub fn by_whisper(&self, file: PathBuf) -> Result<Arc<dyn Recogniser>, WireError> {
        let recogniser = whisper(&file)?;
        *lock(&self.recogniser) = Some((Choice::Whisper { file }, Arc::clone(&recogniser)));
        Ok(recogniser)
    }

    /// The settings or the key changed: the next dictation begins with a new recogniser.
    pub fn forget_recogniser(&self) {
        *lock(&self.recogniser) = None;
    }

    fn choice(&self, settings: &VoiceSettings) -> Result<Choice, WireError> {
        let nobody = |why: &str| problem("voice_not_set_up", why);
        match settings.by {
            SpeechBy::Nobody => Err(nobody("Nothing is chosen yet that turns speech into words.")),
            SpeechBy::Server if settings.server.base_url.is_empty() => {
                Err(nobody("The speech server has no address yet."))
            }
            SpeechBy::Server => Ok(Choice::Server {
                base: settings.server.base_url.clone(),
                model: settings.server.model.clone(),
            }),
            SpeechBy::Whisper => {
                let own = settings.whisper_file.as_ref().map(PathBuf::from);
                let file = own.or_else(|| Some(self.models.path(offered(&settings.whisper_model)?)));
                let file = file.ok_or_else(|| nobody("No speech model is chosen yet."))?;
                Ok(Choice::Whisper { file })
            }
        }
    }

    /// Begins to listen; one dictation at a time.
    ///
    /// # Errors
    /// As [`Hearing::recogniser`]; `voice_busy` where something that was said before has not become words yet.
    pub fn begin(
        &self,
        settings: &VoiceSettings,
        keys: &Keys,
        wish: DictationWish,
        names: Vec<String>,
        window: Channel<Dictated>,
        tell: impl Fn(Event) + Send + 'static,
    ) -> Result<(), WireError> {
        let recogniser = self.recogniser(settings, keys)?;
        if *self.busy.borrow() {
            let why = "What you said before is not written down yet. Wait a moment, or let it go.";
            return Err(problem("voice_busy", why));
        }
        // What is read aloud would be heard.
        self.aloud.hush();
        self.end_trial();
        let wanted = Wanted {
            microphone: settings.microphone.clone(),
            until: if wish.hands_free {
                until_silence(settings)
            } else {
                Until::Released
            },
            recogniser,
            hint: Hint {
                language: settings.language.clone(),
                names,
                before: wish.before,
            },
            keep: settings.keep_recordings.then(|| keep_in(self.recordings.clone())),
        };
        let busy = self.busy.clone();
        *lock(&self.window) = Some(window);
        let mut dictation = lock(&self.dictation);
        busy.send_replace(true);
        *dictation = Some(Dictation::begin(wanted, move |event| {
            if event == Event::Done {
                busy.send_replace(false);
            }
            tell(event);
        }));
        Ok(())
    }

    /// Does something with the dictation that runs, if one does.
    pub fn dictation(&self, act: impl FnOnce(&Dictation)) {
        if let Some(dictation) = lock(&self.dictation).as_ref() {
            act(dictation);
        }
    }

    /// Ends what listens because the window is to close. None where nothing is left to become words; otherwise who waits for it.
    pub fn close(&self) -> Option<watch::Receiver<bool>> {
        let busy = self.busy();
        if !*busy.borrow() {
            return None;
        }
        self.dictation(Dictation::finish);
        if let Some(window) = lock(&self.window).as_ref() {
            // A page that is gone has nothing to wait for.
            window.send(Dictated::Closing).ok()?;
        }
        Some(busy)
    }

    /// Whether something that was said has not become words yet.
    #[must_use]
    pub fn busy(&self) -> watch::Receiver<bool> {
        self.busy.subscribe()
    }

    /// Listens only to show how loud it is.
    pub fn begin_trial(&self, microphone: Option<String>, tell: impl FnMut(Told) + Send + 'static) {
        self.end_trial();
        *lock(&self.trial) = Some(Listener::start(microphone, Until::Released, tell));
    }

    pub fn end_trial(&self) {
        if let Some(listener) = lock(&self.trial).take() {
            listener.end();
        }
    }

    /// Ids of the models that are being fetched.
    #[must_use]
    pub fn fetching(&self) -> Vec<String> {
        lock(&self.fetching).keys().map(|id| (*id).to_owned()).collect()
    }

    /// Fetches a model; `progress` gets the bytes that are here.
    ///
    /// # Errors
    /// No such model, one that is being fetched already, or why it did not come.
    pub async fn fetch(&self, id: &str, progress: impl Fn(u64) + Send) -> Result<(), Fetching> {
        let model = offered(id).ok_or(Fetching::Unknown)?;
        let stop = CancellationToken::new();
        match lock(&self.fetching).entry(model.id) {
            Entry::Occupied(_) => return Err(Fetching::Already),
            Entry::Vacant(place) => place.insert(stop.clone()),
        };
        let fetched = self.models.fetch(model, progress, &stop).await;
        lock(&self.fetching).remove(model.id);
        self.forget_recogniser();
        Ok(fetched?)
    }

    pub fn stop_fetching(&self, id: &str) {
        if let Some(stop) = lock(&self.fetching).get(id) {
            stop.cancel();
        }
    }
}

/// Why a model is not here.
#[derive(Debug, thiserror::Error)]
pub enum Fetching {
    #[error("There is no such speech model.")]
    Unknown,
    #[error("This model is being downloaded already.")]
    Already,
    #[error(transparent)]
    Problem(#[from] FetchProblem),
}

impl From<Fetching> for WireError {
    fn from(why: Fetching) -> WireError {
        match why {
            Fetching::Unknown => problem("not_found", why.to_string()),
            Fetching::Already => problem("fetch_already", why.to_string()),
            Fetching::Problem(why) => why.into(),
        }
    }
}

#[must_use]
pub fn offered(id: &str) -> Option<&'static Offered> {
    OFFERED.iter().find(|model| model.id == id)
}

/// What ends a dictation that is not held.
#[must_use]
pub fn until_silence(settings: &VoiceSettings) -> Until {
    Until::Silence(Duration::from_millis(
        u64::try_from(settings.silence_ms).unwrap_or_default(),
    ))
}

/// A server that understands speech.
///
/// # Errors
/// Where no connection could ever be made from this machine.
pub fn by_server(server: &SpeechServer, key: Option<SecretString>) -> Result<Arc<dyn Recogniser>, WireError> {
    let endpoint = Endpoint::new(Address {
        base: server.base_url.clone(),
        key,
        model: server.model.clone(),
    });
    Ok(Arc::new(endpoint?))
}

#[cfg(feature = "whisper")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature it fails")]
fn whisper(file: &Path) -> Result<Arc<dyn Recogniser>, WireError> {
    Ok(Arc::new(voice::recognition::whisper::Whisper::new(file.to_owned())))
}

#[cfg(not(feature = "whisper"))]
fn whisper(_: &Path) -> Result<Arc<dyn Recogniser>, WireError> {
    Err(problem(
        "voice_not_set_up",
        "Whisper was left out of this program when it was built. Use a speech server, or a program with Whisper.",
    ))
}

/// Writes recordings into a folder, readable by the person alone.
fn keep_in(folder: PathBuf) -> Keep {
    Box::new(move |sound: &Sound| {
        let name = chrono::Local::now().format("%Y-%m-%d %H-%M-%S%.3f.wav").to_string();
        let mut make = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
        let written = make.recursive(true).create(&folder).and_then(|()| {
            let wav = sound.wav().map_err(std::io::Error::other)?;
            let mut options = std::fs::OpenOptions::new();
            options.create_new(true).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(folder.join(name))?.write_all(&wav)
        });
        written.map_err(|error| format!("The recording could not be kept in {}: {error}.", folder.display()))
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
