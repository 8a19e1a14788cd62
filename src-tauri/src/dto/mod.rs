//! Wire types: what crosses the door to the window, and nothing else.
//!
//! They are apart from the domain's types on purpose: a change of the core does not silently change what the window reads.
//! Numbers are `i32` or `f64` and raw JSON is text, because TypeScript's numbers cannot hold an `i64`. Times are RFC 3339 in
//! UTC, durations are milliseconds.

mod build;
mod conversation;
mod data;
mod desktop;
mod evidence;
mod handoff;
mod plan;
mod search;
mod settings;
mod statistics;
mod step;
mod voice;

pub use build::*;
pub use conversation::*;
pub use data::*;
pub use desktop::*;
pub use evidence::*;
pub use handoff::*;
pub use plan::*;
pub use search::*;
pub use settings::*;
pub use statistics::*;
pub use step::*;
pub use voice::*;
