//! What is said in a build and done by its roles, finished and live.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Role, State};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    You,
    QAssistant,
    CodeWriter,
    TestAuditor,
    VerificationOverseer,
    ReleaseManager,
    /// The product itself: notices and errors.
    Product,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConversationItem {
    pub id: String,
    pub author: Author,
    pub text: String,
    /// What a notice of the product says, for the person's language; none where the words are all there is.
    pub meaning: Option<Meaning>,
    pub at: String,
    /// Quick replies; shown while nothing was answered after it.
    pub choices: Vec<String>,
    /// What the model thought before it said this; empty where that is not known.
    pub reasoning: String,
    /// True for an error notice.
    pub is_error: bool,
    /// The stream ended before the message did.
    pub is_interrupted: bool,
    /// Said as the reason for sending work back.
    pub is_reason: bool,
    /// Names of the pictures that were shown with it.
    pub images: Vec<String>,
    /// The text files that were attached to it.
    pub files: Vec<AttachedFile>,
    /// Its place in the conversation, from 1; numbers of messages that were withdrawn are left out.
    pub seq: i32,
    /// It is kept, but no longer counts.
    pub taken_back: Option<TakenBack>,
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Meaning {
    /// Stable code.
    pub code: String,
    /// What it is about, as JSON text.
    pub facts: String,
}

/// What took a message back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TakenBack {
    /// What went back together has the same one.
    pub revision: i32,
    /// The phase that a rollback went back to; none where the person said something anew.
    pub rolled_back_to: Option<State>,
}

/// A text file that is kept with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AttachedFile {
    pub name: String,
    /// Its text is asked for by this.
    pub hash: String,
    pub bytes: i32,
}

/// A text file that goes with what the person says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FileToAttach {
    pub name: String,
    pub text: String,
}

/// Which part of a conversation is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConversationRange {
    /// Its end, as much as a window shows.
    Newest,
    /// A good piece of what stands before a message.
    Before { seq: i32 },
    /// Everything after a message.
    After { seq: i32 },
}

/// A part of a conversation, in order, and what is true of all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConversationPart {
    pub items: Vec<ConversationItem>,
    /// So many messages stand before the first one; in an empty part, before its end.
    pub earlier: i32,
    /// As long as it stays the same, older messages are as they were.
    pub stamp: String,
    /// The person's messages after this number can be said anew; none once building has begun.
    pub anew_after: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ToolStatus {
    Running,
    Ok,
    Failed,
    /// The process ended in the middle of it.
    Interrupted,
}

/// One tool call, or one command of the product's own, in the Work tab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ActivityItem {
    pub id: String,
    pub role: Role,
    pub phase: State,
    pub attempt: i32,
    pub tool: String,
    /// What it is about: a path, a command, a pattern.
    pub subject: String,
    pub status: ToolStatus,
    pub started_at: String,
    pub elapsed_ms: f64,
}

/// What went into a tool call, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct InAndOut {
    pub input: String,
    pub output: String,
}

/// What arrives live while a build is watched. Texts are pieces to append.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BuildStream {
    /// A role speaks; `message_id` becomes the id of the finished conversation item.
    Text {
        message_id: String,
        role: Role,
        text: String,
    },
    /// It thinks, before it speaks.
    Reasoning {
        message_id: String,
        role: Role,
        text: String,
    },
    /// It writes a tool call, the one at that place of its turn.
    Calling {
        message_id: String,
        role: Role,
        index: i32,
        tool: String,
        arguments: String,
    },
    /// The message that was streaming is in the conversation now, or was withdrawn.
    TextDone { message_id: String },
    /// Output of a running tool call.
    Output { activity_id: String, text: String },
}
