//! Types that say the same on both sides of the door.

use crate::dto;

/// A match in both directions, so that a variant which one side lacks does not compile.
macro_rules! mirror {
    ($wire:ty, $core:ty { $($variant:ident),+ $(,)? }) => {
        impl From<$core> for $wire {
            fn from(value: $core) -> Self {
                match value { $(<$core>::$variant => <$wire>::$variant),+ }
            }
        }
        impl From<$wire> for $core {
            fn from(value: $wire) -> Self {
                match value { $(<$wire>::$variant => <$core>::$variant),+ }
            }
        }
    };
}

mirror!(
    dto::Role,
    workflow::Role {
        QAssistant,
        CodeWriter,
        TestAuditor,
        VerificationOverseer,
        ReleaseManager
    }
);
mirror!(
    dto::State,
    workflow::State {
        Discovery,
        Planning,
        HandoffToCoder,
        Implementation,
        HandoffToTester,
        Testing,
        HandoffToVerifier,
        Verification,
        HandoffToReleaser,
        Deployment,
        Complete,
    }
);
mirror!(
    dto::ApprovalPolicy,
    workflow::ApprovalPolicy {
        EveryHandoff,
        BeforeRelease,
        HandsOff
    }
);
mirror!(
    dto::NextAction,
    workflow::NextAction {
        TryAgain,
        RaiseRetryLimit,
        RaiseBudget,
        ConnectModel,
        Resume,
        RollBack,
        ConfirmRelease
    }
);
mirror!(dto::Priority, workflow::phase::Priority { Must, Should, Could });
mirror!(
    dto::ReleaseKind,
    workflow::phase::ReleaseKind {
        WebPage,
        CommandLineTool,
        Library
    }
);
mirror!(dto::Verdict, workflow::phase::Verdict { Met, NotMet, Untested });
mirror!(
    dto::FileStatus,
    workspace::FileStatus {
        Added,
        Modified,
        Deleted,
        Renamed
    }
);
mirror!(
    dto::Changed,
    engine::Changed {
        Build,
        Conversation,
        Activity,
        Changes,
        Tests
    }
);

mirror!(
    dto::ConnectionKind,
    models::Kind {
        Anthropic,
        OpenAi,
        Gemini,
        OpenRouter,
        Ollama,
        LmStudio,
        LlamaCpp,
        Vllm,
        Compatible
    }
);
mirror!(dto::ToolForm, models::ToolForm { Native, Text });

mirror!(
    dto::Language,
    workflow::Language {
        English,
        German,
        Spanish
    }
);

impl From<dto::Pin> for workflow::Pin {
    fn from(pin: dto::Pin) -> Self {
        // A revision that no plan has is refused as stale where it is compared.
        let plan_revision = u32::try_from(pin.plan_revision).unwrap_or(u32::MAX);
        workflow::Pin {
            plan_revision,
            tree_hash: pin.tree_hash,
            evidence_hash: pin.evidence_hash,
        }
    }
}

/// Errors that have a code, and facts for whoever says them in another language.
macro_rules! on_the_wire {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for dto::WireError {
            fn from(error: $error) -> Self {
                dto::WireError {
                    code: error.code().to_owned(),
                    message: error.to_string(),
                    facts: error.facts().to_string(),
                }
            }
        })+
    };
}

on_the_wire!(
    engine::ServiceError,
    models::ModelError,
    models::ConnectionProblem,
    voice::microphone::HearingProblem,
    voice::recognition::RecognitionProblem,
    voice::recognition::model_store::FetchProblem,
);

#[must_use]
pub fn file_changes(files: Vec<workspace::FileChange>) -> Vec<dto::FileChange> {
    files
        .into_iter()
        .map(|file| dto::FileChange {
            path: file.path,
            old_path: file.old_path,
            status: file.status.into(),
            insertions: super::int(file.insertions),
            deletions: super::int(file.deletions),
            binary: file.binary,
        })
        .collect()
}

