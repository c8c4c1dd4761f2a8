//! What tracing takes at a given size: sampling, transport, storage and what breaks first, from measured figures.
//!
//! ```text
//! Args (sizes, spans, sampling, retention) + constants → Plan a column → Markdown
//!                                                         queue (an outage of the collector)
//! ```

use self::plan::Plan;

/// Measured figures and other people's, each with its source.
mod constants;

/// One column: everything that follows from one size.
mod plan;

/// An outage of the collector.
mod queue;

/// The size to plan for. Without `--requests-per-second`: the sizes of docs/scaling.md.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Args {
    /// Requests that enter the system in a second
    #[arg(long, value_name = "N", value_parser = positive)]
    requests_per_second: Option<f64>,

    /// Share of the traces that is recorded, 0 to 1; it is decided at the edge
    #[arg(long, default_value_t = 1.0, value_name = "SHARE", value_parser = share)]
    sampling: f64,

    /// Services that a request passes
    #[arg(long, default_value_t = 3.0, value_name = "N", value_parser = positive)]
    hops: f64,

    /// Spans of a recorded request
    #[arg(long, default_value_t = 8.0, value_name = "N", value_parser = positive)]
    spans_per_request: f64,

    /// Bytes of a span as JSON
    #[arg(long, default_value_t = constants::SPAN_BYTES, value_name = "BYTES", value_parser = positive)]
    bytes_per_span: f64,

    /// Days that spans are kept
    #[arg(long, default_value_t = 7.0, value_name = "DAYS", value_parser = positive)]
    retention_days: f64,

    /// Copies of each shard beside the first
    #[arg(long, default_value_t = 1.0, value_name = "N", value_parser = not_negative)]
    replicas: f64,

    /// Requests that one process of a service answers in a second
    #[arg(long, default_value_t = 500.0, value_name = "N", value_parser = positive)]
    requests_per_process: f64,

    /// Spans that a process queues (OTEL_BSP_MAX_QUEUE_SIZE)
    #[arg(long, default_value_t = 2048.0, value_name = "SPANS", value_parser = not_negative)]
    queue: f64,

    /// Seconds without a collector
    #[arg(long, default_value_t = 60.0, value_name = "S", value_parser = seconds)]
    outage: f64,

    /// Money for a core for a month, in any currency
    #[arg(long, value_name = "MONEY", value_parser = not_negative)]
    core_month: Option<f64>,

    /// Money for a gigabyte of disk for a month
    #[arg(long, value_name = "MONEY", value_parser = not_negative)]
    gigabyte_month: Option<f64>,
}

pub const EXAMPLES: &str = "\
Examples:
  cargo run --release -p bench -- scaling                                    the table of docs/scaling.md
  cargo run --release -p bench -- scaling --requests-per-second 20000 --sampling 0.05
  cargo run --release -p bench -- scaling --requests-per-second 1000 --retention-days 30 --core-month 20 --gigabyte-month 0.1";

/// Requests a second and sampling of the table in docs/scaling.md.
const SIZES: [(f64, f64); 5] = [(1e3, 1.0), (1e5, 1.0), (1e5, 0.01), (1e7, 1.0), (1e7, 0.0001)];

/// Prints the table.
pub fn run(args: &Args) {
    print!("{}", markdown(args));
}

fn markdown(args: &Args) -> String {
    let columns: Vec<Plan> = match args.requests_per_second {
        Some(requests) => vec![Plan::of(args, requests, args.sampling)],
        None => SIZES
            .iter()
            .map(|(requests, sampling)| Plan::of(args, *requests, *sampling))
            .collect(),
    };
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut table = row(columns.iter().fold(
        vec!["requests a second, recorded".to_owned()],
        |mut cells, plan| {
            cells.push(plan.title());
            cells
        },
    ));
    table += &format!("|---{}|\n", "|--:".repeat(columns.len()));
    let all: Vec<_> = columns.iter().map(Plan::rows).collect();
    for (index, (name, _)) in all.first().into_iter().flatten().enumerate() {
        let cells = all
            .iter()
            .filter_map(|rows| rows.get(index))
            .map(|(_, cell)| cell.clone());
        table += &row(std::iter::once((*name).to_owned()).chain(cells).collect());
    }
    table
}

fn number(text: &str, ok: fn(f64) -> bool, needed: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if f64::is_finite(number) && ok(number) => Ok(number),
        _ => Err(format!("{needed} is needed")),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    number(
        text,
        |number| number > 0.0 && number <= 1e12,
        "a number above 0, 1e12 at most,",
    )
}

fn not_negative(text: &str) -> Result<f64, String> {
    number(
        text,
        |number| (0.0..=1e12).contains(&number),
        "a number from 0 to 1e12",
    )
}

fn share(text: &str) -> Result<f64, String> {
    number(
        text,
        |number| (0.0..=1.0).contains(&number),
        "a number from 0 to 1",
    )
}

fn seconds(text: &str) -> Result<f64, String> {
    number(
        text,
        |number| (0.0..=86_400.0).contains(&number),
        "a number of seconds, a day at most,",
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: Args,
    }

    fn printed(args: &[&str]) -> String {
        let words = std::iter::once("scaling").chain(args.iter().copied());
        markdown(&Cli::try_parse_from(words).unwrap().args)
    }

    #[test]
    fn the_table_in_the_document_is_what_this_prints() {
        let document = include_str!("../../../docs/scaling.md");
        let table = printed(&[]);
        assert!(
            document.contains(&table),
            "docs/scaling.md should have this table:\n{table}"
        );
    }

    #[test]
    fn a_tenth_of_the_traces_takes_a_tenth_of_the_storage() {
        let whole = printed(&["--requests-per-second", "1000"]);
        let tenth = printed(&["--requests-per-second", "10000", "--sampling", "0.1"]);
        let spans = |table: &str| {
            table
                .lines()
                .find(|line| line.starts_with("| spans"))
                .map(str::to_owned)
        };
        assert_eq!(spans(&whole), spans(&tenth));
        assert!(spans(&whole).unwrap().ends_with("| 8,000 |"), "{whole}");
    }

    #[test]
    fn nonsense_is_refused() {
        let cases = [
            ["--sampling", "2"],
            ["--hops", "0"],
            ["--outage", "1e9"],
            ["--queue", "x"],
            ["--replicas", "NaN"],
        ];
        for case in cases {
            assert!(
                Cli::try_parse_from(std::iter::once("scaling").chain(case)).is_err(),
                "{case:?}"
            );
        }
    }
}
