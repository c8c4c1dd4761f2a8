//! `hop trace`: one stored trace.

use anyhow::Context as _;
use zipkin::TraceId;

use crate::{
    report,
    screen::Screen,
    stored::{Address, Stored},
};

/// What to show, and who has it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trace id: 16 or 32 hex digits, as in the header x-trace-id and in log lines.
    #[arg(value_parser = parse_id)]
    id: TraceId,

    #[command(flatten)]
    address: Address,

    /// Print JSON: the hops in microseconds, the spans as Zipkin writes them.
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop trace 463ac35c9f6413ad48485a3953bb6124
  hop trace 463ac35c9f6413ad48485a3953bb6124 --json
  hop trace 463ac35c9f6413ad --zipkin-url http://zipkin:9411";

/// Asks for the trace and shows it.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    let stored = Stored::of(&args.address)?;
    let found = stored.trace(args.id).await?;
    let trace = found.with_context(|| format!("{} has no trace {}", stored.url(), args.id))?;
    if args.json {
        screen.say(&serde_json::to_string(&report::json(&trace))?);
    } else {
        screen.say(&report::text(&trace, screen.paint()));
        screen.say(&format!("\n{}", stored.page(args.id).await));
    }
    Ok(())
}

fn parse_id(text: &str) -> Result<TraceId, String> {
    TraceId::parse(&text.trim().to_lowercase()).map_err(|error| error.to_string())
}
