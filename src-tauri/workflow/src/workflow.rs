//! All that is known about one build's progress, and how a fact changes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::gate::EvidenceSet;
use crate::{
    Actor, ApprovalPolicy, Budget, Decision, Fact, Handoff, OpenHandoff, Phase, PhaseData, Role, RunStatus, Standstill,
    State, rollback,
};

/// A commit of the build's branch and its tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub commit: String,
    pub tree: String,
}

/// Why work last came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    pub from: State,
    pub to: State,
    pub reason: String,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// States left behind; all eleven once complete.
    pub completed: u32,
    pub total: u32,
    /// 0 to 100: steps of the road walked, of the ten there are.
    pub percentage: u32,
}

/// One build's workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    pub id: String,
    pub build_id: String,
    pub project_id: String,
    pub user_id: String,
    /// Grows by one with every decision; a write carries the one it expects.
    pub revision: u32,
    pub state: State,
    pub status: RunStatus,
    pub memory: Memory,
}

/// The part of a workflow that a rollback takes back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Memory {
    pub phases: PhaseData,
    pub plan_revision: u32,
    /// The revision that was clicked on.
    pub ready_revision: Option<u32>,
    pub evidence: EvidenceSet,
    pub policy: ApprovalPolicy,
    /// "Don't ask again for this handoff in this build".
    pub dont_ask: BTreeSet<Handoff>,
    /// Handoffs that were approved at least once.
    pub approved: BTreeSet<Handoff>,
    pub max_retries: u32,
    /// None: no limit.
    #[serde(default)]
    pub budget: Option<Budget>,
    /// Returns taken, per road ("testing→implementation").
    pub retries: BTreeMap<String, u32>,
    pub attempts: BTreeMap<Phase, u32>,
    /// The commit at which the work stands: everything up to it is acknowledged, everything after it may be thrown away.
    pub head: Option<Checkpoint>,
    /// Where the build branched off, before any of its work.
    #[serde(default)]
    pub began: Option<Checkpoint>,
    /// Where each phase last started from.
    pub checkpoints: BTreeMap<Phase, Checkpoint>,
    /// Phases this build has been in.
    pub visited: BTreeSet<Phase>,
    pub returned: Vec<Returned>,
    pub open_handoff: Option<OpenHandoff>,
    /// The state before a rollback and what was known then, until work goes on.
    pub before_rollback: Option<Box<(State, Memory)>>,
}

impl std::ops::Deref for Workflow {
    type Target = Memory;

    fn deref(&self) -> &Memory {
        &self.memory
    }
}

/// What a workflow starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWorkflow {
    pub id: String,
    pub build_id: String,
    pub project_id: String,
    pub user_id: String,
    pub policy: ApprovalPolicy,
    pub max_retries: u32,
    pub budget: Option<Budget>,
}

impl Workflow {
    /// A workflow in discovery.
    #[must_use]
    pub fn start(new: NewWorkflow) -> Workflow {
        Workflow {
            id: new.id,
            build_id: new.build_id,
            project_id: new.project_id,
            user_id: new.user_id,
            revision: 1,
            state: State::Discovery,
            status: RunStatus::Active,
            memory: Memory {
                policy: new.policy,
                max_retries: new.max_retries,
                budget: new.budget,
                visited: BTreeSet::from([Phase::Discovery]),
                ..Memory::default()
            },
        }
    }

    #[must_use]
    pub const fn owner(&self) -> Option<Role> {
        self.state.owner()
    }

    #[must_use]
    pub fn progress(&self) -> Progress {
        let passed = State::ALL.iter().filter(|s| **s < self.state).count();
        let passed = u32::try_from(passed).unwrap_or(0);
        let completed = if self.state == State::Complete { 11 } else { passed };
        Progress {
            completed,
            total: 11,
            percentage: passed * 10,
        }
    }

    /// Phases whose work stands.
    #[must_use]
    pub fn completed_phases(&self) -> Vec<Phase> {
        Phase::ALL
            .into_iter()
            .filter(|p| p.state() < self.state && self.phases.get(*p).is_some())
            .collect()
    }

