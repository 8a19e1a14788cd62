//! Voice from outside: sound that is made here instead of a microphone's, servers on loopback, and a model of a few thousand numbers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "what is measured here is far from where a number ends"
)]

mod conform;
mod endpoint;
mod level;
mod model_file;
mod model_store;
mod recording;
mod segments;
mod server;
mod signals;
mod spoken;
mod tiny_model;
#[cfg(feature = "whisper")]
mod whisper;
mod words;
