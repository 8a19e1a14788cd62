//! Where speech begins and ends.

use std::ops::Range;
use std::time::Duration;

use rstest::rstest;
use voice::segments::{Ear, FRAME, Part, Segments};
use voice::sound::Sound;

use crate::signals::{Random, decibels, noise, odd_pieces, silence, speech};

/// Takes for voice what is loud.
struct Loud;

impl Ear for Loud {
    fn voice(&mut self, frame: &[f32; FRAME]) -> f32 {
        if decibels(frame) > -40.0 { 0.9 } else { 0.1 }
    }
}

const PAUSE: Duration = Duration::from_millis(800);

/// What comes from before speech was noticed, at most; what comes after its end; and how finely it is judged. In seconds.
const BEFORE: f64 = 0.32;
const AFTER: f64 = 0.24;
const JUDGED: f64 = 0.016;

/// Soft noise with loud noise where it is said, in seconds. No two places of it are alike.
fn bursts(seconds: f64, loud: &[Range<f64>]) -> Vec<f32> {
    let mut sound = noise(16_000, 0.002, seconds);
    for (at, sample) in sound.iter_mut().enumerate() {
        let time = at as f64 / 16_000.0;
        if loud.iter().any(|burst| burst.contains(&time)) {
            *sample *= 100.0;
        }
    }
    sound
}

/// All that happens, from the first sample to the end.
fn cut(mut segments: Segments, sound: &[f32]) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in odd_pieces(sound) {
        parts.extend(segments.take(piece));
    }
    parts.extend(segments.end().map(Part::Piece));
    assert!(!segments.speaking());
    assert_eq!(segments.end(), None, "the end comes once");
    parts
}

fn pieces(parts: Vec<Part>) -> Vec<Sound> {
    parts
        .into_iter()
        .filter_map(|part| match part {
            Part::Began => None,
            Part::Piece(sound) => Some(sound),
        })
        .collect()
}

/// Where in the sound each piece was taken from, in seconds; each must be there sample for sample.
fn places(sound: &[f32], pieces: &[Sound]) -> Vec<Range<f64>> {
    let sound = Sound::from_samples(sound).samples();
    let place = |piece: &Sound| {
        let piece = piece.samples();
        let at = sound.windows(piece.len()).position(|part| part == piece);
        let at = at.expect("a piece that was not said");
        at as f64 / 16_000.0..(at + piece.len()) as f64 / 16_000.0
    };
    pieces.iter().map(place).collect()
}

#[test]
fn each_burst_is_a_piece_with_a_little_around_it() {
    let said = [1.0..2.0, 4.013..4.7, 7.5..11.0];
    let sound = bursts(13.0, &said);
    let parts = cut(Segments::with_ear(PAUSE, Box::new(Loud)), &sound);
    let order: Vec<bool> = parts.iter().map(|part| *part == Part::Began).collect();
    assert_eq!(order, [true, false, true, false, true, false]);
    let found = places(&sound, &pieces(parts));
    for (found, said) in found.iter().zip(&said) {
        let before = said.start - found.start;
        let after = found.end - said.end;
        // A fifth of a second at least: soft beginnings and ends of words are not loud.
        assert!((0.2..=BEFORE + JUDGED).contains(&before), "{before} s before");
        assert!((0.2..=AFTER + JUDGED).contains(&after), "{after} s after");
    }
}

#[rstest]
#[case::a_click(&[1.0..1.02])]
#[case::a_knock(&[1.0..1.03])]
#[case::typing(&[1.0..1.015, 1.2..1.215, 1.4..1.415, 1.6..1.615])]
#[case::nothing(&[])]
fn clicks_are_no_speech(#[case] clicks: &[Range<f64>]) {
    let parts = cut(Segments::with_ear(PAUSE, Box::new(Loud)), &bursts(3.0, clicks));
    assert_eq!(parts, []);
}

#[rstest]
#[case(0.3, 800, 1)]
#[case(0.7, 800, 1)]
#[case(0.9, 800, 2)]
#[case(1.7, 1_800, 1)]
#[case(1.9, 1_800, 2)]
#[case(0.4, 300, 2)]
fn only_a_pause_of_the_length_that_was_set_ends_a_piece(#[case] gap: f64, #[case] pause: u64, #[case] expected: usize) {
    let sound = bursts(8.0, &[1.0..2.0, 2.0 + gap..3.0 + gap]);
    let segments = Segments::with_ear(Duration::from_millis(pause), Box::new(Loud));
    assert_eq!(pieces(cut(segments, &sound)).len(), expected);
}

#[test]
fn a_long_speech_is_cut_without_loss_and_nothing_twice() {
    // Without a single pause, and no whole number of frames.
    let sound = noise(16_000, 0.2, 70.009);
    let cut = pieces(cut(Segments::with_ear(PAUSE, Box::new(Loud)), &sound));
    assert!(cut.iter().all(|piece| piece.duration() <= Duration::from_secs(25)));
    assert!(cut.len() <= 4, "{cut:?}");
    let together: Vec<f32> = cut.iter().flat_map(Sound::samples).collect();
    assert!(together == Sound::from_samples(&sound).samples());
}

#[test]
fn a_long_speech_is_cut_where_it_is_softest() {
    let mut sound = noise(16_000, 0.2, 40.0);
    for sample in &mut sound[22 * 16_000..22 * 16_000 + 1_600] {
        *sample *= 0.2;
    }
    let found = places(&sound, &pieces(cut(Segments::with_ear(PAUSE, Box::new(Loud)), &sound)));
    let ends = found[0].end;
    assert!((22.0..22.1).contains(&ends), "cut at {ends}");
}

