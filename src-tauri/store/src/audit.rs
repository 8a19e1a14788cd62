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

/// Walks the chain.
///
/// # Errors
/// What is wrong with the first event that does not fit, as a sentence.
pub fn verify(events: &[EventRow]) -> Result<(), String> {
    let mut expected_seq = 0_u32;
    let mut prev_hash = "";
    for event in events {
        expected_seq = expected_seq.saturating_add(1);
        if event.seq != expected_seq {
            return Err(format!(
                "Event {expected_seq} is missing; event {} stands in its place.",
                event.seq
            ));
        }
        if event.prev_hash != prev_hash {
            return Err(format!("Event {} does not follow the event before it.", event.seq));
        }
        if hash(event) != event.hash {
            return Err(format!("Event {} was changed after it was written.", event.seq));
        }
        prev_hash = &event.hash;
    }
    Ok(())
}
