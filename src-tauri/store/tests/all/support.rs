//! A build in a database, and SQL beside the product's own.

use rusqlite::Connection;
use store::workflows::{self, WorkflowRow};
use store::{Store, StoreError, events, now, projects};
use workflow::{ApprovalPolicy, NewWorkflow, Workflow};

/// Inserts a build with three events and returns its id.
pub fn build(store: &Store) -> String {
    store
        .write(|tx| {
            let project = projects::get_or_insert(tx, "tips", "/home/mira/tips")?;
            let workflow = Workflow::start(NewWorkflow {
                id: store::new_id(),
                build_id: store::new_id(),
                project_id: project.id,
                user_id: "mira".to_owned(),
                policy: ApprovalPolicy::EveryHandoff,
                max_retries: 3,
                budget: None,
            });
            let id = workflow.id.clone();
            let row = WorkflowRow {
                workflow,
                title: "Tips".to_owned(),
                brief: "Tips".to_owned(),
                model_id: "practice".to_owned(),
                created_at: now(),
                updated_at: now(),
                completed_at: None,
                trashed_at: None,
            };
            workflows::insert(tx, &row)?;
            let written: Vec<_> = ["started", "said", "planned"]
                .map(|name| (name.to_owned(), "{}".to_owned()))
                .into();
            events::append(tx, &id, "person:mira", &written)?;
            Ok::<_, StoreError>(id)
        })
        .unwrap()
}

/// SQL through the store's own connection, with its own settings: the error's text, or none.
pub fn sql(store: &Store, text: &str) -> Result<usize, String> {
    let text = text.to_owned();
    store
        .write(move |tx| Ok::<_, StoreError>(tx.execute_batch(&text).map(|()| tx.changes() as usize)?))
        .map_err(|error| error.to_string())
}

pub fn text(store: &Store, query: &str) -> String {
    let query = query.to_owned();
    store
        .read(move |db: &Connection| Ok::<_, StoreError>(db.query_row(&query, [], |row| row.get(0))?))
        .unwrap()
}
