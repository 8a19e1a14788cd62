//! Whisper itself, with a model that says one sentence whatever it hears.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rstest::rstest;
use tempfile::TempDir;
use tokio::task::LocalSet;
use voice::recognition::whisper::{Whisper, try_out};
use voice::recognition::{Hint, Recogniser, RecognitionProblem};
use voice::sound::Sound;

use crate::signals::speech;
use crate::tiny_model::TinyModel;

const WORDS: [&str; 8] = [" Hello", ",", " this", " is", " what", " was", " said", "."];
const SENTENCE: &str = "Hello, this is what was said.";

/// Whisper's threads wait for one another at full speed: several at once keep each other waiting for a minute.
static TURN: Mutex<()> = Mutex::new(());

/// A folder with a model file in it, for whose turn it is.
struct Model {
    _turn: MutexGuard<'static, ()>,
    folder: TempDir,
    path: PathBuf,
}

impl Model {
    fn of(bytes: &[u8]) -> Model {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ggml-test.bin");
        fs::write(&path, bytes).unwrap();
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        Model {
            _turn: turn,
            folder,
            path,
        }
    }

    fn new(model: &TinyModel) -> Model {
        Model::of(&model.bytes())
    }

    fn whisper(&self) -> Whisper {
        Whisper::new(self.path.clone())
    }
}

fn sound(seconds: f64) -> Sound {
    Sound::from_samples(&speech(0.3, seconds))
}

/// So long that it takes Whisper a while.
fn minutes(minutes: usize) -> Sound {
    Sound::from_samples(&vec![0.01; minutes * 60 * 16_000])
}

async fn recognise(path: &Path) -> Result<String, RecognitionProblem> {
    let whisper = Whisper::new(path.to_owned());
    whisper.recognise(&sound(2.0), &Hint::default()).await
}

#[rstest]
#[case::english(TinyModel::saying(&WORDS))]
#[case::many_languages(TinyModel::saying(&WORDS).of_many_languages())]
#[tokio::test]
async fn what_whisper_says_arrives(#[case] model: TinyModel) {
    let model = Model::new(&model);
    try_out(&model.path).unwrap();
    let whisper = model.whisper();
    // The file is loaded once: it may go while it is used.
    for seconds in [2.0, 0.3, 20.0] {
        let words = whisper.recognise(&sound(seconds), &Hint::default()).await;
        assert_eq!(words.unwrap(), SENTENCE, "after {seconds} s");
        if cfg!(unix) && model.path.exists() {
            fs::remove_file(&model.path).unwrap();
        }
    }
    let nothing = whisper.recognise(&Sound::default(), &Hint::default()).await;
    assert_eq!(nothing.unwrap(), SENTENCE, "even no sound at all does no harm");
}

#[rstest]
#[case::none(None, &[], "")]
#[case::english(Some("en"), &["Ada"], "As I said,")]
#[case::german(Some("de"), &["Łukasz", "Zoë", "Жанна"], "Wie gesagt:")]
#[case::unknown(Some("xx"), &[], "")]
#[case::empty(Some(""), &["", " "], " ")]
#[case::not_speech(None, &["😀", "\u{0}", "<|endoftext|>", "[_BEG_]"], "\u{0}\n\t\u{200d}")]
#[case::long(Some("en"), &["antidisestablishmentarianism"; 200], "on and on and on and on and on and on and on and on and on and on")]
#[tokio::test]
async fn a_hint_does_no_harm(
    #[case] language: Option<&str>,
    #[case] names: &[&str],
    #[case] before: &str,
    #[values(false, true)] many_languages: bool,
) {
    let model = TinyModel::saying(&WORDS);
    let model = Model::new(&if many_languages {
        model.of_many_languages()
    } else {
        model
    });
    let hint = Hint {
        language: language.map(str::to_owned),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        before: before.to_owned(),
    };
    assert_eq!(model.whisper().recognise(&sound(2.0), &hint).await.unwrap(), SENTENCE);
}

#[rstest]
#[case::no_sound(&["[BLANK_AUDIO]"], "")]
#[case::music(&[" (gentle", " music", " playing)"], "")]
#[case::laughter(&[" *laughs*"], "")]
#[case::one_after_another(&[" [MUSIC]", " (laughs)", "*coughs*"], "")]
#[case::never_closed(&[" (Hello", " you"], "(Hello you")]
#[case::only_in_between(&[" Well", " (or", " not)", "."], "Well (or not).")]
#[case::at_both_ends(&[" (Hello)", " to", " (you)"], "(Hello) to (you)")]
#[case::emphasis(&[" *Really*", " and", " *truly*"], "*Really* and *truly*")]
#[tokio::test]
async fn what_is_no_speech_is_left_out_and_nothing_else(#[case] words: &[&str], #[case] expected: &str) {
    let model = Model::new(&TinyModel::saying(words));
    assert_eq!(recognise(&model.path).await.unwrap(), expected);
}

#[tokio::test]
async fn a_model_that_is_stuck_comes_to_an_end() {
    let model = Model::new(&TinyModel::saying(&[" again", " and"]).forever());
    let words = recognise(&model.path).await.unwrap();
    assert!(words.starts_with("again and again"), "{words}");
}

