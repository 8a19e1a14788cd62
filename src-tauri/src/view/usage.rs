//! What each call of a model used.

use models::Answer;
use store::exchanges::ExchangeRow;
use workflow::{Role, State};

use super::int;
use crate::dto;

/// The calls of a build, in order, and their sums.
#[must_use]
pub fn usage(rows: Vec<ExchangeRow>) -> dto::Usage {
    let cost = rows.iter().try_fold(0.0, |sum, row| row.cost.map(|cost| sum + cost));
    let calls: Vec<dto::ModelCall> = rows.into_iter().map(call).collect();
    dto::Usage {
        // An empty sum of floats is a negative nothing.
        input_tokens: calls.iter().fold(0.0, |sum, call| sum + f64::from(call.input_tokens)),
        output_tokens: calls.iter().fold(0.0, |sum, call| sum + f64::from(call.output_tokens)),
        cost,
        calls,
    }
}

fn call(row: ExchangeRow) -> dto::ModelCall {
    let fault = match serde_json::from_str(&row.answer) {
        Ok(Answer::Error(error)) => Some(error.what()),
        Ok(Answer::Turn(_)) | Err(_) => None,
    };
    dto::ModelCall {
        role: Role::from_wire(&row.role).unwrap_or(Role::QAssistant).into(),
        phase: State::from_wire(&row.phase).unwrap_or(State::Discovery).into(),
        attempt: int(row.attempt),
        turn: int(row.turn.saturating_add(1)),
        model: row.model,
        input_tokens: int(row.input_tokens),
        output_tokens: int(row.output_tokens),
        cost: row.cost,
        ms: f64::from(row.ms),
        ended_at: row.ended_at,
        fault,
    }
}
