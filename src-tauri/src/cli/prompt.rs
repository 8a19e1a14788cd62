//! What a role is told, to be read by a person.

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use engine::{SiteHost, role_page};
use models::Pace;
use workflow::Role;

use super::{LIVE, Stop, print};
use crate::host::{self, ConfiguredModels};

#[derive(Debug, Args)]
pub struct PromptArgs {
    /// "q_assistant", "code_writer", "test_auditor", "verification_overseer" or "release_manager".
    pub role: String,
    /// As it would be told in this build now; without it, the role's own page.
    #[arg(long, value_name = "ID")]
    pub workflow: Option<String>,
}

pub(super) async fn prompt(data: &Path, args: &PromptArgs) -> Result<u8, Stop> {
    let role = Role::from_wire(&args.role).ok_or_else(|| {
        Stop::usage(format!(
            "There is no role {}. See q-assistant prompt --help.",
            args.role
        ))
    })?;
    let Some(id) = &args.workflow else {
        print(format_args!("{}", role_page(role)));
        return Ok(LIVE);
    };
    if !host::database(data).exists() {
        return Err(Stop::failed(format!("There is no build yet in {}.", data.display())));
    }
    let models = Arc::new(ConfiguredModels::new(data, Arc::default(), Pace::Instant));
    let engine = host::engine(data, models, SiteHost::ThisProcess).map_err(|error| Stop::failed(error.to_string()))?;
    print(format_args!("{}", engine.prompt(role, id).await?));
    let file = engine.persons_prompt_file(role, id)?;
    super::complain(&format!(
        "What you write into {} is added for this project.",
        file.display()
    ));
    Ok(LIVE)
}
