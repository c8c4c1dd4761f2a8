//! The collector measured: taking, holding and answering. Each server is a process of its own, whose CPU time and memory the
//! system counts; where a Zipkin server is given, the two take turns, so that a busy machine slows both.

use std::{future, time::Duration};

use anyhow::Context as _;

use self::args::Part;

/// Settings of the measurement.
mod args;

/// Spans, and batches of them.
mod spans;

/// The ways in which the same spans come.
mod formats;

/// A server as a process: what it costs, and its end.
mod server;

/// HTTP as the load sends it: a connection that stays open, requests made beforehand.
mod connection;

/// A median, a percentile, milliseconds.
mod figures;

/// The CPU time of a span on its way in.
mod ingest;

/// The memory of a span.
mod memory;

/// The time of an answer.
mod queries;

/// The time until an accepted span is seen.
mod visibility;

/// Pages: bytes, elements, and the time until they are there and painted.
mod pages;

/// Whether memory stays flat under more load than can be taken.
mod soak;

pub use args::Args;

/// Measures each part that is asked for, and prints its table.
pub fn run(args: &Args) -> anyhow::Result<()> {
    for part in &args.only {
        match part {
            Part::Ingest => ingest::run(args),
            Part::Memory => memory::run(args),
            Part::Query => queries::run(args),
            Part::Visibility => visibility::run(args),
            Part::Pages => pages::run(args),
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
