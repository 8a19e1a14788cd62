//! Sound that is made here, and measuring of what became of it.

use std::f64::consts::TAU;

/// A pure tone.
pub fn tone(rate: u32, hertz: f64, amplitude: f64, seconds: f64) -> Vec<f32> {
    (0..samples(rate, seconds))
        .map(|at| (amplitude * (TAU * hertz * at as f64 / f64::from(rate)).sin()) as f32)
        .collect()
}

/// A tone that rises evenly from one pitch to another.
pub fn sweep(rate: u32, from: f64, to: f64, amplitude: f64, seconds: f64) -> Vec<f32> {
    (0..samples(rate, seconds))
        .map(|at| {
            let time = at as f64 / f64::from(rate);
            let turns = from * time + (to - from) * time * time / (2.0 * seconds);
            (amplitude * (TAU * turns).sin()) as f32
        })
        .collect()
}

pub fn silence(rate: u32, seconds: f64) -> Vec<f32> {
    vec![0.0; samples(rate, seconds)]
}

/// Noise without a pitch, the same every time, none of it louder than `amplitude`.
pub fn noise(rate: u32, amplitude: f64, seconds: f64) -> Vec<f32> {
    let mut random = Random::new();
    (0..samples(rate, seconds))
        .map(|_| (amplitude * random.next()) as f32)
        .collect()
}

pub fn samples(rate: u32, seconds: f64) -> usize {
    (f64::from(rate) * seconds).round() as usize
}

/// Numbers between -1 and 1, always the same ones.
pub struct Random(u64);

impl Random {
    pub fn new() -> Random {
        Random(0x9e37_79b9_7f4a_7c15)
    }

    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// One sound on all channels, or on one of them only.
pub fn spread(mono: &[f32], channels: u16, only: Option<u16>) -> Vec<f32> {
    let place = |sample: f32| {
        (0..channels).map(move |at| {
            if only.is_none_or(|only| only == at) {
                sample
            } else {
                0.0
            }
        })
    };
    mono.iter().flat_map(|sample| place(*sample)).collect()
}

/// Cuts sound as no device would: often in the middle of a frame.
pub fn odd_pieces(sound: &[f32]) -> Vec<&[f32]> {
    let mut pieces = Vec::new();
    let mut rest = sound;
    for length in [1, 997, 3, 4_801, 13, 20_011].into_iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at(rest.len().min(length));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// The pitch of a tone, by where it crosses zero upwards.
pub fn pitch(rate: u32, sound: &[f32]) -> f64 {
    let crossings: Vec<f64> = sound
        .windows(2)
        .enumerate()
        .filter(|(_, two)| two[0] < 0.0 && two[1] >= 0.0)
        .map(|(at, two)| at as f64 + f64::from(-two[0]) / f64::from(two[1] - two[0]))
        .collect();
    let (first, last) = (crossings.first().unwrap(), crossings.last().unwrap());
    (crossings.len() - 1) as f64 * f64::from(rate) / (last - first)
}

/// How loud it is, in decibels of full scale, as the root of the mean square.
pub fn decibels(sound: &[f32]) -> f64 {
    let square: f64 = sound.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    10.0 * (square / sound.len() as f64).max(1e-20).log10()
}

/// The middle, without the ends where a filter sets in and fades out.
pub fn middle(sound: &[f32]) -> &[f32] {
    &sound[sound.len() / 5..sound.len() * 4 / 5]
}

/// Something like speech at 16 kHz: a voice that falls in pitch and says one open syllable after another, each of another vowel, four
/// a second, with a little breath in it.
pub fn speech(amplitude: f64, seconds: f64) -> Vec<f32> {
    const RATE: f64 = 16_000.0;
    // The first three formants of five vowels of a man's voice (Peterson and Barney, 1952).
    const VOWELS: [[f64; 3]; 5] = [
        [730.0, 1090.0, 2440.0],
        [270.0, 2290.0, 3010.0],
        [570.0, 840.0, 2410.0],
        [530.0, 1840.0, 2480.0],
        [300.0, 870.0, 2240.0],
    ];
    const BANDWIDTHS: [f64; 3] = [80.0, 100.0, 130.0];
    const SYLLABLE: f64 = 0.25;
    let mut random = Random::new();
    let mut phase = 0.0;
    let mut resonators = [[0.0_f64; 2]; 3];
    let mut glottis = 0.0;
    let mut sound = Vec::new();
    for at in 0..samples(16_000, seconds) {
        let time = at as f64 / RATE;
        let within = time.rem_euclid(SYLLABLE) / SYLLABLE;
        let voice = 135.0 - 20.0 * (time / 2.0).fract() + 6.0 * (TAU * 3.1 * time).sin();
        phase += voice / RATE;
        let pulse = if phase >= 1.0 {
            phase -= 1.0;
            1.0
        } else {
            0.0
        };
        // A pulse falls off by 12 dB an octave, of which the mouth takes back 6.
        glottis = 0.95 * glottis + pulse + 0.01 * random.next();
        let vowel = (time / SYLLABLE) as usize % VOWELS.len();
        let next = (vowel + 1) % VOWELS.len();
        // The mouth moves on to the next vowel in the last third.
        let moved = ((within - 0.67) * 3.0).max(0.0);
        let mut sample = glottis;
        for (formant, state) in resonators.iter_mut().enumerate() {
            let hertz = VOWELS[vowel][formant] * (1.0 - moved) + VOWELS[next][formant] * moved;
            let radius = (-std::f64::consts::PI * BANDWIDTHS[formant] / RATE).exp();
            let (first, second) = (2.0 * radius * (TAU * hertz / RATE).cos(), -radius * radius);
            let out = (1.0 - first - second) * sample + first * state[0] + second * state[1];
            *state = [out, state[0]];
            sample = out;
        }
        let loud = 0.15 + 0.85 * (std::f64::consts::PI * within).sin().powi(2);
        sound.push((sample * loud) as f32);
    }
    let peak = sound.iter().fold(1e-9_f32, |peak, sample| peak.max(sample.abs()));
    let by = amplitude as f32 / peak;
    sound.iter_mut().for_each(|sample| *sample *= by);
    sound
}
