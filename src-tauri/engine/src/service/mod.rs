//! The operations of the contract. Each is one transaction: it happened with all its rows, or it did not happen.

mod advance;
mod anew;
mod answers;
mod apply;
mod handoff_data;
mod history;
mod person;
mod start;
mod stats;
mod status;
mod steps;
mod trash;

use serde::Serialize;
use sha2::{Digest, Sha256};
use store::Store;

pub use advance::Advance;
pub use answers::{Advanced, History, Started, Stats, Status};
pub use apply::apply;
pub use handoff_data::handoff_data;
pub(crate) use person::FOUND;
pub(crate) use start::check_message;
pub use start::{MAX_MESSAGE_BYTES, NewBuild};

pub use status::{expected_next, nothing_unread, status_of};
pub(crate) use trash::EVENTS as TRASH_EVENTS;

pub(crate) use steps::{Finish, FinishedPhase, failure, new_run, plain};

use crate::notice::Publisher;

/// The service. Cheap to clone. Calls block until the commit.
#[derive(Clone)]
pub struct Service {
    store: Store,
    publisher: Publisher,
}

impl Service {
    #[must_use]
    pub fn new(store: Store, publisher: Publisher) -> Service {
        Service { store, publisher }
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    #[must_use]
    pub fn publisher(&self) -> &Publisher {
        &self.publisher
    }
}

/// A hash of a request, to tell a repetition from another request under the same key.
pub(crate) fn request_hash(operation: &str, request: &impl Serialize) -> String {
    let text = serde_json::to_vec(&(operation, request)).unwrap_or_default();
    hex::encode(Sha256::digest(text))
}
