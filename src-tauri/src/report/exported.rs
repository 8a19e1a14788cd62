//! The history as JSON, and whether such a file is still what was written.

use std::collections::{BTreeMap, BTreeSet};

use engine::service::History;
use serde::{Deserialize, Serialize};
use store::audit;
use store::events::EventRow;
use workflow::{Actor, Decision, Fact, Pin, Role, State};

const FORMAT: &str = "q-assistant-history";
const VERSION: u32 = 1;

/// What the file holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Exported {
    format: &'static str,
    version: u32,
    pub title: String,
    pub project: String,
    pub brief: String,
    pub state: State,
    /// The newest event: its hash stands for all before it.
    pub chain_head: Head,
    #[serde(flatten)]
    pub history: History,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub seq: u32,
    pub hash: String,
}

impl Head {
    pub(super) fn of(events: &[EventRow]) -> Head {
        events.last().map_or(
            Head {
                seq: 0,
                hash: String::new(),
            },
            |newest| Head {
                seq: newest.seq,
                hash: newest.hash.clone(),
            },
        )
    }
}

impl Exported {
    pub(super) fn new(title: String, project: String, brief: String, state: State, history: History) -> Exported {
        Exported {
            format: FORMAT,
            version: VERSION,
            title,
            project,
            brief,
            state,
            chain_head: Head::of(&history.events),
            history,
        }
    }

    pub(super) fn write(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map_err(|error| error.to_string())
    }
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub events: usize,
    pub handoffs: usize,
    pub head: Head,
    /// What does not hold, as sentences; empty when everything does.
    pub problems: Vec<String>,
}

#[derive(Deserialize)]
struct Claimed {
    workflow_id: String,
    events: Vec<EventRow>,
    #[serde(default)]
    handoffs: Vec<ClaimedHandoff>,
    brief: Option<String>,
    state: Option<State>,
    chain_head: Option<Head>,
    version: Option<u32>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct ClaimedHandoff {
    id: String,
    from_role: Role,
    to_role: Role,
    from_state: String,
    to_state: String,
    pin: Pin,
    decision: Option<String>,
    decided_by: Option<String>,
    decision_reason: Option<String>,
}

/// Looks whether an exported history is whole, and whether what it says beside the events is what the events say. Nothing but the file is
/// needed.
///
/// # Errors
/// The text is no exported history, as a sentence.
pub fn verify(text: &str) -> Result<Verified, String> {
    let claimed: Claimed = serde_json::from_str(text)
        .map_err(|error| format!("This is not a history that Q Assistant exported as JSON: {error}."))?;
    if claimed.version.is_some_and(|version| version > VERSION) {
        return Err("This history was exported by a newer version of Q Assistant. Verify it with that one.".to_owned());
    }
    let events = &claimed.events;
    let mut problems = Vec::new();
    if events.is_empty() {
        problems.push("It holds no events: there is nothing to verify.".to_owned());
    }
    if let Err(broken) = audit::verify(events) {
        problems.push(broken.to_string());
    }
    if let Some(stranger) = events.iter().find(|event| event.workflow_id != claimed.workflow_id) {
        problems.push(format!("Event {} belongs to another build.", stranger.seq));
    }
    let head = Head::of(events);
    if let Some(said) = claimed.chain_head.filter(|said| *said != head) {
        problems.push(format!(
            "It says that event {} is the newest, with the hash {}; the newest in it is event {}, with the hash {}.",
            said.seq, said.hash, head.seq, head.hash
        ));
    }
    let told = Told::by(events);
    if claimed.brief.is_some_and(|brief| told.brief.as_ref() != Some(&brief)) {
        problems.push("Its brief is not the one that its history tells of.".to_owned());
    }
    if claimed.state.is_some_and(|state| told.state != state) {
        problems.push(format!("The events end in another state: {}.", told.state.wire()));
    }
    problems.extend(claimed.handoffs.iter().filter_map(|handoff| told.contradicts(handoff)));
    let shown: BTreeSet<&String> = claimed.handoffs.iter().map(|handoff| &handoff.id).collect();
    let left_out = told.handoffs.keys().filter(|id| !shown.contains(id));
    problems.extend(left_out.map(|id| format!("The events know of handoff {id}, which is left out of the list.")));
    Ok(Verified {
        events: events.len(),
        handoffs: claimed.handoffs.len(),
        head,
        problems,
    })
}

/// What the events say of what also stands beside them.
struct Told {
    brief: Option<String>,
    state: State,
    handoffs: BTreeMap<String, ClaimedHandoff>,
}

impl Told {
    fn by(events: &[EventRow]) -> Told {
        let mut told = Told {
            brief: None,
            state: State::Discovery,
            handoffs: BTreeMap::new(),
        };
        for fact in events
            .iter()
            .filter_map(|event| serde_json::from_str::<Fact>(&event.event_data).ok())
        {
            told.take(fact);
        }
        told
    }

