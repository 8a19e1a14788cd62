//! A data folder that has seen years: builds and conversations, written through the store before the program opens it.

use std::path::Path;

use store::messages::{self, NewMessage};
use store::workflows::{self, WorkflowRow};
use store::{Store, StoreError, events, new_id, now, projects};
use workflow::{ApprovalPolicy, Fact, NewWorkflow, RunStatus, Workflow};

/// The database of a home, as the program finds it.
pub fn database(home: &Path) -> Store {
    Store::open(&home.join("data/q-assistant.db")).unwrap()
}

/// A build that stands still: nobody is at work in it, and nobody will be.
pub fn build(store: &Store, project: &str, title: &str, brief: &str) -> String {
    let path = format!("/home/mira/{project}");
    store
        .write(|tx| {
            let project = projects::get_or_insert(tx, project, &path)?;
            let mut workflow = Workflow::start(NewWorkflow {
                id: new_id(),
                build_id: new_id(),
                project_id: project.id,
                user_id: "mira".to_owned(),
                policy: ApprovalPolicy::EveryHandoff,
                max_retries: 3,
                budget: None,
            });
            workflow.status = RunStatus::Cancelled;
            let id = workflow.id.clone();
            workflows::insert(
                tx,
                &WorkflowRow {
                    workflow,
                    title: title.to_owned(),
                    brief: brief.to_owned(),
                    model_id: "practice".to_owned(),
                    created_at: now(),
                    updated_at: now(),
                    completed_at: None,
                    trashed_at: None,
                },
            )?;
            let started = Fact::WorkflowStarted {
                brief: brief.to_owned(),
                policy: ApprovalPolicy::EveryHandoff,
                budget: None,
                language: workflow::Language::default(),
            };
            events::append(tx, &id, "person:mira", &[event(&started)])?;
            Ok::<_, StoreError>(id)
        })
        .unwrap()
}

/// The same, waiting for the person's answer.
pub fn waiting_build(store: &Store, project: &str, title: &str) -> String {
    let id = build(store, project, title, title);
    let active = format!("UPDATE build_workflows SET status = 'active' WHERE id = '{id}'");
    store
        .write(|tx| Ok::<_, StoreError>(tx.execute_batch(&active)?))
        .unwrap();
    id
}

fn event(fact: &Fact) -> (String, String) {
    (fact.event_type().to_owned(), serde_json::to_string(fact).unwrap())
}

/// Events of a long history.
pub fn many_events(store: &Store, build: &str, count: usize) {
    let facts: Vec<_> = (0..count)
        .map(|number| event(if number % 2 == 0 { &Fact::Paused } else { &Fact::Resumed }))
        .collect();
    store
        .write(|tx| events::append(tx, build, "person:mira", &facts))
        .unwrap();
}

/// Says something in a build; the message's id.
pub fn say(store: &Store, build: &str, author: &str, text: &str) -> String {
    let message = NewMessage {
        id: new_id(),
        author: author.to_owned(),
        text: text.to_owned(),
        meaning: None,
        reasoning: String::new(),
        choices: Vec::new(),
        is_error: false,
        is_interrupted: false,
        is_reason: false,
        images: Vec::new(),
        files: Vec::new(),
        state: "discovery".to_owned(),
        run_id: None,
    };
    let said = store.write(|tx| messages::append(tx, build, message));
    said.map(|message: messages::Message| message.id).unwrap()
}
