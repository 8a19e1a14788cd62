//! How loud it is: for the meter, and for saying what is wrong with a microphone.

/// What full scale is taken for by a clipping converter.
const FULL: f32 = 0.999;

/// So many samples at full scale in a row are no coincidence.
const CLIPPED_RUN: u32 = 3;

/// So many clipped runs in one recording are heard as distortion.
const DISTORTED: u32 = 12;

/// A microphone that never was louder than this heard nobody: -54 dB of full scale.
const NOBODY: f32 = 0.002;

/// The loudness of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Level {
    /// Decibels of full scale: 0 is the loudest, [`Level::FLOOR`] is silence.
    pub decibels: f32,
    /// The loudest sample, between 0 and 1.
    pub peak: f32,
}

impl Level {
    pub const FLOOR: f32 = -90.0;

    /// The level of these samples.
    #[must_use]
    pub fn of(samples: &[f32]) -> Level {
        if samples.is_empty() {
            return Level {
                decibels: Self::FLOOR,
                peak: 0.0,
            };
        }
        let square: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a level is no count"
        )]
        let decibels = (10.0 * (square / samples.len() as f64).max(1e-12).log10()) as f32;
        Level {
            decibels: decibels.max(Self::FLOOR),
            peak: samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs())),
        }
    }
}

/// What is wrong with the sound of a recording, if anything is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Every sample is exactly zero: a muted microphone, or a system that lets this program hear nothing.
    Dead,
    /// Something, but nobody speaks so softly.
    Silent,
    /// Too loud for the microphone.
    Clipping,
}

/// Follows one recording.
#[derive(Debug, Default)]
pub struct Loudness {
    peak: f32,
    run: u32,
    clipped: u32,
    any: bool,
}

impl Loudness {
    pub fn take(&mut self, samples: &[f32]) {
        for sample in samples {
            let loud = sample.abs();
            self.any |= loud > 0.0;
            self.peak = self.peak.max(loud);
            self.run = if loud >= FULL { self.run + 1 } else { 0 };
            if self.run == CLIPPED_RUN {
                self.clipped += 1;
            }
        }
    }

    /// What would explain that nothing was understood.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        if !self.any {
            Some(Fault::Dead)
        } else if self.peak < NOBODY {
            Some(Fault::Silent)
        } else if self.clipped >= DISTORTED {
            Some(Fault::Clipping)
        } else {
            None
        }
    }
}
