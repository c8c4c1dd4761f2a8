//! `hop compare`: what differs between two traces, or two sets of them.

use anyhow::Context as _;
use zipkin::{
    Waterfall,
    analysis::{Comparison, Position},
    words,
};

use crate::{
    draw::text::{clean, pad, pad_left, wrap},
    screen::{BOLD, Screen},
    stored::{Address, Stored},
    trace::{self, Digits, parse_id},
};

/// More positions than this nobody reads.
const MAX_ROWS: usize = 50;

/// Which traces, and who has them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Trace ids before, or their first digits, with commas between them
    #[arg(required = true, value_delimiter = ',', num_args = 1, value_parser = parse_id, value_name = "BEFORE")]
    before: Vec<Digits>,

    /// Trace ids after
    #[arg(required = true, value_delimiter = ',', num_args = 1, value_parser = parse_id, value_name = "AFTER")]
    after: Vec<Digits>,

    #[command(flatten)]
    address: Address,

    /// Print JSON: the answer, and each position with its time before and after in microseconds
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop compare 463ac35c 9e658247
  hop compare 463ac35c,5d0f0c11,0b2a7e9f 9e658247,7a11c0de,1f00ba44
  hop compare 463ac35c 9e658247 --json

Spans are matched by their position below the root. The time of a position is its own part of the critical path, so that all
of them add up. Single traces have to differ by a quarter; three traces and more say themselves how much they vary.";

/// Fetches the traces and compares them.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    let stored = Stored::of(&args.address)?;
    let before = all(&stored, &args.before).await?;
    let after = all(&stored, &args.after).await?;
    let comparison = zipkin::analysis::compare(&before, &after);
    let comparison =
        comparison.context("the root of one side does not say when it ran: nothing can be compared")?;
    if args.json {
        screen.say(&serde_json::to_string(&comparison)?);
    } else {
        screen.say(&text(&comparison, &screen));
    }
    Ok(())
}

async fn all(stored: &Stored, ids: &[Digits]) -> anyhow::Result<Vec<Waterfall>> {
    let mut traces = Vec::with_capacity(ids.len());
    for id in ids {
        traces.push(trace::only(stored, id).await?);
    }
    Ok(traces)
}

fn text(comparison: &Comparison, screen: &Screen) -> String {
    let width = screen.width();
    let mut lines = wrap(&clean(&comparison.answer), "", width);
    let columns = ["before", "after", "difference"]
        .map(|name| pad_left(name, 12))
        .concat();
    let heading = format!("{}{columns}", pad("critical path", width - 36));
    lines.extend([String::new(), screen.paint().style(BOLD, &heading)]);
    let (before, after) = (Some(comparison.before_us), Some(comparison.after_us));
    lines.push(row("the whole root", [before, after], width));
    let differing = comparison
        .positions
        .iter()
        .filter(|position| position.difference_us != 0);
    let positions: Vec<&Position> = differing.collect();
    lines.extend(positions.iter().take(MAX_ROWS).map(|position| {
        row(
            &clean(&position.what),
            [position.before_us, position.after_us],
            width,
        )
    }));
    if positions.len() > MAX_ROWS {
        lines.push(format!(
            "The first {MAX_ROWS} of {}. All of them: --json",
            positions.len()
        ));
    }
    lines.join("\n")
}

fn row(what: &str, times: [Option<u64>; 2], width: usize) -> String {
    let [before, after] = times;
    let shown = times.map(|time| time.map_or_else(|| words::UNKNOWN.to_owned(), words::duration));
    let plus = if after > before { "+" } else { "" };
    let difference = words::offset(before.unwrap_or_default(), after.unwrap_or_default());
    let [before, after] = shown.map(|time| pad_left(&time, 12));
    let difference = pad_left(&format!("{plus}{difference}"), 12);
    format!("{}{before}{after}{difference}", pad(what, width - 36))
}
