//! What a build may use at most.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most that the models of a build may use, in the unit that the person thinks in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "unit", content = "amount", rename_all = "snake_case")]
pub enum Budget {
    /// US cents.
    Cents(u64),
    /// Tokens in and out.
    Tokens(u64),
}

impl Budget {
    /// The part that is used, as a share of the whole: 1.0 is all of it. `cost` is in US dollars; none where it is not known, and then a
    /// budget in money cannot be kept.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "amounts of a build are far below 2^52")]
    pub fn used(self, cost: Option<f64>, tokens: f64) -> Option<f64> {
        match self {
            Budget::Cents(cents) => cost.map(|dollars| dollars * 100.0 / cents.max(1) as f64),
            Budget::Tokens(most) => Some(tokens / most.max(1) as f64),
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Budget::Cents(cents) => write!(f, "${}.{:02}", cents / 100, cents % 100),
            Budget::Tokens(tokens) => write!(f, "{tokens} tokens"),
        }
    }
}
