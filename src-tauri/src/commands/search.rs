//! Finding builds and what was said in them.

use super::{Answer, TheDesk};
use crate::dto::SearchResult;
use crate::view;

#[tauri::command]
#[specta::specta]
pub async fn search(desk: TheDesk<'_>, query: String) -> Answer<SearchResult> {
    desk.read(move |db| view::found(db, &query))
}
