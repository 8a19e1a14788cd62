//! Language models behind one trait: a conversation with tools goes in, a streamed turn comes out.
//!
//! Nothing in here knows about workflows, files or windows. Whatever a model returns is data: the engine checks every tool
//! call against the role's own list before anything happens.

mod endpoint;
mod practice;
mod turn;

pub use endpoint::{Endpoint, EndpointConfig, LocalServer, find_local, list_models};
pub use practice::{Pace, PracticeModel, Sample, sample_of, samples};
pub use turn::{Delta, Message, Model, ModelError, Task, ToolCall, ToolSpec, Turn, TurnRequest, Usage};
