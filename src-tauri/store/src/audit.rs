//! The hash chain: SHA-256 over each event and the hash of the one before it. An export carries it and can be checked offline.

use sha2::{Digest, Sha256};

use crate::events::EventRow;

/// The hash of an event, as hex: over its fields, each preceded by its length so that no two events write the same bytes.
#[must_use]
pub fn hash(event: &EventRow) -> String {
    let mut digest = Sha256::new();
    let seq = event.seq.to_string();
    for field in [
        &event.prev_hash,
        &event.id,
        &event.workflow_id,
        &seq,
        &event.event_type,
        &event.triggered_by,
        &event.event_data,
        &event.timestamp,
    ] {
        digest.update((field.len() as u64).to_be_bytes());
        digest.update(field.as_bytes());
    }
    hex::encode(digest.finalize())
}

/// The first place where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("Event {expected} is missing; event {at} stands in its place.")]
    Missing { expected: u32, at: u32 },
    #[error("Event {at} does not follow the event before it.")]
    Unconnected { at: u32 },
    #[error("Event {at} was changed after it was written.")]
    Changed { at: u32 },
}

impl Broken {
    /// The number of the event that does not fit: what stands before it is as it was written.
    #[must_use]
    pub const fn at(self) -> u32 {
        match self {
            Broken::Missing { at, .. } | Broken::Unconnected { at } | Broken::Changed { at } => at,
        }
    }
}

/// Walks the chain.
///
/// # Errors
/// What is wrong with the first event that does not fit.
pub fn verify(events: &[EventRow]) -> Result<(), Broken> {
    let mut expected = 0_u32;
    let mut prev_hash = "";
    for event in events {
        expected = expected.saturating_add(1);
        let at = event.seq;
        if at != expected {
            return Err(Broken::Missing { expected, at });
        }
        if event.prev_hash != prev_hash {
            return Err(Broken::Unconnected { at });
        }
        if hash(event) != event.hash {
            return Err(Broken::Changed { at });
        }
        prev_hash = &event.hash;
    }
    Ok(())
}
