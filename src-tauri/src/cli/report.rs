//! A build's history to take along, and whether one that was taken along is still what was written.

use std::path::{Path, PathBuf};

use clap::Args;
use store::workflows;

use super::show::{open, pick};
use super::{FAILED, LIVE, Stop, print};
use crate::dto::{ReportFormat, Settings};
use crate::report;

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Id of the build's workflow; the newest where none is named.
    pub workflow: Option<String>,
    #[arg(long, value_enum, default_value_t = ReportFormat::Markdown)]
    pub format: ReportFormat,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A history as JSON.
    pub file: PathBuf,
}

pub(super) fn report(data: &Path, args: &ReportArgs) -> Result<u8, Stop> {
    let service = open(data)?;
    let id = pick(&service, args.workflow.as_deref())?;
    let settings = Settings::read(data);
    let report = service
        .store()
        .read(move |db| report::gather(db, &workflows::get(db, &id)?, &settings))?;
    print(report.write(args.format).map_err(Stop::failed)?);
    Ok(LIVE)
}

/// Needs no data folder: the file says all.
pub(super) fn verify(args: &VerifyArgs) -> Result<u8, Stop> {
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| Stop::failed(format!("{} cannot be read: {error}.", args.file.display())))?;
    let found = report::verify(&text).map_err(Stop::failed)?;
    if found.problems.is_empty() {
        print(format_args!(
            "All {} events are as they were written, in their order, and {} handoffs are as the events say.",
            found.events, found.handoffs
        ));
        print(format_args!(
            "Head of the chain: event {}, {}",
            found.head.seq, found.head.hash
        ));
        print("Compare it with the head that the window shows: a file that was cut short is whole, but ends earlier.");
        return Ok(LIVE);
    }
    for problem in &found.problems {
        print(problem);
    }
    print("This is not what was written. Do not rely on it; export the history again where the build is.");
    Ok(FAILED)
}
