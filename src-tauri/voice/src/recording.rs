//! One recording, from the microphone's own samples to pieces of speech. No device, no clock: time is counted in samples.

use std::time::Duration;

use crate::conform::{Conform, NoSuchSound};
use crate::level::{Fault, Level, Loudness};
use crate::segments::{Ear, Part, Segments};
use crate::sound::{Sound, duration, samples_in};

/// A pause of this length ends a piece: what was said before it can be understood while the person goes on.
const PAUSE: Duration = Duration::from_millis(800);

/// Hands free, so long is waited for somebody to speak.
const PATIENCE: Duration = Duration::from_secs(15);

/// A recording ends by itself after this.
pub const LONGEST: Duration = Duration::from_secs(60 * 60);

/// The meter moves this often.
const METER: Duration = Duration::from_millis(50);

/// Speech that the detector did not notice is kept up to this, for a person who held the button knows that they spoke. What is longer is
/// a button that something lies on.
const UNNOTICED: Duration = Duration::from_secs(30);

/// A touch of the button is no recording.
const TOUCH: Duration = Duration::from_millis(250);

/// What makes a recording end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The person lets the button go.
    Released,
    /// Nothing was said for so long, once something was.
    Silence(Duration),
}

/// What a recording tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    Level(Level),
    /// Somebody speaks.
    Began,
    /// A piece of speech, complete.
    Piece(Sound),
    /// The recording ended by itself.
    Over(Over),
}

/// Why a recording ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The person has spoken and is silent.
    Silence,
    /// Nobody spoke.
    NobodySpoke,
    /// It is [`LONGEST`].
    TooLong,
}

/// What a whole recording was like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub length: Duration,
    /// Whether there is a piece of speech.
    pub speech: bool,
    /// What was wrong with the sound.
    pub fault: Option<Fault>,
}

/// One recording.
pub struct Recording {
    conform: Conform,
    segments: Segments,
    loudness: Loudness,
    until: Until,
    /// Samples since the beginning.
    heard: usize,
    /// Samples since the last speech, or since the beginning.
    silent: usize,
    spoken: bool,
    /// All of it, as long as no speech was noticed.
    unnoticed: Sound,
    meter: Vec<f32>,
}

impl Recording {
    /// # Errors
    /// Sound that cannot be used.
    pub fn new(rate: u32, channels: u16, until: Until) -> Result<Recording, NoSuchSound> {
        Recording::with_ear(rate, channels, until, earshot::Detector::default_boxed())
    }

    /// The same with another judge of what is voice.
    ///
    /// # Errors
    /// Sound that cannot be used.
    pub fn with_ear(rate: u32, channels: u16, until: Until, ear: Box<dyn Ear>) -> Result<Recording, NoSuchSound> {
        let pause = match until {
            Until::Released => PAUSE,
            Until::Silence(silence) => PAUSE.min(silence),
        };
        Ok(Recording {
            conform: Conform::new(rate, channels)?,
            segments: Segments::with_ear(pause, ear),
            loudness: Loudness::default(),
            until,
            heard: 0,
            silent: 0,
            spoken: false,
            unnoticed: Sound::default(),
            meter: Vec::new(),
        })
    }

    /// Something else makes it end from now on.
    pub fn until(&mut self, until: Until) {
        self.until = until;
    }

    /// The microphone was replaced by one that delivers something else; what was said goes on.
    ///
    /// # Errors
    /// Sound that cannot be used.
    pub fn replaced(&mut self, rate: u32, channels: u16) -> Result<Vec<Heard>, NoSuchSound> {
        let mut before = std::mem::replace(&mut self.conform, Conform::new(rate, channels)?);
        let rest = before.end();
        Ok(self.conformed(&rest))
    }

    /// Takes frames as the microphone delivers them.
    pub fn take(&mut self, interleaved: &[f32]) -> Vec<Heard> {
        let ready = self.conform.take(interleaved);
        self.conformed(&ready)
    }

    /// What was not told yet, mostly one piece or none, and an account of the whole.
    pub fn end(&mut self) -> (Vec<Sound>, Account) {
        let rest = self.conform.end();
        let told = self.conformed(&rest).into_iter().filter_map(|heard| match heard {
            Heard::Piece(sound) => Some(sound),
            Heard::Level(_) | Heard::Began | Heard::Over(_) => None,
        });
        let mut last: Vec<Sound> = told.collect();
        last.extend(self.segments.end());
        let (length, fault) = (duration(self.heard), self.loudness.fault());
        let held = self.until == Until::Released;
        let loud = !matches!(fault, Some(Fault::Dead | Fault::Silent));
        let unnoticed = held && !self.spoken && loud && length >= TOUCH && self.heard <= samples_in(UNNOTICED);
        if unnoticed {
            last.push(std::mem::take(&mut self.unnoticed));
        }
        let account = Account {
            length,
            speech: self.spoken || unnoticed,
            fault,
        };
        (last, account)
    }

    fn conformed(&mut self, samples: &[f32]) -> Vec<Heard> {
        if samples.is_empty() {
            return Vec::new();
        }
        self.heard += samples.len();
        self.loudness.take(samples);
        let mut told = self.meter(samples);
        if !self.spoken && self.heard <= samples_in(UNNOTICED) {
            self.unnoticed.extend(samples);
        }
        for part in self.segments.take(samples) {
            match part {
                Part::Began => {
                    self.spoken = true;
                    self.unnoticed = Sound::default();
                    told.push(Heard::Began);
                }
                Part::Piece(sound) => {
                    self.silent = samples_in(PAUSE);
                    told.push(Heard::Piece(sound));
                }
            }
        }
        self.silent = if self.segments.speaking() {
            0
        } else {
            self.silent + samples.len()
        };
        told.extend(self.over().map(Heard::Over));
        told
    }

    fn over(&self) -> Option<Over> {
        if self.heard >= samples_in(LONGEST) {
            return Some(Over::TooLong);
        }
        let Until::Silence(silence) = self.until else {
            return None;
        };
        if self.spoken {
            (self.silent >= samples_in(silence)).then_some(Over::Silence)
        } else {
            (self.silent >= samples_in(PATIENCE)).then_some(Over::NobodySpoke)
        }
    }

    fn meter(&mut self, samples: &[f32]) -> Vec<Heard> {
        self.meter.extend_from_slice(samples);
        let step = samples_in(METER);
        let steps = self.meter.len() / step * step;
        let levels = self.meter[..steps]
            .chunks(step)
            .map(|step| Heard::Level(Level::of(step)))
            .collect();
        self.meter.drain(..steps);
        levels
    }
}
