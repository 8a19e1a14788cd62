//! The shell: doors over the engine. The window and the command line are thin; nothing is decided here.

mod bindings;
pub mod cli;
pub mod commands;
pub mod desk;
pub mod desktop;
pub mod dto;
pub mod hearing;
pub mod host;
pub mod keeping;
pub mod keys;
pub mod live;
pub mod opening;
pub mod report;
pub mod settings;
pub mod streams;
pub mod view;
pub mod window;
pub mod words;
