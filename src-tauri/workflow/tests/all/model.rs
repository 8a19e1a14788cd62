//! Random legal and illegal requests against a second, simpler account of the contract.
//!
//! The reference knows nothing of facts, evidence hashes or handoff records: only where the work is, why it stands still, what
//! was proven since the phase began, and how often each road was taken. What it predicts must happen, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use workflow::{ApprovalPolicy, Outcome, Request, Role, RunStatus, State, Workflow};

use crate::pairs::contract;
use crate::support::{advance_to, ask, evidence, new, person, plan, requirements, send_back};

const LIMIT: u32 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    Waiting,
    Paused,
    Blocked,
    Cancelled,
    Complete,
}

/// What is asked, in the reference's own words.
#[derive(Debug, Clone)]
enum Ask {
    /// By whoever; from wherever the asker believes it is; to wherever.
    Advance {
        role: Role,
        from: State,
        to: Option<State>,
    },
    /// By the right role from the right state along the default road.
    AdvanceRightly,
    WriteRequirements,
    WritePlan,
    Click {
        stale: bool,
    },
    Attempt,
    Prove,
    Approve {
        another_pin: bool,
        dont_ask: bool,
    },
    SendBack(Option<State>),
    Rollback(State),
    Pause,
    Resume,
    RaiseLimit,
    Cancel,
}

#[derive(Debug, Clone)]
struct Reference {
    state: State,
    status: Status,
    /// The phase was proven since it was last begun.
    proven: BTreeSet<State>,
    has_requirements: bool,
    has_plan: bool,
    clicked: bool,
    approved: bool,
    /// Handoff states that are not asked again.
    silent: BTreeSet<State>,
    visited: BTreeSet<State>,
    used: BTreeMap<(State, State), u32>,
    limit: u32,
    pending: Option<State>,
    /// What is expected of the last ask: it is accepted.
    accepted: bool,
}

fn handoff_after(state: State) -> Option<State> {
    match state {
        State::Planning => Some(State::HandoffToCoder),
        State::Implementation => Some(State::HandoffToTester),
        State::Testing => Some(State::HandoffToVerifier),
        State::Verification => Some(State::HandoffToReleaser),
        State::Discovery
        | State::HandoffToCoder
        | State::HandoffToTester
        | State::HandoffToVerifier
        | State::HandoffToReleaser
        | State::Deployment
        | State::Complete => None,
    }
}

fn follows(state: State) -> State {
    let at = State::ALL.iter().position(|s| *s == state).unwrap();
    State::ALL[(at + 1).min(10)]
}

fn is_work(state: State) -> bool {
    state != State::Complete && state.handoff().is_none()
}

impl Reference {
    fn over(&self) -> bool {
        matches!(self.status, Status::Cancelled | Status::Complete)
    }

    fn forget_from(&mut self, state: State) {
        self.proven.retain(|proven| *proven < state);
    }

    fn direct(&self, to: State) -> bool {
        matches!(
            (self.state, to),
            (State::Testing, State::Verification) | (State::Verification, State::Deployment)
        )
    }

    fn road_is_open(&self, to: State) -> bool {
        contract(self.state, to) == Some("forward")
            && (!self.direct(to) || handoff_after(self.state).is_some_and(|h| self.silent.contains(&h)))
    }

    fn default_road(&self) -> State {
        let beyond = handoff_after(self.state).map(follows);
        match beyond {
            Some(to) if self.direct(to) && self.road_is_open(to) => to,
            Some(_) | None => follows(self.state),
        }
    }

    fn gate_opens(&self) -> bool {
        match self.state {
            State::Discovery => true,
            State::Planning => self.has_requirements && self.has_plan && self.clicked,
            State::Implementation | State::Testing | State::Deployment => self.proven.contains(&self.state),
            // Checks count only for the tree that was tested.
            State::Verification => self.proven.contains(&State::Verification) && self.proven.contains(&State::Testing),
            State::HandoffToCoder | State::HandoffToTester | State::HandoffToVerifier | State::HandoffToReleaser => {
                self.approved
            }
            State::Complete => false,
        }
    }

