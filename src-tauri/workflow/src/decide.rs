//! The one place that decides. (workflow, request) → new facts and effects, or a typed refusal.

use serde_json::json;

use crate::complaint;
use crate::fact::{Effect, Fact};
use crate::gate;
use crate::phase::{PhaseResult, Plan, Requirements};
use crate::transition::{self, TransitionKind};
use crate::workflow::road;
use crate::{
    Actor, ApprovalPolicy, Decision, Handoff, NextAction, Phase, Pin, Refusal, Request, RunStatus, Standstill, State,
    Workflow, rollback,
};

/// What follows from a request that was not refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    pub facts: Vec<Fact>,
    pub effects: Vec<Effect>,
    pub outcome: Outcome,
}

/// How the request went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The build is blocked now, which is recorded; the asker still hears "no".
    RetriesExhausted(Refusal),
}

impl Decided {
    fn done(facts: Vec<Fact>) -> Decided {
        Decided {
            facts,
            effects: Vec::new(),
            outcome: Outcome::Done,
        }
    }
}

/// Decides a request. Changes nothing: the caller applies the facts.
///
/// # Errors
/// A [`Refusal`] that says what is allowed now.
pub fn decide(workflow: &Workflow, request: &Request) -> Result<Decided, Refusal> {
    if let Request::Rollback { target, reason, .. } = request {
        if workflow.status == RunStatus::Cancelled {
            return Err(over(workflow));
        }
        let (facts, effects) = rollback::roll_back(workflow, *target, reason)?;
        return Ok(Decided {
            facts,
            effects,
            outcome: Outcome::Done,
        });
    }
    if let Request::Note { event_type, data, .. } = request {
        return Ok(Decided::done(vec![Fact::Noted {
            event_type: (*event_type).to_owned(),
            data: data.clone(),
        }]));
    }
    // Q Assistant still answers questions about what is live, and that costs.
    let may_be_set = matches!(request, Request::SetBudget { .. }) && workflow.status == RunStatus::Complete;
    if workflow.status.is_over() && !may_be_set {
        return Err(over(workflow));
    }
    match request {
        Request::Advance {
            role,
            completed_state,
            next_state,
            result,
            handoff_id,
        } => advance(
            workflow,
            *role,
            *completed_state,
            *next_state,
            result.as_ref(),
            handoff_id,
        ),
        Request::ReadyToBuild { plan_revision, .. } => ready_to_build(workflow, *plan_revision),
        Request::Approve {
            by,
            handoff_id,
            pin,
            dont_ask_again,
        } => approve(workflow, by, handoff_id, pin, *dont_ask_again),
        Request::SendBack { by, reason, target } => send_back(workflow, by, reason, *target),
        Request::VoidHandoff { tree_hash, handoff_id } => void_handoff(workflow, tree_hash, handoff_id),
        Request::ReviseRequirements { requirements, .. } => {
            editable(workflow)?;
            Ok(Decided::done(vec![Fact::RequirementsRevised {
                requirements: requirements.clone(),
            }]))
        }
        Request::RevisePlan { expected, plan, .. } => {
            editable(workflow)?;
            if *expected != workflow.plan_revision {
                return Err(Refusal::PlanChanged {
                    expected: *expected,
                    actual: workflow.plan_revision,
                });
            }
            let revision = workflow.plan_revision.saturating_add(1);
            Ok(Decided::done(vec![Fact::PlanRevised {
                revision,
                plan: plan.clone(),
            }]))
        }
        Request::RecordCheckpoint(checkpoint) => Ok(Decided::done(vec![Fact::CheckpointMade {
            checkpoint: checkpoint.clone(),
        }])),
        Request::RecordEvidence(evidence) => {
            if workflow.state.phase() != Some(evidence.phase()) {
                return Err(Refusal::StaleState {
                    claimed: evidence.phase().state(),
                    actual: workflow.state,
                });
            }
            Ok(Decided::done(vec![Fact::EvidenceRecorded {
                evidence: Box::new(evidence.clone()),
            }]))
        }
        Request::StartAttempt { checkpoint } => {
            let Some(phase) = workflow.state.phase() else {
                return Err(Refusal::InvalidInput {
                    what: format!("No role works in {}.", workflow.state),
                });
            };
            goes_on(workflow)?;
            let attempt = workflow.attempts.get(&phase).copied().unwrap_or(0).saturating_add(1);
            Ok(Decided::done(vec![Fact::AttemptStarted {
                phase,
                attempt,
                checkpoint: checkpoint.clone(),
            }]))
        }
        Request::Pause { .. } => match workflow.status {
            RunStatus::Active | RunStatus::AwaitingApproval => Ok(Decided::done(vec![Fact::Paused])),
            RunStatus::Paused | RunStatus::Blocked(_) | RunStatus::Cancelled | RunStatus::Complete => {
                Ok(Decided::done(Vec::new()))
            }
        },
        Request::Resume { .. } => match workflow.status {
            RunStatus::Paused | RunStatus::Blocked(_) => Ok(Decided::done(vec![Fact::Resumed])),
            RunStatus::Active | RunStatus::AwaitingApproval | RunStatus::Cancelled | RunStatus::Complete => {
                Ok(Decided::done(Vec::new()))
            }
        },
        Request::Block(standstill) => Ok(Decided::done(vec![Fact::Blocked {
            standstill: standstill.clone(),
        }])),
        Request::RaiseRetryLimit { by } => raise_retry_limit(workflow, by),
        Request::Cancel { .. } => Ok(Decided::done(vec![Fact::Cancelled])),
        Request::SetBudget { budget, .. } => Ok(Decided::done(vec![Fact::BudgetSet { budget: *budget }])),
        Request::SetPolicy { policy, .. } => Ok(Decided::done(set_policy(workflow, *policy))),
        Request::UndoRollback { .. } => {
            let (facts, effects) = rollback::undo(workflow)?;
            Ok(Decided {
                facts,
                effects,
                outcome: Outcome::Done,
            })
        }
        Request::TakeTalkBack {
            to,
            requirements,
            plan,
            brief,
            ..
        } => take_talk_back(workflow, *to, requirements.clone(), plan.clone(), brief.clone()),
        // Both were answered above, before the check that the workflow is still open.
        Request::Rollback { .. } | Request::Note { .. } => Ok(Decided::done(Vec::new())),
    }
}

