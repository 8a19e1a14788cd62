//! Desktop notifications: what deserves the person's attention, and where a click on it leads.

use std::sync::Arc;

use engine::ServiceError;
use engine::notice::Attention;
use store::workflows;
use tauri::{AppHandle, Manager};

use crate::desk::Desk;
use crate::dto::BuildView;
use crate::words::Words;

/// What is said of one build.
struct Saying {
    headline: String,
    body: String,
    view: BuildView,
}

/// A desktop notification, unless the window is in front or the person does not want any. That a build is live is always said.
pub fn notify(app: &AppHandle, workflow_id: String, why: &Attention) {
    let desk = Arc::clone(&app.state::<Arc<Desk>>());
    let in_front = app
        .get_webview_window("main")
        .is_some_and(|window| window.is_focused().unwrap_or(false) && window.is_visible().unwrap_or(true));
    let live = matches!(why, Attention::Live { .. });
    if !desk.models.settings().notifications || (in_front && !live) {
        return;
    }
    let asked = workflow_id.clone();
    let title = desk
        .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &asked)?.title))
        .unwrap_or_default();
    show(app, workflow_id, saying(&title, why, desk.words()), desk.words());
}

fn saying(build: &str, why: &Attention, words: Words) -> Saying {
    let say = |key: &str| words.say(key, &[("build", build)]);
    let (headline, body, view) = match why {
        Attention::Approval { from, to } => {
            let role = |role: &workflow::Role| words.say(&format!("roles.{}", role.wire()), &[]);
            let (from, to) = (role(from), role(to));
            (
                say("native.approvalTitle"),
                words.say("native.approvalText", &[("build", build), ("from", &from), ("to", &to)]),
                BuildView::Conversation,
            )
        }
        Attention::Answer => (say("native.questionTitle"), build.to_owned(), BuildView::Conversation),
        Attention::PlanReady => (say("native.planTitle"), say("native.planText"), BuildView::Plan),
        Attention::Blocked { code, reason } => (
            say("native.stoppedTitle"),
            words
                .known(&format!("standstill.why_{code}"))
                .unwrap_or(reason)
                .to_owned(),
            BuildView::Conversation,
        ),
        Attention::Budget => (
            say("native.budgetTitle"),
            say("native.budgetText"),
            BuildView::Conversation,
        ),
        Attention::Live { url } => (
            say("native.liveTitle"),
            url.as_ref().map_or_else(
                || build.to_owned(),
                |url| words.say("native.liveText", &[("build", build), ("url", url)]),
            ),
            BuildView::Conversation,
        ),
    };
    Saying { headline, body, view }
}

#[cfg(target_os = "linux")]
pub use clickable::Told;
#[cfg(target_os = "linux")]
use clickable::show;

/// On Linux a notification is answered over the session bus.
#[cfg(target_os = "linux")]
mod clickable {
    use std::collections::HashMap;
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    use notify_rust::{Hint, Notification, NotificationResponse};
    use tauri::async_runtime::JoinHandle;
    use tauri::{AppHandle, Manager};

    use super::Saying;
    use crate::desktop::{build, front};
    use crate::words::Words;

    /// A desktop that does not answer within it shows nothing.
    const ANSWER: Duration = Duration::from_secs(10);

    /// Who waits for a click, by build: what is said anew takes the place of what was said before.
    #[derive(Default)]
    pub struct Told(Mutex<HashMap<String, Standing>>);

    struct Standing {
        id: Option<u32>,
        waiting: JoinHandle<()>,
    }

    pub fn show(app: &AppHandle, workflow_id: String, saying: Saying, words: Words) {
        let told = app.state::<Told>();
        let mut told = told.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = told.remove(&workflow_id).and_then(|standing| {
            standing.waiting.abort();
            standing.id
        });
        let (app, id) = (app.clone(), workflow_id.clone());
        let waiting = tauri::async_runtime::spawn(async move {
            let mut notification = notification(&saying, words);
            if let Some(before) = before {
                notification.id(before);
            }
            let shown = match tokio::time::timeout(ANSWER, notification.show_async()).await {
                Ok(Ok(shown)) => shown,
                Ok(Err(error)) => return tracing::warn!(%error, "no desktop notification could be shown"),
                Err(_) => return tracing::warn!("the desktop does not answer: no notification was shown"),
            };
            remember(&app, &workflow_id, shown.id());
            let (own, asked) = (app.clone(), workflow_id.clone());
            shown
                .wait_for_action_async(move |response: &NotificationResponse| match response {
                    NotificationResponse::Default | NotificationResponse::Action(_) => {
                        front::lead(&own, build(asked, saying.view));
                    }
                    NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => {}
                })
                .await;
        });
        told.insert(id, Standing { id: None, waiting });
    }

    fn notification(saying: &Saying, words: Words) -> Notification {
        let open = words.say("native.open", &[]);
        let mut notification = Notification::new();
        notification
            .appname(&words.say("brand", &[]))
            .summary(&saying.headline)
            // Servers read it as markup, and it comes from models and people.
            .body(&plain(&saying.body))
            .icon("q-assistant")
            // As its package names it.
            .hint(Hint::DesktopEntry("Q Assistant".to_owned()))
            .action("default", &open)
            .action("open", &open);
        notification
    }

    fn plain(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    fn remember(app: &AppHandle, workflow_id: &str, id: u32) {
        let told = app.state::<Told>();
        let mut told = told.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(standing) = told.get_mut(workflow_id) {
            standing.id = Some(id);
        }
    }
}

/// Elsewhere the system brings the program to the front by itself.
#[cfg(not(target_os = "linux"))]
#[derive(Default)]
pub struct Told;

#[cfg(not(target_os = "linux"))]
fn show(app: &AppHandle, _: String, saying: Saying, _: Words) {
    use tauri_plugin_notification::NotificationExt;

    let Saying {
        headline,
        body,
        view: _,
    } = saying;
    if let Err(error) = app.notification().builder().title(headline).body(body).show() {
        tracing::warn!(%error, "no desktop notification could be shown");
    }
}
