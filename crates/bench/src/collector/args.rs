//! Settings of the measurement: its parts, its servers, its rounds.

use std::{fmt, path::PathBuf};

const EXAMPLES: &str = "Examples:
  cargo run --release -p bench -- collector
  cargo run --release -p bench -- collector --only query --held 10000
  cargo run --release -p bench -- collector --zipkin-jar zipkin-server-3.6.1-exec.jar > figures.md
  cargo run --release -p bench -- collector --only pages --rounds 5   needs Chromium and chromedriver to see it painted
  cargo run --release -p bench -- collector --only soak --soak-seconds 600";

/// Settings of the measurement.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A real Zipkin server to measure beside ours, which `java` runs
    #[arg(long, value_name = "PATH")]
    pub zipkin_jar: Option<PathBuf>,

    /// Times that the servers take turns; the medians are shown
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub rounds: usize,

    /// Spans sent in a turn
    #[arg(long, value_name = "SPANS", default_value_t = 100_000)]
    pub spans: usize,

    /// Spans held while memory and answers are measured
    #[arg(long, value_name = "SPANS", default_value_t = 1_000_000)]
    pub held: usize,

    /// Seconds of more load than can be taken
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub soak_seconds: u64,

    /// Parts to run, separated by commas
    #[arg(
        long,
        value_name = "PARTS",
        value_delimiter = ',',
        default_values_t = Part::ALL
    )]
    pub only: Vec<Part>,
}

/// A table of figures.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    Ingest,
    Memory,
    Query,
    Visibility,
    Pages,
    Soak,
}

impl Part {
    const ALL: [Self; 6] = [
        Self::Ingest,
        Self::Memory,
        Self::Query,
        Self::Visibility,
        Self::Pages,
        Self::Soak,
    ];
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ingest => "ingest",
            Self::Memory => "memory",
            Self::Query => "query",
            Self::Visibility => "visibility",
            Self::Pages => "pages",
            Self::Soak => "soak",
        })
    }
}
