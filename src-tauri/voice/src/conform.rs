//! From what a sound card delivers, in any rate and number of channels, to one channel at 16 kHz.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler};

use crate::sound::RATE;

/// Rates that a device may name. Below, there is no speech in it; above, nothing is sold.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=768_000;

/// A channel that has been louder than this once carries something: -60 dB of full scale.
const SOMETHING: f32 = 0.001;

/// Rates that share no large divisor with 16 kHz would want blocks of a second: they are taken for the nearest multiple of this.
/// The pitch is then wrong by less than a third of a percent.
const GRID: u32 = 25;

/// How many blocks are worked on in a second, about. The shorter a block, the more of the high pitches is lost: in one of 2.5 ms,
/// most above 5 kHz.
const BLOCKS: u32 = 50;

/// A block of fewer frames than this would lose what a slow device still carries.
const SHORTEST_BLOCK: u32 = 480;

/// A device whose sound cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The microphone delivers {channels} channels at {rate} Hz, which cannot be used.")]
pub struct NoSuchSound {
    pub rate: u32,
    pub channels: u16,
}

/// Conforms one recording.
pub struct Conform {
    channels: usize,
    /// Which channels carry something. An eight-channel interface with one microphone must not be an eighth as loud.
    carries: Vec<bool>,
    /// One channel at the device's rate, not worked on yet.
    waiting: Vec<f32>,
    /// A frame that came in parts.
    partial: Vec<f32>,
    resampling: Option<Resampling>,
}

struct Resampling {
    resampler: Fft<f32>,
    /// Of what comes out at first, this much is the resampler's own delay.
    delay: usize,
    frames_in: usize,
    frames_out: usize,
    output: Vec<f32>,
}

impl Conform {
    /// # Errors
    /// A rate that is no speech's, or no channel.
    pub fn new(rate: u32, channels: u16) -> Result<Conform, NoSuchSound> {
        let wrong = || NoSuchSound { rate, channels };
        if !RATES.contains(&rate) || channels == 0 {
            return Err(wrong());
        }
        let on_grid = if rate.is_multiple_of(GRID) {
            rate
        } else {
            (rate + GRID / 2) / GRID * GRID
        };
        let resampling = if on_grid == RATE {
            None
        } else {
            let block = (on_grid / BLOCKS).max(SHORTEST_BLOCK);
            let resampler =
                Fft::new(on_grid as usize, RATE as usize, block as usize, 1, FixedSync::Both).map_err(|_| wrong())?;
            Some(Resampling {
                delay: resampler.output_delay(),
                frames_in: 0,
                frames_out: 0,
                output: vec![0.0; resampler.output_frames_max()],
                resampler,
            })
        };
        Ok(Conform {
            channels: usize::from(channels),
            carries: vec![false; usize::from(channels)],
            waiting: Vec::new(),
            partial: Vec::new(),
            resampling,
        })
    }

    /// Takes frames, the channels of each beside one another, and gives what is ready at 16 kHz.
    pub fn take(&mut self, interleaved: &[f32]) -> Vec<f32> {
        self.mix(interleaved);
        let Some(resampling) = &mut self.resampling else {
            return std::mem::take(&mut self.waiting);
        };
        let mut ready = Vec::new();
        let mut at = 0;
        while self.waiting.len() - at >= resampling.resampler.input_frames_next() {
            let block = resampling.resampler.input_frames_next();
            resampling.block(&self.waiting[at..at + block], &mut ready);
            at += block;
        }
        self.waiting.drain(..at);
        ready
    }

    /// The rest, so that as much has come out as went in.
    pub fn end(&mut self) -> Vec<f32> {
        let Some(resampling) = &mut self.resampling else {
            return std::mem::take(&mut self.waiting);
        };
        let mut ready = Vec::new();
        let rest = std::mem::take(&mut self.waiting);
        let whole = resampling.expected(resampling.frames_in + rest.len());
        resampling.block(&rest, &mut ready);
        while resampling.frames_out < whole {
            resampling.block(&[], &mut ready);
        }
        let beyond = resampling.frames_out - whole;
        ready.truncate(ready.len().saturating_sub(beyond));
        ready
    }

    fn mix(&mut self, interleaved: &[f32]) {
        let mut all = std::mem::take(&mut self.partial);
        let frames = if all.is_empty() {
            interleaved
        } else {
            all.extend_from_slice(interleaved);
            &all
        };
        let mut frames = frames.chunks_exact(self.channels);
        for frame in frames.by_ref() {
            // A driver that delivers what is no number must not spoil what comes after.
            let samples = || {
                frame
                    .iter()
                    .map(|sample| if sample.is_finite() { *sample } else { 0.0 })
            };
            for (carries, sample) in self.carries.iter_mut().zip(samples()) {
                *carries |= sample.abs() > SOMETHING;
            }
            // As long as none carries anything, all of them: a microphone that is too soft is not one that is dead.
            let none = !self.carries.contains(&true);
            let heard = samples().zip(&self.carries).filter(|(_, carries)| none || **carries);
            let (sum, count) = heard.fold((0.0, 0.0), |(sum, count), (sample, _)| (sum + sample, count + 1.0_f32));
            self.waiting.push((sum / count.max(1.0)).clamp(-1.0, 1.0));
        }
        self.partial = frames.remainder().to_vec();
    }
}

impl Resampling {
    /// Works on one block, which may be shorter than a whole one at the end.
    fn block(&mut self, input: &[f32], ready: &mut Vec<f32>) {
        let indexing = Indexing {
            partial_len: (input.len() < self.resampler.input_frames_next()).then_some(input.len()),
            ..Indexing::default()
        };
        let room = self.output.len();
        let (Ok(from), Ok(mut to)) = (
            InterleavedSlice::new(input, 1, input.len()),
            InterleavedSlice::new_mut(&mut self.output, 1, room),
        ) else {
            return;
        };
        let Ok((_, made)) = self.resampler.process_into_buffer(&from, &mut to, Some(&indexing)) else {
            return;
        };
        self.frames_in += input.len();
        let skipped = self.delay.min(made);
        self.delay -= skipped;
        self.frames_out += made - skipped;
        ready.extend_from_slice(&self.output[skipped..made]);
    }

    /// How much comes out of so much.
    fn expected(&self, frames_in: usize) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a recording ends long before a float cannot count its samples"
        )]
        let expected = (frames_in as f64 * self.resampler.resample_ratio()).round() as usize;
        expected
    }
}
