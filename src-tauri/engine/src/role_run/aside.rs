//! Q Assistant speaks while others work: one turn, without tools. It changes nothing.

use models::Message;
use serde_json::json;
use store::messages::{self, Message as Said};
use store::workflows::WorkflowRow;
use store::{events, role_runs, tool_calls, worktrees};
use tokio_util::sync::CancellationToken;
use workflow::{Role, Standstill, State};

use super::{End, Kind, Run, conversation, conversation_of, talking_run};
use crate::notice::Changed;
use crate::service::{failure, handoff_data, new_run};
use crate::{Engine, ServiceError, attachments, pictures, prompt};

/// So many of the newest events, tool calls and messages are put before it.
const NEWEST: usize = 12;
/// Letters of a change that are put before it.
const SHOWN: usize = 16_000;
/// Letters of a remark; two sentences are shorter.
const REMARK: usize = 600;

/// Answers what the person asked since the last answer.
pub(crate) async fn run_answer(
    engine: &Engine,
    row: &WorkflowRow,
    cancel: &CancellationToken,
) -> Result<(), ServiceError> {
    let mut run = match talking_run(engine, row, cancel, Kind::Answer).await? {
        Ok(run) => run,
        Err(standstill) => return cannot_answer(engine, row, &standstill),
    };
    let said = conversation_of(engine, run.id())?;
    let read = run.row_read_before(engine);
    let asked: Vec<&Said> = said
        .iter()
        .filter(|message| message.author == "you" && message.seq > read && !message.is_reason)
        .collect();
    let words = asked.iter().map(|message| attachments::with_files(engine, message));
    let words = words.collect::<Result<Vec<_>, _>>()?;
    let text = format!("{}\n\nThe person says:\n{}", record(&run, &said)?, words.join("\n"));
    let images = pictures::of(engine, asked.into_iter())?;
    run.messages = vec![Message::User { text, images }];
    run.begin_beside()?;
    match conversation::answer_once(&mut run).await? {
        // An answer that does not come must not block the build; the next message asks again.
        End::Failed(standstill) => {
            run.engine
                .service()
                .post(run.id(), failure(run.row.workflow.state, &standstill))?;
            run.end(End::Waiting)
        }
        end @ (End::Written | End::Waiting | End::Cancelled) => run.end(end),
    }
}

/// Without a model nobody answers. The person hears why, the build goes on, and what they said counts as read.
fn cannot_answer(engine: &Engine, row: &WorkflowRow, why: &Standstill) -> Result<(), ServiceError> {
    let newest = conversation_of(engine, &row.workflow.id)?.last().map_or(0, |m| m.seq);
    let (id, run) = (
        row.workflow.id.clone(),
        new_run(&row.workflow, Role::QAssistant, "", newest),
    );
    let notice = failure(row.workflow.state, why);
    engine.service().store().write(move |tx| {
        role_runs::start(tx, &run)?;
        role_runs::end(tx, &run.id, "waiting", 0)?;
        messages::append(tx, &id, notice)?;
        Ok::<_, ServiceError>(())
    })?;
    engine
        .publisher()
        .changed(&row.workflow.id, &[Changed::Conversation, Changed::Build]);
    Ok(())
}

/// Compares an open handoff with what was asked for, in two sentences on its card.
pub(crate) async fn run_remark(
    engine: &Engine,
    row: &WorkflowRow,
    cancel: &CancellationToken,
) -> Result<(), ServiceError> {
    let Some(open) = row.workflow.open_handoff.clone() else {
        return Ok(());
    };
    let asked = talking_run(engine, row, cancel, Kind::Remark).await?;
    // Nobody who could say something: that is known from now on, and not asked again.
    let Some(mut run) = asked.ok().filter(|run| run.model.understands()) else {
        return engine.service().keep_remark(&row.workflow.id, &open.id, "");
    };
    let data = handoff_data(&row.workflow, open.handoff.from_role(), open.handoff.to_role());
    let text = format!(
        "{}\n\nWhat is handed over, as data:\n{data:#}\n\nWhat the product measured:\n{:#}\n\nThe change:\n{}",
        prompt::REMARK,
        json!(row.workflow.evidence),
        change(engine, row).await?
    );
    run.messages = vec![Message::user(text)];
    run.begin_beside()?;
    let end = conversation::answer_once(&mut run).await?;
    let remark = match (&end, run.messages.last()) {
        (End::Waiting, Some(Message::Assistant { text, .. })) => short(text),
        _ => String::new(),
    };
    run.end(match end {
        End::Failed(_) => End::Waiting,
        end @ (End::Written | End::Waiting | End::Cancelled) => end,
    })?;
    engine.service().keep_remark(run.id(), &open.id, &remark)
}

impl Run {
    /// Its row, so that it can be told from what a killed program left.
    fn begin_beside(&self) -> Result<(), ServiceError> {
        let record = self.run.clone();
        let store = self.engine.service().store();
        store.write(move |tx| Ok::<_, ServiceError>(role_runs::start(tx, &record)?))
    }
}

/// What happened lately, as it was recorded.
fn record(run: &Run, said: &[Said]) -> Result<String, ServiceError> {
    let id = run.id().to_owned();
    let store = run.engine.service().store();
    let (events, calls) = store
        .read(move |db| Ok::<_, ServiceError>((events::of_workflow(db, &id)?, tool_calls::of_workflow(db, &id)?)))?;
    let newest = |count: usize| count.saturating_sub(NEWEST);
    let events: Vec<_> = events
        .iter()
        .skip(newest(events.len()))
        .map(|event| event.event_type.as_str())
        .collect();
    let calls: Vec<_> = calls
        .iter()
        .skip(newest(calls.len()))
        .map(|call| format!("{}: {} {} ({})", call.role, call.tool, call.subject, call.status))
        .collect();
    let said: Vec<_> = said
        .iter()
        .skip(newest(said.len()))
        .map(|message| format!("{}: {}", message.author, message.text))
        .collect();
    Ok(prompt::record(&run.row.workflow, &events, &calls, &said))
}

/// The change that is handed over: as much of it as is useful, and the names of the rest.
async fn change(engine: &Engine, row: &WorkflowRow) -> Result<String, ServiceError> {
    let id = row.workflow.id.clone();
    let store = engine.service().store();
    let base = store.read(move |db| Ok::<_, ServiceError>(worktrees::get(db, &id)?.map(|row| row.base_commit)))?;
    let (Some(base), Some(head)) = (base, row.workflow.head.as_ref()) else {
        return Ok("None.".to_owned());
    };
    if row.workflow.state <= State::HandoffToCoder {
        return Ok("None yet.".to_owned());
    }
    let worktree = engine.worktree(&row.workflow.id).await?;
    let mut text = String::new();
    let mut left = Vec::new();
    for diff in worktree.diff(&base, Some(&head.commit)).await? {
        let change = diff.change;
        if text.len() + diff.patch.text.len() <= SHOWN {
            text.push_str(&format!("{}\n{}\n", change.path, diff.patch.text));
        } else {
            left.push(format!(
                "{} (+{} −{})",
                change.path, change.insertions, change.deletions
            ));
        }
    }
    if !left.is_empty() {
        text.push_str(&format!("Not shown here, because it is long: {}\n", left.join(", ")));
    }
    Ok(text)
}

/// A remark as it fits a card. Code that was in it is not shown anywhere.
fn short(text: &str) -> String {
    let (words, _) = super::filter::withhold_code(text);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = words.floor_char_boundary(REMARK);
    match words.get(..end).filter(|cut| cut.len() < words.len()) {
        None => words,
        Some(cut) => format!("{cut}…"),
    }
}
