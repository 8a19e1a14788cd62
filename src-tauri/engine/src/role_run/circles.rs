//! Noticing that a role makes the same failing call again and again.

use std::hash::{DefaultHasher, Hash, Hasher};

use models::ToolCall;

/// So many same failures, and the role is told.
const SAY: u32 = 3;
/// So many, and it is stopped.
const STOP: u32 = 6;
/// How many calls back a repetition counts: a circle may have more than one call in it.
const LOOK_BACK: usize = 24;

/// The failing calls of a run that may become a circle.
#[derive(Debug, Default)]
pub(super) struct Circles {
    /// Newest last: the call, and how it failed.
    failed: Vec<u64>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Nudge {
    /// To be added to the answer.
    Say(&'static str),
    Stop,
}

impl Circles {
    /// Takes note of a call and its answer. The same call failing in the same way is a step of a circle; a call that succeeded in
    /// between may be what makes the next one succeed, but not for ever.
    pub fn notice(&mut self, call: &ToolCall, is_error: bool, answer: &str) -> Option<Nudge> {
        if !is_error {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (&call.name, call.arguments.to_string(), answer).hash(&mut hasher);
        let this = hasher.finish();
        self.failed.push(this);
        let recent = self.failed.iter().rev().take(LOOK_BACK);
        let same = recent.filter(|failed| **failed == this).count();
        match u32::try_from(same).unwrap_or(u32::MAX) {
            STOP.. => Some(Nudge::Stop),
            SAY.. => Some(Nudge::Say(
                "\n\nYou have made this very call before, and it failed in the same way. Do something else: look at the files again, \
                 change the arguments, or send the work back with the reason.",
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(path: &str) -> ToolCall {
        ToolCall {
            id: "1".to_owned(),
            name: "read_file".to_owned(),
            arguments: serde_json::json!({"path": path}),
        }
    }

    #[test]
    fn the_same_failure_is_said_and_then_stopped() {
        let mut circles = Circles::default();
        let seen: Vec<_> = (0..6)
            .map(|_| circles.notice(&call("a"), true, "There is no a."))
            .collect();
        assert_eq!(seen[..2], [None, None]);
        assert!(seen[2..5].iter().all(|nudge| matches!(nudge, Some(Nudge::Say(_)))));
        assert_eq!(seen[5], Some(Nudge::Stop));
    }

    #[test]
    fn other_failures_and_successes_are_no_circle() {
        let mut circles = Circles::default();
        for number in 0..30 {
            assert_eq!(circles.notice(&call("a"), true, &format!("{number} tests fail")), None);
            assert_eq!(
                circles.notice(&call(&number.to_string()), true, "There is no such file."),
                None
            );
            assert_eq!(circles.notice(&call("a"), false, "fine"), None);
        }
    }
}
