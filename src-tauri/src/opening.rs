//! What the page begins with. It is handed to it before its first script runs, not asked for: the first picture is in the person's language
//! and theme, where they were, with what they typed.

use std::collections::BTreeMap;

use store::notes;
use workspace::find_program;

use crate::desk::Desk;
use crate::dto::{AppStatus, MissingTool, Opening};
use crate::settings::systems_language;
use crate::view;

/// Where the person was in the window, and the texts of the first page.
const DRAFTS: [&str; 3] = ["layout", "brief", "folder"];

/// The script that hands it over. None where it cannot be written down: then the page asks.
#[must_use]
pub fn script(desk: &Desk) -> Option<String> {
    let drafts = desk.read(|db| {
        let read = DRAFTS.map(|key| Ok((key.to_owned(), notes::load(db, &draft(key))?)));
        read.into_iter().collect::<Result<BTreeMap<_, _>, _>>()
    });
    let opening = Opening {
        settings: desk.models.settings(),
        status: status(desk),
        drafts: drafts.unwrap_or_default(),
    };
    let json = serde_json::to_string(&opening).ok()?;
    Some(format!("window.opening = {json};"))
}

/// The name under which a draft is kept.
#[must_use]
pub fn draft(key: &str) -> String {
    format!("draft:{key}")
}

/// How the program itself is.
#[must_use]
pub fn status(desk: &Desk) -> AppStatus {
    let found = |program: &str| find_program(program).is_some();
    let missing = [
        (!found("git")).then_some(MissingTool::Git),
        (!found("node") && !found("python3")).then_some(MissingTool::TestRunner),
    ];
    AppStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_dir: desk.data.to_string_lossy().into_owned(),
        store_problem: desk.engine().err(),
        missing_tools: missing.into_iter().flatten().collect(),
        system_language: systems_language().into(),
        samples: models::samples().iter().map(view::sample).collect(),
    }
}
