//! One driver per build: it looks at what the store says and does the next thing, until there is nothing to do. Live and after a
//! crash it is the same loop.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use store::workflows::{self, WorkflowRow};
use store::{effects, new_id};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use workflow::{NextAction, Request, RunStatus, Standstill, State};

use crate::notice::{Attention, Notice};
use crate::role_run;
use crate::service::{failure, nothing_unread};
use crate::{Engine, ServiceError};

/// The drivers that are running.
#[derive(Default)]
pub(crate) struct Drivers {
    running: Mutex<HashMap<String, Driver>>,
    /// Q Assistant, where it does something beside the work.
    beside: Mutex<HashMap<String, Beside>>,
    idle: Notify,
    /// No driver starts, and none does a further step.
    closed: AtomicBool,
}

struct Beside {
    driver: Driver,
    does: Option<Aside>,
}

/// What Q Assistant does beside the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aside {
    Answer,
    Remark,
}

struct Driver {
    /// Ends what is being done right now, not the driver.
    current: CancellationToken,
    /// Something changed while it was busy: look again before going.
    again: bool,
}

impl Drivers {
    /// Starts a driver, or tells the running one to look again.
    pub fn kick(&self, engine: &Engine, id: &str) {
        let mut running = self.lock();
        if self.is_closed() {
            return;
        }
        if let Some(driver) = running.get_mut(id) {
            driver.again = true;
            return;
        }
        let current = CancellationToken::new();
        running.insert(
            id.to_owned(),
            Driver {
                current: current.clone(),
                again: false,
            },
        );
        let (engine, id) = (engine.clone(), id.to_owned());
        tokio::spawn(async move { drive(engine, id, current).await });
    }

    /// Lets Q Assistant look whether it is asked for something beside the work.
    pub fn attend(&self, engine: &Engine, id: &str) {
        let mut beside = self.lock_beside();
        if self.is_closed() {
            return;
        }
        if let Some(beside) = beside.get_mut(id) {
            beside.driver.again = true;
            return;
        }
        let current = CancellationToken::new();
        let driver = Driver {
            current: current.clone(),
            again: false,
        };
        beside.insert(id.to_owned(), Beside { driver, does: None });
        let (engine, id) = (engine.clone(), id.to_owned());
        tokio::spawn(crate::beside::attend(engine, id, current));
    }

    /// Nothing is asked of Q Assistant beside the work: it goes, unless something changed meanwhile.
    pub fn leave_beside(&self, id: &str) -> Option<CancellationToken> {
        let mut all = self.lock_beside();
        let beside = all.get_mut(id)?;
        if beside.driver.again {
            beside.driver.again = false;
            beside.driver.current = CancellationToken::new();
            return Some(beside.driver.current.clone());
        }
        all.remove(id);
        self.idle.notify_waiters();
        None
    }

    /// Remembers what Q Assistant does beside the work.
    pub fn beside_does(&self, id: &str, does: Option<Aside>) {
        if let Some(beside) = self.lock_beside().get_mut(id) {
            beside.does = does;
        }
    }

    /// Ends what Q Assistant does beside the work, where it is of this kind; then it looks again. False where it does no such thing.
    pub fn interrupt_beside(&self, id: &str, kinds: &[Aside]) -> bool {
        let mut all = self.lock_beside();
        let found = all
            .get_mut(id)
            .filter(|beside| beside.does.is_some_and(|does| kinds.contains(&does)));
        let Some(beside) = found else { return false };
        beside.driver.current.cancel();
        beside.driver.again = true;
        true
    }

    /// Ends what is being done for the build; the driver then looks at the store again.
    pub fn interrupt(&self, id: &str) {
        if let Some(driver) = self.lock().get_mut(id) {
            driver.current.cancel();
            driver.again = true;
        }
    }

