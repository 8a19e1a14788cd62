//! The revisions of requirements and plan: each edit is one, and none is ever lost. They are read from the audit trail.

use store::{events, workflows};
use workflow::phase::{Plan, Requirements};
use workflow::{Actor, Fact};

use crate::{Engine, ServiceError};

/// Requirements and plan, as they stood after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The number of its event: what it is named by.
    pub seq: u32,
    /// The plan's revision; 0 before there was a plan.
    pub number: u32,
    pub at: String,
    pub by: String,
    pub requirements: Requirements,
    pub plan: Option<Plan>,
}

impl Engine {
    /// The revisions of a build's requirements and plan, in order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn revisions(&self, id: &str) -> Result<Vec<Revision>, ServiceError> {
        let id = id.to_owned();
        let store = self.inner.service.store();
        let types = ["requirements_revised", "plan_revised"];
        let events = store.read(move |db| Ok::<_, ServiceError>(events::of_types(db, &id, &types)?))?;
        Ok(revisions(&events))
    }

    /// Requirements and plan become what they were then: as new revisions, so that nothing is lost by it.
    ///
    /// # Errors
    /// No such revision; `stale_state` when the build changed meanwhile or building has begun.
    pub fn restore_revision(&self, id: &str, by: Actor, seen: u32, seq: u32) -> Result<(), ServiceError> {
        let all = self.revisions(id)?;
        let now = all.last().map(|revision| revision.requirements.clone());
        let then = all
            .into_iter()
            .find(|revision| revision.seq == seq)
            .ok_or_else(|| ServiceError::invalid("There is no such revision."))?;
        if now.as_ref() != Some(&then.requirements) {
            self.edit_requirements(id, by.clone(), seen, then.requirements)?;
        }
        let (workflow_id, store) = (id.to_owned(), self.inner.service.store());
        let row = store.read(move |db| Ok::<_, ServiceError>(workflows::get(db, &workflow_id)?))?;
        match then.plan {
            Some(plan) if row.workflow.phases.planning.as_ref() != Some(&plan) => {
                self.edit_plan(id, by, row.workflow.plan_revision, plan)
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn revisions(events: &[events::EventRow]) -> Vec<Revision> {
    let mut all: Vec<Revision> = Vec::new();
    let mut requirements = Requirements::default();
    let mut plan: Option<Plan> = None;
    let mut number = 0;
    let mut rest = events.iter().peekable();
    while let Some(event) = rest.next() {
        match serde_json::from_str::<Fact>(&event.event_data) {
            Ok(Fact::RequirementsRevised { requirements: new }) => {
                requirements = new;
                // The plan that stands beside them is revised in the same step: both are one edit.
                let follows = |next: &&events::EventRow| next.seq == event.seq + 1 && next.event_type == "plan_revised";
                if plan.is_some() && rest.peek().is_some_and(follows) {
                    continue;
                }
            }
            Ok(Fact::PlanRevised { revision, plan: new }) => {
                number = revision;
                plan = Some(new);
            }
            Ok(_) | Err(_) => continue,
        }
        all.push(Revision {
            seq: event.seq,
            number,
            at: event.timestamp.clone(),
            by: event.triggered_by.clone(),
            requirements: requirements.clone(),
            plan: plan.clone(),
        });
    }
    all
}
