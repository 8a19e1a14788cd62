//! From any sound card to one channel at 16 kHz.

use rstest::rstest;
use voice::conform::{Conform, NoSuchSound};

use crate::signals::{decibels, middle, noise, odd_pieces, pitch, samples, silence, spread, sweep, tone};

fn conformed(rate: u32, channels: u16, interleaved: &[f32]) -> Vec<f32> {
    let mut conform = Conform::new(rate, channels).unwrap();
    let mut out = Vec::new();
    for piece in odd_pieces(interleaved) {
        out.extend(conform.take(piece));
    }
    out.extend(conform.end());
    out
}

/// What can be measured of a tone after conforming.
fn assert_conforms(rate: u32, channels: u16, hertz: f64) {
    const SECONDS: f64 = 0.7;
    let before = tone(rate, hertz, 0.5, SECONDS);
    let after = conformed(rate, channels, &spread(&before, channels, None));
    let expected = before.len() as f64 * 16_000.0 / f64::from(rate);
    assert!(
        (after.len() as f64 - expected).abs() <= 1.0,
        "{} samples instead of {expected}",
        after.len()
    );
    let heard = pitch(16_000, middle(&after));
    assert!((heard / hertz - 1.0).abs() < 0.005, "{heard} Hz instead of {hertz}");
    let change = decibels(middle(&after)) - decibels(middle(&before));
    assert!(change.abs() < 0.5, "{change} dB at {hertz} Hz");
}

#[rstest]
fn a_tone_keeps_its_pitch_its_level_and_its_length(
    #[values(8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 44_101, 48_000, 96_000, 192_000)] rate: u32,
    #[values(1, 2, 8)] channels: u16,
) {
    assert_conforms(rate, channels, 440.0);
}

#[rstest]
fn the_pitches_of_speech_are_all_kept(
    #[values(8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000)] rate: u32,
    #[values(100.0, 1_000.0, 3_000.0)] hertz: f64,
) {
    assert_conforms(rate, 1, hertz);
}

#[rstest]
fn what_16_khz_cannot_carry_is_gone_and_not_heard_as_something_else(
    #[values(44_100, 48_000, 96_000, 192_000)] rate: u32,
    #[values(8_500.0, 9_000.0, 12_000.0, 15_000.0, 20_000.0)] hertz: f64,
) {
    let after = conformed(rate, 1, &tone(rate, hertz, 0.9, 0.5));
    let left = decibels(middle(&after));
    assert!(left < -60.0, "{left} dB are left of {hertz} Hz");
}

#[rstest]
fn a_sweep_through_speech_is_even(#[values(16_000, 22_050, 44_100, 48_000, 96_000, 192_000)] rate: u32) {
    let after = conformed(rate, 1, &sweep(rate, 100.0, 7_000.0, 0.5, 3.0));
    let wanted = 20.0 * (0.5 / 2.0_f64.sqrt()).log10();
    let moments: Vec<&[f32]> = after.chunks_exact(800).collect();
    for (at, moment) in moments.iter().enumerate().skip(1).take(moments.len() - 2) {
        let level = decibels(moment);
        let hertz = 100.0 + 6_900.0 * (at as f64 + 0.5) / moments.len() as f64;
        assert!((level - wanted).abs() < 1.0, "{} dB at {hertz} Hz", level - wanted);
    }
}

#[rstest]
fn nothing_comes_early_or_late(#[values(8_000, 11_025, 16_000, 44_100, 44_101, 48_000, 96_000, 192_000)] rate: u32) {
    let mut sound = silence(rate, 0.5);
    // A burst whose middle is at 0.5 s, shaped so that it has one.
    let half = samples(rate, 0.005);
    sound.truncate(sound.len() - half);
    sound.extend((0..2 * half).map(|at| {
        let time = (at as f64 - half as f64) / f64::from(rate);
        let shape = (std::f64::consts::PI * at as f64 / (2 * half) as f64).sin().powi(2);
        (0.8 * shape * (std::f64::consts::TAU * 1_000.0 * time).cos()) as f32
    }));
    sound.extend(silence(rate, 0.3));
    let after = conformed(rate, 1, &sound);
    let (mut moment, mut energy) = (0.0, 0.0);
    for (at, sample) in after.iter().enumerate() {
        let square = f64::from(*sample).powi(2);
        moment += square * at as f64;
        energy += square;
    }
    let at = moment / energy / 16_000.0;
    assert!((at - 0.5).abs() < 0.001, "it is at {at} s");
}

