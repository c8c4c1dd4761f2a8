//! `hop compare`: what differs between two traces, or two sets of them.

use std::cmp::Ordering;

use anyhow::{Context as _, ensure};
use zipkin::{
    Waterfall,
    analysis::{Comparison, Position, Root},
    utc, words,
};

use crate::{
    draw::text::{clean, pad, pad_left, wrap},
    language::Spoken,
    screen::{BOLD, DIM, Screen},
    stored::{Address, Stored},
    trace,
};

/// A window of time.
mod window;

/// One side of a comparison.
mod side;

/// The words of the table.
mod table_words;

use side::Side;
use table_words::Words;

/// More positions than this nobody reads.
const MAX_ROWS: usize = 50;

/// Which traces, and who has them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Trace ids before, or their first digits, with commas between them; or a window of time
    #[arg(value_name = "BEFORE")]
    before: Side,

    /// Trace ids after, or a window
    #[arg(value_name = "AFTER")]
    after: Side,

    /// In windows, traces in which this service has a span
    #[arg(long)]
    service: Option<String>,

    /// In each window, at most so many traces, the latest
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: the answer, and each position with its time before and after in microseconds
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop compare 463ac35c 9e658247
  hop compare 463ac35c,5d0f0c11,0b2a7e9f 9e658247,7a11c0de,1f00ba44
  hop compare 30m..15m 15m..now                  traces of 15 minutes each
  hop compare 10:00..10:15 10:15..10:30 --service orders
  hop compare 463ac35c 9e658247 --lang ko        한국어로
  hop compare 463ac35c 9e658247 --json

Spans are matched by their position below the root; traces with another root,
such as another route, are not compared. The time of a position is its own part
of the critical path, so that all of them add up. A window is two moments: 15m,
90s or 2h ago, now, 10:15 or 2026-11-28T10:15 in UTC; a time of day later than
now is yesterday's. Single traces have to differ by a quarter; three traces and
more say themselves how much they vary.";

/// Fetches the traces and compares them.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    let stored = Stored::of(&args.address)?;
    let before = all(&stored, &args.before, &args).await?;
    let after = all(&stored, &args.after, &args).await?;
    let comparison = zipkin::analysis::compare(&before, &after);
    let comparison =
        comparison.context("the root of one side does not say when it ran: nothing can be compared")?;
    let language = args.spoken.choose(args.json);
    let comparison = comparison.in_language(language);
    if args.json {
        screen.say(&serde_json::to_string(&comparison)?);
    } else {
        let sizes = [before.len(), after.len()];
        screen.say(&text(&comparison, sizes, &screen, &Words::of(language)));
    }
    Ok(())
}

async fn all(stored: &Stored, side: &Side, args: &Args) -> anyhow::Result<Vec<Waterfall>> {
    let window = match side {
        Side::Window(window) => window,
        Side::Ids(ids) => {
            let mut traces = Vec::with_capacity(ids.len());
            for id in ids {
                traces.push(trace::only(stored, id).await?);
            }
            return Ok(traces);
        }
    };
    let service = args.service.as_deref();
    let found = stored.within(window.to_ms, window.length(), args.limit, service);
    let traces = found.await?;
    let [from, to] = [window.from_ms, window.to_ms].map(|time| {
        let micros = time.saturating_mul(1_000);
        format!("{} {}", utc::date(micros), utc::time_of_day(micros))
    });
    ensure!(
        !traces.is_empty(),
        "{} has no such traces from {from} to {to} UTC",
        stored.url()
    );
    Ok(traces)
}

fn text(comparison: &Comparison, sizes: [usize; 2], screen: &Screen, words: &Words) -> String {
    let width = screen.width();
    let mut lines = wrap(&clean(&comparison.answer), "", width);
    let columns = words.columns.map(|name| pad_left(name, 12)).concat();
    let heading = format!("{}{columns}", pad(words.path, width - 36));
    lines.extend([String::new(), screen.paint().style(BOLD, &heading)]);
    let (compared, lonely): (Vec<&Root>, Vec<&Root>) =
        comparison.roots.iter().partition(|root| root.is_compared());
    lines.extend(compared.iter().map(|root| {
        let what = match compared.len() {
            1 => words.whole_root.to_owned(),
            _ => (words.whole_of)(&clean(&root.what)),
        };
        row(&what, [root.before_us, root.after_us], width, words)
    }));
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
            words,
        )
    }));
    lines.extend((positions.len() > MAX_ROWS).then(|| (words.rest)(MAX_ROWS, positions.len())));
    for (side, count) in [
        (words.only_before, |root: &Root| root.before),
        (words.only_after, |root| root.after),
    ] as [(&str, fn(&Root) -> usize); 2]
    {
        let alone = lonely.iter().filter(|root| count(root) > 0);
        let alone: Vec<String> = alone.map(|root| clean(&root.what)).collect();
        if !alone.is_empty() {
            let text = format!("{side}: {}.", alone.join(", "));
            lines.extend(wrap(&text, "", width));
        }
    }
    let [before, after] = sizes;
    lines.push(screen.paint().style(DIM, &(words.over)(before, after)));
    lines.join("\n")
}

fn row(what: &str, times: [Option<u64>; 2], width: usize, words: &Words) -> String {
    let [before, after] = times;
    let shown = times.map(|time| {
        time.map_or_else(
            || words::UNKNOWN.to_owned(),
            |time| words::short_in(time, words.language),
        )
    });
    let difference = words::short_in(
        before.unwrap_or_default().abs_diff(after.unwrap_or_default()),
        words.language,
    );
    let sign = match after.cmp(&before) {
        Ordering::Less => "−",
        Ordering::Equal => "",
        Ordering::Greater => "+",
    };
    let [before, after] = shown.map(|time| pad_left(&time, 12));
    let difference = pad_left(&format!("{sign}{difference}"), 12);
    format!("{}{before}{after}{difference}", pad(what, width - 36))
}
