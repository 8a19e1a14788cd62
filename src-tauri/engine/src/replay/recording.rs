//! A build's recording, from the rows that were kept of it.

use models::{Answer, Asked, Exchange, Place, Recording};
use serde::de::DeserializeOwned;
use store::exchanges::{self, ExchangeRow};
use store::workflows;

use crate::ServiceError;
use crate::service::Service;

/// All exchanges of a build, in order. What a killed program had begun was thrown away, so it is left out.
///
/// # Errors
/// No such build, or a row that cannot be read.
pub fn recording(service: &Service, id: &str) -> Result<Recording, ServiceError> {
    let (brief, rows) = counted(service, id)?;
    let exchanges = rows.into_iter().map(exchange).collect::<Result<_, _>>()?;
    Ok(Recording { brief, exchanges })
}

/// Brief and rows of the exchanges that counted.
pub(super) fn counted(service: &Service, id: &str) -> Result<(String, Vec<ExchangeRow>), ServiceError> {
    let id = id.to_owned();
    service.store().read(move |db| {
        let row = workflows::get(db, &id)?;
        let mut rows = exchanges::of_workflow(db, &id)?;
        rows.retain(|row| row.run_status != "interrupted");
        Ok((row.brief, rows))
    })
}

fn exchange(row: ExchangeRow) -> Result<Exchange, ServiceError> {
    Ok(Exchange {
        place: Place {
            role: row.role,
            phase: row.phase,
            attempt: row.attempt,
            turn: row.turn,
        },
        model: row.model,
        asked: parsed::<Asked>(&row.asked)?,
        answer: parsed::<Answer>(&row.answer)?,
        cost: row.cost,
    })
}

fn parsed<T: DeserializeOwned>(json: &str) -> Result<T, ServiceError> {
    serde_json::from_str(json)
        .map_err(|error| ServiceError::invalid(format!("An exchange of this build cannot be read ({error}).")))
}
