//! The one path of every request: load → decide → commit → publish → carry out what follows.
//!
//! [`service::Service`] holds the operations of the contract, each in one transaction; it knows no model and no file.
//! [`Engine`] carries out what was decided: it runs roles, commands and releases, one role at a time per build, and takes up
//! after a crash what the store says is to be done. Doors (window, command line) call the engine and nothing below it.

mod asked;
pub mod attachments;
mod beside;
mod driver;
mod effects;
mod engine;
mod error;
pub mod export;
mod files;
pub mod notice;
pub mod pictures;
mod prompt;
mod release;
pub mod replay;
mod revisions;
mod role_run;
mod schema;
pub mod service;
mod sites;
mod surroundings;
mod toolbox;
mod tools;
mod trash;

pub use engine::{Engine, EngineConfig, Limits, ModelSource, ModelWait, StartBuild};
pub use error::ServiceError;
pub use files::{Changes, FilesAttempt, RollbackPreview};
pub use notice::{Changed, Notice};
pub use prompt::page as role_page;
pub use revisions::Revision;
pub use sites::{SiteHost, serve_site};
