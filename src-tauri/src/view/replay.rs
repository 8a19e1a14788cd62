//! What came of going through a build again.

use workflow::{Role, State};

use super::int;
use crate::dto;

impl From<engine::replay::Replayed> for dto::Replayed {
    fn from(from: engine::replay::Replayed) -> Self {
        let event = |event: Option<String>| event.unwrap_or_default();
        dto::Replayed {
            is_same: from.is_same(),
            answers: int(from.exchanges),
            not_asked: int(from.not_asked),
            same_files: from.tree.then == from.tree.now,
            events: int(from.events),
            other_event: from
                .first_other_event
                .map(|other| (event(other.then), event(other.now))),
            differences: from.differences.into_iter().map(difference).collect(),
            stopped: from.stopped,
        }
    }
}

fn difference(from: engine::replay::Difference) -> dto::RequestDifference {
    dto::RequestDifference {
        role: Role::from_wire(&from.place.role).unwrap_or(Role::QAssistant).into(),
        phase: State::from_wire(&from.place.phase).unwrap_or(State::Discovery).into(),
        attempt: int(from.place.attempt),
        turn: int(from.place.turn.saturating_add(1)),
        part: from.part,
        before: from.line.then,
        now: from.line.now,
    }
}
