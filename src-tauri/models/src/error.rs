//! Why a turn did not happen, sorted by what helps.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// `model` is the name that the person gave the connection; `detail` is
/// short, comes from the provider and never holds the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelError {
    Cancelled,
    /// 401 or 403.
    Unauthorized {
        model: String,
        detail: String,
    },
    /// The account cannot pay for the turn.
    NoCredit {
        model: String,
        detail: String,
    },
    /// 429.
    RateLimited {
        model: String,
        detail: String,
        /// How long the server asks to wait, where it says so.
        retry_after: Option<Duration>,
    },
    /// The provider's own trouble: too busy, or an error of its own (5xx, 408).
    Failing {
        model: String,
        detail: String,
        /// How long the server asks to wait, where it says so.
        retry_after: Option<Duration>,
    },
    UnknownModel {
        model: String,
        asked: String,
        detail: String,
    },
    /// More was asked than the model can take at once.
    TooLong {
        model: String,
        detail: String,
    },
    /// The request was understood and turned down; asking again as it is would not help.
    Refused {
        model: String,
        detail: String,
    },
    Unreachable {
        model: String,
        detail: String,
    },
    /// Something else answers at the address.
    NotAModelServer {
        model: String,
        detail: String,
    },
    /// Nothing at all came for `seconds`.
    Silent {
        model: String,
        seconds: u64,
    },
    /// The stream ended before its end marker, or could not be read.
    BrokeOff {
        model: String,
        detail: String,
    },
    /// It said more than anybody says, and did not come to an end.
    Endless {
        model: String,
    },
    /// The practice model was asked for something that is not one of its samples.
    NotASample,
    /// A recording is answered from, and here the work went another way than when it was made.
    WentOtherwise {
        detail: String,
    },
}

impl std::error::Error for ModelError {}

impl fmt::Display for ModelError {
    /// What happened, and what now.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.what();
        match self.advice() {
            "" => f.write_str(&what),
            advice => write!(f, "{what} {advice}"),
        }
    }
}