#[rstest]
fn what_is_said_right_after_a_pause_keeps_its_beginning(
    #[values(0.75, 0.79, 0.8, 0.81, 0.83, 0.87, 0.95, 1.1, 1.3)] gap: f64,
) {
    let said = [1.0..2.5, 2.5 + gap..4.0 + gap];
    let sound = bursts(7.0, &said);
    let found = places(&sound, &pieces(cut(Segments::with_ear(PAUSE, Box::new(Loud)), &sound)));
    for said in said {
        let whole = found
            .iter()
            .any(|found| found.start <= said.start && said.end <= found.end);
        assert!(whole, "{said:?} is in none of {found:?}");
    }
    // And what leads up to it, which is softer.
    let second = 2.5 + gap;
    assert!(found.iter().any(|found| found.contains(&(second - 0.2))), "{found:?}");
    assert!(found.windows(2).all(|two| two[0].end <= two[1].start), "{found:?}");
}

#[rstest]
fn who_pauses_just_when_a_piece_is_full_loses_nothing_and_sends_no_silence(
    #[values(24.1, 24.3, 24.5, 24.7, 24.9, 25.0, 25.1, 25.3)] until: f64,
    #[values(0.5, 3.0)] silent: f64,
) {
    let said = [0.5..until, until + silent..until + silent + 2.0];
    let mut sound = bursts(until + silent + 4.0, &said);
    // A room that becomes ever more quiet: the softest place is the latest.
    let from = (until * 16_000.0) as usize;
    for (at, sample) in sound[from..from + (silent * 16_000.0) as usize].iter_mut().enumerate() {
        *sample *= (1.0 - at as f32 / 12_800.0).max(0.1);
    }
    let mut ear = Loud;
    let cut = pieces(cut(Segments::with_ear(PAUSE, Box::new(Loud)), &sound));
    for piece in &cut {
        let samples = piece.samples();
        let voice = samples.as_chunks().0.iter().filter(|frame| ear.voice(frame) > 0.5);
        assert!(voice.count() >= 4, "a piece without voice among {cut:?}");
        assert!(piece.duration() < Duration::from_secs(30), "{cut:?}");
    }
    let found = places(&sound, &cut);
    let covered = |time: f64| found.iter().filter(|found| found.contains(&time)).count();
    for time in [
        0.6,
        5.0,
        15.0,
        until - 0.01,
        until + silent + 0.01,
        until + silent + 1.9,
    ] {
        assert_eq!(covered(time), 1, "{time} in {found:?}");
    }
}

#[test]
fn what_is_being_said_at_the_end_is_the_last_piece() {
    let sound = bursts(3.0, &[1.0..3.0]);
    let mut segments = Segments::with_ear(PAUSE, Box::new(Loud));
    assert_eq!(segments.take(&sound), [Part::Began]);
    assert!(segments.speaking());
    let last = segments.end().unwrap();
    let found = places(&sound, &[last]);
    assert!((found[0].end - 3.0).abs() < 0.001, "{found:?}");
    // And what comes next is another stream.
    assert_eq!(segments.take(&bursts(0.5, &[])), []);
    assert_eq!(segments.end(), None);
}

/// Speech as a detector wants it, where it is said, in a room as soft as this.
fn spoken(seconds: f64, room: f64, said: &[Range<f64>]) -> Vec<f32> {
    let mut sound = noise(16_000, room, seconds);
    for said in said {
        let from = (said.start * 16_000.0) as usize;
        let voice = speech(0.3, said.end - said.start);
        sound[from..]
            .iter_mut()
            .zip(voice)
            .for_each(|(sample, voice)| *sample += voice);
    }
    sound
}

#[rstest]
fn the_real_detector_finds_where_somebody_speaks(#[values(0.0, 0.0005, 0.003)] room: f64) {
    let said = [1.0..4.0, 6.0..7.0, 9.5..14.0];
    let sound = spoken(16.0, room, &said);
    let mut segments = Segments::new(PAUSE);
    let (mut began, mut ended) = (Vec::new(), Vec::new());
    for (at, step) in sound.chunks(160).enumerate() {
        for part in segments.take(step) {
            match part {
                Part::Began => began.push(at as f64 / 100.0),
                Part::Piece(piece) => ended.push((at as f64 / 100.0, piece)),
            }
        }
    }
    assert_eq!(began.len(), said.len(), "{began:?}");
    assert_eq!(ended.len(), said.len(), "{ended:?}");
    for ((began, (ended, piece)), said) in began.iter().zip(&ended).zip(&said) {
        assert!((began - said.start).abs() < 0.3, "began at {began}, not {}", said.start);
        let last_voice = ended - PAUSE.as_secs_f64();
        assert!(
            (last_voice - said.end).abs() < 0.3,
            "ended at {last_voice}, not {}",
            said.end
        );
        let kept = last_voice + AFTER - piece.duration().as_secs_f64();
        assert!(
            kept <= said.start,
            "the piece begins at {kept}, speech at {}",
            said.start
        );
    }
}

#[rstest]
fn the_real_detector_takes_no_room_for_speech(#[values(0.0, 0.0001, 0.001, 0.01, 0.02, 0.05, 0.1)] room: f64) {
    assert_eq!(cut(Segments::new(PAUSE), &noise(16_000, room, 5.0)), []);
}

#[test]
fn the_real_detector_takes_no_hum_and_no_clicks_for_speech() {
    let mut random = Random::new();
    let mut sound = silence(16_000, 5.0);
    for (at, sample) in sound.iter_mut().enumerate() {
        let time = at as f64 / 16_000.0;
        let click = if at % 4_000 < 30 { 0.4 * random.next() } else { 0.0 };
        *sample = (0.02 * (std::f64::consts::TAU * 50.0 * time).sin() + click) as f32;
    }
    assert_eq!(cut(Segments::new(PAUSE), &sound), []);
}
