//! What is heard, as the window is told of it.

use std::time::Duration;

use voice::dictation::{Event, Stopped};
use voice::level::{Fault, Level};
use voice::listener::Ending;
use voice::recognition::model_store::{Kept, ModelStore, OFFERED};
use voice::recording::{Account, Over};
use voice::spoken::{self, Decision, Place, Spoken};

use crate::desk::problem;
use crate::dto::{Dictated, Microphone, SpeechModel, SpokenDecision, SpokenPlace, WireError};

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
            problem: stopped(&account, &why),
        },
        Event::Text(text) if commands => return spoken(&text),
        Event::Text(text) => Dictated::Text { text },
        Event::NotUnderstood { problem, waiting } => Dictated::NotUnderstood {
            problem: problem.into(),
            seconds: i32::try_from(waiting.as_secs().max(1)).unwrap_or(i32::MAX),
        },
        Event::NotKept(why) => Dictated::Note {
            problem: problem("recording_not_kept", why),
        },
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
pub fn stopped(account: &Account, why: &Stopped) -> Option<WireError> {
    match why {
        Stopped::TooMuchWaiting => Some(problem(
            "voice_too_much_waiting",
            "Half an hour of speech waits to become words, so the microphone was let go. Nothing of it is lost.",
        )),
        Stopped::Ended(Ending::Problem(why)) => Some(why.clone().into()),
        Stopped::Ended(Ending::Over(Over::TooLong)) => Some(problem(
            "voice_too_long",
            "An hour was recorded, so the microphone was let go. Click it to go on.",
        )),
        Stopped::Ended(Ending::Over(Over::NobodySpoke)) => Some(heard_wrong(account).unwrap_or_else(|| {
            problem(
                "voice_nobody_spoke",
                "Nobody spoke, so the microphone was let go. Click it to speak.",
            )
        })),
        Stopped::Ended(Ending::Over(Over::Silence) | Ending::Asked) => heard_wrong(account).or_else(|| {
            // A touch of the button says nothing about a microphone.
            let nobody = !account.speech && account.length > TOUCH;
            nobody.then(|| {
                problem(
                    "voice_nobody_heard",
                    "Nobody was heard speaking. Come closer, or choose another microphone in Settings, Voice.",
                )
            })
        }),
    }
}

/// Shorter than this is a touch.
const TOUCH: Duration = Duration::from_secs(1);

fn heard_wrong(account: &Account) -> Option<WireError> {
    let wrong = match account.fault? {
        Fault::Dead => problem(
            "voice_dead",
            "Only silence arrived. Is the microphone muted, or does the system's privacy setting keep Q Assistant from hearing it?",
        ),
        Fault::Silent if account.speech => return None,
        Fault::Silent => problem(
            "voice_too_quiet",
            "Almost nothing was heard. Come closer, or choose another microphone in Settings, Voice.",
        ),
        Fault::Clipping => problem(
            "voice_too_loud",
            "That was too loud for the microphone and may be misunderstood. Turn it down, or speak from further away.",
        ),
    };
    (account.length > TOUCH).then_some(wrong)
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use models::ConnectionProblem;
    use voice::microphone::HearingProblem;
    use voice::recognition::RecognitionProblem;
    use voice::recognition::model_store::FetchProblem;

    use super::*;
    use crate::words::Words;

    /// What the window says of a problem in English.
    fn in_the_window(problem: &WireError) -> String {
        let facts: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&problem.facts).unwrap_or_default();
        let facts: Vec<(&str, String)> = facts
            .iter()
            .map(|(name, fact)| (name.as_str(), fact.as_str().map_or(fact.to_string(), str::to_owned)))
            .collect();
        let facts: Vec<(&str, &str)> = facts.iter().map(|(name, fact)| (*name, fact.as_str())).collect();
        Words::of(workflow::Language::English).say(&format!("errors.{}", problem.code), &facts)
    }

    #[test]
    fn the_window_says_what_the_program_says() {
        let s = || "something".to_owned();
        let path = || PathBuf::from("/models/base.bin");
        let problems: Vec<WireError> = vec![
            HearingProblem::NoMicrophone.into(),
            HearingProblem::NotThere.into(),
            HearingProblem::Busy { name: s() }.into(),
            HearingProblem::Denied { name: s() }.into(),
            HearingProblem::Lost { name: s() }.into(),
            HearingProblem::NothingArrives { name: s() }.into(),
            HearingProblem::Hangs.into(),
            HearingProblem::Unusable { name: s(), why: s() }.into(),
            RecognitionProblem::Unreachable { address: s(), why: s() }.into(),
            RecognitionProblem::TooSlow {
                address: s(),
                after: Duration::from_secs(60),
            }
            .into(),
            RecognitionProblem::KeyRefused.into(),
            RecognitionProblem::NotASpeechServer { address: s(), why: s() }.into(),
            RecognitionProblem::Busy { why: s() }.into(),
            RecognitionProblem::Failed { why: s() }.into(),
            RecognitionProblem::NoModel { path: path() }.into(),
            RecognitionProblem::BrokenModel { path: path(), why: s() }.into(),
            RecognitionProblem::Whisper { why: s() }.into(),
            FetchProblem::Unreachable { host: s(), why: s() }.into(),
            FetchProblem::Refused { host: s(), status: 503 }.into(),
            FetchProblem::SomethingElse { host: s() }.into(),
            FetchProblem::WrongChecksum.into(),
            FetchProblem::Unwritable { path: path(), why: s() }.into(),
            crate::hearing::Fetching::Already.into(),
            ConnectionProblem::NoAddress.into(),
            ConnectionProblem::NotAnAddress { typed: s() }.into(),
            ConnectionProblem::Scheme { scheme: s() }.into(),
            ConnectionProblem::KeyInAddress.into(),
            ConnectionProblem::BrokenKey.into(),
            ConnectionProblem::NoKey {
                kind: models::Kind::OpenAi,
            }
            .into(),
            ConnectionProblem::NoModel.into(),
        ];
        for problem in problems {
            assert_eq!(in_the_window(&problem), problem.message, "{}", problem.code);
        }
    }

    #[test]
    fn how_a_recording_ended_is_said_in_the_window_too() {
        let account = |fault| Account {
            speech: false,
            length: Duration::from_secs(5),
            fault,
        };
        let over = |over| Stopped::Ended(Ending::Over(over));
        for (account, why) in [
            (account(None), Stopped::TooMuchWaiting),
            (account(None), over(Over::TooLong)),
            (account(None), over(Over::NobodySpoke)),
            (account(None), Stopped::Ended(Ending::Asked)),
            (account(Some(Fault::Dead)), over(Over::Silence)),
            (account(Some(Fault::Silent)), over(Over::Silence)),
            (account(Some(Fault::Clipping)), over(Over::Silence)),
            (
                account(None),
                Stopped::Ended(Ending::Problem(HearingProblem::NoMicrophone)),
            ),
        ] {
            let problem = stopped(&account, &why);
            assert!(problem.is_some(), "{why:?}");
            assert_eq!(problem.as_ref().map(in_the_window), problem.map(|said| said.message));
        }
    }
}