/// Work does not go on behind the back of a person who stopped it, however long ago it was begun.
fn goes_on(workflow: &Workflow) -> Result<(), Refusal> {
    match workflow.status {
        RunStatus::Paused | RunStatus::Blocked(_) => Err(Refusal::StandsStill {
            status: workflow.status.wire(),
        }),
        RunStatus::Active | RunStatus::AwaitingApproval | RunStatus::Cancelled | RunStatus::Complete => Ok(()),
    }
}

fn over(workflow: &Workflow) -> Refusal {
    let next = if workflow.status == RunStatus::Complete {
        "Roll it back to change it, or start a new build."
    } else {
        "Start a new build."
    };
    Refusal::Over {
        status: workflow.status.wire(),
        next,
    }
}

fn advance(
    workflow: &Workflow,
    role: crate::Role,
    completed_state: State,
    next_state: Option<State>,
    result: Option<&PhaseResult>,
    handoff_id: &str,
) -> Result<Decided, Refusal> {
    let state = workflow.state;
    if completed_state != state {
        return Err(Refusal::StaleState {
            claimed: completed_state,
            actual: state,
        });
    }
    if state.owner() != Some(role) {
        return Err(Refusal::NotYourTurn {
            role,
            state,
            owner: state.owner(),
        });
    }
    let to = next_state.unwrap_or_else(|| default_next(workflow));
    // Going back has its own request, with a reason and a count; advancing never goes back.
    if transition::kind(state, to) != Some(TransitionKind::Forward) || !road_is_open(workflow, to) {
        let allowed = transition::forward(state)
            .into_iter()
            .filter(|t| road_is_open(workflow, *t))
            .collect();
        return Err(Refusal::TransitionRefused {
            from: state,
            to,
            allowed,
        });
    }
    goes_on(workflow)?;
    match state.phase() {
        Some(phase) => leave_phase(workflow, phase, to, result, handoff_id),
        None => leave_handoff(workflow, to),
    }
}

