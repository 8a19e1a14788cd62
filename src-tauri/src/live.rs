//! What every build says and prints right now. It is kept here as long as it is not in the store, so that whoever opens a build in the middle
//! of it sees at once what was said so far; the build that is open gets what follows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engine::Notice;
use tauri::ipc::Channel;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::dto::{BuildStream, Role};

/// Pieces that arrive within one frame or two go to the window as one.
const BATCH: Duration = Duration::from_millis(40);

/// The end of a command's output is what is read live; the whole stands in the store when it is done.
const OUTPUT_BYTES: usize = 20_000;

/// See the module.
#[derive(Default)]
pub struct Live {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What is being said, by build, whoever watches.
    said: HashMap<String, Vec<BuildStream>>,
    watched: Option<Watched>,
}

/// The build that is open in the window, and what it was not sent yet.
struct Watched {
    workflow_id: String,
    channel: Channel<BuildStream>,
    batch: Vec<BuildStream>,
}

impl Live {
    /// Takes in what is told, until the engine is gone.
    pub fn listen(self: &Arc<Live>, mut notices: Receiver<Notice>) {
        let live = Arc::clone(self);
        live.lock().said.clear();
        tauri::async_runtime::spawn(async move {
            let mut due = tokio::time::interval(BATCH);
            loop {
                tokio::select! {
                    notice = notices.recv() => match notice {
                        Ok(notice) => live.lock().take_in(notice),
                        // Too far behind: what was missed is in the store, and the notice of change brings it.
                        Err(RecvError::Lagged(_)) => {}
                        Err(RecvError::Closed) => return,
                    },
                    _ = due.tick() => live.lock().send(),
                }
            }
        });
    }

