//! The workflow rail: eleven steps, each with what really happened in it.

use store::handoffs::HandoffRow;
use store::workflows::WorkflowRow;
use workflow::{Handoff, State};

use super::{int, millis_between};
use crate::dto::{RailStep, SentBack, Standing, WaitingFor};

/// All eleven steps, from the times at which states were entered and the handoffs that were decided.
pub(super) fn rail(
    row: &WorkflowRow,
    waiting: WaitingFor,
    changes: &[(String, String)],
    handoffs: &[HandoffRow],
) -> Vec<RailStep> {
    State::ALL
        .into_iter()
        .map(|state| step(row, waiting, changes, handoffs, state))
        .collect()
}

fn step(
    row: &WorkflowRow,
    waiting: WaitingFor,
    changes: &[(String, String)],
    handoffs: &[HandoffRow],
    state: State,
) -> RailStep {
    let workflow = &row.workflow;
    let visits = visits(row, changes, state);
    let ahead = state > workflow.state;
    let (entered, left) = if ahead {
        (None, None)
    } else {
        visits.last().cloned().map_or((None, None), |(a, b)| (Some(a), b))
    };
    RailStep {
        state: state.into(),
        standing: standing(workflow.state, state, waiting),
        attempts: state
            .phase()
            .and_then(|p| workflow.attempts.get(&p))
            .map_or(0, |n| int(*n)),
        entered_at: entered,
        left_at: left,
        elapsed_ms: if ahead {
            0.0
        } else {
            visits
                .iter()
                .map(|(from, to)| millis_between(from, to.as_deref()))
                .sum()
        },
        approved_by: if ahead {
            None
        } else {
            state.handoff().and_then(|h| approved_by(handoffs, h))
        },
        sent_back: sent_back(row, state),
    }
}

fn standing(present: State, state: State, waiting: WaitingFor) -> Standing {
    match state.cmp(&present) {
        std::cmp::Ordering::Less => Standing::Done,
        std::cmp::Ordering::Greater => Standing::Ahead,
        std::cmp::Ordering::Equal if state == State::Complete => Standing::Done,
        std::cmp::Ordering::Equal => match waiting {
            WaitingFor::Role | WaitingFor::Nobody => Standing::Current,
            WaitingFor::YourAnswer | WaitingFor::ReadyToBuild | WaitingFor::YourApproval | WaitingFor::YourDecision => {
                Standing::Waiting
            }
        },
    }
}

/// From when to when it was in that state, each time. A build that is over is not in its last state any longer.
fn visits(row: &WorkflowRow, changes: &[(String, String)], state: State) -> Vec<(String, Option<String>)> {
    let first = (State::Discovery.wire().to_owned(), row.created_at.clone());
    let all: Vec<_> = std::iter::once(&first).chain(changes).collect();
    let end = row
        .workflow
        .status
        .is_over()
        .then(|| row.completed_at.clone().unwrap_or_else(|| row.updated_at.clone()));
    all.iter()
        .enumerate()
        .filter(|(_, (name, _))| name == state.wire())
        .map(|(index, (_, at))| {
            (
                at.clone(),
                all.get(index + 1).map(|(_, next)| next.clone()).or_else(|| end.clone()),
            )
        })
        .collect()
}

fn approved_by(handoffs: &[HandoffRow], handoff: Handoff) -> Option<String> {
    let of_this = |row: &&HandoffRow| row.from_role == handoff.from_role() && row.to_role == handoff.to_role();
    let newest = handoffs.iter().rev().find(of_this)?;
    if newest.decision.as_deref() != Some("approved") {
        return None;
    }
    let by = newest.decided_by.as_deref()?;
    Some(if by.starts_with("person:") {
        "you".to_owned()
    } else {
        by.trim_start_matches("policy:").to_owned()
    })
}

fn sent_back(row: &WorkflowRow, state: State) -> Option<SentBack> {
    let workflow = &row.workflow;
    let last = workflow.returned.iter().rev().find(|returned| returned.from == state)?;
    let count = State::ALL
        .into_iter()
        .map(|to| workflow.retries_used(state, to))
        .max()
        .unwrap_or(0);
    (count > 0).then(|| SentBack {
        count: int(count),
        limit: int(workflow.max_retries),
        reason: last.reason.clone(),
    })
}
