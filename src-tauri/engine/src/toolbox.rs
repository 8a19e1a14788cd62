//! Carrying out tool calls. Paths are opened inside the worktree; what comes back is data for the model, never for us.

use std::fmt::Write;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::unbounded_channel;
use workflow::phase::Requirements;
use workflow::{Checkpoint, NextAction, Role, State, gate};
use workspace::{CommandSpec, Ending, Files, WorkspaceError, is_test, run};

use crate::ServiceError;
use crate::notice::Notice;
use crate::role_run::{End, Run, evidence, standstill};
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

const COMMAND_TIME: Duration = Duration::from_secs(600);
const COMMAND_OUTPUT: usize = 64 * 1024;

/// Carries out one call whose role and arguments were checked.
pub(crate) async fn carry_out(
    run: &mut Run,
    tool: Tool,
    arguments: &Value,
    call_id: &str,
) -> Result<Handled, ServiceError> {
    match tool {
        Tool::ListFiles => Ok(list_files(run, arguments)),
        Tool::ReadFile => Ok(read_file(run, arguments)),
        Tool::Search => Ok(search(run, arguments)),
        Tool::WriteFile => Ok(write_file(run, arguments)),
        Tool::EditFile => Ok(edit_file(run, arguments)),
        Tool::RunCommand => run_command(run, arguments, call_id).await,
        Tool::RunTests => run_tests(run, call_id).await,
        Tool::RunChecks => run_checks(run).await,
        Tool::Release => release(run).await,
        Tool::ProbeHealth => probe_health(run).await,
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

fn list_files(run: &Run, arguments: &Value) -> Handled {
    let listed = Files::open(&run.root).and_then(|files| files.list(text(arguments, "path")));
    answer(listed, |entries| {
        if entries.is_empty() {
            return "There are no files yet.".to_owned();
        }
        entries
            .iter()
            .map(|e| format!("{} ({} bytes)", e.path, e.bytes))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

fn read_file(run: &Run, arguments: &Value) -> Handled {
    let (from, lines) = (number(arguments, "from_line"), number(arguments, "lines"));
    let read = Files::open(&run.root).and_then(|files| files.read(text(arguments, "path"), from, lines));
    answer(read, |found| {
        let mut shown = found.text;
        if found.truncated {
            let _ = write!(shown, "\n… ({} lines in all)", found.total_lines);
        }
        shown
    })
}

fn search(run: &Run, arguments: &Value) -> Handled {
    let found =
        Files::open(&run.root).and_then(|files| files.search(text(arguments, "pattern"), text(arguments, "path")));
    answer(found, |hits| {
        if hits.is_empty() {
            return "Nothing matches.".to_owned();
        }
        hits.iter()
            .map(|hit| format!("{}:{}: {}", hit.path, hit.line, hit.text))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

/// The auditor adds tests and edits nothing else, so that the code under test stays what it was.
fn may_write(run: &Run, path: &str) -> Result<(), Handled> {
    if run.role == Role::TestAuditor && !is_test(path) {
        return Err(failed(format!(
            "{path} is not a test file. A Test Auditor writes only test files; send the work back if the code is wrong."
        )));
    }
    Ok(())
}

fn write_file(run: &mut Run, arguments: &Value) -> Handled {
    let (path, content) = (text(arguments, "path"), text(arguments, "content"));
    if let Err(refused) = may_write(run, path) {
        return refused;
    }
    let written = Files::open(&run.root).and_then(|files| files.write(path, content));
    answer(written, |()| {
        run.written.insert(path.to_owned());
        format!("{path} is written ({} lines).", content.lines().count())
    })
}

fn edit_file(run: &mut Run, arguments: &Value) -> Handled {
    let path = text(arguments, "path");
    if let Err(refused) = may_write(run, path) {
        return refused;
    }
    let edited =
        Files::open(&run.root).and_then(|files| files.edit(path, text(arguments, "old"), text(arguments, "new")));
    answer(edited, |()| {
        run.written.insert(path.to_owned());
        format!("{path} is changed.")
    })
}

async fn run_command(run: &mut Run, arguments: &Value, call_id: &str) -> Result<Handled, ServiceError> {
    let spec = CommandSpec {
        argv: ["sh", "-c", text(arguments, "command")].map(str::to_owned).to_vec(),
        cwd: run.root.clone(),
        timeout: COMMAND_TIME,
        output_cap: COMMAND_OUTPUT,
    };
    let (chunks, live) = unbounded_channel();
    let forward = forward_output(run, call_id, live);
    let outcome = run_it(&spec, &chunks, run).await;
    drop(chunks);
    let _ = forward.await;
    match outcome {
        Err(error) => Ok(failed(error.to_string())),
        Ok(outcome) => {
            let spent = u32::try_from(outcome.duration.as_millis()).unwrap_or(u32::MAX);
            run.used.command_ms = run.used.command_ms.saturating_add(spent);
            Ok(match (outcome.ending, outcome.exit_code) {
                (Ending::Cancelled, _) => Handled::End(End::Cancelled),
                (Ending::TimedOut, _) => failed(format!("It did not end within 10 minutes.\n{}", outcome.output)),
                (Ending::Exited, Some(0)) => ok(format!("exit code 0\n{}", outcome.output)),
                (Ending::Exited, Some(code)) => failed(format!("exit code {code}\n{}", outcome.output)),
                (Ending::Exited, None) => failed(format!("ended by a signal\n{}", outcome.output)),
            })
        }
    }
}

async fn run_it(
    spec: &CommandSpec,
    chunks: &tokio::sync::mpsc::UnboundedSender<String>,
    of: &Run,
) -> Result<workspace::CommandOutcome, WorkspaceError> {
    run(spec, Some(chunks), &of.cancel).await
}

/// Sends the output of a running call to whoever watches.
pub(crate) fn forward_output(
    run: &Run,
    call_id: &str,
    mut live: tokio::sync::mpsc::UnboundedReceiver<String>,
) -> tokio::task::JoinHandle<()> {
    let (publisher, workflow_id, tool_call_id) =
        (run.engine.publisher().clone(), run.id().to_owned(), call_id.to_owned());
    tokio::spawn(async move {
        while let Some(text) = live.recv().await {
            let (workflow_id, tool_call_id) = (workflow_id.clone(), tool_call_id.clone());
            publisher.publish(Notice::Output {
                workflow_id,
                tool_call_id,
                text,
            });
        }
    })
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

/// How often a release is prepared anew because somebody committed to the branch at the same moment.
const PREPARATIONS: usize = 3;

async fn release(run: &mut Run) -> Result<Handled, ServiceError> {
    for _ in 1..PREPARATIONS {
        match release_once(run).await {
            Err(ServiceError::Workspace(WorkspaceError::ReleaseMoved { .. })) => {}
            other => return other.or_else(what_stopped_it),
        }
    }
    release_once(run).await.or_else(what_stopped_it)
}

async fn release_once(run: &mut Run) -> Result<Handled, ServiceError> {
    let title = run.row.title.clone();
    let prepared = run.engine.prepare_release(&run.row.workflow, &title).await?;
    let mut merged_test_run = None;
    if prepared.tree() != prepared.verified_tree() {
        let Some(worktree) = run.worktree.clone() else {
            return Ok(failed("There is no worktree."));
        };
        let ran = match evidence::run_tests(run, &worktree, prepared.tree(), None).await? {
            Ok(ran) => ran,
            Err(handled) => return Ok(handled),
        };
        if !ran.passed() {
            let reason = if prepared.is_made() {
                "It is merged already, and together with what others changed on the project's branch the tests fail (the Tests page \
                 has the log). Roll back to take it off the branch, or change the branch so that they pass, then try again."
            } else {
                "Others changed the project's branch since the build began, and together with their changes the tests fail (the \
                 Tests page has the log). Nothing was merged. Change the branch so that they pass, then try again."
            };
            return Ok(Handled::End(End::Failed(standstill(
                "merged_tests_fail",
                reason.to_owned(),
                NextAction::TryAgain,
            ))));
        }
        merged_test_run = Some(ran.id);
    }
    let done = run.engine.release(&run.row.workflow, prepared, merged_test_run).await?;
    let at = done.url.clone().unwrap_or_else(|| done.tag.clone());
    let evidence = workflow::Request::RecordEvidence(gate::Evidence::Release(done));
    match run.engine.service().request(run.id(), evidence) {
        Ok(_) => Ok(ok(format!("Released: {at}"))),
        // The person went elsewhere meanwhile; that decision takes the release back.
        Err(ServiceError::Refused(_)) if run.cancel.is_cancelled() => Ok(Handled::End(End::Cancelled)),
        Err(error) => Err(error),
    }
}

/// What stands in the way is the person's to move: a model cannot help with it.
fn what_stopped_it(error: ServiceError) -> Result<Handled, ServiceError> {
    match error {
        error @ ServiceError::Workspace(_) => {
            let next = if error.code() == "release_conflicts" {
                NextAction::RollBack
            } else {
                NextAction::TryAgain
            };
            Ok(Handled::End(End::Failed(standstill(
                error.code(),
                error.to_string(),
                next,
            ))))
        }
        error @ (ServiceError::InvalidInput { .. } | ServiceError::NotFound { .. }) => Ok(failed(error.to_string())),
        error @ (ServiceError::Refused(_) | ServiceError::Store(_) | ServiceError::KeyReused) => Err(error),
    }
}

async fn probe_health(run: &mut Run) -> Result<Handled, ServiceError> {
    let (healthy, detail) = run.engine.probe_newest(run.id()).await?;
    Ok(Handled::Answer {
        content: detail,
        is_error: !healthy,
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
    run.engine.service().update_requirements(run.id(), requirements)?;
    Ok(ok("The person sees it."))
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
    run.post(question, choices, false)?;
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
        Err(ServiceError::InvalidInput { .. }) => Ok(Handled::End(End::Cancelled)),
        Err(
            error @ (ServiceError::Store(_)
            | ServiceError::Workspace(_)
            | ServiceError::KeyReused
            | ServiceError::NotFound { .. }),
        ) => Err(error),
    }
}
