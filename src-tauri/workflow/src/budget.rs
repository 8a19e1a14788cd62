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
            Budget::Tokens(tokens) => write!(f, "{} tokens", grouped(*tokens)),
        }
    }
}

/// "1,200,000": so that a person sees how much it is.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Budget, grouped};

    #[test]
    fn amounts_are_written_as_people_write_them() {
        assert_eq!(Budget::Cents(5).to_string(), "$0.05");
        assert_eq!(Budget::Cents(1230).to_string(), "$12.30");
        assert_eq!(Budget::Tokens(200_000).to_string(), "200,000 tokens");
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
