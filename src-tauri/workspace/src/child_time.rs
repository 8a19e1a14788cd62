//! How long this process has waited for others: what is left of a build's time is the product's own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static MICROSECONDS: AtomicU64 = AtomicU64::new(0);

/// Time spent waiting for child processes since this process started: git, commands, test runs. Children that run side by side
/// count side by side.
#[must_use]
pub fn child_time() -> Duration {
    Duration::from_micros(MICROSECONDS.load(Ordering::Relaxed))
}

/// Counts from its beginning to its end.
pub(crate) struct Waiting(Instant);

impl Waiting {
    pub fn begin() -> Waiting {
        Waiting(Instant::now())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let waited = u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX);
        MICROSECONDS.fetch_add(waited, Ordering::Relaxed);
    }
}
