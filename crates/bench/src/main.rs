//! Every figure that we publish, as a program: progress on stderr, Markdown on stdout.

use clap::{Parser, Subcommand};

/// What the collector takes, holds and answers, beside a real Zipkin server.
mod collector;

/// Measures what we publish.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// What the collector takes, holds and answers, beside a real Zipkin server
    Collector(collector::Args),
    /// The collector as a process of its own, which the other command measures
    #[command(hide = true)]
    ServeCollector(::collector::Config),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().what {
        What::Collector(args) => collector::run(&args),
        What::ServeCollector(config) => collector::serve(config),
    }
}
