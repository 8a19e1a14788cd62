//! A build as a folder that needs no Q Assistant to be read.
//!
//! ```text
//! tip-calculator-3f9a1c/
//!   README.txt             what lies here, and how the history can be checked
//!   build.json             every row of the build, by table, columns as they are stored ("format": "q-assistant-build/1")
//!   history.json           handoffs and events in order, each event with its hash and the one before it
//!   plan-revisions.json    the plan as it was at each revision: who wrote it, when
//!   conversation.md        what was said, with the pictures that were shown
//!   files/HASH.txt         the text files that were attached, by the SHA-256 of their bytes
//!   pictures/HASH.png      the pictures, by the SHA-256 of their bytes
//!   tests/01-testing-1.log the log of each test run: number, phase, attempt
//! ```
//!
//! An export of all builds is a folder of such folders, those of builds in the trash too. A folder is finished under another name and
//! renamed then; nothing is written over. Keys are in no row, so they are in no export.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;
use store::dump::{self, Tables};
use store::images::Image;
use store::messages::{self, Message};
use store::test_runs::{self, Printed, TestRun};
use store::workflows::{self, WorkflowRow};
use store::{files, images, now};
use workflow::{Fact, Role};

use crate::ServiceError;
use crate::service::{History, Service};

/// Of `build.json`. It changes when a reader of the one before could not read the new one.
const FORMAT: &str = "q-assistant-build/1";

const README: &str = "A build of Q Assistant.

build.json            every row of the build, by table
history.json          handoffs and events in order
plan-revisions.json   the plan at each revision
conversation.md       what was said
files                 the text files that were attached, each named by the SHA-256 of its bytes
pictures              the pictures that were shown, each named by the SHA-256 of its bytes
tests                 the log of each test run

Each event of history.json carries `hash`: the SHA-256 over prev_hash, id, workflow_id, seq, event_type, triggered_by, event_data and
timestamp, in this order, each preceded by its length in bytes as eight bytes, the highest first. `prev_hash` is the hash of the event
before it, and empty in the first. So whoever changes, leaves out or adds an event has to change all that come after it.
";

/// Writes a build as a new folder in `into`, and says where it is.
///
/// # Errors
/// No such build; a folder that cannot be written: nothing is left there then.
pub fn build(service: &Service, id: &str, into: &Path) -> Result<PathBuf, ServiceError> {
    let exported = Exported::read(service, id)?;
    finish(into, &exported.name(), |folder| exported.write(folder))
}

/// Writes all builds as folders in a new folder in `into`, and says where it is.
///
/// # Errors
/// As [`build`].
pub fn all(service: &Service, into: &Path) -> Result<PathBuf, ServiceError> {
    let ids = service
        .store()
        .read(|db| Ok::<_, ServiceError>(workflows::all_ids(db)?))?;
    let today: String = now().chars().take(10).collect();
    finish(into, &format!("q-assistant-{today}"), |folder| {
        for id in ids {
            let exported = Exported::read(service, &id)?;
            exported.write(&folder.join(exported.name()))?;
        }
        Ok(())
    })
}

/// Lets a folder be written under another name, and gives it a name that is free.
fn finish(
    into: &Path,
    name: &str,
    write: impl FnOnce(&Path) -> Result<(), ServiceError>,
) -> Result<PathBuf, ServiceError> {
    std::fs::create_dir_all(into).map_err(cannot(into))?;
    let part = tempfile::Builder::new()
        .prefix(".q-assistant-export-")
        .tempdir_in(into)
        .map_err(cannot(into))?;
    // A folder in it: the temporary one itself can be read by nobody else, and what is exported may be.
    let made = part.path().join(name);
    write(&made)?;
    let named = |number: u32| {
        if number == 1 {
            into.join(name)
        } else {
            into.join(format!("{name}-{number}"))
        }
    };
    let free = (1..).map(named).find(|path| std::fs::symlink_metadata(path).is_err());
    let free = free.unwrap_or_else(|| into.join(name));
    std::fs::rename(&made, &free).map_err(cannot(into))?;
    Ok(free)
}

fn cannot(path: &Path) -> impl Fn(std::io::Error) -> ServiceError {
    move |error| {
        ServiceError::invalid(format!(
            "The export could not be written to {} ({error}). Choose another folder, then try again.",
            path.display()
        ))
    }
}

/// All of a build, as one committed state.
struct Exported {
    row: WorkflowRow,
    tables: Tables,
    history: History,
    said: Vec<Message>,
    pictures: Vec<(String, Image)>,
    files: Vec<(String, String)>,
    tests: Vec<(TestRun, Printed)>,
}

#[derive(Serialize)]
struct PlanRevision {
    revision: u32,
    by: String,
    at: String,
    plan: workflow::phase::Plan,
}

