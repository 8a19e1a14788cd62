//! What each call of a model used.

use std::path::Path;

use store::exchanges;
use workflow::{Role, State};

use super::show::{One, open, pick, print_json};
use super::{LIVE, Stop, print};
use crate::view;

pub(super) fn usage(data: &Path, args: &One) -> Result<u8, Stop> {
    let service = open(data)?;
    let id = pick(&service, args.workflow.as_deref())?;
    let usage = service
        .store()
        .read(move |db| Ok::<_, engine::ServiceError>(view::usage(exchanges::of_workflow(db, &id)?)))?;
    if args.json {
        print_json(&usage)?;
        return Ok(LIVE);
    }
    let dollars = |cost: Option<f64>| cost.map_or_else(|| "not known".to_owned(), |cost| format!("${cost:.4}"));
    for call in &usage.calls {
        print(format_args!(
            "{:<22} {:<15} attempt {:<3} turn {:<4} {:>9} in {:>8} out {:>8.1} s  {}  {}",
            Role::from(call.role).wire(),
            State::from(call.phase).wire(),
            call.attempt,
            call.turn,
            call.input_tokens,
            call.output_tokens,
            call.ms / 1000.0,
            dollars(call.cost),
            call.fault.as_deref().unwrap_or(&call.model),
        ));
    }
    print(format_args!(
        "{} calls, {} tokens in, {} out, {}",
        usage.calls.len(),
        usage.input_tokens,
        usage.output_tokens,
        dollars(usage.cost)
    ));
    Ok(LIVE)
}