    fn stands_still(&self) -> bool {
        matches!(self.status, Status::Paused | Status::Blocked)
    }

    fn advance(&mut self, role: Role, from: State, to: Option<State>) -> bool {
        let to = to.unwrap_or_else(|| self.default_road());
        if self.over()
            || from != self.state
            || self.state.owner() != Some(role)
            || !self.road_is_open(to)
            || self.stands_still()
            || !self.gate_opens()
        {
            return false;
        }
        if self.state == State::Discovery {
            self.has_requirements = true;
        }
        let silent = self.silent.contains(&to);
        self.state = to;
        self.status = Status::Active;
        self.approved = false;
        if to == State::Complete {
            self.status = Status::Complete;
        } else if to.handoff().is_some() {
            self.approved = silent;
            self.status = if silent { Status::Active } else { Status::Waiting };
        } else {
            self.visited.insert(to);
        }
        true
    }

    fn go_back(&mut self, to: State) {
        self.state = to;
        self.status = Status::Active;
        self.approved = false;
        self.forget_from(to);
        if to <= State::Planning {
            self.clicked = false;
        }
    }

    fn send_back(&mut self, target: Option<State>) -> bool {
        let first = |kind: &str| {
            State::ALL
                .into_iter()
                .rev()
                .find(|to| contract(self.state, *to) == Some(kind))
        };
        let to = target.or_else(|| default_back(self.state)).or_else(|| first("retry"));
        let Some(to) = to.filter(|to| matches!(contract(self.state, *to), Some("retry" | "rejected"))) else {
            return false;
        };
        if self.over() {
            return false;
        }
        let used = self.used.entry((self.state, to)).or_default();
        if *used >= self.limit {
            self.status = Status::Blocked;
            self.pending = Some(to);
            return true;
        }
        *used += 1;
        self.go_back(to);
        true
    }
}

/// The contract names the roads back in order; the first is taken where none is asked for.
fn default_back(from: State) -> Option<State> {
    Some(match from {
        State::Planning => State::Discovery,
        State::Implementation | State::HandoffToCoder => State::Planning,
        State::Testing | State::Verification | State::Deployment | State::HandoffToTester => State::Implementation,
        State::HandoffToVerifier => State::Testing,
        State::HandoffToReleaser => State::Verification,
        State::Discovery | State::Complete => return None,
    })
}

impl ReferenceStateMachine for Reference {
    type State = Reference;
    type Transition = Ask;

    fn init_state() -> BoxedStrategy<Reference> {
        Just(Reference {
            state: State::Discovery,
            status: Status::Active,
            proven: BTreeSet::new(),
            has_requirements: false,
            has_plan: false,
            clicked: false,
            approved: false,
            silent: BTreeSet::new(),
            visited: BTreeSet::from([State::Discovery]),
            used: BTreeMap::new(),
            limit: LIMIT,
            pending: None,
            accepted: true,
        })
        .boxed()
    }

    fn transitions(_: &Reference) -> BoxedStrategy<Ask> {
        let state = || prop::sample::select(State::ALL.to_vec());
        let role = prop::sample::select(Role::ALL.to_vec());
        prop_oneof![
            2 => (role, state(), prop::option::of(state())).prop_map(|(role, from, to)| Ask::Advance { role, from, to }),
            12 => Just(Ask::AdvanceRightly),
            3 => Just(Ask::WriteRequirements),
            4 => Just(Ask::WritePlan),
            4 => any::<bool>().prop_map(|stale| Ask::Click { stale }),
            3 => Just(Ask::Attempt),
            10 => Just(Ask::Prove),
            8 => (prop::bool::weighted(0.2), prop::bool::weighted(0.3))
                .prop_map(|(another_pin, dont_ask)| Ask::Approve { another_pin, dont_ask }),
            3 => prop::option::of(state()).prop_map(Ask::SendBack),
            1 => state().prop_map(Ask::Rollback),
            1 => Just(Ask::Pause),
            2 => Just(Ask::Resume),
            2 => Just(Ask::RaiseLimit),
            1 => prop::bool::weighted(0.1).prop_map(|really| if really { Ask::Cancel } else { Ask::Resume }),
        ]
        .boxed()
    }

