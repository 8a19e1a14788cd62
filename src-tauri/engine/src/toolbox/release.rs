//! Releasing, and asking what was released whether it answers.

use workflow::{NextAction, gate};
use workspace::WorkspaceError;

use super::{Handled, failed, ok};
use crate::ServiceError;
use crate::role_run::{End, Run, evidence, standstill};

/// How often a release is prepared anew because somebody committed to the branch at the same moment.
const PREPARATIONS: usize = 3;

pub(super) async fn release(run: &mut Run) -> Result<Handled, ServiceError> {
    for _ in 1..PREPARATIONS {
        match release_once(run).await {
            Err(ServiceError::Workspace(WorkspaceError::ReleaseMoved { .. })) => {}
            other => return other.or_else(what_stopped_it),
        }
    }
    release_once(run).await.or_else(what_stopped_it)
}

async fn release_once(run: &mut Run) -> Result<Handled, ServiceError> {
    let title = run.row.title.clone();
    let prepared = run.engine.prepare_release(&run.row.workflow, &title).await?;
    let mut merged_test_run = None;
    if prepared.tree() != prepared.verified_tree() {
        let Some(worktree) = run.worktree.clone() else {
            return Ok(failed("There is no worktree."));
        };
        let ran = match evidence::run_tests(run, &worktree, prepared.tree(), None).await? {
            Ok(ran) => ran,
            Err(handled) => return Ok(handled),
        };
        if !ran.passed() {
            let reason = if prepared.is_made() {
                "It is merged already, and together with what others changed on the project's branch the tests fail (the Tests page \
                 has the log). Roll back to take it off the branch, or change the branch so that they pass, then try again."
            } else {
                "Others changed the project's branch since the build began, and together with their changes the tests fail (the \
                 Tests page has the log). Nothing was merged. Change the branch so that they pass, then try again."
            };
            return Ok(Handled::End(End::Failed(standstill(
                "merged_tests_fail",
                reason.to_owned(),
                NextAction::TryAgain,
            ))));
        }
        merged_test_run = Some(ran.id);
    }
    let done = run.engine.release(&run.row.workflow, prepared, merged_test_run).await?;
    let at = done.url.clone().unwrap_or_else(|| done.tag.clone());
    let evidence = workflow::Request::RecordEvidence(gate::Evidence::Release(done));
    match run.engine.service().request(run.id(), evidence) {
        Ok(_) => Ok(ok(format!("Released: {at}"))),
        // The person went elsewhere meanwhile; that decision takes the release back.
        Err(ServiceError::Refused(_) | ServiceError::InTrash) if run.cancel.is_cancelled() => {
            Ok(Handled::End(End::Cancelled))
        }
        Err(error) => Err(error),
    }
}

/// What stands in the way is the person's to move: a model cannot help with it.
fn what_stopped_it(error: ServiceError) -> Result<Handled, ServiceError> {
    match error {
        error @ ServiceError::Workspace(_) => {
            let next = if error.code() == "release_conflicts" {
                NextAction::RollBack
            } else {
                NextAction::TryAgain
            };
            Ok(Handled::End(End::Failed(standstill(
                error.code(),
                error.to_string(),
                next,
            ))))
        }
        error @ (ServiceError::InvalidInput { .. } | ServiceError::NotFound { .. }) => Ok(failed(error.to_string())),
        error @ (ServiceError::Refused(_)
        | ServiceError::Store(_)
        | ServiceError::KeyReused
        | ServiceError::InTrash) => Err(error),
    }
}

pub(super) async fn probe_health(run: &mut Run) -> Result<Handled, ServiceError> {
    let (healthy, detail) = run.engine.probe_newest(run.id()).await?;
    Ok(Handled::Answer {
        content: detail,
        is_error: !healthy,
    })
}
