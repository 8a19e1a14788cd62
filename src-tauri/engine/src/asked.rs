//! What the person asks of a build: to begin, to say something, to decide, to stop and to go on.

use std::path::Path;

use serde_json::json;
use store::messages::{self, Meaning, Message, NewMessage};
use store::{effects, workflows, worktrees};
use workflow::phase::{Plan, Requirements};
use workflow::{Actor, Budget, Checkpoint, NextAction, Pin, Request, State};
use workspace::{Project, Worktree};

use crate::attachments::Shown;
use crate::driver::Aside;
use crate::engine::StartBuild;
use crate::notice::Changed;
use crate::service::{NewBuild, plain};
use crate::{Engine, ServiceError};

impl Engine {
    /// Starts a build in the person's folder.
    ///
    /// # Errors
    /// A folder that cannot be used, an empty brief, a key that was used for something else.
    pub async fn start_build_from_chat(&self, start: StartBuild) -> Result<String, ServiceError> {
        crate::service::check_message(&start.brief)?;
        refuse_nothing(start.budget)?;
        self.refuse_folder(&start.folder)?;
        seed_empty_folder(&start.folder, &start.seed)?;
        let project = Project::open_or_create(&start.folder).await?;
        let path = project.path().to_string_lossy().into_owned();
        let name = project
            .path()
            .file_name()
            .map_or_else(|| path.clone(), |n| n.to_string_lossy().into_owned());
        let new = NewBuild {
            user_id: start.user_id,
            project_name: name,
            project_path: path,
            brief: start.brief,
            model_id: start.model_id,
            policy: start.policy,
            max_retries: self.limits().max_retries,
            budget: start.budget,
            language: start.language,
            shown: start.shown,
        };
        let uncommitted = Project::inspect(project.path()).await?.uncommitted;
        let started = self.inner.service.start_build_from_chat(new, &start.idempotency_key)?;
        self.say_what_is_left_out(&started.workflow_id, &uncommitted)?;
        self.kick(&started.workflow_id);
        Ok(started.workflow_id)
    }

    /// The program's own data must not become part of what it builds, and a name that is not text could not be kept.
    fn refuse_folder(&self, folder: &Path) -> Result<(), ServiceError> {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if folder.to_str().is_none() {
            return Err(ServiceError::invalid(format!(
                "The name of {} is not UTF-8 text. Rename the folder, or choose another one.",
                folder.display()
            )));
        }
        if real(&self.inner.data).starts_with(real(folder)) || real(folder).starts_with(real(&self.inner.data)) {
            return Err(ServiceError::invalid(format!(
                "This project and the data of Q Assistant ({}) lie one in the other. Choose another folder for one of them.",
                self.inner.data.display()
            )));
        }
        Ok(())
    }