/// The handoff state, or the phase beyond it where the person said not to be asked again.
fn default_next(workflow: &Workflow) -> State {
    let targets = transition::forward(workflow.state);
    let direct = targets
        .iter()
        .copied()
        .find(|t| t.phase().is_some() && road_is_open(workflow, *t));
    direct.or_else(|| targets.first().copied()).unwrap_or(workflow.state)
}

/// The direct roads (7 and 10) are open only where the same handoff was approved in this build and the person chose "don't
/// ask again"; never when there is something about the tests that the person has to see.
fn road_is_open(workflow: &Workflow, to: State) -> bool {
    let Some(handoff) = workflow.state.phase().and_then(Phase::handoff) else {
        return true;
    };
    if to == handoff.state() {
        return true;
    }
    workflow.dont_ask.contains(&handoff)
        && workflow.approved.contains(&handoff)
        && !gate::must_be_shown(&workflow.evidence)
}

fn leave_phase(
    workflow: &Workflow,
    phase: Phase,
    to: State,
    result: Option<&PhaseResult>,
    handoff_id: &str,
) -> Result<Decided, Refusal> {
    let Some(result) = result.filter(|r| r.phase() == phase) else {
        return Err(Refusal::InvalidInput {
            what: format!("Leaving {} needs the result of that phase.", phase.wire()),
        });
    };
    gate::check(workflow, result)?;
    let mut facts = vec![Fact::PhaseCompleted {
        phase,
        result: Box::new(result.clone()),
    }];
    let changed = Fact::StateChanged {
        from: workflow.state,
        to,
        kind: TransitionKind::Forward,
    };
    let Some(handoff) = phase.handoff() else {
        facts.push(changed);
        if to == State::Complete {
            facts.push(Fact::Completed);
        }
        return Ok(Decided::done(facts));
    };
    let recorded = Fact::HandoffRecorded {
        id: handoff_id.to_owned(),
        handoff,
        from_role: handoff.from_role(),
        to_role: handoff.to_role(),
        from_state: workflow.state,
        to_state: to,
        pin: pin(workflow, phase),
    };
    let by_policy = approval_without_asking(workflow, handoff, handoff_id);
    if to == handoff.state() {
        facts.push(changed);
        facts.push(recorded);
        facts.extend(by_policy);
    } else {
        // The direct road: the record is written all the same, and answered before the work moves on.
        facts.push(recorded);
        facts.extend(by_policy);
        facts.push(changed);
    }
    Ok(Decided::done(facts))
}

fn pin(workflow: &Workflow, phase: Phase) -> Pin {
    Pin {
        plan_revision: workflow.plan_revision,
        tree_hash: workflow.head.as_ref().map(|head| head.tree.clone()).unwrap_or_default(),
        evidence_hash: workflow.evidence.hash(phase),
    }
}

/// The new policy, and the approval of what is open and would not have been asked under it.
fn set_policy(workflow: &Workflow, policy: ApprovalPolicy) -> Vec<Fact> {
    let changed = Fact::PolicyChanged { policy };
    let is_new = policy != workflow.policy;
    let open = workflow
        .open_handoff
        .as_ref()
        .filter(|open| open.approved_by.is_none() && workflow.status == RunStatus::AwaitingApproval);
    let mut after = workflow.clone();
    after.apply(&changed);
    let approved = open.and_then(|open| approval_without_asking(&after, open.handoff, &open.id));
    is_new.then_some(changed).into_iter().chain(approved).collect()
}

fn approval_without_asking(workflow: &Workflow, handoff: Handoff, id: &str) -> Option<Fact> {
    if gate::must_be_shown(&workflow.evidence) {
        return None;
    }
    let by = if handoff != Handoff::ToCoder && workflow.dont_ask.contains(&handoff) {
        "dont_ask_again"
    } else if !workflow.policy.asks(handoff) {
        workflow.policy.wire()
    } else {
        return None;
    };
    Some(Fact::HandoffDecided {
        id: id.to_owned(),
        decision: Decision::Approved,
        by: Actor::Policy(by.to_owned()),
        reason: None,
        dont_ask_again: false,
    })
}

