//! Commands that only read.

use std::path::Path;

use clap::Args;
use engine::notice::Publisher;
use engine::service::Service;
use serde::Serialize;
use store::{Store, workflows};

use super::print;
use super::{LIVE, Stop};
use crate::host::database;

/// One build: the newest where none is named.
#[derive(Debug, Args)]
pub struct One {
    /// Id of the build's workflow.
    pub workflow: Option<String>,
    #[arg(long)]
    pub json: bool,
}

pub(super) fn open(data: &Path) -> Result<Service, Stop> {
    let path = database(data);
    if !path.exists() {
        return Err(Stop::failed(format!("There is no build yet in {}.", data.display())));
    }
    let store = Store::open(&path).map_err(|error| Stop::failed(error.to_string()))?;
    Ok(Service::new(store, Publisher::new(16)))
}

/// The named build, or the newest.
pub(super) fn pick(service: &Service, named: Option<&str>) -> Result<String, Stop> {
    if let Some(id) = named {
        return Ok(id.to_owned());
    }
    let newest = service.store().read(|db| {
        let mut all = workflows::list(db)?;
        all.sort_by(|a, b| b.created_at.cmp(&a.created_at));
        Ok::<_, engine::ServiceError>(all.into_iter().next().map(|row| row.workflow.id))
    })?;
    newest.ok_or_else(|| Stop::failed("There is no build yet."))
}

pub(super) fn print_json(value: &impl Serialize) -> Result<(), Stop> {
    let text = serde_json::to_string(value).map_err(|error| Stop::failed(error.to_string()))?;
    print(format_args!("{text}"));
    Ok(())
}

pub(super) fn status(data: &Path, args: &One) -> Result<u8, Stop> {
    let service = open(data)?;
    let status = service.get_workflow_status(&pick(&service, args.workflow.as_deref())?)?;
    if args.json {
        print_json(&status)?;
        return Ok(LIVE);
    }
    print(format_args!("{} ({})", status.title, status.workflow_id));
    print(format_args!(
        "{} · {} · {} %",
        status.current_state, status.status, status.progress.percentage
    ));
    if let Some(standstill) = &status.standstill {
        print(format_args!("{}", standstill.reason));
    }
    print(format_args!(
        "next: {}{}",
        status.expected_next,
        status.expected_from.map(|f| format!(" ({f})")).unwrap_or_default()
    ));
    if let Some(url) = status.url {
        print(format_args!("{url}"));
    }
    Ok(LIVE)
}

pub(super) fn history(data: &Path, args: &One) -> Result<u8, Stop> {
    let service = open(data)?;
    let history = service.get_workflow_history(&pick(&service, args.workflow.as_deref())?)?;
    if args.json {
        print_json(&history)?;
        return Ok(LIVE);
    }
    for event in &history.events {
        print(format_args!(
            "{:>4}  {}  {:<24} {}",
            event.seq, event.timestamp, event.event_type, event.triggered_by
        ));
    }
    print(format_args!(
        "{} handoffs, {} events, chain {}",
        history.handoffs.len(),
        history.events.len(),
        if history.chain_ok { "whole" } else { "BROKEN" }
    ));
    Ok(LIVE)
}

pub(super) fn stats(data: &Path, args: &One) -> Result<u8, Stop> {
    let service = open(data)?;
    let id = pick(&service, args.workflow.as_deref())?;
    let project = service
        .store()
        .read(move |db| Ok::<_, engine::ServiceError>(workflows::get(db, &id)?.workflow.project_id))?;
    let stats = service.get_workflow_stats(&project)?;
    if args.json {
        print_json(&stats)?;
        return Ok(LIVE);
    }
    print(format_args!(
        "{} builds, {:.0} % complete",
        stats.total,
        stats.completion_rate * 100.0
    ));
    for each in &stats.by_status {
        print(format_args!("  {:<32} {}", each.status, each.builds));
    }
    for each in &stats.time_per_phase {
        print(format_args!("  {:<32} {:.0} ms", each.phase.wire(), each.total_ms));
    }
    for each in &stats.returns_per_road {
        let road = format!("{}→{}", each.from, each.to);
        print(format_args!(
            "  {road:<32} {} in {} of {} builds",
            each.returns, each.builds, each.of
        ));
    }
    Ok(LIVE)
}