    /// How often work went back along this road.
    #[must_use]
    pub fn retries_used(&self, from: State, to: State) -> u32 {
        self.retries.get(&road(from, to)).copied().unwrap_or(0)
    }

    /// Phases that a rollback may go to: been in, and before the present state.
    #[must_use]
    pub fn rollback_targets(&self) -> Vec<Phase> {
        Phase::ALL
            .into_iter()
            .filter(|p| p.state() < self.state && self.visited.contains(p))
            .collect()
    }

    /// Why the present phase is being done again, if work was sent back to it.
    #[must_use]
    pub fn returned_here(&self) -> Option<&Returned> {
        self.returned.iter().rev().find(|r| r.to == self.state)
    }

    /// Takes the fact in. Total: a fact that [`crate::decide`] gave always fits.
    pub fn apply(&mut self, fact: &Fact) {
        let memory = &mut self.memory;
        match fact {
            Fact::WorkflowStarted { .. } | Fact::Noted { .. } => {}
            Fact::RequirementsRevised { requirements } => memory.phases.discovery = Some(requirements.clone()),
            Fact::PlanRevised { revision, plan } => {
                memory.plan_revision = *revision;
                memory.phases.planning = Some(plan.clone());
                memory.ready_revision = None;
            }
            Fact::ReadyToBuildClicked { plan_revision } => memory.ready_revision = Some(*plan_revision),
            Fact::AttemptStarted {
                phase,
                attempt,
                checkpoint,
            } => {
                memory.attempts.insert(*phase, *attempt);
                if let Some(checkpoint) = checkpoint {
                    memory.checkpoints.insert(*phase, checkpoint.clone());
                }
                memory.evidence.forget_from(*phase);
                memory.before_rollback = None;
            }
            Fact::CheckpointMade { checkpoint } => {
                // What is recorded while there is only a plan is where the build branches off.
                if self.state == State::Planning || memory.began.is_none() {
                    memory.began = Some(checkpoint.clone());
                }
                memory.head = Some(checkpoint.clone());
            }
            Fact::EvidenceRecorded { evidence } => {
                memory.head = evidence.checkpoint().or_else(|| memory.head.clone());
                memory.evidence.record((**evidence).clone());
            }
            Fact::PhaseCompleted { result, .. } => memory.phases.set((**result).clone()),
            Fact::StateChanged { to, .. } => self.enter(*to),
            Fact::HandoffRecorded { id, handoff, pin, .. } => {
                memory.open_handoff = Some(OpenHandoff {
                    id: id.clone(),
                    handoff: *handoff,
                    pin: pin.clone(),
                    approved_by: None,
                });
                if self.status == RunStatus::Active && self.state.handoff().is_some() {
                    self.status = RunStatus::AwaitingApproval;
                }
            }
            Fact::HandoffDecided {
                decision,
                by,
                dont_ask_again,
                ..
            } => self.decided(*decision, by, *dont_ask_again),
            Fact::SentBack {
                from, to, used, reason, ..
            } => {
                memory.retries.insert(road(*from, *to), *used);
                memory.returned.push(Returned {
                    from: *from,
                    to: *to,
                    reason: reason.clone(),
                });
                // What is done again has to be proven again.
                if let Some(phase) = to.phase() {
                    memory.evidence.forget_from(phase);
                }
                // Going back to the plan needs a new click; going back to the code does not.
                if *to <= State::Planning {
                    memory.ready_revision = None;
                }
            }
            Fact::Blocked { standstill } => self.status = RunStatus::Blocked(standstill.clone()),
            Fact::Paused => self.status = RunStatus::Paused,
            Fact::Resumed => self.status = self.running_status(),
            Fact::Cancelled => self.status = RunStatus::Cancelled,
            Fact::Completed => self.status = RunStatus::Complete,
            Fact::RetryLimitRaised { limit } => memory.max_retries = *limit,
            Fact::PolicyChanged { policy } => memory.policy = *policy,
            Fact::BudgetSet { budget } => memory.budget = *budget,
            Fact::RolledBack { from, to, before, .. } => self.roll_back_to(*from, *to, before),
            Fact::RollbackUndone { to, .. } => self.take_rollback_back(*to),
            Fact::TalkTakenBack {
                to,
                requirements,
                plan,
                plan_revision,
                ..
            } => {
                memory.phases.discovery.clone_from(requirements);
                memory.phases.planning.clone_from(plan);
                memory.plan_revision = *plan_revision;
                memory.ready_revision = None;
                memory.before_rollback = None;
                memory.returned.retain(|returned| returned.to <= *to);
                self.state = *to;
            }
        }
    }

