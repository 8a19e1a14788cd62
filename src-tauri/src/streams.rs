//! What goes to the window while work goes on: batches of text, and notices of change.

use std::time::Duration;

use engine::Notice;
use tauri::AppHandle;
use tauri::ipc::Channel;
use tauri_specta::Event;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::desktop::notifications;
use crate::dto::{BuildChanged, BuildStream, Changed};

/// Pieces that arrive within one frame or two go to the window as one.
const BATCH: Duration = Duration::from_millis(40);

/// Streams what one build says and prints, until the watch ends or the window is gone.
pub fn watch(
    mut notices: Receiver<Notice>,
    workflow_id: String,
    channel: Channel<BuildStream>,
    stop: CancellationToken,
) {
    tauri::async_runtime::spawn(async move {
        let mut batch: Vec<BuildStream> = Vec::new();
        let mut due = tokio::time::interval(BATCH);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                notice = notices.recv() => match notice {
                    Ok(notice) => add(&mut batch, notice, &workflow_id),
                    // Too far behind: what was missed is in the store, and the notice of change brings it.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                _ = due.tick() => {
                    for piece in batch.drain(..) {
                        if channel.send(piece).is_err() {
                            return;
                        }
                    }
                }
            }
        }
    });
}

fn add(batch: &mut Vec<BuildStream>, notice: Notice, watched: &str) {
    let piece = match notice {
        Notice::Text {
            workflow_id,
            message_id,
            role,
            text,
        } if workflow_id == watched => BuildStream::Text {
            message_id,
            role: role.into(),
            text,
        },
        Notice::Reasoning {
            workflow_id,
            message_id,
            role,
            text,
        } if workflow_id == watched => BuildStream::Reasoning {
            message_id,
            role: role.into(),
            text,
        },
        Notice::Calling {
            workflow_id,
            message_id,
            role,
            index,
            tool,
            arguments,
        } if workflow_id == watched => BuildStream::Calling {
            message_id,
            role: role.into(),
            index: i32::try_from(index).unwrap_or(i32::MAX),
            tool,
            arguments,
        },
        Notice::TextDone {
            workflow_id,
            message_id,
        } if workflow_id == watched => BuildStream::TextDone { message_id },
        Notice::Output {
            workflow_id,
            tool_call_id,
            text,
        } if workflow_id == watched => BuildStream::Output {
            activity_id: tool_call_id,
            text,
        },
        Notice::Text { .. }
        | Notice::Reasoning { .. }
        | Notice::Calling { .. }
        | Notice::TextDone { .. }
        | Notice::Output { .. }
        | Notice::ModelWait { .. }
        | Notice::Changed { .. }
        | Notice::Attention { .. } => return,
    };
    match (batch.last_mut(), &piece) {
        (
            Some(BuildStream::Text { message_id, text, .. }),
            BuildStream::Text {
                message_id: same,
                text: more,
                ..
            },
        ) if message_id == same => text.push_str(more),
        (
            Some(BuildStream::Reasoning { message_id, text, .. }),
            BuildStream::Reasoning {
                message_id: same,
                text: more,
                ..
            },
        ) if message_id == same => text.push_str(more),
        (
            Some(BuildStream::Calling {
                message_id,
                index,
                arguments,
                ..
            }),
            BuildStream::Calling {
                message_id: same,
                index: same_index,
                arguments: more,
                ..
            },
        ) if message_id == same && index == same_index => arguments.push_str(more),
        (
            Some(BuildStream::Output { activity_id, text }),
            BuildStream::Output {
                activity_id: same,
                text: more,
            },
        ) if activity_id == same => text.push_str(more),
        _ => batch.push(piece),
    }
}

/// Sends notices of change to the window, and what deserves the person's attention to the desktop.
pub fn announce(app: AppHandle, mut notices: Receiver<Notice>) {
    tauri::async_runtime::spawn(async move {
        loop {
            let told = match notices.recv().await {
                Ok(Notice::Changed { workflow_id, what }) => BuildChanged {
                    workflow_id,
                    what: what.into_iter().map(Into::into).collect(),
                }
                .emit(&app),
                // What was missed could be anything of any build: everything is asked for again.
                Err(RecvError::Lagged(_)) => BuildChanged {
                    workflow_id: String::new(),
                    what: vec![
                        Changed::Build,
                        Changed::Conversation,
                        Changed::Activity,
                        Changed::Changes,
                        Changed::Tests,
                    ],
                }
                .emit(&app),
                Ok(Notice::Attention { workflow_id, why }) => {
                    notifications::notify(&app, workflow_id, &why);
                    Ok(())
                }
                Ok(
                    Notice::Text { .. }
                    | Notice::Reasoning { .. }
                    | Notice::Calling { .. }
                    | Notice::TextDone { .. }
                    | Notice::Output { .. }
                    | Notice::ModelWait { .. },
                ) => Ok(()),
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = told {
                tracing::warn!(%error, "the window could not be told of a change");
            }
        }
    });
}
