//! Figures over many builds.

use chrono::{SecondsFormat, TimeDelta, Utc};
use engine::service::Stats;
use store::stats::{self, Scope};

use super::int;
use crate::dto;

/// The builds of one project or of all, of the last days or of all time.
#[must_use]
pub fn scope(project_id: Option<String>, days: Option<i32>) -> Scope {
    let begin = days.and_then(|days| Utc::now().checked_sub_signed(TimeDelta::days(i64::from(days))));
    Scope {
        project_id,
        since: begin.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)),
    }
}

#[must_use]
pub fn statistics(of: Stats) -> dto::Statistics {
    dto::Statistics {
        total: int(of.total),
        finished: int(of.finished),
        completion_rate: of.completion_rate,
        first_pass_rate: of.first_pass_rate,
        mean_duration_ms: of.mean_duration_ms,
        median_duration_ms: of.median_duration_ms,
        by_status: of.by_status.into_iter().filter_map(with_status).collect(),
        by_state: of
            .by_state
            .into_iter()
            .map(|each| dto::InState {
                state: each.state.into(),
                builds: int(each.builds),
            })
            .collect(),
        phases: of.time_per_phase.into_iter().map(phase).collect(),
        roads: of
            .returns_per_road
            .into_iter()
            .map(|road| dto::Road {
                from: road.from.into(),
                to: road.to.into(),
                returns: int(road.returns),
                builds: int(road.builds),
                of: int(road.of),
            })
            .collect(),
        standstills: of
            .block_reasons
            .into_iter()
            .map(|each| dto::StoodStill {
                code: each.code,
                times: int(each.times),
                builds: int(each.builds),
            })
            .collect(),
        usage: of
            .use_per_role_and_model
            .into_iter()
            .map(|each| dto::ModelUse {
                role: each.role.into(),
                model: each.model,
                calls: int(each.calls),
                input_tokens: each.input_tokens,
                output_tokens: each.output_tokens,
                cost: each.cost,
            })
            .collect(),
    }
}

/// The database knows no other status than the wire does.
fn with_status(of: stats::WithStatus) -> Option<dto::WithStatus> {
    Some(dto::WithStatus {
        status: serde_json::from_value(of.status.into()).ok()?,
        builds: int(of.builds),
    })
}

fn phase(of: stats::PhaseTime) -> dto::PhaseTime {
    // Calls of the model overlap where Q Assistant answers beside the work: what is left is never less than nothing.
    let other_ms = (of.total_ms - of.model_ms - of.command_ms).max(0.0);
    dto::PhaseTime {
        phase: of.phase.into(),
        role: of.role.into(),
        builds: int(of.builds),
        attempts: int(of.attempts),
        total_ms: of.total_ms,
        model_ms: of.model_ms,
        command_ms: of.command_ms,
        other_ms,
    }
}
