//! What the collector takes, holds and answers. Each server is a process of its own, whose CPU time and memory the
//! system counts; where a Zipkin server is given, the two take turns, so that a busy machine slows both.

use std::{future, path::PathBuf, time::Duration};

use anyhow::Context as _;

/// Spans, and batches of them.
mod spans;

/// A server as a process: what it costs, and its end.
mod server;

/// HTTP as the load sends it: a connection that stays open, requests made beforehand.
mod connection;

/// How much CPU a span takes on its way in.
mod ingest;

/// How much memory a span takes.
mod memory;

/// How long an answer takes.
mod queries;

/// How soon an accepted span is seen.
mod visibility;

/// Whether memory stays flat under more load than can be taken.
mod soak;

const EXAMPLES: &str = "Examples:
  cargo run --release -p bench -- collector
  cargo run --release -p bench -- collector --only query --held 10000
  cargo run --release -p bench -- collector --zipkin-jar zipkin-server-3.6.1-exec.jar > figures.md
  cargo run --release -p bench -- collector --only soak --soak-seconds 600";

/// What to measure.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A real Zipkin server to measure beside ours, which `java` runs
    #[arg(long, value_name = "PATH")]
    zipkin_jar: Option<PathBuf>,

    /// Times that the servers take turns; the medians are shown
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,

    /// Spans sent in a turn
    #[arg(long, value_name = "SPANS", default_value_t = 100_000)]
    spans: usize,

    /// Spans held while memory and answers are measured
    #[arg(long, value_name = "SPANS", default_value_t = 1_000_000)]
    held: usize,

    /// Seconds of more load than can be taken
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    soak_seconds: u64,

    /// Parts to run, separated by commas
    #[arg(
        long,
        value_name = "PARTS",
        value_delimiter = ',',
        default_values_t = Part::ALL
    )]
    only: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Ingest,
    Memory,
    Query,
    Visibility,
    Soak,
}

impl Part {
    const ALL: [Self; 5] = [
        Self::Ingest,
        Self::Memory,
        Self::Query,
        Self::Visibility,
        Self::Soak,
    ];
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ingest => "ingest",
            Self::Memory => "memory",
            Self::Query => "query",
            Self::Visibility => "visibility",
            Self::Soak => "soak",
        })
    }
}

/// Measures each part that is asked for, and prints its table.
pub fn run(args: &Args) -> anyhow::Result<()> {
    for part in &args.only {
        match part {
            Part::Ingest => ingest::run(args),
            Part::Memory => memory::run(args),
            Part::Query => queries::run(args),
            Part::Visibility => visibility::run(args),
            Part::Soak => soak::run(Duration::from_secs(args.soak_seconds)),
        }
        .with_context(|| format!("{part} could not be measured"))?;
    }
    Ok(())
}

/// Serves until it is killed: the process under test.
pub fn serve(config: ::collector::Config) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(::collector::run(config, future::pending()))
}

/// The middle of what was measured.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// What so many in a hundred of these stay under.
fn percentile(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort();
    let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(index).copied().unwrap_or_default()
}

fn ms(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}