    /// No driver starts from now on, and those that run do no further step. The builds that have one.
    pub fn close(&self) -> HashSet<String> {
        self.closed.store(true, Ordering::SeqCst);
        let mut ids: HashSet<String> = self.lock().keys().cloned().collect();
        ids.extend(self.lock_beside().keys().cloned());
        ids
    }

    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Waits until the build has no driver, and Q Assistant is asked for nothing beside it.
    pub async fn settled(&self, id: &str) {
        loop {
            let idle = self.idle.notified();
            tokio::pin!(idle);
            idle.as_mut().enable();
            if !self.lock().contains_key(id) && !self.lock_beside().contains_key(id) {
                return;
            }
            idle.await;
        }
    }

    /// The driver has nothing to do: it goes, unless something changed meanwhile.
    fn leave(&self, id: &str) -> Option<CancellationToken> {
        let mut running = self.lock();
        let driver = running.get_mut(id)?;
        if driver.again {
            driver.again = false;
            driver.current = CancellationToken::new();
            return Some(driver.current.clone());
        }
        running.remove(id);
        self.idle.notify_waiters();
        None
    }

    fn lock_beside(&self) -> std::sync::MutexGuard<'_, HashMap<String, Beside>> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Driver>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn drive(engine: Engine, id: String, mut current: CancellationToken) {
    loop {
        match step(&engine, &id, &current).await {
            Ok(true) if !current.is_cancelled() => continue,
            Ok(_) => {}
            // The person decided something else meanwhile: what they decided is looked at, and nothing is wrong.
            Err(ServiceError::Refused(refusal)) if current.is_cancelled() => {
                tracing::info!(workflow = id, %refusal, "overtaken by the person");
            }
            // They threw it away.
            Err(ServiceError::InTrash) => {}
            Err(error) => report(&engine, &id, &error),
        }
        match engine.inner.drivers.leave(&id) {
            Some(fresh) => current = fresh,
            None => return,
        }
    }
}

/// An error of the engine's own blocks the build, with the reason; if even that cannot be written, the log has it.
fn report(engine: &Engine, id: &str, error: &ServiceError) {
    tracing::error!(workflow = id, code = error.code(), %error, "a step failed");
    let standstill = Standstill {
        code: error.code().to_owned(),
        reason: error.to_string(),
        facts: Some(Box::new(error.facts())),
        next_action: NextAction::TryAgain,
        pending_return: None,
    };
    let told = match engine.service().request(id, Request::Block(standstill.clone())) {
        // A build that is over cannot stand still; the person hears it all the same.
        Err(ServiceError::Refused(_)) => {
            engine.publisher().publish(Notice::Attention {
                workflow_id: id.to_owned(),
                why: Attention::Blocked {
                    code: standstill.code.clone(),
                    reason: standstill.reason.clone(),
                },
            });
            engine.service().post(id, failure(State::Complete, &standstill))
        }
        other => other.map(|_| ()),
    };
    if let Err(error) = told {
        tracing::error!(workflow = id, %error, "the block could not be recorded");
    }
}

/// Does the next thing. False when there is nothing to do.
async fn step(engine: &Engine, id: &str, cancel: &CancellationToken) -> Result<bool, ServiceError> {
    if engine.inner.drivers.is_closed() {
        return Ok(false);
    }
    // What was decided before is carried out in the trash, too.
    if carry_out_effects(engine, id).await? {
        return Ok(true);
    }
    let row = load(engine, id)?;
    if row.trashed_at.is_some() {
        return Ok(false);
    }
    match (&row.workflow.status, row.workflow.state) {
        (RunStatus::Active, State::Discovery | State::Planning) => talk(engine, &row, cancel).await,
        (
            RunStatus::Active,
            State::HandoffToCoder | State::HandoffToTester | State::HandoffToVerifier | State::HandoffToReleaser,
        ) => receive_handoff(engine, &row).await.map(|()| true),
        (RunStatus::Active, State::Implementation | State::Testing | State::Verification | State::Deployment) => {
            engine.attend(id);
            role_run::run_phase(engine, &row, cancel).await?;
            tell_person(engine, id)?;
            Ok(true)
        }
        (RunStatus::Active, State::Complete)
        | (RunStatus::AwaitingApproval | RunStatus::Paused | RunStatus::Blocked(_) | RunStatus::Complete, _) => {
            engine.attend(id);
            Ok(false)
        }
        (RunStatus::Cancelled, _) => Ok(false),
    }
}

