//! Voice: from a microphone to words.
//!
//! ```text
//! microphone ─ samples ─▶ recording ─ pieces of speech ─▶ dictation ─ sound ─▶ recogniser
//!  (a thread)            (conform, level, segments)        (in order)            │
//!                                                              ◀──── words ──────┘
//! ```
//!
//! What is heard lives in memory and is dropped when it has become words.

pub mod aloud;
pub mod conform;
pub mod dictation;
pub mod level;
pub mod microphone;
pub mod recognition;
pub mod recording;
pub mod segments;
pub mod sound;
pub mod spoken;