fn leave_handoff(workflow: &Workflow, to: State) -> Result<Decided, Refusal> {
    match &workflow.open_handoff {
        Some(open) if open.approved_by.is_some() => Ok(Decided::done(vec![Fact::StateChanged {
            from: workflow.state,
            to,
            kind: TransitionKind::Forward,
        }])),
        Some(_) | None => Err(Refusal::EvidenceMissing {
            what: "This handoff waits for the person's approval.".to_owned(),
        }),
    }
}

fn ready_to_build(workflow: &Workflow, plan_revision: u32) -> Result<Decided, Refusal> {
    if workflow.state != State::Planning {
        return Err(Refusal::StaleState {
            claimed: State::Planning,
            actual: workflow.state,
        });
    }
    if plan_revision != workflow.plan_revision {
        return Err(Refusal::PlanChanged {
            expected: plan_revision,
            actual: workflow.plan_revision,
        });
    }
    let Some(plan) = &workflow.phases.planning else {
        return Err(Refusal::EvidenceMissing {
            what: "There is no plan yet.".to_owned(),
        });
    };
    let requirements = workflow.phases.discovery.as_ref();
    let complaints = requirements.map(complaint::requirement_complaints).unwrap_or_default();
    if let Some(what) = complaints
        .into_iter()
        .chain(complaint::plan_complaints(requirements, plan))
        .next()
    {
        let what = what.to_string();
        return Err(Refusal::EvidenceMissing { what });
    }
    Ok(Decided::done(vec![Fact::ReadyToBuildClicked { plan_revision }]))
}

fn approve(
    workflow: &Workflow,
    by: &Actor,
    handoff_id: &str,
    seen: &Pin,
    dont_ask_again: bool,
) -> Result<Decided, Refusal> {
    let Some(open) = workflow.open_handoff.as_ref().filter(|open| open.id == handoff_id) else {
        return Err(Refusal::ApprovalVoid {
            what: "it is no longer the open one".to_owned(),
        });
    };
    if open.approved_by.is_some() {
        return Ok(Decided::done(Vec::new()));
    }
    if &open.pin != seen {
        return Err(Refusal::ApprovalVoid {
            what: "plan, files or evidence are not the ones you were shown".to_owned(),
        });
    }
    let id = handoff_id.to_owned();
    Ok(Decided::done(vec![Fact::HandoffDecided {
        id,
        decision: Decision::Approved,
        by: by.clone(),
        reason: None,
        dont_ask_again,
    }]))
}

fn send_back(workflow: &Workflow, by: &Actor, reason: &str, target: Option<State>) -> Result<Decided, Refusal> {
    if reason.trim().is_empty() {
        return Err(Refusal::InvalidInput {
            what: "Say in a few words why the work goes back.".to_owned(),
        });
    }
    let from = workflow.state;
    let allowed = transition::back(from);
    let to = match target {
        Some(to) => to,
        None => allowed.first().copied().unwrap_or(from),
    };
    if !allowed.contains(&to) {
        return Err(Refusal::TransitionRefused { from, to, allowed });
    }
    let used = workflow.retries_used(from, to);
    if used >= workflow.max_retries {
        let refusal = Refusal::RetriesExhausted {
            from,
            to,
            limit: workflow.max_retries,
        };
        let standstill = Standstill {
            code: refusal.code().to_owned(),
            reason: format!("{refusal} Last reason: {reason}"),
            next_action: NextAction::RaiseRetryLimit,
            facts: Some(Box::new(
                json!({"from": from, "to": to, "limit": workflow.max_retries, "reason": reason}),
            )),
            pending_return: Some((to, reason.to_owned())),
        };
        return Ok(Decided {
            facts: vec![Fact::Blocked { standstill }],
            effects: Vec::new(),
            outcome: Outcome::RetriesExhausted(refusal),
        });
    }
    let limit = workflow.max_retries;
    Ok(Decided {
        facts: returning(workflow, by, from, to, used.saturating_add(1), limit, reason),
        effects: undo_release(workflow),
        outcome: Outcome::Done,
    })
}

