//! From rows and facts to what the window shows. Nothing is decided here: each fact is read from its one owner.

mod build;
mod conversation;
mod data;
mod handoff;
mod happened;
mod mirror;
mod plan;
mod proof;
mod rail;
mod replay;
mod search;
mod statistics;
mod step;
mod timeline;
mod usage;
mod voice;

pub use build::{detail, summary};
pub use conversation::{activity, item, part};
pub use data::backup;
pub use mirror::{changes, connection_kinds, file_changes, local_server, model_check, model_wait, sample};
pub use plan::{forecast, revisions};
pub use proof::{checks, test_run_detail, test_runs};
pub use search::found;
pub use statistics::{scope, statistics};
pub use step::step;
pub(crate) use timeline::name as state_name;
pub use timeline::{timeline, verify};
pub use usage::usage;
pub use voice::*;

/// Counts and ids come from our own rows; a number too large for the wire is shown as the largest.
fn int(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

/// Milliseconds from one stored time to another; to now without the second.
fn millis_between(from: &str, to: Option<&str>) -> f64 {
    let parse = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
    let Some(from) = parse(from) else { return 0.0 };
    let to = to.and_then(parse).unwrap_or_else(|| chrono::Utc::now().into());
    // Clocks jump: a negative duration is none.
    (to - from).num_microseconds().unwrap_or(0).max(0) as f64 / 1000.0
}

/// The first characters of a hash, as people name it.
fn short(hash: &str) -> String {
    hash.chars().take(7).collect()
}