impl ModelError {
    /// What happened, as a sentence.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            ModelError::Cancelled => "The turn was stopped.".to_owned(),
            ModelError::Unauthorized { model, detail } => format!("{model} refused the key ({detail})."),
            ModelError::NoCredit { model, detail } => format!("{model} has no credit left ({detail})."),
            ModelError::RateLimited { model, detail, .. } => format!("{model} is limiting requests ({detail})."),
            ModelError::Failing { model, detail, .. } => {
                format!("{model} answered with an error of its own ({detail}).")
            }
            ModelError::UnknownModel { model, asked, detail } => {
                format!("{model} does not know the model “{asked}” ({detail}).")
            }
            ModelError::TooLong { model, detail } => {
                format!("The conversation is longer than {model} can take ({detail}).")
            }
            ModelError::Refused { model, detail } => format!("{model} turned the request down ({detail})."),
            ModelError::Unreachable { model, detail } => format!("{model} cannot be reached ({detail})."),
            ModelError::NotAModelServer { model, detail } => {
                format!("What answers at the address of {model} is not a model server ({detail}).")
            }
            ModelError::Silent { model, seconds } => format!("{model} said nothing for {seconds} s."),
            ModelError::BrokeOff { model, detail } => {
                format!("{model} broke off in the middle of an answer ({detail}).")
            }
            ModelError::Endless { model } => format!("{model} went on and on without an end, so it was stopped."),
            ModelError::NotASample => {
                "The practice model can only build its three samples, and this is not one of them.".to_owned()
            }
            ModelError::WentOtherwise { detail } => {
                format!(
                    "A recording gives the answers here, and the work went another way than when it was made: {detail}"
                )
            }
        }
    }

    /// What the person can do now, as a sentence.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            ModelError::Cancelled => "",
            ModelError::Unauthorized { .. } => "Check the key in Settings › Models.",
            ModelError::NoCredit { .. } => "Add credit at the provider, or choose another model.",
            ModelError::RateLimited { .. } => "Wait a little, then press Try again.",
            ModelError::Failing { .. } | ModelError::Silent { .. } | ModelError::Endless { .. } => {
                "Press Try again, or choose another model."
            }
            ModelError::UnknownModel { .. } => "Choose one that it offers in Settings › Models.",
            ModelError::TooLong { .. } => "Choose a model with a larger context.",
            ModelError::Refused { .. } => "Choose another model, or change the connection in Settings › Models.",
            ModelError::Unreachable { .. } => {
                "Is this machine online, is the server running, and is its address right in Settings › Models?"
            }
            ModelError::NotAModelServer { .. } => "Check the address in Settings › Models.",
            ModelError::BrokeOff { .. } => "Press Try again.",
            ModelError::WentOtherwise { .. } => {
                "Mend what is named and press Try again, or connect a model, which can answer to it."
            }
            ModelError::NotASample => "Your text is kept: connect a model to go on with it.",
        }
    }

    /// Stable code of what happened.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            ModelError::Cancelled => "cancelled",
            ModelError::NotASample => "not_a_sample",
            ModelError::WentOtherwise { .. } => "went_otherwise",
            ModelError::Unauthorized { .. } => "model_unauthorized",
            ModelError::NoCredit { .. } => "model_no_credit",
            ModelError::UnknownModel { .. } => "model_unknown",
            ModelError::NotAModelServer { .. } => "not_a_model_server",
            ModelError::TooLong { .. } => "model_too_long",
            ModelError::Refused { .. } => "model_refused",
            ModelError::Unreachable { .. } => "model_unreachable",
            ModelError::RateLimited { .. } => "model_rate_limited",
            ModelError::Failing { .. } => "model_failed",
            ModelError::Silent { .. } => "model_silent",
            ModelError::Endless { .. } => "model_endless",
            ModelError::BrokeOff { .. } => "model_broke_off",
        }
    }

    /// What it is about, for whoever says it in another language.
    #[must_use]
    pub fn facts(&self) -> Value {
        match self {
            ModelError::Unauthorized { model, detail }
            | ModelError::NoCredit { model, detail }
            | ModelError::RateLimited { model, detail, .. }
            | ModelError::Failing { model, detail, .. }
            | ModelError::TooLong { model, detail }
            | ModelError::Refused { model, detail }
            | ModelError::Unreachable { model, detail }
            | ModelError::NotAModelServer { model, detail }
            | ModelError::BrokeOff { model, detail } => json!({"model": model, "detail": detail}),
            ModelError::UnknownModel { model, asked, detail } => {
                json!({"model": model, "asked": asked, "detail": detail})
            }
            ModelError::Silent { model, seconds } => json!({"model": model, "seconds": seconds}),
            ModelError::Endless { model } => json!({"model": model}),
            ModelError::WentOtherwise { detail } => json!({"detail": detail}),
            ModelError::Cancelled | ModelError::NotASample => json!({}),
        }
    }

    /// Whether the same request may well succeed a little later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            ModelError::RateLimited { .. }
            | ModelError::Failing { .. }
            | ModelError::Unreachable { .. }
            | ModelError::Silent { .. }
            | ModelError::BrokeOff { .. } => true,
            ModelError::Cancelled
            | ModelError::Unauthorized { .. }
            | ModelError::NoCredit { .. }
            | ModelError::UnknownModel { .. }
            | ModelError::TooLong { .. }
            | ModelError::Refused { .. }
            | ModelError::NotAModelServer { .. }
            | ModelError::Endless { .. }
            | ModelError::NotASample
            | ModelError::WentOtherwise { .. } => false,
        }
    }

    /// How long the server asked to wait, where it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            ModelError::RateLimited { retry_after, .. } | ModelError::Failing { retry_after, .. } => *retry_after,
            ModelError::Cancelled
            | ModelError::Unauthorized { .. }
            | ModelError::NoCredit { .. }
            | ModelError::UnknownModel { .. }
            | ModelError::TooLong { .. }
            | ModelError::Refused { .. }
            | ModelError::Unreachable { .. }
            | ModelError::NotAModelServer { .. }
            | ModelError::Silent { .. }
            | ModelError::BrokeOff { .. }
            | ModelError::Endless { .. }
            | ModelError::NotASample
            | ModelError::WentOtherwise { .. } => None,
        }
    }

    /// The same, without the server's wish to be left alone for a while.
    #[must_use]
    pub(crate) fn at_once(mut self) -> ModelError {
        if let ModelError::RateLimited { retry_after, .. } | ModelError::Failing { retry_after, .. } = &mut self {
            *retry_after = None;
        }
        self
    }
}
