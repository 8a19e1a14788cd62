//! `start_workflow` and `start_build_from_chat`.

use store::idempotency::{self, Known};
use store::messages::{self, NewMessage};
use store::workflows::WorkflowRow;
use store::{Connection, new_id, now, projects, workflows};
use workflow::phase::Requirements;
use workflow::{Actor, ApprovalPolicy, Budget, Language, NewWorkflow, Request, State, Workflow};

use super::{Service, Started, apply, plain, request_hash};
use crate::ServiceError;
use crate::attachments::Shown;
use crate::notice::Changed;

/// What a build starts from.
#[derive(Debug, Clone, serde::Serialize)]
pub struct NewBuild {
    pub user_id: String,
    pub project_name: String,
    pub project_path: String,
    /// What the person wants, word for word.
    pub brief: String,
    pub model_id: String,
    pub policy: ApprovalPolicy,
    pub max_retries: u32,
    pub budget: Option<Budget>,
    /// What the roles speak with the person.
    pub language: Language,
    /// Pictures and files that go with the brief.
    #[serde(skip)]
    pub shown: Shown,
}

/// The longest message that is taken, in bytes. Longer ones belong into a file of the project.
pub const MAX_MESSAGE_BYTES: usize = 100 * 1024;

impl Service {
    /// New workflow in discovery, for a project that is known.
    ///
    /// # Errors
    /// Where the store refuses; a `build_id` that exists already is refused.
    pub fn start_workflow(
        &self,
        project_id: &str,
        build_id: &str,
        user_id: &str,
        requirements: Requirements,
    ) -> Result<Started, ServiceError> {
        let new = NewWorkflow {
            id: new_id(),
            build_id: build_id.to_owned(),
            project_id: project_id.to_owned(),
            user_id: user_id.to_owned(),
            policy: ApprovalPolicy::default(),
            max_retries: 3,
            budget: None,
        };
        let brief = requirements.summary.clone();
        let started = self.store.write(move |tx| {
            let by = Actor::Person(new.user_id.clone());
            projects::get(tx, &new.project_id)?;
            let mut row = insert(tx, new, &brief, "practice", Language::default(), &Shown::default())?;
            apply(tx, &mut row, &Request::ReviseRequirements { by, requirements })?;
            Ok::<_, ServiceError>(answer(&row))
        })?;
        self.publisher.changed(&started.workflow_id, &[Changed::Build]);
        Ok(started)
    }

    /// New workflow from what was said in the chat. The same key again returns the first answer.
    ///
    /// # Errors
    /// An empty or oversized brief; a key that was used for something else.
    pub fn start_build_from_chat(&self, new: NewBuild, idempotency_key: &str) -> Result<Started, ServiceError> {
        check_message(&new.brief)?;
        let (key, hash) = (idempotency_key.to_owned(), request_hash("start_build_from_chat", &new));
        let started = self.store.write(move |tx| {
            if let Some(known) = known_answer(tx, &key, &hash)? {
                return Ok(known);
            }
            let project = projects::get_or_insert(tx, &new.project_name, &new.project_path)?;
            let workflow = NewWorkflow {
                id: new_id(),
                build_id: new_id(),
                project_id: project.id,
                user_id: new.user_id,
                policy: new.policy,
                max_retries: new.max_retries,
                budget: new.budget,
            };
            let row = insert(tx, workflow, &new.brief, &new.model_id, new.language, &new.shown)?;
            let started = answer(&row);
            remember_answer(tx, &key, &hash, &started)?;
            Ok::<_, ServiceError>(started)
        })?;
        self.publisher
            .changed(&started.workflow_id, &[Changed::Build, Changed::Conversation]);
        Ok(started)
    }
}

