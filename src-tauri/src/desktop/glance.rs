//! What waits for the person and what is at work, at a glance: in the tray and in the window's title.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::ServiceError;
use engine::notice::Notice;
use store::workflows;
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::tray;
use crate::desk::Desk;
use crate::dto::{BuildGroup, BuildSummary, BuildView, RunStatus, State, WaitingFor};
use crate::view;
use crate::words::Words;

/// Builds change many times a second; a person glances less often.
const CALM: Duration = Duration::from_millis(700);

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Glance {
    pub waiting: Vec<Line>,
    pub working: Vec<Line>,
}

/// One build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub workflow_id: String,
    pub view: BuildView,
    /// "Tip calculator: approve Testing → Verification"
    pub text: String,
}

/// What was shown last.
#[derive(Default)]
pub struct Shown(Mutex<Glance>);

impl Shown {
    pub fn now(&self) -> Glance {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Keeps title and tray as the builds are, until the engine is gone.
pub fn follow(app: AppHandle, mut notices: Receiver<Notice>) {
    tauri::async_runtime::spawn(async move {
        loop {
            // What is still unread is in what is looked at now.
            notices = notices.resubscribe();
            look(&app).await;
            loop {
                match notices.recv().await {
                    Ok(Notice::Changed { .. }) | Err(RecvError::Lagged(_)) => break,
                    Ok(
                        Notice::Text { .. }
                        | Notice::Reasoning { .. }
                        | Notice::Calling { .. }
                        | Notice::TextDone { .. }
                        | Notice::Output { .. }
                        | Notice::ModelWait { .. }
                        | Notice::Attention { .. },
                    ) => {}
                    Err(RecvError::Closed) => return,
                }
            }
            tokio::time::sleep(CALM).await;
        }
    });
}

async fn look(app: &AppHandle) {
    let desk = Arc::clone(&app.state::<Arc<Desk>>());
    let words = desk.words();
    let seen = tauri::async_runtime::spawn_blocking(move || open_builds(&desk)).await;
    let Ok(Ok(builds)) = seen else {
        tracing::warn!(?seen, "what waits could not be looked at");
        return;
    };
    let glance = at(&builds, words);
    {
        let shown = app.state::<Shown>();
        let mut shown = shown.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *shown == glance {
            return;
        }
        shown.clone_from(&glance);
    }
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.set_title(&title(&glance, words));
    }
    tray::show(app, &glance);
}

/// Builds that are not over and not in the trash, the newest change first.
fn open_builds(desk: &Desk) -> Result<Vec<BuildSummary>, crate::dto::WireError> {
    let mut builds = desk.read(|db| {
        let ids = workflows::open_ids(db)?;
        let rows = ids.iter().map(|id| workflows::get(db, id));
        rows.map(|row| view::summary(db, &row?))
            .collect::<Result<Vec<_>, ServiceError>>()
    })?;
    builds.retain(|build| build.trashed_at.is_none());
    builds.sort_by(|one, other| other.changed_at.cmp(&one.changed_at));
    Ok(builds)
}

/// "(2) Q Assistant"
#[must_use]
pub fn title(glance: &Glance, words: Words) -> String {
    match glance.waiting.len() {
        0 => words.say("brand", &[]),
        count => words.say("native.waitingTitle", &[("count", &count.to_string())]),
    }
}

/// What is to be said of these builds.
#[must_use]
pub fn at(builds: &[BuildSummary], words: Words) -> Glance {
    let line = |build: &BuildSummary| Line {
        workflow_id: build.workflow_id.clone(),
        view: match build.waiting_for {
            WaitingFor::ReadyToBuild => BuildView::Plan,
            WaitingFor::Role
            | WaitingFor::YourAnswer
            | WaitingFor::YourApproval
            | WaitingFor::YourDecision
            | WaitingFor::Nobody => BuildView::Conversation,
        },
        text: text(build, words),
    };
    // A build that stands still waits, too, unless the person made it stand still.
    let waits = |build: &&BuildSummary| build.group == BuildGroup::Waiting || build.status == RunStatus::Blocked;
    Glance {
        waiting: builds.iter().filter(waits).map(line).collect(),
        working: builds
            .iter()
            .filter(|build| build.group == BuildGroup::Working)
            .map(line)
            .collect(),
    }
}

fn text(build: &BuildSummary, words: Words) -> String {
    let title = build.title.as_str();
    match build.waiting_for {
        WaitingFor::YourAnswer => words.say("native.lineAnswer", &[("build", title)]),
        WaitingFor::ReadyToBuild => words.say("native.linePlan", &[("build", title)]),
        WaitingFor::YourApproval => {
            let (from, to) = across(build.state);
            let state = |state: State| words.say(&format!("states.{}", wire(state)), &[]);
            words.say(
                "native.lineApproval",
                &[("build", title), ("from", &state(from)), ("to", &state(to))],
            )
        }
        WaitingFor::YourDecision => words.say("native.lineStopped", &[("build", title)]),
        WaitingFor::Role | WaitingFor::Nobody => match build.role {
            Some(role) => {
                let role = words.say(&format!("roles.{}", workflow::Role::from(role).wire()), &[]);
                words.say("native.lineWorking", &[("build", title), ("role", &role)])
            }
            None => title.to_owned(),
        },
    }
}

/// The phases that a handoff lies between.
fn across(state: State) -> (State, State) {
    match state {
        State::HandoffToCoder => (State::Planning, State::Implementation),
        State::HandoffToTester => (State::Implementation, State::Testing),
        State::HandoffToVerifier => (State::Testing, State::Verification),
        State::HandoffToReleaser => (State::Verification, State::Deployment),
        State::Discovery
        | State::Planning
        | State::Implementation
        | State::Testing
        | State::Verification
        | State::Deployment
        | State::Complete => (state, state),
    }
}

/// The name that the words know a state by.
fn wire(state: State) -> String {
    serde_json::to_value(state)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}
