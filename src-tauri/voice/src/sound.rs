//! Sound as it is kept here: one channel, 16 kHz, 16 bits. What recognisers want, and a tenth of what a sound card delivers.

use std::io::Cursor;
use std::time::Duration;

/// Samples a second of every [`Sound`].
pub const RATE: u32 = 16_000;

/// A stretch of sound in memory.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Sound {
    samples: Vec<i16>,
}

impl Sound {
    /// From samples between -1 and 1; what is beyond is cut off.
    #[must_use]
    pub fn from_samples(samples: &[f32]) -> Sound {
        let mut sound = Sound::default();
        sound.extend(samples);
        sound
    }

    /// Adds samples at the end.
    pub fn extend(&mut self, samples: &[f32]) {
        let full = f32::from(i16::MAX);
        // A cast from a float saturates, and takes what is no number for zero.
        #[expect(clippy::cast_possible_truncation, reason = "clamped before")]
        let narrow = |sample: &f32| (sample.clamp(-1.0, 1.0) * full) as i16;
        self.samples.extend(samples.iter().map(narrow));
    }

    /// Samples between -1 and 1.
    #[must_use]
    pub fn samples(&self) -> Vec<f32> {
        self.samples
            .iter()
            .map(|sample| f32::from(*sample) / f32::from(i16::MAX))
            .collect()
    }

    /// How many samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    #[must_use]
    pub fn duration(&self) -> Duration {
        duration(self.samples.len())
    }

    /// As a WAV file.
    ///
    /// # Errors
    /// More samples than the format can count: above 37 hours.
    pub fn wav(&self) -> Result<Vec<u8>, hound::Error> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut file = Cursor::new(Vec::with_capacity(44 + 2 * self.samples.len()));
        let mut writer = hound::WavWriter::new(&mut file, spec)?;
        for sample in &self.samples {
            writer.write_sample(*sample)?;
        }
        writer.finalize()?;
        Ok(file.into_inner())
    }
}

/// What was said is nobody else's: not in a log either.
impl std::fmt::Debug for Sound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sound({:?})", self.duration())
    }
}

/// How long so many samples last.
#[must_use]
pub fn duration(samples: usize) -> Duration {
    Duration::from_micros(u64::try_from(samples).unwrap_or(u64::MAX).saturating_mul(1_000_000) / u64::from(RATE))
}

/// How many samples last so long.
#[must_use]
pub fn samples_in(duration: Duration) -> usize {
    usize::try_from(duration.as_micros() * u128::from(RATE) / 1_000_000).unwrap_or(usize::MAX)
}
