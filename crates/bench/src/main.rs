//! Every figure that we publish, as a program.

use std::process::ExitCode;

use clap::Parser as _;

/// The three-hop chain, traced in several ways, and what each costs.
mod chain;

/// One service of that chain, a process of its own.
mod hop;

/// The ways to trace.
mod mode;

/// Where the spans of the chain go: it counts and forgets.
mod sink;

/// Telemetry that does nothing.
mod idle;

/// The collector's figures, beside those of a real Zipkin server.
mod collector;

/// One span: bytes, time, memory.
mod spans;

/// The needs of tracing at a given size, from measured figures.
mod scaling;

/// The time that a learner waits for a verdict.
mod workshop;

/// Heap allocations so far, where they are counted.
mod allocations;

/// The commands of this program.
#[derive(clap::Parser)]
#[command(name = "bench", about = "Every figure that we publish, as a program", after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Three services, traced in several ways: CPU, memory and latency of each
    #[command(after_help = chain::EXAMPLES)]
    Chain(chain::Args),
    /// One span: bytes on the wire, time to encode, memory while it waits
    #[command(after_help = spans::EXAMPLES)]
    Span,
    /// The needs of tracing at a given number of requests a second: cores, network, disk, and what breaks
    #[command(after_help = scaling::EXAMPLES)]
    Scaling(scaling::Args),
    /// The workshop: from a clone to the first verdict, and from a save to its verdict
    #[command(after_help = workshop::EXAMPLES)]
    Workshop(workshop::Args),
    #[command(hide = true)]
    Hop(Box<hop::Args>),
    #[command(hide = true)]
    Sink,
    /// The collector's figures, beside those of a real Zipkin server
    Collector(collector::Args),
    #[command(hide = true)]
    ServeCollector(::collector::Config),
}

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p bench -- chain             what tracing costs a request, in several ways
  cargo run --release -p bench -- scaling           what ten million requests a second would take
  cargo run --release -p bench -- chain --help      each command has examples of its own";

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Chain(args) => chain::run(args).await,
        Command::Span => spans::run(),
        Command::Scaling(args) => {
            scaling::run(&args);
            Ok(())
        }
        Command::Workshop(args) => tokio::task::block_in_place(|| workshop::run(&args)),
        Command::Hop(args) => hop::run(*args).await,
        Command::Sink => sink::run().await,
        // These have runtimes of their own.
        Command::Collector(args) => tokio::task::block_in_place(|| collector::run(&args)),
        Command::ServeCollector(config) => tokio::task::block_in_place(|| collector::serve(config)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
