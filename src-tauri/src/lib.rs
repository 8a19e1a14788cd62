//! The shell: doors over the engine. The window and the command line are thin; nothing is decided here.

pub mod cli;
pub mod dto;
pub mod host;
pub mod keys;
pub mod settings;
