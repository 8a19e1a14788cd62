//! A build's recording, and going through it again without a model.

use std::path::Path;

use clap::Args;
use engine::SiteHost;
use engine::replay::{Difference, Replayed, recording, replay};

use super::show::{One, open, pick, print_json};
use super::{FAILED, LIVE, Stop, print};
use crate::dto::Settings;
use crate::host::{limits, start_logging};

#[derive(Debug, Args)]
pub struct RecordingArgs {
    /// Id of the build's workflow; the newest where none is named.
    pub workflow: Option<String>,
    /// Only what a sample of the practice model needs.
    #[arg(long)]
    pub sample: bool,
}

/// Everything that was said between the models and the roles, as JSON.
pub(super) fn show(data: &Path, args: &RecordingArgs) -> Result<u8, Stop> {
    let service = open(data)?;
    let id = pick(&service, args.workflow.as_deref())?;
    let whole = recording(&service, &id)?;
    let shown = if args.sample { whole.as_sample() } else { whole };
    let text = serde_json::to_string_pretty(&shown).map_err(|error| Stop::failed(error.to_string()))?;
    print(text);
    Ok(LIVE)
}

pub(super) async fn again(data: &Path, args: &One) -> Result<u8, Stop> {
    let service = open(data)?;
    start_logging(data);
    let id = pick(&service, args.workflow.as_deref())?;
    let scratch = workspace::scratch().map_err(|error| Stop::failed(error.to_string()))?;
    let limits = limits(&Settings::read(data));
    let replayed = replay(&service, &id, scratch.path(), limits, SiteHost::ThisProcess).await?;
    if args.json {
        print_json(&replayed)?;
    } else {
        tell(&replayed);
    }
    Ok(if replayed.is_same() { LIVE } else { FAILED })
}

fn tell(replayed: &Replayed) {
    let asked = replayed.exchanges.saturating_sub(replayed.not_asked);
    print(format_args!(
        "{asked} of {} answers came from the recording; no model was asked.",
        replayed.exchanges
    ));
    if let Some(why) = &replayed.stopped {
        print(format_args!("It ended early. {why}"));
    }
    let short = |tree: &Option<String>| {
        tree.as_deref()
            .map_or_else(|| "none".to_owned(), |tree| tree.chars().take(12).collect())
    };
    if replayed.tree.then == replayed.tree.now {
        print(format_args!("The same files: tree {}.", short(&replayed.tree.now)));
    } else {
        let (then, now) = (short(&replayed.tree.then), short(&replayed.tree.now));
        print(format_args!("Other files: tree {now}, and it was {then}."));
    }
    match &replayed.first_other_event {
        None => print(format_args!("The same {} events in the same order.", replayed.events)),
        Some(other) => {
            let words = |event: &Option<String>| event.clone().unwrap_or_else(|| "nothing".to_owned());
            print(format_args!(
                "Other events: the first that differs is “{}”, and it was “{}”.",
                words(&other.now),
                words(&other.then)
            ));
        }
    }
    if replayed.differences.is_empty() {
        print(format_args!("Every request was the one that was recorded."));
    }
    for Difference { place, part, line } in &replayed.differences {
        print(format_args!(
            "{} in {}, attempt {}, turn {}: {part} differs\n  then: {}\n  now:  {}",
            place.role,
            place.phase,
            place.attempt,
            place.turn + 1,
            line.then,
            line.now
        ));
    }
}