    fn apply(mut reference: Reference, ask: &Ask) -> Reference {
        let r = &mut reference;
        let open = !r.over();
        r.accepted = match ask {
            Ask::Advance { role, from, to } => r.advance(*role, *from, *to),
            Ask::AdvanceRightly => match r.state.owner() {
                Some(role) => r.advance(role, r.state, None),
                None => false,
            },
            Ask::WriteRequirements => {
                let may = open && r.state <= State::Planning;
                r.has_requirements |= may;
                may
            }
            Ask::WritePlan => {
                let may = open && r.state <= State::Planning;
                if may {
                    r.has_plan = true;
                    r.clicked = false;
                }
                may
            }
            Ask::Click { stale } => {
                let may = open && !stale && r.state == State::Planning && r.has_plan && r.has_requirements;
                r.clicked |= may;
                may
            }
            Ask::Attempt => {
                let may = open && is_work(r.state) && !r.stands_still();
                if may {
                    let state = r.state;
                    r.forget_from(state);
                }
                may
            }
            Ask::Prove => {
                let may = open && is_work(r.state) && r.state > State::Planning;
                if may {
                    let state = r.state;
                    r.proven.insert(state);
                }
                may
            }
            Ask::Approve { another_pin, dont_ask } => {
                let waits = r.state.handoff().is_some();
                let may = open && waits && (!another_pin || r.approved);
                if may && !r.approved {
                    r.approved = true;
                    // Ready to Build is always the person's own click.
                    if *dont_ask && r.state != State::HandoffToCoder {
                        let state = r.state;
                        r.silent.insert(state);
                    }
                    if r.status == Status::Waiting {
                        r.status = Status::Active;
                    }
                }
                may
            }
            Ask::SendBack(target) => r.send_back(*target),
            Ask::Rollback(target) => {
                let may = r.status != Status::Cancelled
                    && is_work(*target)
                    && *target < r.state
                    && r.visited.contains(target);
                if may {
                    // What goes back with the state: the later phases and the fact that they were visited.
                    r.go_back(*target);
                    r.visited.retain(|visited| visited <= target);
                    if *target < State::Planning {
                        r.has_plan = false;
                    }
                }
                may
            }
            Ask::Pause => {
                if matches!(r.status, Status::Active | Status::Waiting) {
                    r.status = Status::Paused;
                }
                open
            }
            Ask::Resume => {
                if matches!(r.status, Status::Paused | Status::Blocked) {
                    r.status = if r.state.handoff().is_some() && !r.approved {
                        Status::Waiting
                    } else {
                        Status::Active
                    };
                }
                open
            }
            Ask::RaiseLimit => {
                if open {
                    r.limit += 1;
                    if r.status == Status::Blocked {
                        r.status = if r.state.handoff().is_some() && !r.approved {
                            Status::Waiting
                        } else {
                            Status::Active
                        };
                        if let Some(to) = r.pending.take() {
                            *r.used.entry((r.state, to)).or_default() += 1;
                            r.go_back(to);
                        }
                    }
                }
                open
            }
            Ask::Cancel => {
                if open {
                    r.status = Status::Cancelled;
                }
                open
            }
        };
        if r.status != Status::Blocked {
            r.pending = None;
        }
        reference
    }
}

struct Real;