#[rstest]
fn one_microphone_on_a_large_interface_is_as_loud_as_alone(#[values(0, 4, 7)] on: u16) {
    let voice = tone(48_000, 440.0, 0.3, 0.5);
    let alone = conformed(48_000, 1, &voice);
    let among = conformed(48_000, 8, &spread(&voice, 8, Some(on)));
    let change = decibels(middle(&among)) - decibels(middle(&alone));
    assert!(change.abs() < 0.1, "{change} dB");
}

#[rstest]
fn sound_that_is_too_soft_for_speech_is_softer_but_there(#[values(1, 2, 8)] channels: u16) {
    let hum = tone(48_000, 440.0, 0.0005, 0.5);
    let after = conformed(48_000, channels, &spread(&hum, channels, None));
    let change = decibels(middle(&after)) - decibels(middle(&hum));
    assert!(change.abs() < 0.5, "{change} dB");
}

#[rstest]
fn what_is_no_number_does_not_spoil_what_follows(
    #[values(f32::NAN, f32::INFINITY, f32::NEG_INFINITY)] wrong: f32,
    #[values(16_000, 44_100, 48_000)] rate: u32,
    #[values(1, 2)] channels: u16,
) {
    let voice = tone(rate, 440.0, 0.5, 1.0);
    let mut broken = spread(&voice, channels, Some(0));
    // One frame early on, all of its channels.
    let at = usize::from(channels) * samples(rate, 0.1);
    broken[at..at + usize::from(channels)].fill(wrong);
    let after = conformed(rate, channels, &broken);
    assert!(after.iter().all(|sample| sample.is_finite()));
    let change = decibels(middle(&after)) - decibels(middle(&voice));
    assert!(change.abs() < 0.5, "{change} dB");
}

#[rstest]
#[case(0, 1)]
#[case(1, 1)]
#[case(3_999, 1)]
#[case(10_000_000, 2)]
#[case(u32::MAX, 2)]
#[case(48_000, 0)]
fn a_device_of_no_use_is_refused_by_name(#[case] rate: u32, #[case] channels: u16) {
    let refused = Conform::new(rate, channels).err().unwrap();
    assert_eq!(refused, NoSuchSound { rate, channels });
    assert!(
        refused
            .to_string()
            .contains(&format!("{channels} channels at {rate} Hz"))
    );
}

#[rstest]
fn the_ends_of_what_is_sold_are_taken(#[values(4_000, 4_001, 7_999, 47_999, 384_000, 768_000)] rate: u32) {
    let after = conformed(rate, 1, &tone(rate, 440.0, 0.5, 0.5));
    assert!(
        (after.len() as f64 / 8_000.0 - 1.0).abs() < 0.004,
        "{} samples",
        after.len()
    );
    let heard = pitch(16_000, middle(&after));
    assert!((heard / 440.0 - 1.0).abs() < 0.005, "{heard} Hz");
}

#[rstest]
fn how_it_is_cut_makes_no_difference(#[values(16_000, 44_100, 48_000)] rate: u32) {
    let sound = spread(&noise(rate, 0.5, 0.3), 2, None);
    let mut whole = Conform::new(rate, 2).unwrap();
    let mut at_once = whole.take(&sound);
    at_once.extend(whole.end());
    assert_eq!(at_once, conformed(rate, 2, &sound));
}

#[test]
fn nothing_in_nothing_out() {
    assert_eq!(conformed(48_000, 2, &[]), Vec::<f32>::new());
}