    /// A window watches one build at a time: it gets what was said so far, and from now on what follows.
    pub fn watch(&self, workflow_id: String, channel: Channel<BuildStream>) {
        let mut state = self.lock();
        let batch = state.said.get(&workflow_id).cloned().unwrap_or_default();
        state.watched = Some(Watched {
            workflow_id,
            channel,
            batch,
        });
        state.send();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take_in(&mut self, notice: Notice) {
        let Some((workflow_id, piece)) = piece_of(notice) else {
            return;
        };
        if let Some(watched) = self
            .watched
            .as_mut()
            .filter(|watched| watched.workflow_id == workflow_id)
        {
            let joined = watched.batch.last_mut().is_some_and(|last| join(last, &piece));
            if !joined {
                watched.batch.push(piece.clone());
            }
        }
        let said = self.said.entry(workflow_id).or_default();
        keep(said, piece);
    }

    /// Sends what has gathered. A window that is gone is watched no longer.
    fn send(&mut self) {
        let Some(watched) = &mut self.watched else { return };
        let sent = watched
            .batch
            .drain(..)
            .try_for_each(|piece| watched.channel.send(piece));
        if sent.is_err() {
            self.watched = None;
        }
    }
}

/// Keeps a piece with what belongs to it, and nothing that is over: a role says one message at a time, and a command prints until its role
/// goes on.
fn keep(said: &mut Vec<BuildStream>, piece: BuildStream) {
    match &piece {
        BuildStream::TextDone { message_id } => {
            said.retain(|kept| message(kept).is_none_or(|(id, _)| id != message_id));
            return;
        }
        BuildStream::Output { activity_id, .. } => {
            said.retain(|kept| !matches!(kept, BuildStream::Output { activity_id: other, .. } if other != activity_id));
        }
        BuildStream::Text { message_id, role, .. }
        | BuildStream::Reasoning { message_id, role, .. }
        | BuildStream::Calling { message_id, role, .. } => {
            let known = said.iter().filter_map(message).any(|(id, _)| id == message_id);
            if !known {
                said.retain(|kept| match message(kept) {
                    Some((_, speaker)) => speaker != *role,
                    // Q Assistant speaks beside a command, the others after it.
                    None => *role == Role::QAssistant,
                });
            }
        }
    }
    let joined = said.iter_mut().any(|kept| join(kept, &piece));
    if !joined {
        said.push(piece);
    }
    for kept in said {
        if let BuildStream::Output { text, .. } = kept
            && text.len() > 2 * OUTPUT_BYTES
        {
            let cut = text.ceil_char_boundary(text.len() - OUTPUT_BYTES);
            text.drain(..cut);
        }
    }
}

fn message(piece: &BuildStream) -> Option<(&String, Role)> {
    match piece {
        BuildStream::Text { message_id, role, .. }
        | BuildStream::Reasoning { message_id, role, .. }
        | BuildStream::Calling { message_id, role, .. } => Some((message_id, *role)),
        BuildStream::TextDone { .. } | BuildStream::Output { .. } => None,
    }
}

/// Adds a piece to an earlier one that it goes on with. False where it belongs to something else.
fn join(earlier: &mut BuildStream, piece: &BuildStream) -> bool {
    match (earlier, piece) {
        (
            BuildStream::Text { message_id, text, .. },
            BuildStream::Text {
                message_id: same,
                text: more,
                ..
            },
        )
        | (
            BuildStream::Reasoning { message_id, text, .. },
            BuildStream::Reasoning {
                message_id: same,
                text: more,
                ..
            },
        )
        | (
            BuildStream::Output {
                activity_id: message_id,
                text,
            },
            BuildStream::Output {
                activity_id: same,
                text: more,
            },
        ) if message_id == same => text.push_str(more),
        (
            BuildStream::Calling {
                message_id,
                index,
                arguments,
                ..
            },
            BuildStream::Calling {
                message_id: same,
                index: same_index,
                arguments: more,
                ..
            },
        ) if message_id == same && index == same_index => arguments.push_str(more),
        _ => return false,
    }
    true
}

/// What streams of a notice, and in which build.
fn piece_of(notice: Notice) -> Option<(String, BuildStream)> {
    match notice {
        Notice::Text {
            workflow_id,
            message_id,
            role,
            text,
        } => {
            let role = role.into();
            Some((workflow_id, BuildStream::Text { message_id, role, text }))
        }
        Notice::Reasoning {
            workflow_id,
            message_id,
            role,
            text,
        } => {
            let role = role.into();
            Some((workflow_id, BuildStream::Reasoning { message_id, role, text }))
        }
        Notice::Calling {
            workflow_id,
            message_id,
            role,
            index,
            tool,
            arguments,
        } => {
            let piece = BuildStream::Calling {
                message_id,
                role: role.into(),
                index: i32::try_from(index).unwrap_or(i32::MAX),
                tool,
                arguments,
            };
            Some((workflow_id, piece))
        }
        Notice::TextDone {
            workflow_id,
            message_id,
        } => Some((workflow_id, BuildStream::TextDone { message_id })),
        Notice::Output {
            workflow_id,
            tool_call_id,
            text,
        } => {
            let activity_id = tool_call_id;
            Some((workflow_id, BuildStream::Output { activity_id, text }))
        }
        Notice::ModelWait { .. } | Notice::Changed { .. } | Notice::Attention { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use tauri::ipc::InvokeResponseBody;

    fn text(build: &str, message: &str, role: workflow::Role, text: &str) -> Notice {
        Notice::Text {
            workflow_id: build.to_owned(),
            message_id: message.to_owned(),
            role,
            text: text.to_owned(),
        }
    }

    fn output(build: &str, call: &str, text: &str) -> Notice {
        Notice::Output {
            workflow_id: build.to_owned(),
            tool_call_id: call.to_owned(),
            text: text.to_owned(),
        }
    }

    /// A channel, and what went through it.
    fn channel() -> (Channel<BuildStream>, Arc<Mutex<Vec<String>>>) {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&sent);
        let channel = Channel::new(move |body| {
            let InvokeResponseBody::Json(json) = body else {
                panic!("JSON goes through it")
            };
            let piece: BuildStream = serde_json::from_str(&json).unwrap();
            kept.lock().unwrap().push(match piece {
                BuildStream::Text { message_id, text, .. } => format!("{message_id}: {text}"),
                BuildStream::Output { activity_id, text } => format!("{activity_id} printed {}", text.len()),
                BuildStream::TextDone { message_id } => format!("{message_id} done"),
                BuildStream::Reasoning { text, .. } => format!("thinks {text}"),
                BuildStream::Calling { tool, .. } => format!("calls {tool}"),
            });
            Ok(())
        });
        (channel, sent)
    }

    #[test]
    fn who_comes_in_the_middle_hears_what_was_said_so_far_and_what_follows_once() {
        let live = Live::default();
        let say = |notice| live.lock().take_in(notice);
        say(text("a", "m1", workflow::Role::CodeWriter, "I wri"));
        say(text("b", "m9", workflow::Role::TestAuditor, "elsewhere"));
        say(text("a", "m1", workflow::Role::CodeWriter, "te it"));
        say(text("a", "q1", workflow::Role::QAssistant, "It writes."));
        say(text("a", "m1", workflow::Role::CodeWriter, "."));
        let (here, sent) = channel();
        live.watch("a".to_owned(), here);
        say(text("a", "m1", workflow::Role::CodeWriter, " And"));
        say(text("b", "m9", workflow::Role::TestAuditor, " more"));
        live.lock().send();
        assert_eq!(*sent.lock().unwrap(), ["m1: I write it.", "q1: It writes.", "m1:  And"]);
        let (there, sent) = channel();
        live.watch("b".to_owned(), there);
        assert_eq!(*sent.lock().unwrap(), ["m9: elsewhere more"]);
        let (back, sent) = channel();
        live.watch("a".to_owned(), back);
        assert_eq!(*sent.lock().unwrap(), ["m1: I write it. And", "q1: It writes."]);
    }

    #[test]
    fn what_is_over_is_not_kept() {
        let live = Live::default();
        let say = |notice| live.lock().take_in(notice);
        let kept = || {
            let (channel, sent) = channel();
            live.watch("a".to_owned(), channel);
            let sent = sent.lock().unwrap();
            sent.clone()
        };
        say(text("a", "m1", workflow::Role::CodeWriter, "One."));
        say(text("a", "q1", workflow::Role::QAssistant, "Beside."));
        say(Notice::TextDone {
            workflow_id: "a".to_owned(),
            message_id: "m1".to_owned(),
        });
        assert_eq!(kept(), ["q1: Beside."]);
        say(output("a", "t1", "first"));
        say(output("a", "t2", "second"));
        assert_eq!(kept(), ["q1: Beside.", "t2 printed 6"]);
        say(output("a", "t2", &"é".repeat(OUTPUT_BYTES)));
        say(output("a", "t2", "x"));
        assert_eq!(kept()[1], format!("t2 printed {}", OUTPUT_BYTES + 1));
        say(text("a", "m2", workflow::Role::CodeWriter, "Two."));
        assert_eq!(kept(), ["q1: Beside.", "m2: Two."]);
        // A message that was never said to be over ends when its role says another one.
        say(text("a", "m3", workflow::Role::CodeWriter, "Three."));
        assert_eq!(kept(), ["q1: Beside.", "m3: Three."]);
    }
}