/// Refuses what cannot be a message.
pub(crate) fn check_message(text: &str) -> Result<(), ServiceError> {
    if text.trim().is_empty() {
        return Err(ServiceError::invalid(
            "There is nothing in this message yet. Write what you want, then send it.",
        ));
    }
    if text.len() > MAX_MESSAGE_BYTES {
        return Err(ServiceError::invalid(format!(
            "This message has {} kB, more than the {} kB a message may have. Put the long part into a file of the project and \
             name that file here.",
            text.len() / 1024,
            MAX_MESSAGE_BYTES / 1024
        )));
    }
    Ok(())
}

fn insert(
    tx: &Connection,
    new: NewWorkflow,
    brief: &str,
    model_id: &str,
    language: Language,
    shown: &Shown,
) -> Result<WorkflowRow, ServiceError> {
    let at = now();
    let row = WorkflowRow {
        workflow: Workflow::start(new),
        title: title_from(brief),
        brief: brief.to_owned(),
        model_id: model_id.to_owned(),
        created_at: at.clone(),
        updated_at: at,
        completed_at: None,
        trashed_at: None,
    };
    workflows::insert(tx, &row)?;
    apply::open_trail(tx, &row.workflow, brief, language)?;
    if !brief.trim().is_empty() {
        let (images, files) = shown.keep(tx)?;
        let message = NewMessage {
            images,
            files,
            ..plain(State::Discovery, "you", brief.to_owned(), None)
        };
        messages::append(tx, &row.workflow.id, message)?;
    }
    Ok(row)
}

/// The first line or sentence of the brief, until the requirements bring a better title.
/// Letters of a title; longer ones end with an ellipsis.
const LONGEST_TITLE: usize = 60;

/// What a build is called before Q Assistant has a name for it: how the brief begins.
pub(super) fn title_from(brief: &str) -> String {
    let first = brief
        .trim()
        .split(['.', '\n', '!', '?'])
        .next()
        .unwrap_or_default()
        .trim();
    if first.is_empty() {
        return "New build".to_owned();
    }
    let Some((end, _)) = first.char_indices().nth(LONGEST_TITLE) else {
        return first.to_owned();
    };
    // Whole words, unless there is only one.
    let short = &first[..end];
    let words = short.rsplit_once(char::is_whitespace).map_or(short, |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ';', ':', ' ']))
}

fn answer(row: &WorkflowRow) -> Started {
    Started {
        workflow_id: row.workflow.id.clone(),
        initial_state: row.workflow.state,
        next_role: row.workflow.state.next_role(),
    }
}

/// The first answer to this key, if there was one.
pub(super) fn known_answer<T: serde::de::DeserializeOwned>(
    tx: &Connection,
    key: &str,
    hash: &str,
) -> Result<Option<T>, ServiceError> {
    match idempotency::look_up(tx, key, hash)? {
        Known::New => Ok(None),
        Known::Answered(json) => serde_json::from_str(&json)
            .map(Some)
            .map_err(|e| ServiceError::invalid(e.to_string())),
        Known::Conflict => Err(ServiceError::KeyReused),
    }
}

pub(super) fn remember_answer<T: serde::Serialize>(
    tx: &Connection,
    key: &str,
    hash: &str,
    answer: &T,
) -> Result<(), ServiceError> {
    let json = serde_json::to_string(answer).map_err(|e| ServiceError::invalid(e.to_string()))?;
    Ok(idempotency::remember(tx, key, hash, &json)?)
}

#[cfg(test)]
mod tests {
    use super::title_from;

    #[test]
    fn a_title_is_the_first_sentence_in_whole_words() {
        for (brief, title) in [
            ("A clock. It ticks.", "A clock"),
            (
                "A recipe box where I keep my grandmother's recipes and can scale them",
                "A recipe box where I keep my grandmother's recipes and can…",
            ),
            ("  \n", "New build"),
        ] {
            assert_eq!(title_from(brief), title);
        }
        let one_word = title_from(&"\u{00e4}".repeat(100));
        assert_eq!(one_word, format!("{}…", "\u{00e4}".repeat(60)));
    }
}