/// What changed between two points; nothing before there are files.
#[must_use]
pub fn changes(found: Option<engine::Changes>) -> Option<dto::Changes> {
    let found = found?;
    let attempt = |attempt: engine::FilesAttempt| dto::ChangeAttempt {
        name: attempt.name,
        phase: attempt.phase.state().into(),
        attempt: super::int(attempt.attempt),
        at: attempt.at,
    };
    Some(dto::Changes {
        from: found.from,
        to: found.to,
        attempts: found.attempts.into_iter().map(attempt).collect(),
        files: file_changes(found.files),
    })
}

#[must_use]
pub fn local_server(server: models::LocalServer) -> dto::LocalServer {
    dto::LocalServer {
        kind: server.kind.into(),
        name: server.kind.title().to_owned(),
        base_url: server.base_url,
        models: server.models,
    }
}

#[must_use]
pub fn model_wait(wait: engine::ModelWait) -> dto::ModelWait {
    dto::ModelWait {
        why: wait.why,
        code: wait.code.to_owned(),
        facts: wait.facts.to_string(),
        until: wait.until.to_rfc3339(),
    }
}

/// Every kind of connection there is.
#[must_use]
pub fn connection_kinds() -> Vec<dto::ConnectionKindInfo> {
    let info = |kind: models::Kind| dto::ConnectionKindInfo {
        kind: kind.into(),
        title: kind.title().to_owned(),
        usual_address: kind.usual_address().map(str::to_owned),
        needs_key: kind.needs_key(),
    };
    models::Kind::ALL.into_iter().map(info).collect()
}

/// What a test of a connection showed.
#[must_use]
pub fn model_check(seen: &models::TryOut) -> dto::ModelCheck {
    let finding = |ok: bool, what: dto::Ability| dto::ModelFinding { ok, what };
    let tools = match seen.tools {
        Some(models::ToolForm::Native) => finding(true, dto::Ability::CallsTools),
        Some(models::ToolForm::Text) => finding(true, dto::Ability::CallsToolsInWords),
        None => finding(false, dto::Ability::CallsTools),
    };
    let sees = seen.sees.map(|sees| finding(sees, dto::Ability::SeesPictures));
    dto::ModelCheck {
        ok: seen.tools.is_some(),
        answered_ms: Some(seen.first_sign.as_secs_f64() * 1000.0),
        problem: None,
        findings: [
            finding(seen.streams, dto::Ability::Streams),
            tools,
            finding(seen.counts_usage, dto::Ability::CountsTokens),
        ]
        .into_iter()
        .chain(sees)
        .collect(),
        tools: seen.tools.unwrap_or_default().into(),
    }
}

#[must_use]
pub fn sample(sample: &models::Sample) -> dto::Sample {
    dto::Sample {
        id: sample.id.to_owned(),
        title: sample.title.to_owned(),
        tagline: sample.tagline.to_owned(),
        brief: sample.brief.to_owned(),
    }
}

impl From<workflow::Budget> for dto::Budget {
    #[allow(clippy::cast_precision_loss, reason = "amounts of a build are far below 2^52")]
    fn from(budget: workflow::Budget) -> Self {
        match budget {
            workflow::Budget::Cents(cents) => dto::Budget {
                unit: dto::BudgetUnit::Dollars,
                amount: cents as f64 / 100.0,
            },
            workflow::Budget::Tokens(tokens) => dto::Budget {
                unit: dto::BudgetUnit::Tokens,
                amount: tokens as f64,
            },
        }
    }
}

impl From<dto::Budget> for workflow::Budget {
    /// What is no amount is nothing.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a conversion of floats saturates, and what is below zero becomes zero"
    )]
    fn from(budget: dto::Budget) -> Self {
        match budget.unit {
            dto::BudgetUnit::Dollars => workflow::Budget::Cents((budget.amount * 100.0).round() as u64),
            dto::BudgetUnit::Tokens => workflow::Budget::Tokens(budget.amount.round() as u64),
        }
    }
}
