//! Language models behind one trait: a conversation with tools goes in, a streamed turn comes out.
//!
//! Nothing in here knows about workflows, files or windows. Whatever a model returns is data: the engine checks every tool
//! call against the role's own list before anything happens.

pub mod connection;
mod endpoint;
mod error;
mod practice;
pub mod prices;
mod recording;
pub mod redact;
mod replay;
mod tryout;
mod turn;

pub use connection::{Connection, ConnectionProblem, Kind, Patience, ToolForm, Wire};
pub use endpoint::{Endpoint, LocalServer, find_local, list_models};
pub use error::ModelError;
pub use practice::{PracticeModel, Sample, sample_of, samples};
pub use prices::Price;
pub use recording::{Answer, Asked, Exchange, Place, Recording, Whole};
pub use replay::{Happening, Pace, Playback, RecordedModel, What};
pub use tryout::{TryOut, try_out};
pub use turn::{Delta, Image, Message, Model, Replay, Stop, Task, ToolCall, ToolSpec, Turn, TurnRequest, Usage};