    /// A build starts from what is committed. Where that is not all there is, the person hears it, once.
    fn say_what_is_left_out(&self, id: &str, uncommitted: &[String]) -> Result<(), ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let begun = store.read(move |db| Ok::<_, ServiceError>(messages::of_workflow(db, &workflow_id)?.len() > 1))?;
        if uncommitted.is_empty() || begun {
            return Ok(());
        }
        let some: Vec<&String> = uncommitted.iter().take(3).collect();
        let more = uncommitted.len() - some.len();
        let mut named = some.iter().map(|file| file.as_str()).collect::<Vec<_>>().join(", ");
        let meaning = if more == 0 {
            Meaning::new("left_out", json!({"files": some}))
        } else {
            named.push_str(&format!(" and {more} more"));
            Meaning::new("left_out_and_more", json!({"files": some, "more": more}))
        };
        let text = format!(
            "Your folder has changes that are not committed ({named}). They stay exactly as they are: the build starts from the \
             last commit and works in a folder of its own."
        );
        self.inner.service.post(
            id,
            NewMessage {
                meaning: Some(meaning),
                ..plain(State::Discovery, "product", text, None)
            },
        )
    }

    /// What the person says, to Q Assistant or to the role at work.
    ///
    /// # Errors
    /// An empty or oversized message.
    pub fn send_message(
        &self,
        id: &str,
        text: &str,
        shown: impl Into<Shown>,
        idempotency_key: &str,
    ) -> Result<Message, ServiceError> {
        let message = self.inner.service.say(id, text, shown, idempotency_key)?;
        if self.talks_on(id)? > State::Planning {
            self.attend(id);
        }
        self.kick(id);
        Ok(message)
    }

    /// Going on talking is the way out of a talk that stands still. The state that the build is in.
    fn talks_on(&self, id: &str) -> Result<State, ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let workflow = store
            .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &workflow_id)?))?
            .workflow;
        if workflow.state <= State::Planning && workflow.standstill().is_some() {
            let by = Actor::Person(workflow.user_id.clone());
            self.inner.service.request(id, Request::Resume { by })?;
        }
        Ok(workflow.state)
    }

    /// Takes the talk back to before something that the person said, and lets them say it in other words: see [`crate::service`]'s `anew`.
    /// Who still answers the old words is stopped.
    ///
    /// # Errors
    /// `stale_state` once building has begun; what is not the person's own; an empty or oversized message.
    pub fn say_anew(
        &self,
        id: &str,
        by: Actor,
        message_id: &str,
        text: &str,
        idempotency_key: &str,
    ) -> Result<Message, ServiceError> {
        let service = &self.inner.service;
        let message = service.say_anew(id, by, message_id, text, idempotency_key)?;
        self.talks_on(id)?;
        self.interrupt(id);
        Ok(message)
    }

    /// # Errors
    /// `stale_state` when the build changed meanwhile or building has begun.
    pub fn edit_requirements(&self, id: &str, by: Actor, revision: u32, new: Requirements) -> Result<(), ServiceError> {
        self.inner.service.edit_requirements(id, by, revision, new).map(|_| ())
    }

    /// # Errors
    /// `stale_state` when the plan is at another revision by now.
    pub fn edit_plan(&self, id: &str, by: Actor, expected: u32, plan: Plan) -> Result<(), ServiceError> {
        self.inner
            .service
            .request(id, Request::RevisePlan { by, expected, plan })
            .map(|_| ())
    }

    /// The click. The worktree is made first, so that what goes wrong with the folder is said where the click was.
    ///
    /// # Errors
    /// A folder that cannot be used; a plan with gaps or at another revision.
    pub async fn ready_to_build(&self, id: &str, by: Actor, plan_revision: u32) -> Result<(), ServiceError> {
        let _one_click = self.inner.clicks.lock().await;
        // Asked before anything is touched: a click that comes too late must not move files under a role at work.
        let (workflow_id, click) = (
            id.to_owned(),
            Request::ReadyToBuild {
                by: by.clone(),
                plan_revision,
            },
        );
        let store = self.inner.service.store();
        let (workflow, open) = store.read(move |db| {
            let workflow = workflows::get(db, &workflow_id)?.workflow;
            Ok::<_, ServiceError>((workflow, effects::open(db, &workflow_id)?))
        })?;
        workflow::decide(&workflow, &click)?;
        if !open.is_empty() {
            return Err(ServiceError::invalid(
                "The rollback is still being carried out. Try again in a moment.",
            ));
        }
        let worktree = self.worktree(id).await?;
        let head = self.start_of(id, &worktree).await?;
        let base = Checkpoint {
            commit: head.commit,
            tree: head.tree,
        };
        self.inner.service.ready_to_build(id, by, plan_revision, base)?;
        self.kick(id);
        Ok(())
    }

    /// Where the build begins: at its branch, or, where it was rolled back to the plan, at the project's branch as it is now.
    async fn start_of(&self, id: &str, worktree: &Worktree) -> Result<workspace::Checkpoint, ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let (workflow, row) = store.read(move |db| {
            let workflow = workflows::get(db, &workflow_id)?.workflow;
            Ok::<_, ServiceError>((workflow, worktrees::get(db, &workflow_id)?))
        })?;
        let rolled_back = workflow.began.is_some() && workflow.head == workflow.began;
        if let Some(row) = row.filter(|_| rolled_back)
            && let Some(now) = self.project_of(id).await?.commit_on(&row.onto).await?
        {
            worktree.restore(&now).await?;
        }
        Ok(worktree.head().await?)
    }

    /// # Errors
    /// `approval_void` when plan, files or evidence are others than the person saw.
    pub fn approve_handoff(
        &self,
        id: &str,
        by: Actor,
        handoff_id: &str,
        pin: Pin,
        dont_ask_again: bool,
    ) -> Result<(), ServiceError> {
        self.inner
            .service
            .approve_handoff(id, by, handoff_id, pin, dont_ask_again)?;
        self.inner.drivers.interrupt_beside(id, &[Aside::Remark]);
        self.kick(id);
        Ok(())
    }

    /// # Errors
    /// `transition_refused`, `retries_exhausted`, a missing reason.
    pub fn request_retry(&self, id: &str, by: Actor, reason: &str, target: Option<State>) -> Result<(), ServiceError> {
        let result = self.inner.service.request_retry(id, by, reason, target);
        self.interrupt(id);
        result.map(|_| ())
    }

    /// Ends the build; what a release of it left is taken back.
    ///
    /// # Errors
    /// A refusal; what stands in the way of taking a release back: the build goes on then.
    pub async fn cancel(&self, id: &str, by: Actor) -> Result<(), ServiceError> {
        self.can_undo_releases(id).await?;
        self.stop_with(id, Request::Cancel { by })?;
        self.inner.drivers.interrupt_beside(id, &[Aside::Answer]);
        Ok(())
    }

    /// Pauses, cancels, or any other request that stops the role at work.
    ///
    /// # Errors
    /// A refusal.
    pub fn stop_with(&self, id: &str, request: Request) -> Result<(), ServiceError> {
        self.inner.service.request(id, request)?;
        self.interrupt(id);
        Ok(())
    }

    /// Goes on after a pause or a block.
    ///
    /// # Errors
    /// A refusal.
    pub fn go_on_with(&self, id: &str, request: Request) -> Result<(), ServiceError> {
        let result = self.inner.service.request(id, request);
        self.kick(id);
        result.map(|_| ())
    }

    /// State, files and release go back together, and the build waits there: nothing starts again by itself, so that the rollback can be
    /// looked at and taken back.
    ///
    /// # Errors
    /// `rollback_refused`; what stands in the way of taking a release back: nothing went back then.
    pub async fn rollback_workflow(
        &self,
        id: &str,
        by: Actor,
        target: State,
        reason: &str,
    ) -> Result<(), ServiceError> {
        self.can_undo_releases(id).await?;
        // What it would go back to must be there.
        self.preview_rollback(id, target).await?;
        let reason = reason.to_owned();
        let back = Request::Rollback {
            by: by.clone(),
            target,
            reason,
        };
        self.inner.service.requests(id, vec![back, Request::Pause { by }])?;
        self.interrupt(id);
        Ok(())
    }

    /// # Errors
    /// `rollback_refused` when work went on since.
    pub fn undo_rollback(&self, id: &str, by: Actor) -> Result<(), ServiceError> {
        self.inner.service.request(id, Request::UndoRollback { by })?;
        self.interrupt(id);
        Ok(())
    }

    /// How the tests of the build's project are run from now on. Empty: the product finds out.
    ///
    /// # Errors
    /// No such build; a command of more than one line.
    pub fn set_test_command(&self, id: &str, by: Actor, command: &str) -> Result<(), ServiceError> {
        self.inner.service.set_test_command(id, by, command)
    }

    /// What the models of this build may use from now on; none: no limit. A build that stands still for its budget goes on.
    ///
    /// # Errors
    /// A build that is over; a limit of nothing.
    pub fn set_budget(&self, id: &str, by: Actor, budget: Option<Budget>) -> Result<(), ServiceError> {
        refuse_nothing(budget)?;
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let workflow = store
            .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &workflow_id)?))?
            .workflow;
        let stood_for_it = workflow
            .standstill()
            .is_some_and(|standstill| standstill.next_action == NextAction::RaiseBudget);
        let mut requests = vec![Request::SetBudget { by: by.clone(), budget }];
        if stood_for_it {
            requests.push(Request::Resume { by });
        }
        self.inner.service.requests(id, requests)?;
        self.kick(id);
        Ok(())
    }

    /// The model that the roles of this build talk to from the next run on.
    ///
    /// # Errors
    /// No such build.
    pub fn use_model(&self, id: &str, model_id: &str) -> Result<(), ServiceError> {
        let (workflow_id, model_id) = (id.to_owned(), model_id.to_owned());
        let store = self.inner.service.store();
        store.write(move |tx| {
            if workflows::get(tx, &workflow_id)?.trashed_at.is_some() {
                return Err(ServiceError::InTrash);
            }
            Ok(workflows::set_model(tx, &workflow_id, &model_id)?)
        })?;
        self.publisher().changed(id, &[Changed::Build]);
        self.go_on_with(id, Request::Resume { by: Actor::Product })
    }

    /// Stops the role at work, or Q Assistant in the middle of a reply; the build's status stays.
    pub fn interrupt(&self, id: &str) {
        // What it thinks of a handoff matters only as long as that waits.
        self.inner.drivers.interrupt_beside(id, &[Aside::Remark]);
        self.inner.drivers.interrupt(id);
        self.kick(id);
    }

    /// Stops what is being said: Q Assistant's answer beside the work if it gives one, otherwise the role at work.
    pub fn stop_reply(&self, id: &str) {
        if !self.inner.drivers.interrupt_beside(id, &[Aside::Answer]) {
            self.interrupt(id);
        }
    }
}

fn refuse_nothing(budget: Option<Budget>) -> Result<(), ServiceError> {
    if matches!(budget, Some(Budget::Cents(0) | Budget::Tokens(0))) {
        return Err(ServiceError::invalid(
            "A budget of nothing would stop the build at once. Type a larger one, or take the limit away.",
        ));
    }
    Ok(())
}

/// A sample's own files, only into a folder that is empty or not there yet.
fn seed_empty_folder(folder: &Path, seed: &[(String, String)]) -> Result<(), ServiceError> {
    let occupied = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if seed.is_empty() || occupied {
        return Ok(());
    }
    let cannot = |error: std::io::Error| {
        ServiceError::invalid(format!(
            "The folder {} cannot be written ({error}). Choose another one.",
            folder.display()
        ))
    };
    for (path, content) in seed {
        let target = folder.join(path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(cannot)?;
        }
        std::fs::write(&target, content).map_err(cannot)?;
    }
    Ok(())
}
