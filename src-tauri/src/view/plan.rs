//! Requirements and plan, there and back, and the forecast beside Ready to Build.

use engine::ServiceError;
use store::workflows::WorkflowRow;
use store::{Connection, events, stats};
use workflow::complaint::{plan_complaints, requirement_complaints};
use workflow::phase as core;
use workflow::{Complaint, Handoff, State};

use super::{int, millis_between};
use crate::dto;

impl From<core::Requirements> for dto::Requirements {
    fn from(from: core::Requirements) -> Self {
        let feature = |f: core::Feature| dto::Feature {
            id: f.id,
            text: f.text,
            priority: f.priority.into(),
            acceptance: f.acceptance,
        };
        let question = |q: core::OpenQuestion| dto::OpenQuestion {
            text: q.text,
            blocking: q.blocking,
        };
        dto::Requirements {
            title: from.title,
            summary: from.summary,
            features: from.features.into_iter().map(feature).collect(),
            open_questions: from.open_questions.into_iter().map(question).collect(),
        }
    }
}

impl From<dto::Requirements> for core::Requirements {
    fn from(from: dto::Requirements) -> Self {
        let feature = |f: dto::Feature| core::Feature {
            id: f.id,
            text: f.text,
            priority: f.priority.into(),
            acceptance: f.acceptance,
        };
        let question = |q: dto::OpenQuestion| core::OpenQuestion {
            text: q.text,
            blocking: q.blocking,
        };
        core::Requirements {
            title: from.title,
            summary: from.summary,
            features: from.features.into_iter().map(feature).collect(),
            open_questions: from.open_questions.into_iter().map(question).collect(),
        }
    }
}

impl From<core::Plan> for dto::Plan {
    fn from(from: core::Plan) -> Self {
        let task = |t: core::PlanTask| dto::PlanTask {
            id: t.id,
            title: t.title,
            detail: t.detail,
            files: t.files,
            serves: t.serves,
        };
        let case = |c: core::TestCase| dto::TestCase {
            requirement: c.requirement,
            test: c.test,
        };
        dto::Plan {
            summary: from.summary,
            tasks: from.tasks.into_iter().map(task).collect(),
            test_strategy: dto::TestStrategy {
                summary: from.test_strategy.summary,
                cases: from.test_strategy.cases.into_iter().map(case).collect(),
            },
            release: dto::ReleasePlan {
                kind: from.release.kind.into(),
                site_dir: from.release.site_dir,
                how: from.release.how,
            },
        }
    }
}

impl From<dto::Plan> for core::Plan {
    fn from(from: dto::Plan) -> Self {
        let task = |t: dto::PlanTask| core::PlanTask {
            id: t.id,
            title: t.title,
            detail: t.detail,
            files: t.files,
            serves: t.serves,
        };
        let case = |c: dto::TestCase| core::TestCase {
            requirement: c.requirement,
            test: c.test,
        };
        core::Plan {
            summary: from.summary,
            tasks: from.tasks.into_iter().map(task).collect(),
            test_strategy: core::TestStrategy {
                summary: from.test_strategy.summary,
                cases: from.test_strategy.cases.into_iter().map(case).collect(),
            },
            release: core::ReleasePlan {
                kind: from.release.kind.into(),
                site_dir: from.release.site_dir,
                how: from.release.how,
            },
        }
    }
}

impl From<Complaint> for dto::Missing {
    fn from(complaint: Complaint) -> Self {
        match complaint {
            Complaint::NoTitle => dto::Missing::Title,
            Complaint::NoFeature => dto::Missing::Feature,
            Complaint::NoAcceptance => dto::Missing::Acceptance,
            Complaint::SharedId { id } => dto::Missing::OwnId { id },
            Complaint::OpenQuestion { text } => dto::Missing::Answer { question: text },
            Complaint::NoRequirements => dto::Missing::Requirements,
            Complaint::NoTask => dto::Missing::Task,
            Complaint::Unserved { requirement } => dto::Missing::TaskFor { requirement },
            Complaint::ServesNothing { task, served } => dto::Missing::RequirementOf { task, served },
            Complaint::NoTestStrategy => dto::Missing::TestStrategy,
        }
    }
}

/// Where the middle half of the figures lies: one build that waited a night for its person says little about the next.
fn middle_half(mut figures: Vec<f64>) -> Option<(f64, f64)> {
    figures.sort_by(f64::total_cmp);
    let at = |share: usize| figures.get(figures.len().saturating_sub(1) * share / 4).copied();
    at(1).zip(at(3))
}

/// What may be expected of this build, from the person's own finished ones, and what still stands in its way.
///
/// # Errors
/// Where the store cannot be read.
pub fn forecast(db: &Connection, row: &WorkflowRow) -> Result<dto::Forecast, ServiceError> {
    // Of the same model: another one's time and price say little about this one's.
    let finished = stats::finished_with(db, &row.model_id)?;
    let workflow = &row.workflow;
    let missing = match (&workflow.phases.discovery, &workflow.phases.planning) {
        (None, _) => vec![dto::Missing::Requirements],
        (Some(requirements), None) => {
            let complaints = requirement_complaints(requirements).into_iter();
            complaints.map(Into::into).chain([dto::Missing::Plan]).collect()
        }
        (Some(requirements), Some(plan)) => {
            let complaints = requirement_complaints(requirements).into_iter();
            let of_plan = plan_complaints(Some(requirements), plan);
            complaints.chain(of_plan).map(Into::into).collect()
        }
    };
    let asked = Handoff::ALL
        .into_iter()
        .filter(|h| h.state() > State::HandoffToCoder && workflow.policy.asks(*h));
    Ok(dto::Forecast {
        duration_ms: middle_half(finished.iter().map(|build| build.duration_ms).collect()),
        left_ms: left(db, row)?,
        cost: middle_half(finished.iter().filter_map(|build| build.cost).collect()),
        based_on: int(finished.len()),
        approvals: int(asked.count()),
        missing,
    })
}

/// How much longer the roles will likely take, from how long each phase took in the person's finished builds with the same model. None
/// while nobody builds, and without such builds.
fn left(db: &Connection, row: &WorkflowRow) -> Result<Option<(f64, f64)>, ServiceError> {
    let workflow = &row.workflow;
    if workflow.state <= State::Planning || workflow.status.is_over() {
        return Ok(None);
    }
    let here = workflow.state.wire();
    let changes = events::state_changes(db, &workflow.id)?;
    let entered = changes.iter().rev().find(|(state, _)| state == here);
    let spent = entered.map_or(0.0, |(_, at)| millis_between(at, None));
    let builds = stats::phases_with(db, &row.model_id)?;
    let figures = builds.iter().map(|phases| {
        phases
            .iter()
            .filter_map(|(phase, ms)| State::from_wire(phase).map(|state| (state, *ms)))
            .map(|(state, ms)| match state.cmp(&workflow.state) {
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => (ms - spent).max(0.0),
                std::cmp::Ordering::Greater => ms,
            })
            .sum()
    });
    Ok(middle_half(figures.collect()))
}

/// The revisions of requirements and plan, in order.
#[must_use]
pub fn revisions(revisions: Vec<engine::Revision>) -> Vec<dto::PlanRevision> {
    let shown = |revision: engine::Revision| dto::PlanRevision {
        seq: int(revision.seq),
        number: int(revision.number),
        at: revision.at,
        role: workflow::Role::from_wire(&revision.by).map(Into::into),
        requirements: revision.requirements.into(),
        plan: revision.plan.map(Into::into),
    };
    revisions.into_iter().map(shown).collect()
}
