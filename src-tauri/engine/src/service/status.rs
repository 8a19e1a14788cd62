//! `get_workflow_status`.

use store::workflows::{self, WorkflowRow};
use store::{messages, releases, role_runs};
use workflow::{RunStatus, State, TRANSITIONS, TransitionKind};

use super::Service;
use super::answers::{Retries, Status};
use crate::ServiceError;

impl Service {
    /// Where the work is, why it stands still if it does, and what is awaited from whom.
    ///
    /// # Errors
    /// No such workflow.
    pub fn get_workflow_status(&self, workflow_id: &str) -> Result<Status, ServiceError> {
        let id = workflow_id.to_owned();
        self.store.read(move |db| {
            let row = workflows::get(db, &id)?;
            let waits = row.workflow.state <= State::Planning && nothing_unread(db, &id)?;
            let totals = role_runs::totals(db, &id)?;
            let url = releases::newest(db, &id)?
                .filter(|r| r.status == "released")
                .and_then(|r| site_url(&r));
            Ok(status_of(&row, waits, totals, url))
        })
    }
}

/// Where a released site answers.
pub(crate) fn site_url(release: &releases::ReleaseRow) -> Option<String> {
    release.site.as_ref()?;
    release.port.map(|port| format!("http://127.0.0.1:{port}/"))
}

/// Whether Q Assistant has read everything the person said to it. Why work went back is for the role that got it back.
///
/// # Errors
/// Where the store cannot be read.
pub fn nothing_unread(db: &store::Connection, workflow_id: &str) -> Result<bool, ServiceError> {
    let read = role_runs::read_up_to(db, workflow_id)?;
    let talking = workflows::get(db, workflow_id)?.workflow.state <= State::Planning;
    Ok(!messages::person_said_after(db, workflow_id, read, talking)?)
}

/// Puts the answer together.
#[must_use]
pub fn status_of(row: &WorkflowRow, waits_for_person: bool, totals: role_runs::Totals, url: Option<String>) -> Status {
    let workflow = &row.workflow;
    let (expected_next, expected_from) = expected_next(row, waits_for_person);
    let retries = TRANSITIONS
        .into_iter()
        .filter(|(_, _, kind)| *kind != TransitionKind::Forward)
        .map(|(from, to, _)| (from, to, workflow.retries_used(from, to)))
        .filter(|(_, _, used)| *used > 0)
        .map(|(from, to, used)| Retries {
            road: format!("{from}→{to}"),
            used,
            left: workflow.max_retries.saturating_sub(used),
        })
        .collect();
    Status {
        workflow_id: workflow.id.clone(),
        title: row.title.clone(),
        current_state: workflow.state,
        current_role: workflow.owner(),
        status: workflow.status.wire(),
        standstill: workflow.standstill().cloned(),
        progress: workflow.progress(),
        completed_phases: workflow.completed_phases().into_iter().map(|p| p.state()).collect(),
        expected_next,
        expected_from,
        retries,
        input_tokens: totals.input_tokens,
        output_tokens: totals.output_tokens,
        cost: totals.cost,
        url,
    }
}

/// What is awaited, and from whom.
#[must_use]
pub fn expected_next(row: &WorkflowRow, waits_for_person: bool) -> (String, Option<String>) {
    let person = || Some("person".to_owned());
    let workflow = &row.workflow;
    match &workflow.status {
        RunStatus::Complete => ("nothing: it is live".to_owned(), None),
        RunStatus::Cancelled => ("nothing: it was cancelled".to_owned(), None),
        RunStatus::Paused => ("resume".to_owned(), person()),
        RunStatus::Blocked(standstill) => {
            let action = serde_json::to_value(standstill.next_action).unwrap_or_default();
            (action.as_str().unwrap_or("try_again").to_owned(), person())
        }
        RunStatus::AwaitingApproval => ("approve_handoff".to_owned(), person()),
        RunStatus::Active
            if workflow.state == State::Planning && waits_for_person && workflow.phases.planning.is_some() =>
        {
            ("ready_to_build".to_owned(), person())
        }
        RunStatus::Active if workflow.state == State::Discovery && waits_for_person => ("answer".to_owned(), person()),
        RunStatus::Active => (
            format!("finish {}", workflow.state),
            workflow.owner().map(|role| role.wire().to_owned()),
        ),
    }
}