/// What was released from work that goes back does not stay live.
pub(crate) fn undo_release(workflow: &Workflow) -> Vec<Effect> {
    let released = workflow.evidence.release.iter();
    released
        .map(|release| Effect::UndoRelease {
            release_id: release.release_id.clone(),
        })
        .collect()
}

fn returning(
    workflow: &Workflow,
    by: &Actor,
    from: State,
    to: State,
    used: u32,
    limit: u32,
    reason: &str,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(open) = workflow.open_handoff.as_ref().filter(|open| open.approved_by.is_none()) {
        facts.push(Fact::HandoffDecided {
            id: open.id.clone(),
            decision: Decision::Rejected,
            by: by.clone(),
            reason: Some(reason.to_owned()),
            dont_ask_again: false,
        });
    }
    let kind = transition::kind(from, to).unwrap_or(TransitionKind::Retry);
    facts.push(Fact::SentBack {
        from,
        to,
        used,
        limit,
        reason: reason.to_owned(),
    });
    facts.push(Fact::StateChanged { from, to, kind });
    facts
}

fn void_handoff(workflow: &Workflow, tree_hash: &str, handoff_id: &str) -> Result<Decided, Refusal> {
    let Some(open) = &workflow.open_handoff else {
        return Err(Refusal::InvalidInput {
            what: "No handoff is open.".to_owned(),
        });
    };
    let pin = Pin {
        tree_hash: tree_hash.to_owned(),
        ..open.pin.clone()
    };
    let handoff = open.handoff;
    let mut facts = Vec::new();
    if open.approved_by.is_none() {
        facts.push(Fact::HandoffDecided {
            id: open.id.clone(),
            decision: Decision::Void,
            by: Actor::Product,
            reason: Some("The files are not the ones that were handed over.".to_owned()),
            dont_ask_again: false,
        });
    }
    facts.push(Fact::HandoffRecorded {
        id: handoff_id.to_owned(),
        handoff,
        from_role: handoff.from_role(),
        to_role: handoff.to_role(),
        from_state: handoff.from_phase().state(),
        to_state: handoff.state(),
        pin,
    });
    Ok(Decided::done(facts))
}

/// Requirements and plan change only before the work on them begins: after that, the way leads back first.
fn editable(workflow: &Workflow) -> Result<(), Refusal> {
    if workflow.state <= State::Planning {
        return Ok(());
    }
    Err(Refusal::StaleState {
        claimed: State::Planning,
        actual: workflow.state,
    })
}

/// Only while there is talk. The one pair of states it can move along, from planning to discovery, is one of the twenty-eight; it does not
/// count as work sent back, because the person only changes their mind. A plan that goes, or comes back, is another revision: a click on
/// what was shown before binds nothing.
fn take_talk_back(
    workflow: &Workflow,
    to: State,
    requirements: Option<Requirements>,
    plan: Option<Plan>,
    brief: Option<String>,
) -> Result<Decided, Refusal> {
    editable(workflow)?;
    if to > workflow.state {
        return Err(Refusal::StaleState {
            claimed: to,
            actual: workflow.state,
        });
    }
    let stays = plan == workflow.phases.planning;
    let plan_revision = workflow.plan_revision.saturating_add(u32::from(!stays));
    Ok(Decided::done(vec![Fact::TalkTakenBack {
        from: workflow.state,
        to,
        requirements,
        plan,
        plan_revision,
        brief,
    }]))
}

fn raise_retry_limit(workflow: &Workflow, by: &Actor) -> Result<Decided, Refusal> {
    let limit = workflow.max_retries.saturating_add(1);
    let mut facts = vec![Fact::RetryLimitRaised { limit }];
    let mut effects = Vec::new();
    if let Some(standstill) = workflow.standstill() {
        facts.push(Fact::Resumed);
        if let Some((to, reason)) = &standstill.pending_return {
            let used = workflow
                .retries
                .get(&road(workflow.state, *to))
                .copied()
                .unwrap_or(0)
                .saturating_add(1);
            facts.extend(returning(workflow, by, workflow.state, *to, used, limit, reason));
            effects = undo_release(workflow);
        }
    }
    Ok(Decided {
        facts,
        effects,
        outcome: Outcome::Done,
    })
}
