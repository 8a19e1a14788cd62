//! Where speech begins and ends in a stream of sound, so that it can be understood piece by piece while the person still speaks.

use std::collections::VecDeque;
use std::time::Duration;

use crate::sound::{Sound, samples_in};

/// Samples that are judged at once: 16 ms, which is what the detector was made for.
pub const FRAME: usize = 256;

/// How sure the detector must be that a frame is voice. Its makers' own figure.
const VOICE: f32 = 0.5;

/// Speech begins when so many of the last [`WINDOW`] frames are voice: a click of the tongue is one.
const BEGINS: usize = 4;
const WINDOW: usize = 8;

/// The detector takes the first frames of a room that is not quiet for voice: they are not judged. Fewer than [`BEFORE`] by
/// [`BEGINS`], so that speech from the first sample on is still kept whole.
const SETTLES: usize = 16;

/// What is kept from before speech was noticed: soft beginnings of words.
const BEFORE: Duration = Duration::from_millis(320);

/// What is kept after the last voice: soft ends of words.
const AFTER: Duration = Duration::from_millis(240);

/// A piece that grows longer than this is cut where it is softest, but not in a pause: that may be its end. Whisper hears thirty
/// seconds at once.
const LONGEST: Duration = Duration::from_secs(25);

/// How far back a soft place is looked for.
const SOFT_PLACE: Duration = Duration::from_secs(5);

/// Says how likely a frame is voice, between 0 and 1.
pub trait Ear: Send {
    fn voice(&mut self, frame: &[f32; FRAME]) -> f32;
}

impl Ear for earshot::Detector {
    fn voice(&mut self, frame: &[f32; FRAME]) -> f32 {
        self.predict_f32(frame)
    }
}

/// What happened in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Somebody speaks.
    Began,
    /// A piece of speech is complete: there was a pause, or it was long enough.
    Piece(Sound),
}

/// Cuts one stream into pieces.
pub struct Segments {
    ear: Box<dyn Ear>,
    /// Frames that are still not judged.
    settles: usize,
    /// So many frames without voice end a piece.
    pause: usize,
    /// Less than a frame.
    rest: Vec<f32>,
    /// What may belong to the beginning of speech that was not noticed yet.
    before: VecDeque<[f32; FRAME]>,
    recent: VecDeque<bool>,
    speech: Option<Speech>,
}

#[derive(Default)]
struct Speech {
    frames: Vec<[f32; FRAME]>,
    /// Frames since the last voice.
    quiet: usize,
}

impl Segments {
    /// A pause of this length ends a piece.
    #[must_use]
    pub fn new(pause: Duration) -> Segments {
        Segments::with_ear(pause, earshot::Detector::default_boxed())
    }

    /// The same with another judge of what is voice.
    #[must_use]
    pub fn with_ear(pause: Duration, ear: Box<dyn Ear>) -> Segments {
        Segments {
            ear,
            settles: SETTLES,
            pause: frames(pause).max(1),
            rest: Vec::new(),
            before: VecDeque::new(),
            recent: VecDeque::new(),
            speech: None,
        }
    }

    /// Whether somebody speaks, or paused for less than ends a piece.
    #[must_use]
    pub fn speaking(&self) -> bool {
        self.speech.is_some()
    }

    /// Takes samples at 16 kHz.
    pub fn take(&mut self, samples: &[f32]) -> Vec<Part> {
        self.rest.extend_from_slice(samples);
        let rest = std::mem::take(&mut self.rest);
        let (whole, rest) = rest.as_chunks::<FRAME>();
        self.rest = rest.to_vec();
        whole.iter().flat_map(|frame| self.frame(frame)).collect()
    }

    /// The piece that was still being spoken, if there is one.
    pub fn end(&mut self) -> Option<Sound> {
        let rest = std::mem::take(&mut self.rest);
        self.before.clear();
        self.recent.clear();
        let speech = self.speech.take()?;
        let mut sound = speech.sound();
        if speech.quiet < frames(AFTER) {
            sound.extend(&rest);
        }
        Some(sound)
    }

    fn frame(&mut self, frame: &[f32; FRAME]) -> Vec<Part> {
        let voice = self.ear.voice(frame) >= VOICE && self.settles == 0;
        self.settles = self.settles.saturating_sub(1);
        match &mut self.speech {
            None => self.listen(frame, voice),
            Some(speech) => {
                speech.frames.push(*frame);
                speech.quiet = if voice { 0 } else { speech.quiet + 1 };
                if speech.quiet >= self.pause {
                    let sound = speech.sound();
                    // What the piece does not keep of the pause may be the beginning of the next.
                    let kept = speech.kept();
                    let over = speech.frames.len().saturating_sub(frames(BEFORE)).max(kept);
                    self.before = speech.frames.drain(over..).collect();
                    self.recent.clear();
                    self.speech = None;
                    vec![Part::Piece(sound)]
                } else if voice && speech.frames.len() >= frames(LONGEST) {
                    vec![Part::Piece(speech.cut_where_soft())]
                } else {
                    Vec::new()
                }
            }
        }
    }

    fn listen(&mut self, frame: &[f32; FRAME], voice: bool) -> Vec<Part> {
        self.before.push_back(*frame);
        self.recent.push_back(voice);
        if self.recent.len() > WINDOW {
            self.recent.pop_front();
        }
        if self.recent.iter().filter(|voice| **voice).count() < BEGINS {
            while self.before.len() > frames(BEFORE) {
                self.before.pop_front();
            }
            return Vec::new();
        }
        self.recent.clear();
        self.speech = Some(Speech {
            frames: std::mem::take(&mut self.before).into(),
            quiet: 0,
        });
        vec![Part::Began]
    }
}

impl Speech {
    /// How many frames are kept when it ends here.
    fn kept(&self) -> usize {
        self.frames.len() - self.quiet.saturating_sub(frames(AFTER))
    }

    fn sound(&self) -> Sound {
        Sound::from_samples(self.frames[..self.kept()].as_flattened())
    }

    /// Cuts at the softest place of the last seconds; what comes after it goes on.
    fn cut_where_soft(&mut self) -> Sound {
        let from = self.frames.len().saturating_sub(frames(SOFT_PLACE));
        let loudness = |frame: &[f32; FRAME]| frame.iter().map(|sample| sample * sample).sum::<f32>();
        // Three frames together: one alone may be a consonant.
        let softest = self.frames[from..]
            .windows(3)
            .enumerate()
            .min_by(|(_, a), (_, b)| {
                let sum = |three: &[[f32; FRAME]]| three.iter().map(loudness).sum::<f32>();
                sum(a).total_cmp(&sum(b))
            })
            .map_or(self.frames.len(), |(at, _)| from + at + 1);
        let after = self.frames.split_off(softest);
        let before = std::mem::replace(&mut self.frames, after);
        Sound::from_samples(before.as_flattened())
    }
}

fn frames(duration: Duration) -> usize {
    samples_in(duration) / FRAME
}
