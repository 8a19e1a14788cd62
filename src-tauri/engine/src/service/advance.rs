//! `advance_workflow`.

use serde_json::Value;
use store::{Connection, new_id, workflows};
use workflow::{Outcome, PhaseResult, Request, Role, State};

use super::start::{known_answer, remember_answer};
use super::{Advanced, Service, apply, request_hash};
use crate::ServiceError;
use crate::notice::Changed;

/// The arguments of `advance_workflow`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Advance {
    pub role: Role,
    pub completed_state: State,
    /// The result of the phase; null when a handoff state is left.
    pub phase_result: Value,
    pub next_state: Option<State>,
}

impl Service {
    /// The state is done and the work goes on: phase data, state, handoff and events in one transaction. With an idempotency
    /// key, the same request again returns the first answer and changes nothing.
    ///
    /// # Errors
    /// In this order: no such workflow; it is over; the state is another one by now; the role does not own it; the pair is
    /// not one of the 28; the gate's evidence is missing.
    pub fn advance_workflow(
        &self,
        workflow_id: &str,
        advance: Advance,
        idempotency_key: Option<&str>,
    ) -> Result<Advanced, ServiceError> {
        let id = workflow_id.to_owned();
        let key = idempotency_key.map(str::to_owned);
        let advanced = self.store.write(move |tx| {
            let Some(key) = &key else {
                return advance_in(tx, &id, &advance);
            };
            let hash = request_hash("advance_workflow", &(&id, &advance));
            if let Some(known) = known_answer(tx, key, &hash)? {
                return Ok(known);
            }
            let advanced = advance_in(tx, &id, &advance)?;
            remember_answer(tx, key, &hash, &advanced)?;
            Ok(advanced)
        })?;
        self.publisher.changed(workflow_id, &[Changed::Build]);
        Ok(advanced)
    }
}

/// `advance_workflow` inside a transaction that may hold more.
pub(super) fn advance_in(tx: &Connection, id: &str, advance: &Advance) -> Result<Advanced, ServiceError> {
    let mut row = workflows::get(tx, id)?;
    let previous_state = row.workflow.state;
    let request = Request::Advance {
        role: advance.role,
        completed_state: advance.completed_state,
        next_state: advance.next_state,
        result: result_of(advance)?,
        handoff_id: new_id(),
    };
    let applied = apply(tx, &mut row, &request)?;
    if let Outcome::RetriesExhausted(refusal) = applied.outcome {
        return Err(refusal.into());
    }
    let workflow = &row.workflow;
    Ok(Advanced {
        previous_state,
        new_state: workflow.state,
        next_role: workflow.state.owner(),
        handoff_data: applied.handoff_data,
        is_complete: workflow.state == State::Complete,
        progress: workflow.progress(),
    })
}

fn result_of(advance: &Advance) -> Result<Option<PhaseResult>, ServiceError> {
    let Some(phase) = advance
        .completed_state
        .phase()
        .filter(|_| !advance.phase_result.is_null())
    else {
        return Ok(None);
    };
    PhaseResult::parse(phase, advance.phase_result.clone())
        .map(Some)
        .map_err(ServiceError::invalid)
}
