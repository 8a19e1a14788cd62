//! Voice: from a microphone to words.
//!
//! ```text
//! source ─ samples ─▶ listener, recording ─ pieces of speech ─▶ dictation ─ sound ─▶ recogniser
//! (a thread)        (a thread; conform, level, segments)       (in order)            │
//!                                                                  ◀──── words ──────┘
//! ```
//!
//! What is heard lives in memory and is dropped when it has become words.

pub mod aloud;
pub mod conform;
pub mod dictation;
pub mod level;
pub mod listener;
pub mod microphone;
pub mod recognition;
pub mod recording;
pub mod segments;
pub mod sound;
mod source;
pub mod spoken;
pub mod words;