    fn enter(&mut self, to: State) {
        self.state = to;
        self.status = RunStatus::Active;
        match to.phase() {
            Some(phase) => {
                self.memory.open_handoff = None;
                self.memory.visited.insert(phase);
            }
            None if to == State::Complete => self.memory.open_handoff = None,
            None => {}
        }
    }

    fn decided(&mut self, decision: Decision, by: &Actor, dont_ask_again: bool) {
        let Some(open) = &mut self.memory.open_handoff else {
            return;
        };
        match decision {
            Decision::Approved => {
                open.approved_by = Some(by.clone());
                self.memory.approved.insert(open.handoff);
                if dont_ask_again {
                    self.memory.dont_ask.insert(open.handoff);
                }
                if self.status == RunStatus::AwaitingApproval {
                    self.status = RunStatus::Active;
                }
            }
            Decision::Rejected | Decision::Void => self.memory.open_handoff = None,
        }
    }

    /// What the status is when nothing holds the work up.
    fn running_status(&self) -> RunStatus {
        match &self.memory.open_handoff {
            Some(open) if open.approved_by.is_none() => RunStatus::AwaitingApproval,
            Some(_) | None => RunStatus::Active,
        }
    }

    fn roll_back_to(&mut self, from: State, to: State, before: &Memory) {
        let Some(target) = to.phase() else { return };
        self.state = to;
        self.status = RunStatus::Active;
        let memory = &mut self.memory;
        memory.open_handoff = None;
        memory.returned.retain(|returned| returned.to <= to);
        memory.head = rollback::files_at(memory, target).or_else(|| memory.head.clone());
        memory.evidence.forget_from(target);
        for phase in Phase::ALL.into_iter().filter(|p| *p > target) {
            memory.phases.clear(phase);
            memory.visited.remove(&phase);
            memory.checkpoints.remove(&phase);
        }
        if target <= Phase::Planning {
            memory.ready_revision = None;
        }
        memory.before_rollback = Some(Box::new((
            from,
            Memory {
                before_rollback: None,
                ..before.clone()
            },
        )));
    }

    fn take_rollback_back(&mut self, to: State) {
        if let Some(before) = self.memory.before_rollback.take() {
            // What may be spent is what the person said last.
            let budget = self.memory.budget;
            self.memory = Memory { budget, ..before.1 };
        }
        if to == State::Deployment && self.memory.evidence.release.is_some() {
            self.memory.head = rollback::files_at(&self.memory, Phase::Deployment).or_else(|| self.memory.head.clone());
            self.memory.evidence.forget_from(Phase::Deployment);
            self.memory.phases.clear(Phase::Deployment);
        }
        self.state = to;
        self.status = self.running_status();
    }

    /// The standstill, while blocked.
    #[must_use]
    pub fn standstill(&self) -> Option<&Standstill> {
        match &self.status {
            RunStatus::Blocked(standstill) => Some(standstill),
            RunStatus::Active
            | RunStatus::AwaitingApproval
            | RunStatus::Paused
            | RunStatus::Cancelled
            | RunStatus::Complete => None,
        }
    }
}

pub(crate) fn road(from: State, to: State) -> String {
    format!("{from}→{to}")
}
