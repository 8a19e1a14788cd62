//! The workflow: eleven states, twenty-eight transitions, and the one function that decides.
//!
//! Pure on purpose. There is no clock, no randomness, no file, no database and no async in here: ids are arguments, and what
//! happened outside arrives as [`gate::Evidence`]. [`decide`] takes a [`Workflow`] and a [`Request`] and answers with new
//! [`Fact`]s and [`Effect`]s, or a typed [`Refusal`]. The same function serves a click, a role, a recovery after a crash and
//! the model-based tests.

pub mod approval;
pub mod budget;
pub mod complaint;
mod decide;
pub mod fact;
pub mod gate;
mod language;
pub mod phase;
mod refusal;
mod request;
mod role;
mod rollback;
mod state;
mod status;
pub mod transition;
mod workflow;

pub use approval::{ApprovalPolicy, Decision, Handoff, OpenHandoff, Pin};
pub use budget::Budget;
pub use complaint::Complaint;
pub use decide::{Decided, Outcome, decide};
pub use fact::{Effect, Fact};
pub use language::Language;
pub use phase::{PhaseData, PhaseResult};
pub use refusal::Refusal;
pub use request::{Actor, Request};
pub use role::Role;
pub use state::{Phase, State};
pub use status::{NextAction, RunStatus, Standstill};
pub use transition::{TRANSITIONS, TransitionKind};
pub use workflow::{Checkpoint, Memory, NewWorkflow, Progress, Returned, Workflow};
