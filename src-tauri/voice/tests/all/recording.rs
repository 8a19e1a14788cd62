//! One recording, from the microphone's samples to pieces of speech.

use std::time::Duration;

use rstest::rstest;
use voice::level::{Fault, Level};
use voice::recording::{Account, Heard, LONGEST, Over, Recording, Until};
use voice::segments::{Ear, FRAME};
use voice::sound::Sound;

use crate::signals::{decibels, middle, noise, pitch, silence, speech, spread, tone};

const SILENCE: Until = Until::Silence(Duration::from_secs(2));

/// Never notices anything.
struct Deaf;

impl Ear for Deaf {
    fn voice(&mut self, _: &[f32; FRAME]) -> f32 {
        0.0
    }
}

/// Takes for voice what is loud, and is quick about it.
struct Loud;

impl Ear for Loud {
    fn voice(&mut self, frame: &[f32; FRAME]) -> f32 {
        let square: f32 = frame.iter().map(|sample| sample * sample).sum();
        if square > 0.01 { 1.0 } else { 0.0 }
    }
}

/// What one recording told, and when, in seconds.
#[derive(Default)]
struct Course {
    told: Vec<(f64, Heard)>,
    last: Vec<Sound>,
    account: Option<Account>,
}

impl Course {
    fn began(&self) -> Vec<f64> {
        let began = self.told.iter().filter(|(_, heard)| *heard == Heard::Began);
        began.map(|(at, _)| *at).collect()
    }

    fn pieces(&self) -> Vec<&Sound> {
        let on_the_way = self.told.iter().filter_map(|(_, heard)| match heard {
            Heard::Piece(sound) => Some(sound),
            Heard::Level(_) | Heard::Began | Heard::Over(_) => None,
        });
        on_the_way.chain(&self.last).collect()
    }

    fn over(&self) -> Option<(f64, Over)> {
        self.told.iter().find_map(|(at, heard)| match heard {
            Heard::Over(over) => Some((*at, *over)),
            Heard::Level(_) | Heard::Began | Heard::Piece(_) => None,
        })
    }

    fn levels(&self) -> Vec<Level> {
        let levels = self.told.iter().filter_map(|(_, heard)| match heard {
            Heard::Level(level) => Some(*level),
            Heard::Over(_) | Heard::Began | Heard::Piece(_) => None,
        });
        levels.collect()
    }

    fn account(&self) -> Account {
        self.account.unwrap()
    }
}

/// Records at 16 kHz as a microphone delivers it, until all is heard or the recording is over.
fn record(recording: Recording, sound: &[f32]) -> Course {
    record_at(16_000, 1, recording, sound)
}

fn record_at(rate: u32, channels: u16, mut recording: Recording, interleaved: &[f32]) -> Course {
    let mut course = Course::default();
    let delivery = rate as usize / 50 * usize::from(channels);
    for (at, step) in interleaved.chunks(delivery).enumerate() {
        let now = (at + 1) as f64 / 50.0;
        course
            .told
            .extend(recording.take(step).into_iter().map(|heard| (now, heard)));
        if course.over().is_some() {
            break;
        }
    }
    let (last, account) = recording.end();
    course.last = last;
    course.account = Some(account);
    course
}

fn recording(until: Until) -> Recording {
    Recording::new(16_000, 1, until).unwrap()
}

/// Silence, speech, silence, …: each in seconds, with a little of a room in it.
fn said(stretches: &[f64]) -> Vec<f32> {
    let mut sound = Vec::new();
    for (at, seconds) in stretches.iter().enumerate() {
        sound.extend(if at % 2 == 0 {
            silence(16_000, *seconds)
        } else {
            speech(0.3, *seconds)
        });
    }
    let room = noise(16_000, 0.0005, sound.len() as f64 / 16_000.0);
    sound.iter().zip(room).map(|(sample, room)| sample + room).collect()
}

#[test]
fn a_held_button_gives_what_was_said_in_pieces() {
    let course = record(recording(Until::Released), &said(&[0.5, 3.0, 2.0, 2.0, 0.1]));
    let began = course.began();
    assert_eq!(began.len(), 2, "{began:?}");
    assert!(
        (began[0] - 0.5).abs() < 0.3 && (began[1] - 5.5).abs() < 0.3,
        "{began:?}"
    );
    let pieces = course.pieces();
    assert_eq!(pieces.len(), 2, "{pieces:?}");
    assert_eq!(course.last.len(), 1, "the last words come when the button is let go");
    assert!((pieces[0].duration().as_secs_f64() - 3.5).abs() < 0.5, "{pieces:?}");
    assert_eq!(course.over(), None, "only the person ends it");
    let account = course.account();
    assert_eq!(account.length, Duration::from_millis(7_600));
    assert!(account.speech);
    assert_eq!(account.fault, None);
}

