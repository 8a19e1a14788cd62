//! What the person did in a build, in order, so that it can be done again.

use std::fmt;

use store::events::EventRow;
use store::messages::{self, Message};
use workflow::phase::{Plan, Requirements};
use workflow::{Actor, ApprovalPolicy, Budget, Fact, Language, NextAction, Request, Standstill, State};

use super::recording::counted;
use crate::attachments::Shown;
use crate::service::{FOUND, Service};
use crate::{Engine, ServiceError};

/// The person's steps that are still to be done.
pub(super) struct Steps {
    policy: ApprovalPolicy,
    budget: Option<Budget>,
    language: Language,
    /// In order, the next one last.
    left: Vec<Step>,
}

/// One step, and when it is done.
struct Step {
    act: Act,
    by: Actor,
    /// So many exchanges were over.
    after: usize,
    /// It was done between two exchanges of one run: before the second one was asked.
    within_run: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Act {
    Say {
        text: String,
        shown: Shown,
    },
    /// The message of that place among the person's own is said in other words.
    SayAnew {
        text: String,
        own: usize,
    },
    EditRequirements(Requirements),
    EditPlan(Plan),
    ReadyToBuild,
    Approve {
        dont_ask_again: bool,
    },
    SendBack {
        reason: String,
        to: State,
    },
    Pause,
    Resume,
    RaiseRetryLimit,
    SetPolicy(ApprovalPolicy),
    SetBudget(Option<Budget>),
    SetTestCommand(String),
    Rollback {
        to: State,
        reason: String,
    },
    UndoRollback,
    Cancel,
}

impl Steps {
    pub fn of(service: &Service, id: &str) -> Result<Steps, ServiceError> {
        let (_, exchanges) = counted(service, id)?;
        let workflow_id = id.to_owned();
        let (row, events, said) = service.store().read(move |db| {
            Ok::<_, ServiceError>((
                store::workflows::get(db, &workflow_id)?,
                store::events::of_workflow(db, &workflow_id)?,
                messages::all_of_workflow(db, &workflow_id)?,
            ))
        })?;
        let person = Actor::Person(row.workflow.user_id.clone());
        let mut timed: Vec<(String, Step)> = Vec::new();
        let mut reader = Reader::default();
        let (mut first_policy, mut first_budget, mut language) = (row.workflow.policy, None, Language::default());
        // All facts of one request have one time and one author; the first that is a step stands for them.
        let mut known: Option<(&str, &str)> = None;
        for event in &events {
            let by_person = event.triggered_by.starts_with("person:");
            // Another model was chosen: that it went on then is the person's doing.
            let chosen = event.event_type == "resumed" && event.triggered_by == "product";
            let Ok(fact) = serde_json::from_str::<Fact>(&event.event_data) else {
                continue;
            };
            if let Fact::WorkflowStarted {
                policy,
                budget,
                language: spoken,
                ..
            } = &fact
            {
                (first_policy, first_budget, language) = (*policy, *budget, *spoken);
            }
            reader.see(&fact);
            if !by_person && !chosen {
                continue;
            }
            let request = (event.timestamp.as_str(), event.triggered_by.as_str());
            let Some(act) = reader.act(fact).filter(|_| known != Some(request)) else {
                continue;
            };
            known = Some(request);
            let after = exchanges.iter().filter(|e| e.answered_at.event < event.seq).count();
            let asked = exchanges.iter().filter(|e| e.asked_at.event < event.seq).count();
            let within_run = same_run(&exchanges, after, asked);
            timed.push((
                event.timestamp.clone(),
                Step {
                    act,
                    by: if chosen { Actor::Product } else { person.clone() },
                    after,
                    within_run,
                },
            ));
        }
        let anew = said_anew(&events, &said);
        // The first message is the brief, and a reason is part of the step that it was given for.
        for message in said.iter().filter(|m| m.author == "you" && m.seq > 1 && !m.is_reason) {
            let text = message.text.clone();
            let act = match anew.iter().find(|(seq, _)| *seq == message.seq) {
                Some((_, own)) => Act::SayAnew { text, own: *own },
                None => Act::Say {
                    text,
                    shown: shown(service, message)?,
                },
            };
            let after = exchanges.iter().filter(|e| e.answered_at.message < message.seq).count();
            let asked = exchanges.iter().filter(|e| e.asked_at.message < message.seq).count();
            let within_run = same_run(&exchanges, after, asked);
            timed.push((
                message.created_at.clone(),
                Step {
                    act,
                    by: person.clone(),
                    after,
                    within_run,
                },
            ));
        }
        timed.sort_by(|(a_time, a), (b_time, b)| (a.after, a_time).cmp(&(b.after, b_time)));
        Ok(Steps {
            policy: first_policy,
            budget: first_budget,
            language,
            left: timed.into_iter().rev().map(|(_, step)| step).collect(),
        })
    }

    /// What was asked, what might be used, and what was spoken, when the build was started.
    pub fn at_first(&self) -> (ApprovalPolicy, Option<Budget>, Language) {
        (self.policy, self.budget, self.language)
    }

