//! One error for all doors: a stable code, a sentence, and the facts.

use serde_json::{Value, json};
use store::StoreError;
use workflow::Refusal;
use workspace::WorkspaceError;

/// Why a request did not happen. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    #[error("This key was already used for another request. Repeat the step from where you are now.")]
    KeyReused,
    #[error("This build is in the trash. Restore it first, then repeat the step.")]
    InTrash,
    #[error("{what}")]
    InvalidInput { what: String },
    #[error("{what}")]
    NotFound { what: String },
}

impl ServiceError {
    pub fn invalid(what: impl Into<String>) -> ServiceError {
        ServiceError::InvalidInput { what: what.into() }
    }

    /// The stable code of the contract.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ServiceError::Refused(refusal) => refusal.code(),
            ServiceError::Store(error) => error.code(),
            ServiceError::Workspace(error) => error.code(),
            ServiceError::KeyReused => "idempotency_conflict",
            ServiceError::InTrash => "in_trash",
            ServiceError::InvalidInput { .. } => "invalid_input",
            ServiceError::NotFound { .. } => "not_found",
        }
    }

    /// What was asked and what is allowed now.
    #[must_use]
    pub fn facts(&self) -> Value {
        match self {
            ServiceError::Refused(refusal) => refusal.facts(),
            ServiceError::Store(error) => error.facts(),
            ServiceError::Workspace(error) => error.facts(),
            ServiceError::KeyReused
            | ServiceError::InTrash
            | ServiceError::InvalidInput { .. }
            | ServiceError::NotFound { .. } => json!({}),
        }
    }
}