#[test]
fn a_held_button_waits_as_long_as_it_is_held() {
    let course = record(recording(Until::Released), &said(&[0.5, 1.0, 20.0]));
    assert_eq!(course.over(), None);
    assert_eq!(course.pieces().len(), 1);
}

#[rstest]
fn hands_free_ends_after_the_silence_that_was_set(#[values(500, 800, 1_000, 2_000, 3_000)] set: u64) {
    let silence = Duration::from_millis(set);
    let course = record(recording(Until::Silence(silence)), &said(&[1.0, 2.0, 6.0]));
    let (at, over) = course.over().unwrap();
    assert_eq!(over, Over::Silence);
    let after = at - 3.0;
    assert!(
        (after - silence.as_secs_f64()).abs() < 0.35,
        "{after} s after the last word"
    );
    assert_eq!(course.pieces().len(), 1);
    assert_eq!(course.last, [], "all was told before");
}

#[test]
fn hands_free_goes_on_over_a_shorter_silence() {
    let course = record(recording(SILENCE), &said(&[1.0, 2.0, 1.5, 2.0, 1.5, 2.0, 5.0]));
    let (at, over) = course.over().unwrap();
    assert_eq!(over, Over::Silence);
    assert!((at - 12.0).abs() < 0.35, "{at}");
    assert_eq!(course.pieces().len(), 3);
}

#[test]
fn hands_free_gives_up_when_nobody_speaks() {
    let course = record(recording(SILENCE), &said(&[30.0]));
    let (at, over) = course.over().unwrap();
    assert_eq!(over, Over::NobodySpoke);
    assert!((at - 15.0).abs() < 0.1, "{at}");
    assert_eq!(course.pieces(), Vec::<&Sound>::new());
    assert!(!course.account().speech);
}

#[test]
fn who_held_the_button_and_was_not_noticed_is_heard_all_the_same() {
    let sound = said(&[0.0, 4.0]);
    let deaf = |until| Recording::with_ear(16_000, 1, until, Box::new(Deaf)).unwrap();
    let held = record(deaf(Until::Released), &sound);
    assert_eq!(held.pieces(), [&Sound::from_samples(&sound)]);
    assert!(held.account().speech, "there is something to be understood");
    let hands_free = record(deaf(SILENCE), &sound);
    assert_eq!(hands_free.pieces(), Vec::<&Sound>::new(), "nobody meant to speak");
    assert!(!hands_free.account().speech);
}

#[test]
fn a_button_that_something_lay_on_is_not_heard() {
    // Half a minute of a room without a word in it.
    let recording = Recording::with_ear(16_000, 1, Until::Released, Box::new(Deaf)).unwrap();
    let course = record(recording, &noise(16_000, 0.05, 31.0));
    assert_eq!(course.pieces(), Vec::<&Sound>::new());
    assert!(!course.account().speech);
}

#[test]
fn a_touch_of_the_button_is_no_recording() {
    let course = record(recording(Until::Released), &noise(16_000, 0.05, 0.2));
    assert_eq!(course.pieces(), Vec::<&Sound>::new());
    assert_eq!(course.account().length, Duration::from_millis(200));
}

#[rstest]
#[case::muted(silence(48_000, 3.0), Fault::Dead)]
#[case::far_too_soft(noise(48_000, 0.0005, 3.0), Fault::Silent)]
fn what_nobody_can_hear_is_no_piece_and_its_fault_is_said(
    #[case] mono: Vec<f32>,
    #[case] fault: Fault,
    #[values(1, 2, 8)] channels: u16,
) {
    let recording = Recording::new(48_000, channels, Until::Released).unwrap();
    let course = record_at(48_000, channels, recording, &spread(&mono, channels, None));
    assert_eq!(course.pieces(), Vec::<&Sound>::new());
    assert_eq!(course.account().fault, Some(fault));
    assert!(!course.account().speech);
}

#[rstest]
fn too_loud_a_voice_is_a_piece_and_its_fault_is_said(#[values(16_000, 44_100, 48_000)] rate: u32) {
    let loud = tone(rate, 220.0, 4.0, 2.0);
    let loud: Vec<f32> = loud.iter().map(|sample| sample.clamp(-1.0, 1.0)).collect();
    let recording = Recording::with_ear(rate, 2, Until::Released, Box::new(Loud)).unwrap();
    let course = record_at(rate, 2, recording, &spread(&loud, 2, None));
    assert_eq!(course.pieces().len(), 1);
    assert_eq!(course.account().fault, Some(Fault::Clipping));
}

