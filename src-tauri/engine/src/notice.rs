//! What goes out after a commit, and what streams while a role works. Notices say what happened, never what to show.

use tokio::sync::broadcast;
use workflow::Role;

/// Something that a door may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Committed.
    Changed { workflow_id: String, what: Vec<Changed> },
    /// A role speaks. `message_id` becomes the id of the finished message.
    Text {
        workflow_id: String,
        message_id: String,
        role: Role,
        text: String,
    },
    /// A role thinks, before it speaks as `message_id`.
    Reasoning {
        workflow_id: String,
        message_id: String,
        role: Role,
        text: String,
    },
    /// A role is writing a tool call, the one at that place of its turn.
    Calling {
        workflow_id: String,
        message_id: String,
        role: Role,
        index: usize,
        tool: String,
        /// A further piece of the arguments.
        arguments: String,
    },
    /// The message is in the conversation, or was withdrawn.
    TextDone { workflow_id: String, message_id: String },
    /// Output of a running tool call.
    Output {
        workflow_id: String,
        tool_call_id: String,
        text: String,
    },
    /// The model is asked again after a pause, because it could not answer.
    ModelWait {
        workflow_id: String,
        why: String,
        seconds: u64,
    },
    /// The person is awaited, or there is news worth leaving other work for.
    Attention { workflow_id: String, why: Attention },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    Build,
    Conversation,
    Activity,
    Changes,
    Tests,
}

/// What deserves a desktop notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attention {
    Approval {
        from: Role,
        to: Role,
    },
    Answer,
    PlanReady,
    Blocked {
        /// Stable code of what stopped it.
        code: String,
        reason: String,
    },
    /// Most of the budget is used.
    Budget,
    Live {
        url: Option<String>,
    },
}

/// Where notices come from. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Publisher {
    sender: broadcast::Sender<Notice>,
}

impl Publisher {
    /// Keeps `capacity` notices for slow listeners; who falls further behind asks for everything again.
    #[must_use]
    pub fn new(capacity: usize) -> Publisher {
        Publisher {
            sender: broadcast::channel(capacity).0,
        }
    }

    /// Sends to whoever listens. Nobody listening is fine.
    pub fn publish(&self, notice: Notice) {
        let _ = self.sender.send(notice);
    }

    pub fn changed(&self, workflow_id: &str, what: &[Changed]) {
        self.publish(Notice::Changed {
            workflow_id: workflow_id.to_owned(),
            what: what.to_vec(),
        });
    }

    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.sender.subscribe()
    }
}
