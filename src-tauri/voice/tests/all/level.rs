//! How loud it is, and what is wrong with it.

use rstest::rstest;
use voice::level::{Fault, Level, Loudness};

use crate::signals::{noise, silence, tone};

#[rstest]
#[case(1.0, -3.01)]
#[case(0.5, -9.03)]
#[case(0.01, -43.01)]
fn a_tone_is_as_loud_as_its_root_mean_square(#[case] amplitude: f64, #[case] decibels: f32) {
    let level = Level::of(&tone(16_000, 440.0, amplitude, 1.0));
    assert!((level.decibels - decibels).abs() < 0.05, "{level:?}");
    assert!((f64::from(level.peak) / amplitude - 1.0).abs() < 0.01, "{level:?}");
}

#[rstest]
#[case(&[])]
#[case(&[0.0; 800])]
#[case(&[1e-9; 800])]
fn silence_is_at_the_floor(#[case] samples: &[f32]) {
    assert!((Level::of(samples).decibels - Level::FLOOR).abs() < f32::EPSILON);
}

#[test]
fn full_scale_is_zero() {
    let level = Level::of(&[1.0, -1.0, 1.0, -1.0]);
    assert!(level.decibels.abs() < 0.001, "{level:?}");
    assert!((level.peak - 1.0).abs() < f32::EPSILON, "{level:?}");
}

/// A tone that is too loud for its converter.
fn clipped() -> Vec<f32> {
    let loud = tone(16_000, 220.0, 3.0, 0.5);
    loud.iter().map(|sample| sample.clamp(-1.0, 1.0)).collect()
}

#[rstest]
#[case::nothing(Vec::new(), Some(Fault::Dead))]
#[case::zeros(silence(16_000, 1.0), Some(Fault::Dead))]
#[case::hiss(noise(16_000, 0.0001, 1.0), Some(Fault::Silent))]
#[case::one_step_of_16_bits(vec![1.0 / 32_768.0], Some(Fault::Silent))]
#[case::far_away(tone(16_000, 220.0, 0.01, 0.5), None)]
#[case::a_voice(tone(16_000, 220.0, 0.3, 0.5), None)]
#[case::full_scale(tone(16_000, 220.0, 0.99, 0.5), None)]
#[case::too_loud(clipped(), Some(Fault::Clipping))]
fn what_is_wrong_is_told_apart(#[case] samples: Vec<f32>, #[case] fault: Option<Fault>) {
    for pieces in [1, 7, 160, 100_000] {
        let mut loudness = Loudness::default();
        samples.chunks(pieces).for_each(|piece| loudness.take(piece));
        assert_eq!(loudness.fault(), fault, "in pieces of {pieces}");
    }
}

#[test]
fn a_single_bang_is_no_distortion() {
    let mut loudness = Loudness::default();
    loudness.take(&tone(16_000, 220.0, 0.3, 0.5));
    loudness.take(&[1.0; 40]);
    loudness.take(&tone(16_000, 220.0, 0.3, 0.5));
    assert_eq!(loudness.fault(), None);
}

#[test]
fn a_microphone_that_comes_alive_is_not_dead() {
    let mut loudness = Loudness::default();
    loudness.take(&silence(16_000, 1.0));
    assert_eq!(loudness.fault(), Some(Fault::Dead));
    loudness.take(&tone(16_000, 220.0, 0.3, 0.1));
    assert_eq!(loudness.fault(), None);
}
