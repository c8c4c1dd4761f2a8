//! `hop trace`: one stored trace, by its id or the first digits of it.

use anyhow::{Context as _, bail};
use serde_json::json;
use zipkin::{
    TraceId, Waterfall,
    analysis::{Beside, corrected},
};

use crate::{
    arrival::not_whole,
    beside::beside,
    draw::Rows,
    language::Spoken,
    report::{self, More},
    screen::{Awaited, Screen, waiting_for},
    stored::{Address, Stored},
};

/// The first digits of an id.
mod digits;

/// Until it has come.
mod wait;

/// The question how much faster a trace is with a faster service.
mod faster;

pub use digits::{Digits, parse_id};
use faster::Faster;

/// The trace to show, and the server that has it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trace id, as in the header x-trace-id and in log lines, or its first digits
    #[arg(value_parser = parse_id)]
    id: Digits,

    /// Wait up to 10 s for a trace that is on its way; exits with 1 where it does not come whole
    #[arg(long)]
    wait: bool,

    /// Draw every span and every hop, however many there are
    #[arg(long)]
    all: bool,

    /// Times as they were sent, or with doubtful clocks moved by the least that their calls allow
    #[arg(long, value_name = "WHICH", default_value = "raw")]
    clocks: Clocks,

    /// Replay the trace with a service that does its own work in less time
    #[arg(long, value_name = "SERVICE=-TIME")]
    what_if: Option<Faster>,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: answer, doubts, hops and critical path in microseconds, the spans as Zipkin writes them
    #[arg(long)]
    json: bool,
}

/// Whose times are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Clocks {
    /// As each service sent them
    Raw,
    /// By the clock of the first row
    Corrected,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop trace 463ac35c9f6413ad48485a3953bb6124
  hop trace 463ac35c                             as in short log lines
  hop trace 463ac35c9f6413ad48485a3953bb6124 --json
  hop trace 463ac35c --wait                      right after a request
  hop trace 463ac35c --all                       past 1000 spans and 200 hops
  hop trace 463ac35c --clocks corrected          and what was moved, by how much
  hop trace 463ac35c --what-if orders=-50ms      this trace, had it been faster
  hop trace 463ac35c --lang ko                   한국어로
  hop trace 463ac35c9f6413ad --zipkin-url http://zipkin:9411

A Zipkin finds traces by their whole ids alone. Exits with 1 where there is no
such trace, or more than one.";

/// Asks for the trace and shows it.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    let stored = Stored::of(&args.address)?;
    let language = args.spoken.choose(args.json);
    let missing = match args.wait {
        true => {
            let awaited = Awaited::whole_trace(language);
            waiting_for(&awaited, wait::until_whole(&stored, &args.id, &awaited, language)).await?
        }
        false => None,
    };
    let trace = match args.id.exactly(&stored).await? {
        Some(trace) => trace,
        None => {
            let ids = beginning_with(&stored, &args.id).await?;
            let [id] = ids.as_slice() else {
                screen.say(&listed(&ids, args.json));
                bail!("{}", too_few(&ids, &args.id));
            };
            let found = stored.trace(*id).await?;
            found.with_context(|| format!("{} has no trace {id} any more", stored.url()))?
        }
    };
    let beside = beside(&stored, &trace).await;
    let (trace, more) = seen(&args, trace, beside)?;
    if args.json {
        screen.say(&serde_json::to_string(&report::json(&trace, more))?);
    } else {
        screen.say(&report::text(&trace, &more, &screen));
        screen.say(&format!("\n{}", stored.page(trace.trace_id).await));
    }
    match missing {
        Some(missing) => bail!("{}", not_whole(trace.trace_id, &missing, language)),
        None => Ok(()),
    }
}

/// The trace as it was asked for.
fn seen(args: &Args, trace: Waterfall, beside: Beside) -> anyhow::Result<(Waterfall, More)> {
    let (trace, corrections) = match args.clocks {
        Clocks::Raw => (trace, None),
        Clocks::Corrected => {
            let (trace, corrections) = corrected(&trace);
            (trace, Some(corrections))
        }
    };
    let replay = |faster: &Faster| faster.replay(&trace);
    let what_if = args.what_if.as_ref().map(replay).transpose()?;
    let rows = if args.all { Rows::All } else { Rows::First };
    Ok((
        trace,
        More {
            rows,
            corrections,
            what_if,
            beside,
            language: args.spoken.choose(args.json),
        },
    ))
}

/// The one trace with these digits; an error where there is none, or more than one.
pub async fn only(stored: &Stored, id: &Digits) -> anyhow::Result<Waterfall> {
    if let Some(trace) = id.exactly(stored).await? {
        return Ok(trace);
    }
    let ids = beginning_with(stored, id).await?;
    let [only] = ids.as_slice() else {
        bail!("{}", too_few(&ids, id));
    };
    let found = stored.trace(*only).await?;
    found.with_context(|| format!("{} has no trace {only} any more", stored.url()))
}

fn too_few(ids: &[TraceId], digits: &Digits) -> String {
    format!(
        "{} traces begin with {}: more digits are needed",
        ids.len(),
        digits.text()
    )
}

/// At least one id.
async fn beginning_with(stored: &Stored, id: &Digits) -> anyhow::Result<Vec<TraceId>> {
    let (url, digits) = (stored.url(), id.text());
    match stored.ids(digits).await? {
        Some(ids) if ids.is_empty() => bail!("{url} has no trace {digits}"),
        Some(ids) => Ok(ids),
        None if matches!(digits.len(), 16 | 32) => bail!("{url} has no trace {digits}"),
        None => bail!(
            "{url} has no trace {digits}, and does not look for first digits, as no Zipkin does: the whole id is needed. \
             The header x-trace-id has it, and log lines have it unless `hop up` shortens them: `LOG_FORMAT=text hop up`"
        ),
    }
}

fn listed(ids: &[TraceId], as_json: bool) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if as_json {
        json!({ "traceIds": ids }).to_string()
    } else {
        ids.join("\n")
    }
}