impl Exported {
    fn read(service: &Service, id: &str) -> Result<Exported, ServiceError> {
        let id = id.to_owned();
        service.store().read(move |db| {
            let mut tests = Vec::new();
            for run in test_runs::of_workflow(db, &id)?.into_iter().rev() {
                let printed = test_runs::printed(db, &run.id)?;
                tests.push((run, printed));
            }
            Ok(Exported {
                row: workflows::get(db, &id)?,
                tables: dump::of_workflow(db, &id)?,
                history: History::read(db, &id)?,
                said: messages::all_of_workflow(db, &id)?,
                pictures: images::of_workflow(db, &id)?,
                files: files::of_workflow(db, &id)?,
                tests,
            })
        })
    }

    /// The title and the end of the id: a person recognises it, and no other build has it.
    fn name(&self) -> String {
        let words: Vec<String> = self
            .row
            .title
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .take(6)
            .map(str::to_lowercase)
            .collect();
        let id = &self.row.workflow.id;
        let end: String = id.chars().skip(id.len().saturating_sub(6)).collect();
        let words: String = words.join("-").chars().take(60).collect();
        format!("{words}-{end}").trim_start_matches('-').to_owned()
    }

    fn write(&self, folder: &Path) -> Result<(), ServiceError> {
        let pictures = folder.join("pictures");
        let tests = folder.join("tests");
        let files = folder.join("files");
        for each in [folder, &pictures, &tests, &files] {
            std::fs::create_dir_all(each).map_err(cannot(each))?;
        }
        let put = |path: PathBuf, bytes: &[u8]| std::fs::write(&path, bytes).map_err(cannot(&path));
        put(folder.join("README.txt"), README.as_bytes())?;
        let build = json!({
            "format": FORMAT,
            "program": env!("CARGO_PKG_VERSION"),
            "exported_at": now(),
            "tables": self.tables,
        });
        put(folder.join("build.json"), &pretty(&build)?)?;
        put(folder.join("history.json"), &pretty(&self.history)?)?;
        put(folder.join("plan-revisions.json"), &pretty(&self.plans())?)?;
        put(folder.join("conversation.md"), self.conversation().as_bytes())?;
        for (hash, attached) in &self.files {
            put(files.join(format!("{hash}.txt")), attached.as_bytes())?;
        }
        for (hash, image) in &self.pictures {
            put(pictures.join(file_of(hash, &image.media_type)), &image.bytes)?;
        }
        for (number, (run, printed)) in (1..).zip(&self.tests) {
            let name = format!("{number:02}-{}-{}.log", run.phase, run.attempt);
            put(tests.join(name), printed.log.as_bytes())?;
        }
        Ok(())
    }

    fn plans(&self) -> Vec<PlanRevision> {
        let revisions = self.history.events.iter().filter_map(|event| {
            let Fact::PlanRevised { revision, plan } = serde_json::from_str(&event.event_data).ok()? else {
                return None;
            };
            Some(PlanRevision {
                revision,
                by: event.triggered_by.clone(),
                at: event.timestamp.clone(),
                plan,
            })
        });
        revisions.collect()
    }

    fn conversation(&self) -> String {
        let mut text = format!("# {}\n", self.row.title);
        for message in &self.said {
            let author = match message.author.as_str() {
                "you" => "You",
                "product" => "Notice",
                role => Role::from_wire(role).map_or_else(|| role, |role| role.title()),
            };
            let taken_back = message
                .taken_back
                .as_ref()
                .map(|back| match &back.rolled_back_to {
                    Some(phase) => format!(", taken back by a rollback to {phase}"),
                    None => ", taken back: you said it anew".to_owned(),
                })
                .unwrap_or_default();
            let _ = write!(
                text,
                "\n## {author}, {}{taken_back}\n\n{}\n",
                message.created_at, message.text
            );
            for hash in &message.images {
                if let Some((_, image)) = self.pictures.iter().find(|(known, _)| known == hash) {
                    let _ = write!(text, "\n![](pictures/{})\n", file_of(hash, &image.media_type));
                }
            }
            for file in &message.files {
                let _ = write!(text, "\n{}: files/{}.txt\n", file.name, file.hash);
            }
        }
        text
    }
}

/// Media types are checked by the database: "image/png", "image/jpeg", "image/gif", "image/webp".
fn file_of(hash: &str, media_type: &str) -> String {
    format!("{hash}.{}", media_type.trim_start_matches("image/"))
}

fn pretty(value: &impl Serialize) -> Result<Vec<u8>, ServiceError> {
    serde_json::to_vec_pretty(value)
        .map_err(|error| ServiceError::invalid(format!("The build could not be written down ({error}).")))
}
