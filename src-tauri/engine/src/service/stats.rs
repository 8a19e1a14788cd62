//! `get_workflow_stats`.

use store::stats::{self, Figure};

use super::{Service, Stats};
use crate::ServiceError;

impl Service {
    /// Figures over all builds of a project.
    ///
    /// # Errors
    /// Where the store cannot be read. A project without builds has figures, too: zeros.
    pub fn get_workflow_stats(&self, project_id: &str) -> Result<Stats, ServiceError> {
        let project_id = project_id.to_owned();
        self.store.read(move |db| {
            let by_status = stats::by_status(db, &project_id)?;
            let total: f64 = by_status.iter().map(|f| f.value).sum();
            let complete = value(&by_status, "complete");
            let durations = stats::durations(db, &project_id)?;
            let (finished, first_pass) = stats::first_pass(db, &project_id)?;
            Ok(Stats {
                total: total as u32,
                by_state: stats::by_state(db, &project_id)?,
                by_status,
                completion_rate: if total > 0.0 { complete / total } else { 0.0 },
                mean_duration_ms: mean(&durations),
                median_duration_ms: median(&durations),
                time_per_phase_ms: stats::time_per_phase(db, &project_id)?,
                returns_per_road: stats::returns_per_road(db, &project_id)?,
                first_pass_rate: (finished > 0).then(|| f64::from(first_pass) / f64::from(finished)),
                block_reasons: stats::block_reasons(db, &project_id)?,
                tokens_per_role_and_model: stats::tokens_per_role_and_model(db, &project_id)?,
                project_id,
            })
        })
    }
}

fn value(figures: &[Figure], name: &str) -> f64 {
    figures.iter().find(|f| f.name == name).map_or(0.0, |f| f.value)
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
