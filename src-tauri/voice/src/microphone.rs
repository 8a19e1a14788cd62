//! Microphones: which there are, and why one cannot be heard.

use cpal::ErrorKind;
use cpal::traits::{DeviceTrait, HostTrait};
use serde_json::{Value, json};

/// A microphone that could be listened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Microphone {
    /// Stays the same over restarts.
    pub id: String,
    pub name: String,
    /// The one that the system uses where nothing else is said.
    pub is_default: bool,
}

/// Why nothing can be heard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HearingProblem {
    #[error("No microphone was found. Connect one, or choose one in Settings, Voice.")]
    NoMicrophone,
    #[error("The chosen microphone is not connected. Connect it, or choose another one in Settings, Voice.")]
    NotThere,
    #[error("{name} is used by another program. Close that program, or choose another microphone in Settings, Voice.")]
    Busy { name: String },
    #[error(
        "This system does not let Q Assistant hear {name}. Allow it in the system's privacy settings for microphones, then try again."
    )]
    Denied { name: String },
    #[error("{name} was disconnected. What you said before that is kept.")]
    Lost { name: String },
    #[error("No sound arrives from {name}. Check its plug and its switch, or choose another one in Settings, Voice.")]
    NothingArrives { name: String },
    #[error("The sound system of this machine does not answer. Restart it, or log out and in again, then try again.")]
    Hangs,
    #[error("{name} cannot be used: {why} Choose another one in Settings, Voice.")]
    Unusable { name: String, why: String },
}

impl HearingProblem {
    /// Stable code of what happened.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            HearingProblem::NoMicrophone => "no_microphone",
            HearingProblem::NotThere => "microphone_not_there",
            HearingProblem::Busy { .. } => "microphone_busy",
            HearingProblem::Denied { .. } => "microphone_denied",
            HearingProblem::Lost { .. } => "microphone_lost",
            HearingProblem::NothingArrives { .. } => "microphone_silent",
            HearingProblem::Hangs => "sound_hangs",
            HearingProblem::Unusable { .. } => "microphone_unusable",
        }
    }

    /// What it is about, for whoever says it in another language.
    #[must_use]
    pub fn facts(&self) -> Value {
        match self {
            HearingProblem::Busy { name } => json!({"name": name}),
            HearingProblem::Denied { name } => json!({"name": name}),
            HearingProblem::Lost { name } => json!({"name": name}),
            HearingProblem::NothingArrives { name } => json!({"name": name}),
            HearingProblem::Unusable { name, why } => json!({"name": name, "why": why}),
            HearingProblem::NoMicrophone | HearingProblem::NotThere | HearingProblem::Hangs => json!({}),
        }
    }
}

/// All microphones, the system's own choice first.
///
/// # Errors
/// A system without sound.
pub fn microphones() -> Result<Vec<Microphone>, HearingProblem> {
    let host = cpal::default_host();
    let chosen = host.default_input_device().and_then(|device| device.id().ok());
    let devices = host.input_devices().map_err(|_| HearingProblem::NoMicrophone)?;
    let mut found: Vec<Microphone> = devices
        .filter_map(|device| {
            let id = device.id().ok()?;
            Some(Microphone {
                name: name(&device),
                is_default: Some(&id) == chosen.as_ref(),
                id: id.to_string(),
            })
        })
        .collect();
    found.sort_by_key(|microphone| (!microphone.is_default, microphone.name.to_lowercase()));
    Ok(found)
}

pub(crate) fn name(device: &cpal::Device) -> String {
    device.description().map_or_else(
        |_| "The microphone".to_owned(),
        |description| description.name().to_owned(),
    )
}

/// What an error of opening means to the person.
pub(crate) fn opening_failed(name: &str, is_default: bool, error: &cpal::Error) -> HearingProblem {
    let name = name.to_owned();
    let kind = error.kind();
    if kind == ErrorKind::DeviceBusy {
        HearingProblem::Busy { name }
    } else if kind == ErrorKind::PermissionDenied {
        HearingProblem::Denied { name }
    } else if matches!(kind, ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable) {
        if is_default {
            HearingProblem::NoMicrophone
        } else {
            HearingProblem::NotThere
        }
    } else {
        let why = format!("{}.", error.to_string().trim_end_matches('.'));
        HearingProblem::Unusable { name, why }
    }
}
