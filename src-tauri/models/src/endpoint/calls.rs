//! Tool calls as OpenAI's form streams them, put together here: not every server numbers them, and what numbers they have is not trusted.

use serde::Deserialize;

/// The calls of one turn, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: Vec<Call>,
    /// What came since it was last asked: the place of the call, and the piece.
    new: Vec<(usize, String)>,
}

#[derive(Debug)]
pub(super) struct Call {
    index: Option<u64>,
    pub id: String,
    pub name: String,
    pub arguments: String,
}

#[derive(Deserialize)]
struct Frame {
    #[serde(default)]
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
}

#[derive(Deserialize, Default)]
struct Delta {
    #[serde(default)]
    tool_calls: Option<Vec<Piece>>,
}

#[derive(Deserialize)]
struct Piece {
    index: Option<u64>,
    id: Option<String>,
    function: Option<Function>,
}

#[derive(Deserialize)]
struct Function {
    name: Option<String>,
    arguments: Option<serde_json::Value>,
}

impl Calls {
    /// Takes in an event of the stream, where it holds pieces of calls.
    pub fn take(&mut self, frame: &str) {
        if !frame.contains("\"tool_calls\"") {
            return;
        }
        let Ok(frame) = serde_json::from_str::<Frame>(frame) else {
            return;
        };
        let pieces = frame.choices.into_iter().filter_map(|choice| choice.delta.tool_calls);
        for piece in pieces.flatten() {
            self.add(piece);
        }
    }

    fn add(&mut self, piece: Piece) {
        let id = piece.id.filter(|id| !id.is_empty());
        let function = piece.function.unwrap_or(Function {
            name: None,
            arguments: None,
        });
        let name = function.name.filter(|name| !name.is_empty());
        let at = self.place(piece.index, id.as_deref(), name.is_some());
        let arguments = match function.arguments {
            Some(serde_json::Value::String(text)) => text,
            None | Some(serde_json::Value::Null) => String::new(),
            // Some servers send the arguments as what they are.
            Some(value) => value.to_string(),
        };
        let Some(call) = self.calls.get_mut(at) else { return };
        if let Some(id) = id {
            call.id = id;
        }
        if let Some(name) = name {
            call.name = name;
        }
        call.arguments.push_str(&arguments);
        self.new.push((at, arguments));
    }

    /// The call that a piece belongs to; a new one where it begins one.
    fn place(&mut self, index: Option<u64>, id: Option<&str>, named: bool) -> usize {
        let known = match (index, id) {
            (Some(_), _) => self.calls.iter().position(|call| call.index == index),
            (None, Some(id)) => self.calls.iter().position(|call| call.id == id),
            // A name begins a call; anything else goes on with the newest.
            (None, None) if named => None,
            (None, None) => self.calls.len().checked_sub(1),
        };
        known.unwrap_or_else(|| {
            self.calls.push(Call {
                index,
                id: String::new(),
                name: String::new(),
                arguments: String::new(),
            });
            self.calls.len() - 1
        })
    }

    /// What came since this was last asked: the place of the call, its name, and the piece.
    pub fn news(&mut self) -> Vec<(usize, String, String)> {
        let new = std::mem::take(&mut self.new);
        let name = |at: usize| self.calls.get(at).map(|call| call.name.clone()).unwrap_or_default();
        new.into_iter().map(|(at, piece)| (at, name(at), piece)).collect()
    }

    /// The calls, in order.
    pub fn all(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls)
    }
}
