//! Carrying out tool calls. Paths are opened inside the worktree; what comes back is data for the model, never for us.

mod command;
mod files;
mod release;

use serde_json::Value;
use workflow::phase::Requirements;
use workflow::{Checkpoint, Role, State};
use workspace::WorkspaceError;

pub(crate) use command::forward_output;
pub(crate) use files::shown_listing;

use crate::ServiceError;
use crate::role_run::{End, Run, evidence};
use crate::tools::Tool;

/// What a call leads to.
pub(crate) enum Handled {
    Answer { content: String, is_error: bool },
    End(End),
}

fn ok(content: impl Into<String>) -> Handled {
    Handled::Answer {
        content: content.into(),
        is_error: false,
    }
}

fn failed(content: impl Into<String>) -> Handled {
    Handled::Answer {
        content: content.into(),
        is_error: true,
    }
}

/// Carries out one call whose role and arguments were checked.
pub(crate) async fn carry_out(
    run: &mut Run,
    tool: Tool,
    arguments: &Value,
    call_id: &str,
) -> Result<Handled, ServiceError> {
    match tool {
        Tool::ListFiles => Ok(files::list_files(run, arguments)),
        Tool::ReadFile => Ok(files::read_file(run, arguments)),
        Tool::Search => Ok(files::search(run, arguments)),
        Tool::WriteFile => Ok(files::write_file(run, arguments)),
        Tool::EditFile => Ok(files::edit_file(run, arguments)),
        Tool::DeleteFile => Ok(files::delete_file(run, arguments)),
        Tool::MoveFile => Ok(files::move_file(run, arguments)),
        Tool::RunCommand => command::run_command(run, arguments, call_id).await,
        Tool::ReadOutput => Ok(command::read_output(run, arguments)),
        Tool::RunTests => run_tests(run, call_id).await,
        Tool::RunChecks => run_checks(run).await,
        Tool::Release => release::release(run).await,
        Tool::ProbeHealth => release::probe_health(run).await,
        Tool::UpdateRequirements => update_requirements(run, arguments),
        Tool::AskPerson => ask_person(run, arguments),
        Tool::FinishPhase => evidence::finish_phase(run, arguments.get("result").cloned().unwrap_or_default()).await,
        Tool::SendBack => send_back(run, arguments).await,
    }
}

fn text<'a>(arguments: &'a Value, field: &str) -> &'a str {
    arguments.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn number(arguments: &Value, field: &str) -> Option<usize> {
    arguments
        .get(field)
        .and_then(Value::as_u64)
        .and_then(|n| usize::try_from(n).ok())
}

fn answer<T>(result: Result<T, WorkspaceError>, show: impl FnOnce(T) -> String) -> Handled {
    match result {
        Ok(value) => ok(show(value)),
        Err(error) => failed(error.to_string()),
    }
}

async fn run_tests(run: &mut Run, call_id: &str) -> Result<Handled, ServiceError> {
    let Some(worktree) = run.worktree.clone() else {
        return Ok(failed("There is no worktree yet."));
    };
    let tree = worktree.tree_hash().await?;
    let ran = match evidence::run_tests(run, &worktree, &tree, Some(call_id)).await? {
        Ok(ran) => ran,
        Err(handled) => return Ok(handled),
    };
    let code = ran
        .outcome
        .exit_code
        .map_or_else(|| "none".to_owned(), |code| code.to_string());
    let counts = match &ran.counts {
        Some(c) => format!("{} run, {} passed, {} failed", c.run, c.passed, c.failed),
        None => "no count could be read".to_owned(),
    };
    let good = ran.passed();
    let content = format!("exit code {code}; {counts}\n{}", ran.outcome.output);
    Ok(Handled::Answer {
        content,
        is_error: !good,
    })
}

async fn run_checks(run: &mut Run) -> Result<Handled, ServiceError> {
    let checks = match evidence::gather_checks(run).await? {
        Ok(checks) => checks,
        Err(handled) => return Ok(handled),
    };
    let is_error = checks.checks.iter().any(|check| !check.ok);
    Ok(Handled::Answer {
        content: serde_json::to_string_pretty(&checks).unwrap_or_default(),
        is_error,
    })
}

fn update_requirements(run: &mut Run, arguments: &Value) -> Result<Handled, ServiceError> {
    let value = arguments.get("requirements").cloned().unwrap_or_default();
    let requirements: Requirements = match serde_json::from_value(value) {
        Ok(requirements) => requirements,
        Err(error) => {
            return Ok(failed(format!(
                "These requirements do not have the agreed form: {error}."
            )));
        }
    };
    let service = run.engine.service();
    match service.update_requirements(run.id(), &run.run.id, requirements) {
        Ok(()) => Ok(ok("The person sees it.")),
        // The person stopped it, or said anew what it had read.
        Err(ServiceError::InvalidInput { .. }) => Ok(Handled::End(End::Cancelled)),
        Err(error) => Err(error),
    }
}

fn ask_person(run: &mut Run, arguments: &Value) -> Result<Handled, ServiceError> {
    let question = text(arguments, "question").to_owned();
    let choices = arguments
        .get("choices")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let choices = choices
        .iter()
        .filter_map(Value::as_str)
        .map(|c| c.chars().take(80).collect())
        .take(6)
        .collect();
    run.ask(question, choices)?;
    // The answer comes as the person's next message.
    Ok(Handled::End(End::Waiting))
}

async fn send_back(run: &mut Run, arguments: &Value) -> Result<Handled, ServiceError> {
    let reason = text(arguments, "reason").to_owned();
    let target = match text(arguments, "to") {
        "" => None,
        name => match State::from_wire(name) {
            Some(state) => Some(state),
            None => {
                return Ok(failed(format!(
                    "There is no state {}.",
                    name.chars().take(40).collect::<String>()
                )));
            }
        },
    };
    let left = match &run.worktree {
        Some(worktree) if matches!(run.role, Role::CodeWriter | Role::TestAuditor) => {
            let made = worktree
                .checkpoint(&evidence::reference(run), &format!("{} sends back", run.role.title()))
                .await?;
            Some(Checkpoint {
                commit: made.commit,
                tree: made.tree,
            })
        }
        Some(_) | None => None,
    };
    match run
        .engine
        .service()
        .finish_sending_back(run.finish(), run.role, &reason, target, left)
    {
        Ok(_) => Ok(Handled::End(End::Written)),
        // The build is blocked now, and the run's end is written with it.
        Err(ServiceError::Refused(workflow::Refusal::RetriesExhausted { .. })) => Ok(Handled::End(End::Written)),
        Err(ServiceError::Refused(refusal)) => Ok(failed(refusal.to_string())),
        Err(ServiceError::InvalidInput { .. } | ServiceError::InTrash) => Ok(Handled::End(End::Cancelled)),
        Err(
            error @ (ServiceError::Store(_)
            | ServiceError::Workspace(_)
            | ServiceError::KeyReused
            | ServiceError::NotFound { .. }),
        ) => Err(error),
    }
}
