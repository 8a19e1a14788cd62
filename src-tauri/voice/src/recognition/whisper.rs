//! Whisper in this process, through whisper.cpp.
//!
//! whisper-rs itself and not transcribe-rs around it: that one cannot be cancelled, and panics over a path that is not UTF-8.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};

use async_trait::async_trait;
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState};

use super::model_file::{self, NotAModel};
use super::{Hint, Recogniser, RecognitionProblem};
use crate::sound::{RATE, Sound};

/// More threads than this make it no faster: they wait for one another.
const THREADS: usize = 8;

/// whisper.cpp hears nothing in less than a second.
const SHORTEST: usize = RATE as usize + RATE as usize / 10;

/// Recognises with a model file. The file is loaded when it is first needed, and kept.
pub struct Whisper {
    path: PathBuf,
    loaded: Arc<Mutex<Option<Loaded>>>,
}

struct Loaded {
    state: WhisperState,
    multilingual: bool,
}

impl Whisper {
    #[must_use]
    pub fn new(path: PathBuf) -> Whisper {
        Whisper {
            path,
            loaded: Arc::default(),
        }
    }
}

/// Loads the model of this path, to find out whether it can be used.
///
/// # Errors
/// What is wrong with it.
pub fn try_out(path: &Path) -> Result<(), RecognitionProblem> {
    load(path).map(|_| ())
}

#[async_trait]
impl Recogniser for Whisper {
    async fn prepare(&self) {
        let (path, loaded) = (self.path.clone(), Arc::clone(&self.loaded));
        let work = tokio::task::spawn_blocking(move || {
            let mut loaded = loaded.lock().unwrap_or_else(PoisonError::into_inner);
            if loaded.is_none() {
                *loaded = load(&path).ok();
            }
        });
        // It ends with the program, and then nothing is needed.
        let _ = work.await;
    }

    async fn recognise(&self, sound: &Sound, hint: &Hint) -> Result<String, RecognitionProblem> {
        let cancelled = Cancelled::default();
        let (path, loaded) = (self.path.clone(), Arc::clone(&self.loaded));
        let (samples, hint, stop) = (sound.samples(), hint.clone(), Arc::clone(&cancelled.0));
        let work = tokio::task::spawn_blocking(move || {
            let mut loaded = loaded.lock().unwrap_or_else(PoisonError::into_inner);
            let model = match loaded.as_mut() {
                Some(model) => model,
                None => loaded.insert(load(&path)?),
            };
            model.understand(samples, &hint, stop)
        });
        work.await
            .unwrap_or_else(|ended| Err(RecognitionProblem::Whisper { why: ended.to_string() }))
    }
}

/// Tells the thread that nobody waits for it any more.
#[derive(Default)]
struct Cancelled(Arc<AtomicBool>);

impl Drop for Cancelled {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn load(path: &Path) -> Result<Loaded, RecognitionProblem> {
    static QUIET: Once = Once::new();
    // Without it whisper.cpp writes to the terminal.
    QUIET.call_once(whisper_rs::install_logging_hooks);
    let broken = |why: String| RecognitionProblem::BrokenModel {
        path: path.to_owned(),
        why,
    };
    let file = model_file::examine(path).map_err(|why| match why {
        NotAModel::Unreadable(error) if error.kind() == std::io::ErrorKind::NotFound => {
            RecognitionProblem::NoModel { path: path.to_owned() }
        }
        NotAModel::Truncated { .. }
        | NotAModel::Other
        | NotAModel::Gguf
        | NotAModel::Damaged { .. }
        | NotAModel::Unreadable(_) => broken(why.to_string()),
    })?;
    let refused = |error: whisper_rs::WhisperError| broken(format!("Whisper does not take it ({error})"));
    let context = WhisperContext::new_with_params(path, WhisperContextParameters::default()).map_err(refused)?;
    Ok(Loaded {
        state: context.create_state().map_err(refused)?,
        multilingual: file.multilingual,
    })
}

impl Loaded {
    fn understand(
        &mut self,
        mut samples: Vec<f32>,
        hint: &Hint,
        stop: Arc<AtomicBool>,
    ) -> Result<String, RecognitionProblem> {
        if samples.len() < SHORTEST {
            samples.resize(SHORTEST, 0.0);
        }
        let mut how = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // Half of them: its threads wait for one another at full speed, and one that another program keeps from its core, a build
        // for example, holds up all the others. With a thread for each core that made it seventy times slower.
        how.set_n_threads(i32::try_from((cores / 2).clamp(1, THREADS)).unwrap_or(1));
        how.set_language(match &hint.language {
            Some(language) if self.multilingual => Some(language),
            Some(_) => Some("en"),
            None if self.multilingual => None,
            None => Some("en"),
        });
        // It ends at the first zero byte, and whisper-rs panics over one.
        let prompt = hint.prompt().replace('\0', "");
        if !prompt.is_empty() {
            how.set_initial_prompt(&prompt);
        }
        how.set_no_context(true);
        how.set_no_timestamps(true);
        how.set_suppress_blank(true);
        how.set_suppress_nst(true);
        how.set_print_special(false);
        how.set_print_progress(false);
        how.set_print_realtime(false);
        how.set_print_timestamps(false);
        // Boxed, because whisper-rs 0.16 hands its C function a boxed closure whatever it was given, and calls it as the type that
        // it was given: only for this type are the two the same.
        let asked: Box<dyn FnMut() -> bool> = {
            let stop = Arc::clone(&stop);
            Box::new(move || stop.load(Ordering::Relaxed))
        };
        how.set_abort_callback_safe(asked);
        self.state
            .full(how, &samples)
            .map_err(|error| RecognitionProblem::Whisper { why: error.to_string() })?;
        let text: String = self
            .state
            .as_iter()
            .filter_map(|segment| Some(segment.to_str_lossy().ok()?.into_owned()))
            .collect();
        Ok(spoken(&text))
    }
}

/// Whisper writes what it hears besides speech in brackets: "[BLANK_AUDIO]", "(music)". Words in brackets among others are speech.
fn spoken(text: &str) -> String {
    let text = text.trim();
    let mut rest = text;
    while let Some(after) = after_brackets(rest) {
        rest = after.trim_start();
    }
    if rest.is_empty() {
        String::new()
    } else {
        text.to_owned()
    }
}

/// What follows the brackets that the text begins with.
fn after_brackets(text: &str) -> Option<&str> {
    [('[', ']'), ('(', ')'), ('*', '*')]
        .iter()
        .find_map(|(open, close)| Some(text.strip_prefix(*open)?.split_once(*close)?.1))
}