/// The same ask, as the request it is.
fn request(workflow: &Workflow, ask: &Ask) -> Request {
    let by = person();
    match ask {
        Ask::Advance { role, from, to } => Request::Advance {
            role: *role,
            completed_state: *from,
            next_state: *to,
            result: workflow.state.phase().map(crate::support::result),
            handoff_id: format!("h{}", workflow.revision),
        },
        Ask::AdvanceRightly => advance_to(workflow, None),
        Ask::WriteRequirements => Request::ReviseRequirements {
            by,
            requirements: requirements(),
        },
        Ask::WritePlan => Request::RevisePlan {
            by,
            expected: workflow.plan_revision,
            plan: plan(),
        },
        Ask::Click { stale } => Request::ReadyToBuild {
            by,
            plan_revision: workflow.plan_revision + u32::from(*stale),
        },
        Ask::Attempt => Request::StartAttempt { checkpoint: None },
        Ask::Prove => {
            let wanted = workflow.state.phase().and_then(evidence);
            Request::RecordEvidence(wanted.unwrap_or_else(|| evidence(workflow::Phase::Testing).unwrap()))
        }
        Ask::Approve { another_pin, dont_ask } => {
            let open = workflow.open_handoff.as_ref();
            let mut pin = open.map(|open| open.pin.clone()).unwrap_or(workflow::Pin {
                plan_revision: 0,
                tree_hash: String::new(),
                evidence_hash: String::new(),
            });
            if *another_pin {
                pin.evidence_hash.push('x');
            }
            let handoff_id = open.map(|open| open.id.clone()).unwrap_or_default();
            Request::Approve {
                by,
                handoff_id,
                pin,
                dont_ask_again: *dont_ask,
            }
        }
        Ask::SendBack(target) => send_back(*target),
        Ask::Rollback(target) => Request::Rollback {
            by,
            target: *target,
            reason: "back".to_owned(),
        },
        Ask::Pause => Request::Pause { by },
        Ask::Resume => Request::Resume { by },
        Ask::RaiseLimit => Request::RaiseRetryLimit { by },
        Ask::Cancel => Request::Cancel { by },
    }
}

impl StateMachineTest for Real {
    type SystemUnderTest = Workflow;
    type Reference = Reference;

    fn init_test(_: &Reference) -> Workflow {
        let mut workflow = new(ApprovalPolicy::EveryHandoff);
        workflow.memory.max_retries = LIMIT;
        workflow
    }

    fn apply(mut workflow: Workflow, expected: &Reference, asked: Ask) -> Workflow {
        let before = workflow.clone();
        let request = request(&workflow, &asked);
        match ask(&mut workflow, &request) {
            Ok(decided) => {
                assert!(
                    expected.accepted,
                    "{asked:?} was accepted in {} {:?}",
                    before.state, before.status
                );
                if let Outcome::RetriesExhausted(_) = decided.outcome {
                    assert_eq!(expected.status, Status::Blocked);
                }
            }
            Err(refusal) => {
                assert!(
                    !expected.accepted,
                    "{asked:?} was refused in {} {:?}: {refusal}",
                    before.state, before.status
                );
                assert!(!refusal.to_string().is_empty() && !refusal.code().is_empty());
                assert_eq!(workflow, before, "a refusal changes nothing");
            }
        }
        let moved = before.state != workflow.state;
        let by_contract = contract(before.state, workflow.state).is_some() || matches!(asked, Ask::Rollback(_));
        assert!(!moved || by_contract, "{} → {}", before.state, workflow.state);
        workflow
    }

    fn check_invariants(workflow: &Workflow, expected: &Reference) {
        assert_eq!(workflow.state, expected.state);
        let status = match workflow.status {
            RunStatus::Active => Status::Active,
            RunStatus::AwaitingApproval => Status::Waiting,
            RunStatus::Paused => Status::Paused,
            RunStatus::Blocked(_) => Status::Blocked,
            RunStatus::Cancelled => Status::Cancelled,
            RunStatus::Complete => Status::Complete,
        };
        assert_eq!(status, expected.status);
        assert_eq!(
            workflow.open_handoff.is_some(),
            workflow.state.handoff().is_some(),
            "a handoff is open exactly in its state"
        );
        assert!(workflow.retries.values().all(|used| *used <= workflow.max_retries));
        let text = serde_json::to_string(&workflow.memory).unwrap();
        let read: workflow::Memory = serde_json::from_str(&text).unwrap();
        assert_eq!(read, workflow.memory, "what is stored is what was known");
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_requests_do_what_the_contract_says(sequential 1..90 => Real);
}
