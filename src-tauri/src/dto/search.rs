//! What a search finds.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Author;

/// A stretch of a text, and where in it the words that were looked for stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Excerpt {
    pub text: String,
    /// From and to, in the units that a string of the window has: UTF-16.
    pub marks: Vec<(i32, i32)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BuildHit {
    pub workflow_id: String,
    pub title: Excerpt,
    pub project: Excerpt,
    /// Out of its brief, its requirements or its plan, where its name alone does not say why it is here.
    pub excerpt: Option<Excerpt>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MessageHit {
    pub message_id: String,
    pub workflow_id: String,
    pub build_title: String,
    pub author: Author,
    pub at: String,
    pub excerpt: Excerpt,
}

/// The best of what was found, and how much there is in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SearchResult {
    pub builds: Vec<BuildHit>,
    pub builds_total: i32,
    pub messages: Vec<MessageHit>,
    pub messages_total: i32,
}