fn load(engine: &Engine, id: &str) -> Result<WorkflowRow, ServiceError> {
    let id = id.to_owned();
    engine.service().store().read(move |db| Ok(workflows::get(db, &id)?))
}

async fn carry_out_effects(engine: &Engine, id: &str) -> Result<bool, ServiceError> {
    let workflow_id = id.to_owned();
    let open = engine
        .service()
        .store()
        .read(move |db| Ok::<_, ServiceError>(effects::open(db, &workflow_id)?))?;
    for pending in &open {
        crate::effects::carry_out(engine, id, &pending.effect).await?;
        engine.service().effect_done(id, pending.id)?;
    }
    Ok(!open.is_empty())
}

fn has_unread(engine: &Engine, id: &str) -> Result<bool, ServiceError> {
    let id = id.to_owned();
    Ok(!engine.service().store().read(move |db| nothing_unread(db, &id))?)
}

/// Q Assistant's turn, if the person said something that it has not read, or if planning has just begun.
async fn talk(engine: &Engine, row: &WorkflowRow, cancel: &CancellationToken) -> Result<bool, ServiceError> {
    let begins = row.workflow.state == State::Planning && row.workflow.phases.planning.is_none();
    if !begins && !has_unread(engine, &row.workflow.id)? {
        return Ok(false);
    }
    let went_on = role_run::run_talk(engine, row, cancel).await?;
    tell_person(engine, &row.workflow.id)?;
    Ok(went_on)
}

/// An approved handoff: the work starts only if the files are still the ones that were approved.
async fn receive_handoff(engine: &Engine, row: &WorkflowRow) -> Result<(), ServiceError> {
    let workflow = &row.workflow;
    let Some(open) = workflow.open_handoff.as_ref().filter(|open| open.approved_by.is_some()) else {
        return Ok(());
    };
    let worktree = engine.worktree(&workflow.id).await?;
    if worktree.tree_hash().await? != open.pin.tree_hash {
        // Somebody wrote into the worktree. What they wrote is kept under a ref; what was handed over is put back and asked again.
        let reference = format!("refs/q-assistant/{}/outside-{}", workflow.id, workflow.revision);
        worktree
            .checkpoint(&reference, "Changes from outside the build")
            .await?;
        if let Some(head) = &workflow.head {
            worktree.restore(&head.commit).await?;
        }
        let tree_hash = open.pin.tree_hash.clone();
        engine.service().request(
            &workflow.id,
            Request::VoidHandoff {
                tree_hash,
                handoff_id: new_id(),
            },
        )?;
        return Ok(());
    }
    let Some(role) = workflow.state.owner() else {
        return Ok(());
    };
    let completed_state = workflow.state;
    let advance = Request::Advance {
        role,
        completed_state,
        next_state: None,
        result: None,
        handoff_id: new_id(),
    };
    engine.service().request(&workflow.id, advance)?;
    Ok(())
}

/// Tells the person what the build waits for now.
fn tell_person(engine: &Engine, id: &str) -> Result<(), ServiceError> {
    let row = load(engine, id)?;
    let workflow = &row.workflow;
    let why = match &workflow.status {
        RunStatus::AwaitingApproval => workflow.open_handoff.as_ref().map(|open| Attention::Approval {
            from: open.handoff.from_role(),
            to: open.handoff.to_role(),
        }),
        RunStatus::Blocked(standstill) => Some(Attention::Blocked {
            code: standstill.code.clone(),
            reason: standstill.reason.clone(),
        }),
        RunStatus::Complete => Some(Attention::Live {
            url: workflow.evidence.release.as_ref().and_then(|r| r.url.clone()),
        }),
        RunStatus::Active if workflow.state == State::Planning && workflow.phases.planning.is_some() => {
            Some(Attention::PlanReady)
        }
        RunStatus::Active if workflow.state == State::Discovery => Some(Attention::Answer),
        RunStatus::Active | RunStatus::Paused | RunStatus::Cancelled => None,
    };
    if let Some(why) = why {
        engine.publisher().publish(Notice::Attention {
            workflow_id: id.to_owned(),
            why,
        });
    }
    Ok(())
}
