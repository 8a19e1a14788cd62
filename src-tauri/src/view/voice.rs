//! What is heard, as the window is told of it.

use std::time::Duration;

use voice::dictation::{Event, Stopped};
use voice::level::{Fault, Level};
use voice::listener::Ending;
use voice::recognition::model_store::{Kept, ModelStore, OFFERED};
use voice::recording::{Account, Over};
use voice::spoken::{self, Decision, Place, Spoken};

use crate::dto::{Dictated, Microphone, SpeechModel, SpokenDecision, SpokenPlace};

/// Quieter than this moves no meter.
const QUIET: f32 = -60.0;

/// A meter that is as high as this says that it is too loud.
const TOO_LOUD: f32 = 0.99;

#[must_use]
pub fn level(level: Level) -> Dictated {
    Dictated::Level {
        level: percent((level.decibels - QUIET) / -QUIET),
        clipping: level.peak >= TOO_LOUD,
    }
}

/// What the window is told of an event, and whether the person asked for the end.
#[must_use]
pub fn dictated(event: Event, commands: bool) -> (Vec<Dictated>, bool) {
    let told = match event {
        Event::Listening { name } => Dictated::Listening { microphone: name },
        Event::Replaced { name } => Dictated::Replaced { microphone: name },
        Event::Level(now) => level(now),
        Event::Speaking => Dictated::Speaking,
        Event::Stopped { account, why } => Dictated::Stopped {
            sentence: stopped(&account, &why),
        },
        Event::Text(text) if commands => return spoken(&text),
        Event::Text(text) => Dictated::Text { text },
        Event::NotUnderstood { problem, waiting } => Dictated::NotUnderstood {
            sentence: problem.to_string(),
            seconds: i32::try_from(waiting.as_secs().max(1)).unwrap_or(i32::MAX),
        },
        Event::NotKept(sentence) => Dictated::Note { sentence },
        Event::NoWords => Dictated::NoWords,
        Event::Done => Dictated::Done,
    };
    (vec![told], false)
}

fn spoken(text: &str) -> (Vec<Dictated>, bool) {
    let mut stop = false;
    let told = spoken::understand(text).into_iter().filter_map(|part| {
        Some(match part {
            Spoken::Text(text) => Dictated::Text { text },
            Spoken::NewLine => Dictated::NewLine,
            Spoken::Send => Dictated::Send,
            Spoken::Show(place) => Dictated::Show { place: place.into() },
            Spoken::Prepare(decision) => Dictated::Prepare {
                decision: decision.into(),
            },
            Spoken::Stop => {
                stop = true;
                return None;
            }
        })
    });
    (told.collect(), stop)
}

impl From<Place> for SpokenPlace {
    fn from(place: Place) -> SpokenPlace {
        match place {
            Place::Conversation => SpokenPlace::Conversation,
            Place::Plan => SpokenPlace::Plan,
            Place::Work => SpokenPlace::Work,
            Place::Changes => SpokenPlace::Changes,
            Place::Tests => SpokenPlace::Tests,
            Place::Checks => SpokenPlace::Checks,
            Place::Release => SpokenPlace::Release,
            Place::Timeline => SpokenPlace::Timeline,
            Place::Settings => SpokenPlace::Settings,
            Place::NewBuild => SpokenPlace::NewBuild,
        }
    }
}

impl From<Decision> for SpokenDecision {
    fn from(decision: Decision) -> SpokenDecision {
        match decision {
            Decision::ReadyToBuild => SpokenDecision::ReadyToBuild,
            Decision::Approve => SpokenDecision::Approve,
            Decision::RequestChanges => SpokenDecision::RequestChanges,
            Decision::RollBack => SpokenDecision::RollBack,
        }
    }
}

/// What the person should know of how a recording ended; nothing where it was as they wanted.
#[must_use]
pub fn stopped(account: &Account, why: &Stopped) -> Option<String> {
    match why {
        Stopped::TooMuchWaiting => Some(
            "Half an hour of speech waits to become words, so the microphone was let go. Nothing of it is lost."
                .to_owned(),
        ),
        Stopped::Ended(Ending::Problem(problem)) => Some(problem.to_string()),
        Stopped::Ended(Ending::Over(Over::TooLong)) => {
            Some("An hour was recorded, so the microphone was let go. Click it to go on.".to_owned())
        }
        Stopped::Ended(Ending::Over(Over::NobodySpoke)) => Some(
            heard_wrong(account)
                .unwrap_or_else(|| "Nobody spoke, so the microphone was let go. Click it to speak.".to_owned()),
        ),
        Stopped::Ended(Ending::Over(Over::Silence) | Ending::Asked) => heard_wrong(account).or_else(|| {
            // A touch of the button says nothing about a microphone.
            let nobody = !account.speech && account.length > TOUCH;
            nobody.then(|| {
                "Nobody was heard speaking. Come closer, or choose another microphone in Settings, Voice.".to_owned()
            })
        }),
    }
}

/// Shorter than this is a touch.
const TOUCH: Duration = Duration::from_secs(1);

fn heard_wrong(account: &Account) -> Option<String> {
    let sentence = match account.fault? {
        Fault::Dead => {
            "Only silence arrived. Is the microphone muted, or does the system's privacy setting keep Q Assistant from hearing it?"
        }
        Fault::Silent if account.speech => return None,
        Fault::Silent => "Almost nothing was heard. Come closer, or choose another microphone in Settings, Voice.",
        Fault::Clipping => {
            "That was too loud for the microphone and may be misunderstood. Turn it down, or speak from further away."
        }
    };
    (account.length > TOUCH).then(|| sentence.to_owned())
}

#[must_use]
pub fn microphone(microphone: voice::microphone::Microphone) -> Microphone {
    Microphone {
        id: microphone.id,
        name: microphone.name,
        is_default: microphone.is_default,
    }
}

/// Thousands of bytes.
#[must_use]
pub fn kilobytes(bytes: u64) -> i32 {
    i32::try_from(bytes / 1_000).unwrap_or(i32::MAX)
}

#[expect(clippy::cast_possible_truncation, reason = "clamped before")]
fn percent(share: f32) -> i32 {
    (share.clamp(0.0, 1.0) * 100.0).round() as i32
}

/// The models that can be had, as far as they are here.
#[must_use]
pub fn speech_models(store: &ModelStore, fetching: &[String]) -> Vec<SpeechModel> {
    OFFERED
        .iter()
        .map(|model| {
            let kept = store.kept(model);
            SpeechModel {
                id: model.id.to_owned(),
                title: model.title.to_owned(),
                size_kb: kilobytes(model.size),
                here_kb: match kept {
                    Kept::Nothing => 0,
                    Kept::Part(here) => kilobytes(here),
                    Kept::Whole => kilobytes(model.size),
                },
                ready: kept == Kept::Whole,
                fetching: fetching.iter().any(|id| id == model.id),
            }
        })
        .collect()
}