    fn take(&mut self, fact: Fact) {
        match fact {
            Fact::WorkflowStarted { brief, .. } => self.brief = Some(brief),
            Fact::StateChanged { to, .. } | Fact::RolledBack { to, .. } | Fact::RollbackUndone { to, .. } => {
                self.state = to
            }
            Fact::TalkTakenBack { to, brief, .. } => {
                self.state = to;
                // The first words may have been said anew.
                self.brief = brief.or_else(|| self.brief.take());
            }
            Fact::HandoffRecorded {
                id,
                from_role,
                to_role,
                from_state,
                to_state,
                pin,
                handoff: _,
            } => {
                let handoff = ClaimedHandoff {
                    id: id.clone(),
                    from_role,
                    to_role,
                    from_state: from_state.wire().to_owned(),
                    to_state: to_state.wire().to_owned(),
                    pin,
                    decision: None,
                    decided_by: None,
                    decision_reason: None,
                };
                self.handoffs.insert(id, handoff);
            }
            Fact::HandoffDecided {
                id,
                decision,
                by,
                reason,
                dont_ask_again: _,
            } => self.decided(&id, decision, &by, reason),
            Fact::RequirementsRevised { .. }
            | Fact::PlanRevised { .. }
            | Fact::ReadyToBuildClicked { .. }
            | Fact::AttemptStarted { .. }
            | Fact::CheckpointMade { .. }
            | Fact::EvidenceRecorded { .. }
            | Fact::PhaseCompleted { .. }
            | Fact::SentBack { .. }
            | Fact::Blocked { .. }
            | Fact::Paused
            | Fact::Resumed
            | Fact::Cancelled
            | Fact::Completed
            | Fact::RetryLimitRaised { .. }
            | Fact::PolicyChanged { .. }
            | Fact::BudgetSet { .. }
            | Fact::Noted { .. } => {}
        }
    }

    fn decided(&mut self, id: &str, decision: Decision, by: &Actor, reason: Option<String>) {
        if let Some(handoff) = self.handoffs.get_mut(id) {
            handoff.decision = Some(decision.wire().to_owned());
            handoff.decided_by = Some(by.to_string());
            handoff.decision_reason = reason;
        }
    }

    fn contradicts(&self, claimed: &ClaimedHandoff) -> Option<String> {
        let id = &claimed.id;
        let Some(told) = self.handoffs.get(id) else {
            return Some(format!("No event knows of handoff {id}."));
        };
        let answer = |handoff: &ClaimedHandoff| {
            let decision = handoff.decision.as_deref().unwrap_or("not answered");
            let by = handoff.decided_by.as_deref().map(|by| format!(" by {by}"));
            format!("{decision}{}", by.unwrap_or_default())
        };
        if told == claimed {
            None
        } else if answer(told) == answer(claimed) {
            Some(format!(
                "Handoff {id} is not listed as its events say: its roles, its pins or its reason differ."
            ))
        } else {
            Some(format!(
                "Handoff {id} is listed as {}; its events say {}.",
                answer(claimed),
                answer(told)
            ))
        }
    }
}