#[test]
fn the_meter_moves_twenty_times_a_second() {
    let mut sound = tone(48_000, 440.0, 0.5, 1.0);
    sound.extend(silence(48_000, 1.0));
    let course = record_at(48_000, 1, Recording::new(48_000, 1, Until::Released).unwrap(), &sound);
    let levels = course.levels();
    assert!((38..=40).contains(&levels.len()), "{}", levels.len());
    assert!((levels[10].decibels + 9.03).abs() < 0.2, "{:?}", levels[10]);
    assert!(levels[30].decibels < -80.0, "{:?}", levels[30]);
}

#[test]
fn an_hour_comes_along_in_pieces_and_is_the_end() {
    // A minute at 8 kHz: after a breath 30 seconds without a pause, then two sentences.
    let mut minute = silence(8_000, 1.0);
    minute.extend(noise(8_000, 0.3, 30.0));
    for pause in [2.0, 5.0] {
        minute.extend(silence(8_000, pause));
        minute.extend(noise(8_000, 0.3, 4.0));
    }
    minute.resize(60 * 8_000, 0.0);
    let mut recording = Recording::with_ear(8_000, 1, Until::Released, Box::new(Loud)).unwrap();
    let mut heard = Duration::ZERO;
    let mut spoken = Duration::ZERO;
    let mut held_back = 0;
    let mut over = None;
    'hour: for _ in 0..70 {
        for step in minute.chunks(1_600) {
            held_back += 1;
            heard += Duration::from_millis(200);
            for what in recording.take(step) {
                match what {
                    Heard::Piece(piece) => {
                        assert!(piece.duration() <= Duration::from_secs(26), "{piece:?}");
                        spoken += piece.duration();
                        held_back = 0;
                    }
                    Heard::Over(why) => {
                        over = Some(why);
                        break 'hour;
                    }
                    Heard::Level(_) | Heard::Began => {}
                }
            }
            // The pause at the end of the minute, and the longest piece.
            assert!(
                held_back <= 5 * (15 + 26),
                "nothing was given away for so many fifths of a second: {held_back}"
            );
        }
    }
    assert_eq!(over, Some(Over::TooLong));
    assert!(heard.abs_diff(LONGEST) <= Duration::from_secs(1), "{heard:?}");
    // 38 seconds of each minute, and a little around each of three stretches.
    assert!((60 * 38..60 * 40).contains(&spoken.as_secs()), "{spoken:?}");
    let (last, account) = recording.end();
    assert_eq!(last, []);
    assert!(
        account.length.abs_diff(LONGEST) <= Duration::from_secs(1),
        "{account:?}"
    );
}

#[test]
fn another_microphone_takes_over_in_the_middle() {
    let mut recording = Recording::with_ear(48_000, 2, Until::Released, Box::new(Loud)).unwrap();
    let before = recording.take(&spread(&tone(48_000, 440.0, 0.3, 2.0), 2, None));
    let between = recording.replaced(8_000, 1).unwrap();
    let after = recording.take(&tone(8_000, 440.0, 0.3, 2.0));
    let told: Vec<Heard> = [before, between, after].concat();
    assert_eq!(told.iter().filter(|heard| **heard == Heard::Began).count(), 1);
    let (last, account) = recording.end();
    assert_eq!(account.length, Duration::from_secs(4));
    let [piece] = last.as_slice() else {
        panic!("what was said goes on, but there is {last:?}");
    };
    assert_eq!(piece.duration(), Duration::from_secs(4));
    for half in piece.samples().chunks(32_000) {
        assert!((pitch(16_000, middle(half)) / 440.0 - 1.0).abs() < 0.005);
        assert!((decibels(middle(half)) + 13.47).abs() < 0.5);
    }
}

#[test]
fn a_microphone_of_no_use_does_not_end_what_was_said() {
    let mut recording = Recording::with_ear(48_000, 2, Until::Released, Box::new(Loud)).unwrap();
    recording.take(&spread(&tone(48_000, 440.0, 0.3, 2.0), 2, None));
    assert!(recording.replaced(0, 1).is_err());
    let (last, account) = recording.end();
    assert_eq!(last.len(), 1);
    assert_eq!(account.length, Duration::from_secs(2));
}

#[test]
fn a_button_let_go_just_when_a_piece_is_full_loses_none_of_it() {
    let sound = noise(48_000, 0.3, 27.0);
    let new = || Recording::with_ear(48_000, 1, Until::Released, Box::new(Loud)).unwrap();
    let mut first = new();
    let full = sound.chunks(48).position(|step| {
        let told = first.take(step);
        told.iter().any(|heard| matches!(heard, Heard::Piece(_)))
    });
    let full = 48 * full.unwrap();
    for early in [0, 100, 500, 900] {
        let course = record_at(48_000, 1, new(), &sound[..full - early]);
        let pieces: Duration = course.pieces().iter().map(|piece| piece.duration()).sum();
        assert_eq!(pieces, course.account().length, "let go {early} frames earlier");
    }
}
