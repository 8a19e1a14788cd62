//! Links into the program: `q-assistant://build/<id>`. A link opens a build that is known and does nothing else, whoever wrote it.

use std::sync::Arc;

use engine::ServiceError;
use store::{StoreError, workflows};
use tauri::{AppHandle, Manager};
use tauri_plugin_deep_link::DeepLinkExt;

use super::front;
use crate::desk::Desk;
use crate::dto::{BuildView, Wanted};

/// What every link of ours begins with.
pub const SCHEME: &str = "q-assistant://";

/// No id is longer; what is, is shown shortened.
const LONGEST: usize = 80;

/// Follows links that reach the running program: from a second start of it, or from the system.
pub fn listen(app: &AppHandle) {
    let own = app.clone();
    app.deep_link().on_open_url(move |event| {
        if let Some(link) = event.urls().last() {
            follow(&own, link.as_str());
        }
    });
}

/// Brings the window to the front where the link leads.
pub fn follow(app: &AppHandle, link: &str) {
    let desk = Arc::clone(&app.state::<Arc<Desk>>());
    let (app, link) = (app.clone(), link.to_owned());
    // The store is asked, and whoever follows a link may be the main thread.
    tauri::async_runtime::spawn_blocking(move || {
        let wanted = wanted(&desk, &link);
        tracing::info!(?wanted, "a link was followed");
        front::lead(&app, wanted);
    });
}

fn wanted(desk: &Desk, link: &str) -> Wanted {
    let nothing = |key: &str| Wanted::Nothing {
        sentence: desk.words().say(key, &[("link", &shown(link))]),
    };
    let Some(id) = build_of(link) else {
        return nothing("native.linkUnknown");
    };
    let asked = id.to_owned();
    let known = desk.read(move |db| match workflows::get(db, &asked) {
        Ok(_) => Ok(true),
        Err(StoreError::NotFound { .. }) => Ok(false),
        Err(error) => Err(ServiceError::from(error)),
    });
    match known {
        Ok(true) => super::build(id, BuildView::Conversation),
        Ok(false) => nothing("native.linkNoBuild"),
        // The page shows what is wrong with the data.
        Err(problem) => Wanted::Nothing {
            sentence: problem.message,
        },
    }
}

/// The build that a link names; none where it is no link of ours. An id is letters, digits and dashes and nothing else.
fn build_of(link: &str) -> Option<&str> {
    let id = link.strip_prefix(SCHEME)?.strip_prefix("build/")?;
    let id = id.strip_suffix('/').unwrap_or(id);
    let plain = !id.is_empty() && id.len() <= LONGEST && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    plain.then_some(id)
}

/// The link as it may be shown: short, and without what would move the text about.
fn shown(link: &str) -> String {
    let plain: String = link.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if plain.len() < link.len() {
        format!("{plain}…")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::{build_of, shown};

    #[test]
    fn only_a_plain_id_is_a_build() {
        for (link, build) in [
            ("q-assistant://build/0199-ab", Some("0199-ab")),
            ("q-assistant://build/0199-ab/", Some("0199-ab")),
            ("q-assistant://build/", None),
            ("q-assistant://build/a/approve", None),
            ("q-assistant://build/a?approve=1", None),
            ("q-assistant://build/a#b", None),
            ("q-assistant://build/..", None),
            ("q-assistant://build/a%20b", None),
            ("q-assistant://approve/a", None),
            ("https://build/a", None),
            ("q-assistant:build/a", None),
        ] {
            assert_eq!(build_of(link), build, "{link}");
        }
        assert_eq!(build_of(&format!("q-assistant://build/{}", "a".repeat(1000))), None);
    }

    #[test]
    fn a_link_is_shown_short_and_plain() {
        assert_eq!(shown("q-assistant://x"), "q-assistant://x");
        assert!(shown(&"ä".repeat(500)).chars().count() <= 81);
        assert!(!shown("a\n\u{1b}[31mb").contains(['\n', '\u{1b}']));
    }
}
