//! What the window is told while work goes on: notices of change. What streams is in `live.rs`.

use std::collections::HashMap;
use std::time::Duration;

use engine::Notice;
use tauri::AppHandle;
use tauri_specta::Event;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::MissedTickBehavior;

use crate::desktop::notifications;
use crate::dto::{BuildChanged, Changed};

/// Changes that come within this time are told as one: builds that work side by side write many times a second.
const GATHERED: Duration = Duration::from_millis(60);

/// Sends notices of change to the window, and what deserves the person's attention to the desktop.
pub fn announce(app: AppHandle, mut notices: Receiver<Notice>) {
    tauri::async_runtime::spawn(async move {
        let mut changes = Changes::default();
        let mut due = tokio::time::interval(GATHERED);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                notice = notices.recv() => match notice {
                    Ok(Notice::Changed { workflow_id, what }) => {
                        changes.add(workflow_id, what.into_iter().map(Into::into));
                    }
                    // What was missed could be anything of any build: everything is asked for again.
                    Err(RecvError::Lagged(_)) => changes.add(String::new(), EVERYTHING),
                    Ok(Notice::Attention { workflow_id, why }) => notifications::notify(&app, workflow_id, &why),
                    Ok(
                        Notice::Text { .. }
                        | Notice::Reasoning { .. }
                        | Notice::Calling { .. }
                        | Notice::TextDone { .. }
                        | Notice::Output { .. }
                        | Notice::ModelWait { .. },
                    ) => {}
                    Err(RecvError::Closed) => return,
                },
                _ = due.tick() => {
                    for change in changes.take() {
                        if let Err(error) = change.emit(&app) {
                            tracing::warn!(%error, "the window could not be told of a change");
                        }
                    }
                }
            }
        }
    });
}

const EVERYTHING: [Changed; 5] = [
    Changed::Build,
    Changed::Conversation,
    Changed::Activity,
    Changed::Changes,
    Changed::Tests,
];

/// What changed since the window was told last, by build.
#[derive(Default)]
struct Changes(HashMap<String, Vec<Changed>>);

impl Changes {
    fn add(&mut self, workflow_id: String, what: impl IntoIterator<Item = Changed>) {
        let known = self.0.entry(workflow_id).or_default();
        for changed in what {
            if !known.contains(&changed) {
                known.push(changed);
            }
        }
    }

    fn take(&mut self) -> impl Iterator<Item = BuildChanged> {
        std::mem::take(&mut self.0)
            .into_iter()
            .map(|(workflow_id, what)| BuildChanged { workflow_id, what })
    }
}