    /// The next step that was not done.
    pub fn left(&mut self) -> Option<Taken> {
        self.left.pop().map(|step| Taken(step.act, step.by))
    }

    /// The next step, where it was done before the exchange after `given` was answered.
    pub fn before(&mut self, given: usize) -> Option<Taken> {
        self.left
            .pop_if(|step| step.after <= given)
            .map(|step| Taken(step.act, step.by))
    }

    /// The next step, where it was done right after exchange `given`, while its run went on.
    pub fn after(&mut self, given: usize) -> Option<Taken> {
        self.left
            .pop_if(|step| step.after < given || (step.after == given && step.within_run))
            .map(|step| Taken(step.act, step.by))
    }
}

/// What went with a message.
fn shown(service: &Service, message: &Message) -> Result<Shown, ServiceError> {
    let message = message.clone();
    service.store().read(move |db| Ok(Shown::of(db, &message)?))
}

/// Messages that were said in the place of an older one: their numbers, and that one's place among the person's own. Each time that the
/// talk was taken back, the oldest message that went was the one that the person's next words replaced.
fn said_anew(events: &[EventRow], said: &[Message]) -> Vec<(u32, usize)> {
    let own: Vec<&Message> = said.iter().filter(|message| message.author == "you").collect();
    let mut replaced: Vec<(u32, usize)> = Vec::new();
    for (place, message) in own.iter().enumerate() {
        let anew = message.taken_back.as_ref().filter(|back| back.rolled_back_to.is_none());
        if let Some(back) = anew.filter(|back| replaced.iter().all(|(revision, _)| *revision != back.revision)) {
            replaced.push((back.revision, place));
        }
    }
    replaced.sort_unstable();
    let times = events.iter().filter(|event| event.event_type == "talk_taken_back");
    let pairs = times.zip(replaced).filter_map(|(event, (_, place))| {
        let next = own.iter().find(|message| message.created_at > event.timestamp)?;
        Some((next.seq, place))
    });
    pairs.collect()
}

/// Whether a step between the exchanges `after` and `after + 1` fell into one run.
fn same_run(exchanges: &[store::exchanges::ExchangeRow], after: usize, asked: usize) -> bool {
    let run = |index: Option<usize>| {
        index
            .and_then(|index| exchanges.get(index))
            .map(|exchange| &exchange.run_id)
    };
    asked == after && after > 0 && run(after.checked_sub(1)) == run(Some(after))
}

/// Reads acts from facts: one step of the person leaves several facts.
#[derive(Default)]
struct Reader {
    /// Facts that belong to the click on Ready to Build, until its handoff is approved.
    clicked: bool,
    /// What the next fact would only repeat.
    follows: Option<&'static str>,
    /// The build stands still for its budget.
    stands_for_budget: bool,
    has_plan: bool,
}

impl Reader {
    /// Takes in where the build stands before the next fact of the person's is read.
    fn see(&mut self, fact: &Fact) {
        if let Fact::Blocked { standstill } = fact {
            self.stands_for_budget = standstill.next_action == NextAction::RaiseBudget;
        } else if matches!(fact, Fact::Resumed | Fact::RolledBack { .. }) {
            self.stands_for_budget = false;
        }
        self.has_plan |= matches!(fact, Fact::PlanRevised { .. });
    }

