//! Commands in the worktree. What they print is kept at both ends; the whole stands in a log that can be read by ranges.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use workspace::{CommandSpec, Ending, Files};

use super::files::numbered;
use super::{Handled, answer, failed, number, ok, text};
use crate::ServiceError;
use crate::notice::Notice;
use crate::role_run::{End, Run};

const TIME: Duration = Duration::from_secs(600);
/// So much of an output a model reads at once.
const SHOWN: usize = 16 * 1024;

pub(super) async fn run_command(run: &mut Run, arguments: &Value, call_id: &str) -> Result<Handled, ServiceError> {
    let log = run.engine.outputs_of(run.id()).join(format!("{call_id}.log"));
    let spec = CommandSpec {
        argv: ["sh", "-c", text(arguments, "command")].map(str::to_owned).to_vec(),
        cwd: run.root.clone(),
        timeout: TIME,
        output_cap: SHOWN,
        log: Some(log.clone()),
    };
    let (chunks, live) = unbounded_channel();
    let forward = forward_output(run, call_id, live);
    let outcome = workspace::run(&spec, Some(&chunks), &run.cancel).await;
    drop(chunks);
    let _ = forward.await;
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => return Ok(failed(error.to_string())),
    };
    let spent = u32::try_from(outcome.duration.as_millis()).unwrap_or(u32::MAX);
    run.command_ms = run.command_ms.saturating_add(spent);
    let whole = if outcome.truncated {
        kept_whole(run, log)
    } else {
        String::new()
    };
    let output = format!("{}{whole}", outcome.output);
    Ok(match (outcome.ending, outcome.exit_code) {
        (Ending::Cancelled, _) => Handled::End(End::Cancelled),
        (Ending::TimedOut, _) => failed(format!("It did not end within 10 minutes.\n{output}")),
        (Ending::Exited, Some(0)) => ok(format!("exit code 0\n{output}")),
        (Ending::Exited, Some(code)) => failed(format!("exit code {code}\n{output}")),
        (Ending::Exited, None) => failed(format!("ended by a signal\n{output}")),
    })
}

/// Remembers the log, and says how the role can read it.
fn kept_whole(run: &mut Run, log: PathBuf) -> String {
    run.outputs.push(log);
    let number = run.outputs.len();
    format!("\n[the whole output is kept: read_output with output {number}]")
}

/// A part of what a command of this run printed.
pub(super) fn read_output(run: &Run, arguments: &Value) -> Handled {
    let output = number(arguments, "output").unwrap_or(0);
    let Some(log) = output.checked_sub(1).and_then(|index| run.outputs.get(index)) else {
        return failed(format!("There is no output {output} of this attempt."));
    };
    let (folder, name) = (log.parent().unwrap_or(log), log.file_name().unwrap_or_default());
    let (from, lines) = (number(arguments, "from_line"), number(arguments, "lines").or(Some(400)));
    let read = Files::open(folder).and_then(|files| files.read(&name.to_string_lossy(), from, lines));
    answer(read, |found| numbered(&found))
}

/// Sends the output of a running call to whoever watches.
pub(crate) fn forward_output(run: &Run, call_id: &str, mut live: UnboundedReceiver<String>) -> JoinHandle<()> {
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
