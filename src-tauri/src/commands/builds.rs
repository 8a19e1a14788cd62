//! Builds and their conversations.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::attachments::{self, Shown};
use store::{tool_calls, workflows};
use tauri::ipc::Channel;

use super::{Answer, TheDesk};
use crate::desk::problem;
use crate::dto::{
    ActivityItem, BuildDetail, BuildStream, BuildSummary, ConversationItem, ConversationPart, ConversationRange,
    FileToAttach, Forecast, InAndOut, Plan, ProjectChoice, Requirements,
};
use crate::host::person;
use crate::view;

#[tauri::command]
#[specta::specta]
pub async fn list_builds(desk: TheDesk<'_>) -> Answer<Vec<BuildSummary>> {
    desk.builds()
}

#[tauri::command]
#[specta::specta]
pub async fn get_build(desk: TheDesk<'_>, workflow_id: String) -> Answer<BuildDetail> {
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn conversation(
    desk: TheDesk<'_>,
    workflow_id: String,
    range: ConversationRange,
) -> Answer<ConversationPart> {
    desk.read(move |db| view::part(db, &workflow_id, range))
}

#[tauri::command]
#[specta::specta]
pub async fn activity(desk: TheDesk<'_>, workflow_id: String) -> Answer<Vec<ActivityItem>> {
    desk.read(move |db| {
        Ok(tool_calls::of_workflow(db, &workflow_id)?
            .into_iter()
            .map(view::activity)
            .collect())
    })
}

/// What went into a tool call, and what came of it.
#[tauri::command]
#[specta::specta]
pub async fn in_and_out(desk: TheDesk<'_>, activity_id: String) -> Answer<InAndOut> {
    let found = desk.read(move |db| Ok(tool_calls::in_and_out(db, &activity_id)?))?;
    Ok(InAndOut {
        input: found.input,
        output: found.output,
    })
}

#[tauri::command]
#[specta::specta]
pub async fn start_build(
    desk: TheDesk<'_>,
    brief: String,
    project: ProjectChoice,
    images: Vec<String>,
    files: Vec<FileToAttach>,
    idempotency_key: String,
) -> Answer<BuildDetail> {
    let id = desk
        .start(brief, &project, shown(&images, files)?, idempotency_key)
        .await?;
    desk.build(&id)
}

#[tauri::command]
#[specta::specta]
pub async fn send_message(
    desk: TheDesk<'_>,
    workflow_id: String,
    text: String,
    images: Vec<String>,
    files: Vec<FileToAttach>,
    idempotency_key: String,
) -> Answer<ConversationItem> {
    let shown = shown(&images, files)?;
    let message = desk
        .engine()?
        .send_message(&workflow_id, &text, shown, &idempotency_key)?;
    Ok(view::item(message))
}

/// Says something of the talk in other words: the conversation goes back to before it.
#[tauri::command]
#[specta::specta]
pub async fn say_anew(
    desk: TheDesk<'_>,
    workflow_id: String,
    message_id: String,
    text: String,
    idempotency_key: String,
) -> Answer<ConversationItem> {
    let engine = desk.engine()?;
    let message = engine.say_anew(&workflow_id, person(), &message_id, &text, &idempotency_key)?;
    Ok(view::item(message))
}

/// The text of a file that was attached to a message.
#[tauri::command]
#[specta::specta]
pub async fn attached_file(desk: TheDesk<'_>, hash: String) -> Answer<String> {
    desk.read(move |db| Ok(store::files::text(db, &hash)?))
}

/// What goes with a message, as the window sends it: pictures are base64.
fn shown(images: &[String], files: Vec<FileToAttach>) -> Answer<Shown> {
    let bytes = images.iter().map(|image| STANDARD.decode(image));
    let bytes = bytes
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| problem("invalid_input", format!("A picture did not arrive whole ({error}).")))?;
    let files = files
        .into_iter()
        .map(|FileToAttach { name, text }| store::files::File { name, text });
    Ok(Shown {
        images: engine::pictures::accept(bytes)?,
        files: attachments::accept(files.collect())?,
    })
}

/// A picture of the conversation, as a data URL.
#[tauri::command]
#[specta::specta]
pub async fn image(desk: TheDesk<'_>, hash: String) -> Answer<String> {
    let image = desk.read(move |db| Ok(store::images::get(db, &hash)?))?;
    Ok(format!(
        "data:{};base64,{}",
        image.media_type,
        STANDARD.encode(image.bytes)
    ))
}

#[tauri::command]
#[specta::specta]
pub async fn stop_reply(desk: TheDesk<'_>, workflow_id: String) -> Answer<()> {
    desk.engine()?.stop_reply(&workflow_id);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn edit_requirements(
    desk: TheDesk<'_>,
    workflow_id: String,
    revision: i32,
    requirements: Requirements,
) -> Answer<BuildDetail> {
    let seen = u32::try_from(revision).unwrap_or(0);
    desk.engine()?
        .edit_requirements(&workflow_id, person(), seen, requirements.into())?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn edit_plan(desk: TheDesk<'_>, workflow_id: String, plan_revision: i32, plan: Plan) -> Answer<BuildDetail> {
    let seen = u32::try_from(plan_revision).unwrap_or(0);
    desk.engine()?.edit_plan(&workflow_id, person(), seen, plan.into())?;
    desk.build(&workflow_id)
}

/// Requirements and plan become what they were in an earlier revision: as a new one.
#[tauri::command]
#[specta::specta]
pub async fn restore_revision(desk: TheDesk<'_>, workflow_id: String, revision: i32, seq: i32) -> Answer<BuildDetail> {
    let number = |number: i32| u32::try_from(number).unwrap_or(0);
    desk.engine()?
        .restore_revision(&workflow_id, person(), number(revision), number(seq))?;
    desk.build(&workflow_id)
}

#[tauri::command]
#[specta::specta]
pub async fn forecast(desk: TheDesk<'_>, workflow_id: String) -> Answer<Forecast> {
    desk.read(move |db| view::forecast(db, &workflows::get(db, &workflow_id)?))
}

#[tauri::command]
#[specta::specta]
pub async fn watch_build(desk: TheDesk<'_>, workflow_id: String, channel: Channel<BuildStream>) -> Answer<()> {
    desk.live.watch(workflow_id, channel);
    Ok(())
}