    fn act(&mut self, fact: Fact) -> Option<Act> {
        let follows = self.follows.take();
        if follows == Some(fact.event_type()) {
            return None;
        }
        match fact {
            Fact::RequirementsRevised { requirements } => {
                self.follows = self.has_plan.then_some("plan_revised");
                Some(Act::EditRequirements(requirements))
            }
            Fact::PlanRevised { plan, .. } => Some(Act::EditPlan(plan)),
            Fact::ReadyToBuildClicked { .. } => {
                self.clicked = true;
                Some(Act::ReadyToBuild)
            }
            Fact::HandoffDecided {
                decision: workflow::Decision::Approved,
                by: Actor::Person(_),
                dont_ask_again,
                ..
            } => {
                let of_click = std::mem::take(&mut self.clicked);
                (!of_click).then_some(Act::Approve { dont_ask_again })
            }
            Fact::SentBack { to, reason, .. } => Some(Act::SendBack { to, reason }),
            // Sent back by the person once too often.
            Fact::Blocked {
                standstill:
                    Standstill {
                        pending_return: Some((to, reason)),
                        ..
                    },
            } => Some(Act::SendBack { to, reason }),
            Fact::Paused => Some(Act::Pause),
            Fact::Resumed if self.clicked => None,
            Fact::Resumed => Some(Act::Resume),
            Fact::RetryLimitRaised { .. } => Some(Act::RaiseRetryLimit),
            Fact::PolicyChanged { policy } => Some(Act::SetPolicy(policy)),
            Fact::BudgetSet { budget } => {
                // It lets go on what stood still for it, and nothing else.
                self.follows = self.stands_for_budget.then_some("resumed");
                Some(Act::SetBudget(budget))
            }
            Fact::RolledBack { to, reason, .. } => {
                self.follows = Some("paused");
                Some(Act::Rollback { to, reason })
            }
            Fact::RollbackUndone { .. } => Some(Act::UndoRollback),
            Fact::Cancelled => Some(Act::Cancel),
            Fact::Noted { event_type, data } if event_type == "test_command_set" => {
                // Earlier versions kept only the words.
                let command = data.get("command").or_else(|| data.get("detail"));
                let command = command.and_then(|v| v.as_str()).filter(|command| *command != FOUND);
                Some(Act::SetTestCommand(command.unwrap_or_default().to_owned()))
            }
            // The words that it made room for are the step.
            Fact::TalkTakenBack { .. }
            | Fact::Noted { .. }
            | Fact::WorkflowStarted { .. }
            | Fact::AttemptStarted { .. }
            | Fact::CheckpointMade { .. }
            | Fact::EvidenceRecorded { .. }
            | Fact::PhaseCompleted { .. }
            | Fact::StateChanged { .. }
            | Fact::HandoffRecorded { .. }
            | Fact::HandoffDecided { .. }
            | Fact::Blocked { .. }
            | Fact::Completed => None,
        }
    }
}

/// A step whose time has come.
pub(super) struct Taken(Act, Actor);

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.0 {
            Act::Say { text, .. } | Act::SayAnew { text, .. } => {
                return write!(f, "Your message “{}”", text.chars().take(40).collect::<String>());
            }
            Act::EditRequirements(_) => "Your edit of the requirements",
            Act::EditPlan(_) => "Your edit of the plan",
            Act::ReadyToBuild => "Ready to Build",
            Act::Approve { .. } => "Your approval",
            Act::SendBack { .. } => "Sending it back",
            Act::Pause => "Your pause",
            Act::Resume => "Going on",
            Act::RaiseRetryLimit => "Allowing one more return",
            Act::SetPolicy(_) => "Your choice of what is asked",
            Act::SetBudget(_) => "Your budget",
            Act::SetTestCommand(_) => "Your test command",
            Act::Rollback { .. } => "Your rollback",
            Act::UndoRollback => "Taking the rollback back",
            Act::Cancel => "Cancelling",
        };
        f.write_str(what)
    }
}

impl Taken {
    pub async fn take(&self, engine: &Engine, id: &str) -> Result<(), ServiceError> {
        let by = self.1.clone();
        let workflow_id = id.to_owned();
        let workflow = engine
            .service()
            .store()
            .read(move |db| Ok::<_, ServiceError>(store::workflows::get(db, &workflow_id)?))?
            .workflow;
        match self.0.clone() {
            Act::Say { text, shown } => engine.send_message(id, &text, shown, &store::new_id()).map(|_| ()),
            Act::SayAnew { text, own } => {
                let workflow_id = id.to_owned();
                let said = engine
                    .service()
                    .store()
                    .read(move |db| Ok::<_, ServiceError>(messages::all_of_workflow(db, &workflow_id)?))?;
                let Some(old) = said.iter().filter(|message| message.author == "you").nth(own) else {
                    return Err(ServiceError::invalid("The message that was said anew is not there."));
                };
                engine.say_anew(id, by, &old.id, &text, &store::new_id()).map(|_| ())
            }
            Act::EditRequirements(new) => engine.edit_requirements(id, by, workflow.revision, new),
            Act::EditPlan(plan) => engine.edit_plan(id, by, workflow.plan_revision, plan),
            Act::ReadyToBuild => engine.ready_to_build(id, by, workflow.plan_revision).await,
            Act::Approve { dont_ask_again } => {
                let Some(open) = workflow.open_handoff.clone() else {
                    return Err(ServiceError::invalid("No handoff waits for an approval."));
                };
                engine.approve_handoff(id, by, &open.id, open.pin, dont_ask_again)
            }
            Act::SendBack { reason, to } => match engine.request_retry(id, by, &reason, Some(to)) {
                // As in the build itself: the block is part of what happens.
                Err(ServiceError::Refused(workflow::Refusal::RetriesExhausted { .. })) => Ok(()),
                other => other,
            },
            Act::Pause => engine.stop_with(id, Request::Pause { by }),
            Act::Resume => engine.go_on_with(id, Request::Resume { by }),
            Act::RaiseRetryLimit => engine.go_on_with(id, Request::RaiseRetryLimit { by }),
            Act::SetPolicy(policy) => engine.go_on_with(id, Request::SetPolicy { by, policy }),
            Act::SetBudget(budget) => engine.set_budget(id, by, budget),
            Act::SetTestCommand(command) => engine.set_test_command(id, by, &command),
            Act::Rollback { to, reason } => engine.rollback_workflow(id, by, to, &reason).await,
            Act::UndoRollback => engine.undo_rollback(id, by),
            Act::Cancel => engine.cancel(id, by).await,
        }
    }
}
