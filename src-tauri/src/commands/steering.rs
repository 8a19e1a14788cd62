//! What only the person decides.

use workflow::{Refusal, Request};

use super::{Answer, TheDesk};
use crate::desk::problem;
use crate::dto::{Budget, BuildDetail, Pin, RollbackPreview, State};
use crate::host::person;
use crate::view;

#[tauri::command]
#[specta::specta]
pub async fn ready_to_build(desk: TheDesk<'_>, workflow_id: String, plan_revision: i32) -> Answer<BuildDetail> {
    let revision = u32::try_from(plan_revision).unwrap_or(0);
    desk.engine()?.ready_to_build(&workflow_id, person(), revision).await?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn approve_handoff(
    desk: TheDesk<'_>,
    workflow_id: String,
    handoff_id: String,
    pin: Pin,
    dont_ask_again: bool,
) -> Answer<BuildDetail> {
    desk.engine()?
        .approve_handoff(&workflow_id, person(), &handoff_id, pin.into(), dont_ask_again)?;
    desk.build(&workflow_id)
}

/// Rejects the handoff that was shown, and sends the work back with the reason.
#[tauri::command]
#[specta::specta]
pub async fn request_changes(
    desk: TheDesk<'_>,
    workflow_id: String,
    handoff_id: String,
    reason: String,
    target: Option<State>,
) -> Answer<BuildDetail> {
    let shown = desk.build(&workflow_id)?.open_handoff;
    if shown.is_none_or(|card| card.handoff_id != handoff_id) {
        let what = "it was decided, or asked again".to_owned();
        return Err(engine::ServiceError::from(Refusal::ApprovalVoid { what }).into());
    }
    desk.engine()?
        .request_retry(&workflow_id, person(), &reason, target.map(Into::into))?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn request_retry(
    desk: TheDesk<'_>,
    workflow_id: String,
    reason: String,
    target: Option<State>,
) -> Answer<BuildDetail> {
    desk.engine()?
        .request_retry(&workflow_id, person(), &reason, target.map(Into::into))?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn try_again(desk: TheDesk<'_>, workflow_id: String) -> Answer<BuildDetail> {
    desk.engine()?
        .go_on_with(&workflow_id, Request::Resume { by: person() })?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn raise_retry_limit(desk: TheDesk<'_>, workflow_id: String) -> Answer<BuildDetail> {
    desk.engine()?
        .go_on_with(&workflow_id, Request::RaiseRetryLimit { by: person() })?;
    desk.build(&workflow_id)
}

/// What the build's models may use from now on; none: no limit.
#[tauri::command]
#[specta::specta]
pub async fn set_budget(desk: TheDesk<'_>, workflow_id: String, budget: Option<Budget>) -> Answer<BuildDetail> {
    desk.engine()?
        .set_budget(&workflow_id, person(), budget.map(Into::into))?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn use_model(desk: TheDesk<'_>, workflow_id: String, model_id: String) -> Answer<BuildDetail> {
    if !desk.knows_model(&model_id) {
        return Err(problem(
            "no_model",
            "That model is not connected any longer. Choose another one.",
        ));
    }
    desk.engine()?.use_model(&workflow_id, &model_id)?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn set_test_command(desk: TheDesk<'_>, workflow_id: String, command: String) -> Answer<BuildDetail> {
    desk.engine()?.set_test_command(&workflow_id, person(), &command)?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn pause_build(desk: TheDesk<'_>, workflow_id: String) -> Answer<BuildDetail> {
    desk.engine()?
        .stop_with(&workflow_id, Request::Pause { by: person() })?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn resume_build(desk: TheDesk<'_>, workflow_id: String) -> Answer<BuildDetail> {
    desk.engine()?
        .go_on_with(&workflow_id, Request::Resume { by: person() })?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_build(desk: TheDesk<'_>, workflow_id: String) -> Answer<BuildDetail> {
    desk.engine()?.cancel(&workflow_id, person()).await?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn preview_rollback(desk: TheDesk<'_>, workflow_id: String, target: State) -> Answer<RollbackPreview> {
    let present = desk.build(&workflow_id)?;
    let targets = present.rollback_targets.into_iter();
    let discards = targets
        .filter(|state| workflow::State::from(*state) > target.into())
        .collect();
    let (files, undoes_release, refusal) = match desk.engine()?.preview_rollback(&workflow_id, target.into()).await {
        Ok(preview) => (view::file_changes(preview.files), preview.undoes_release, None),
        Err(error) => (Vec::new(), false, Some(error.to_string())),
    };
    Ok(RollbackPreview {
        target,
        files,
        undoes_release,
        discards,
        refusal,
    })
}

#[tauri::command]
#[specta::specta]
pub async fn rollback_workflow(
    desk: TheDesk<'_>,
    workflow_id: String,
    target: State,
    reason: String,
) -> Answer<BuildDetail> {
    desk.engine()?
        .rollback_workflow(&workflow_id, person(), target.into(), &reason)
        .await?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn undo_rollback(desk: TheDesk<'_>, workflow_id: String) -> Answer<BuildDetail> {
    desk.engine()?.undo_rollback(&workflow_id, person())?;
    desk.build(&workflow_id)
}
