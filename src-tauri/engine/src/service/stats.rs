//! `get_workflow_stats`.

use store::stats::{self, Scope};

use super::{Service, Stats};
use crate::ServiceError;

impl Service {
    /// Figures over all builds of a project.
    ///
    /// # Errors
    /// Where the store cannot be read. A project without builds has figures, too: zeros.
    pub fn get_workflow_stats(&self, project_id: &str) -> Result<Stats, ServiceError> {
        self.stats(Scope {
            project_id: Some(project_id.to_owned()),
            since: None,
        })
    }

    /// The same over any builds: of all projects together, or only those that were begun since a moment.
    ///
    /// # Errors
    /// As [`Service::get_workflow_stats`].
    pub fn stats(&self, scope: Scope) -> Result<Stats, ServiceError> {
        self.store.read(move |db| {
            let by_status = stats::by_status(db, &scope)?;
            let total = by_status
                .iter()
                .fold(0, |sum: u32, each| sum.saturating_add(each.builds));
            let durations = stats::durations(db, &scope)?;
            let (finished, first_pass) = stats::first_pass(db, &scope)?;
            Ok(Stats {
                total,
                finished,
                by_state: stats::by_state(db, &scope)?,
                by_status,
                completion_rate: share(finished, total).unwrap_or(0.0),
                mean_duration_ms: mean(&durations),
                median_duration_ms: median(&durations),
                time_per_phase: stats::time_per_phase(db, &scope)?,
                returns_per_road: stats::returns_per_road(db, &scope)?,
                first_pass_rate: share(first_pass, finished),
                block_reasons: stats::block_reasons(db, &scope)?,
                use_per_role_and_model: stats::use_per_role_and_model(db, &scope)?,
                project_id: scope.project_id,
                since: scope.since,
            })
        })
    }
}

fn share(part: u32, of: u32) -> Option<f64> {
    (of > 0).then(|| f64::from(part) / f64::from(of))
}

fn mean(sorted: &[f64]) -> Option<f64> {
    (!sorted.is_empty()).then(|| sorted.iter().sum::<f64>() / sorted.len() as f64)
}

fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}