#[tokio::test]
async fn a_model_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gone.bin");
    let problem = recognise(&path).await.unwrap_err();
    assert_eq!(problem, RecognitionProblem::NoModel { path: path.clone() });
    let said = problem.to_string();
    assert!(said.contains(&path.display().to_string()), "{said}");
    assert!(
        said.contains("Download one, or choose a file, in Settings, Voice."),
        "{said}"
    );
    // Once it is there it is taken, without a new recogniser.
    let whisper = Whisper::new(path.clone());
    whisper.recognise(&sound(2.0), &Hint::default()).await.unwrap_err();
    fs::write(&path, TinyModel::saying(&WORDS).bytes()).unwrap();
    assert_eq!(
        whisper.recognise(&sound(2.0), &Hint::default()).await.unwrap(),
        SENTENCE
    );
}

async fn assert_broken(bytes: &[u8], why: &str) {
    let model = Model::of(bytes);
    let problem = recognise(&model.path).await.unwrap_err();
    assert!(matches!(problem, RecognitionProblem::BrokenModel { .. }), "{problem:?}");
    let said = problem.to_string();
    assert!(said.contains(why), "“{why}” is not in “{said}”");
    assert!(
        said.contains("Download it again, or choose another one, in Settings, Voice."),
        "{said}"
    );
    assert_eq!(try_out(&model.path), Err(problem));
}

#[tokio::test]
async fn a_model_that_is_broken_is_said() {
    let model = TinyModel::saying(&WORDS);
    let whole = model.bytes();
    for end in [whole.len() - 1, whole.len() / 2, model.header().len(), 40] {
        assert_broken(&whole[..end], "it is incomplete").await;
    }
    assert_broken(b"", "no Whisper model of the ggml form").await;
    assert_broken(&[b"GGUF", &whole[4..]].concat(), "GGUF").await;
    assert_broken(&[b"xxxx", &whole[4..]].concat(), "no Whisper model of the ggml form").await;
    // A tensor that Whisper does not know, and one of another size: only Whisper itself finds these out.
    for (name, other) in [
        ("decoder.ln.bias", "decoder.ln.bits"),
        ("encoder.ln_post.bias", "decoder.token_embed."),
    ] {
        let at = whole
            .windows(name.len())
            .position(|part| part == name.as_bytes())
            .unwrap();
        let mut renamed = whole.clone();
        renamed[at..at + name.len()].copy_from_slice(&other.as_bytes()[..name.len()]);
        assert_broken(&renamed, "Whisper does not take it").await;
    }
    let mut wider = TinyModel::saying(&WORDS).bytes();
    wider[8..12].copy_from_slice(&65_i32.to_le_bytes());
    assert_broken(&wider, "Whisper does not take it").await;
}

/// Whisper ends the whole program over some numbers, this test with it.
#[tokio::test]
async fn no_damage_of_a_header_ends_the_program() {
    let model = TinyModel::saying(&WORDS);
    let whole = model.bytes();
    let words = model.header().len() - 80;
    let file = Model::of(&[]);
    let short = Sound::from_samples(&[0.01; 1_600]);
    let parameters = (4..56).step_by(2);
    for (place, mask) in parameters
        .chain(words..words + 50)
        .zip([0x01, 0x84, 0x1f].into_iter().cycle())
    {
        let mut flipped = whole.clone();
        flipped[place] ^= mask;
        fs::write(&file.path, &flipped).unwrap();
        match file.whisper().recognise(&short, &Hint::default()).await {
            // A heads' number or a letter of a word can be another one.
            Ok(_) | Err(RecognitionProblem::BrokenModel { .. } | RecognitionProblem::Whisper { .. }) => {}
            Err(other) => panic!("at {place}: {other:?}"),
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_path_may_be_anything_that_the_system_takes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let model = Model::new(&TinyModel::saying(&WORDS));
    for name in [
        &b"mod\xe8le.bin"[..],
        "模型 😀.bin".as_bytes(),
        b"with \"quotes\"\n.bin",
    ] {
        let path = model.folder.path().join(OsStr::from_bytes(name));
        // A file system that takes only UTF-8 has no such files.
        if fs::copy(&model.path, &path).is_ok() {
            assert_eq!(recognise(&path).await.unwrap(), SENTENCE);
        }
    }
}

#[tokio::test]
async fn who_gives_up_makes_room_for_the_next() {
    let model = Model::new(&TinyModel::saying(&[" again", " and"]).forever());
    let (first, other) = (model.whisper(), model.whisper());
    let hint = Hint::default();
    let (all, half) = (minutes(4), minutes(2));
    // Much work, begun and given up.
    tokio::select! {
        biased;
        words = first.recognise(&all, &hint) => panic!("{words:?}"),
        () = tokio::time::sleep(Duration::from_millis(300)) => {}
    }
    // Were it still going on, half as much of it elsewhere would be done before the next had its turn.
    let next = sound(2.0);
    tokio::select! {
        words = first.recognise(&next, &hint) => assert!(words.unwrap().starts_with("again and")),
        words = other.recognise(&half, &hint) => panic!("nobody stopped: {words:?}"),
    }
}

#[test]
fn who_waits_can_do_something_else() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let model = Model::new(&TinyModel::saying(&WORDS));
    let ticks = Rc::new(Cell::new(0));
    let ticking = Rc::clone(&ticks);
    LocalSet::new().block_on(&runtime, async move {
        tokio::task::spawn_local(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                ticking.set(ticking.get() + 1);
            }
        });
        assert_eq!(recognise(&model.path).await.unwrap(), SENTENCE);
    });
    assert!(ticks.get() > 0, "nothing else happened meanwhile");
}
