//! What the stories share.

#[cfg(target_os = "linux")]
pub mod display;
#[cfg(target_os = "linux")]
pub mod drag;
#[cfg(target_os = "linux")]
pub mod filled;
pub mod model_server;
pub mod program;
#[cfg(target_os = "linux")]
pub mod session;
#[cfg(target_os = "linux")]
pub mod sound;
#[cfg(target_os = "linux")]
pub mod speech_server;
#[cfg(target_os = "linux")]
pub mod window;

/// The briefs of the samples, as a person would type them.
pub const TIP_CALCULATOR: &str = "A tip calculator I can open on my phone. Dark mode. Split between people.";
pub const PHOTO_RENAMER: &str =
    "A command line tool that renames the photos in a folder by the date they were taken, and never loses one.";
pub const FIX_A_BUG: &str =
    "slugify() drops letters with accents and leaves a dash at the end. Fix it without changing anything else.";
