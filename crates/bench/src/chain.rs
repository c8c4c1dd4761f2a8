//! The three-hop chain, traced in several ways, and what each costs.
//!
//! ```text
//! Running (three processes a mode, one sink) ← rounds: load in every mode, in turn → Sample each → table
//! ```

use std::time::{Duration, Instant};

use anyhow::Context as _;

use self::load::Load;
use self::running::{Running, Sink};
use self::sample::{Latency, Measured, Sample};
use crate::mode::Mode;

/// The processes of one mode, and the sink of all.
mod running;

/// One process of ours.
mod process;

/// Requests, as fast as they go or at a steady rate.
mod load;

/// The time and memory of a process, as the kernel tells it.
pub mod usage;

/// The figures of a mode in a round.
mod sample;

/// All rounds as Markdown.
mod table;

/// Settings of the measurement.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Rounds; every mode has its turn in each of them
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,

    /// Requests to a mode in a round
    #[arg(long, default_value_t = 3000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    requests: u32,

    /// Requests under way at once
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1000))]
    concurrency: u32,

    /// Modes to measure; `untraced` is always measured
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Mode::ALL)]
    modes: Vec<Mode>,

    /// Start each service under this command, such as a profiler. Its CPU is in the figures then, and batches wait for
    /// ten seconds, so that most spans come too late to be counted
    #[arg(long, value_name = "COMMAND", value_delimiter = ' ')]
    under: Vec<String>,
}

pub const EXAMPLES: &str = "\
Examples:
  cargo run --release -p bench -- chain
  cargo run --release -p bench -- chain --modes ours,fastrace --rounds 9
  cargo run --release -p bench -- chain --rounds 1 --requests 200    a quick look; the figures mean little
  cargo run --release -p bench --features count-allocations -- chain --rounds 1
                                                                     heap allocations a request

Progress is on standard error, the table on standard output. CPU and memory are the three services' own, read from
/proc: on systems without it these columns are empty.";

/// Measures until it is done or interrupted; no process is left either way.
pub async fn run(args: Args) -> anyhow::Result<()> {
    tokio::select! {
        done = measure(&args) => done,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
    }
}

async fn measure(args: &Args) -> anyhow::Result<()> {
    let sink = Sink::start().await?;
    let load = Load::new()?;
    let mut modes = Vec::new();
    for mode in Mode::ALL {
        if mode == Mode::Untraced || args.modes.contains(&mode) {
            modes.push(start(args, mode, &sink, &load).await?);
        }
    }
    for round in 1..=args.rounds {
        // Another one begins each time, so that none always follows the same neighbour.
        modes.rotate_left(1);
        for (running, measured) in &mut modes {
            eprintln!("round {round} of {}: {}", args.rounds, running.mode.name());
            let sample = measure_once(args, running, &sink, &load).await?;
            measured.samples.push(sample);
        }
    }
    measure_latency(args, &mut modes, &load).await?;
    modes.sort_by_key(|(running, _)| Mode::ALL.iter().position(|mode| *mode == running.mode));
    for (running, _) in &mut modes {
        running.stop().await;
    }
    let measured: Vec<_> = modes.into_iter().map(|(_, measured)| measured).collect();
    print!("{}", table::markdown(&measured));
    Ok(())
}

/// Starts the three services several times, and keeps the last ones.
async fn start(args: &Args, mode: Mode, sink: &Sink, load: &Load) -> anyhow::Result<(Running, Measured)> {
    eprintln!("starting {}", mode.name());
    let mut measured = Measured::of(mode);
    loop {
        let started = Instant::now();
        let mut running = Running::start(mode, sink, &args.under).await?;
        load.one(&running.url, 1).await?;
        measured.starts.push(started.elapsed());
        if measured.starts.len() as u32 >= args.rounds {
            // Caches, connections and the allocator's arenas are warm before anything counts.
            load.closed(&running.url, args.requests / 5, args.concurrency)
                .await?;
            sink.settled(mode).await?;
            return Ok((running, measured));
        }
        running.stop().await;
    }
}

/// One round of one mode: as many requests as fit, then the spans that follow them.
async fn measure_once(args: &Args, running: &Running, sink: &Sink, load: &Load) -> anyhow::Result<Sample> {
    let before = (
        running.usage(),
        sink.received(running.mode).await?,
        running.allocations(load).await?,
    );
    let started = Instant::now();
    load.closed(&running.url, args.requests, args.concurrency).await?;
    let took = started.elapsed();
    let received = sink.settled(running.mode).await?;
    let after = (running.usage(), received, running.allocations(load).await?);
    Ok(Sample::between(before, after, f64::from(args.requests), took))
}

/// All modes at one rate, half of what the slowest can do.
async fn measure_latency(args: &Args, modes: &mut [(Running, Measured)], load: &Load) -> anyhow::Result<()> {
    let rates = modes.iter().map(|(_, measured)| measured.rate());
    let rate = rates.min_by(f64::total_cmp).context("nothing was measured")? / 2.0;
    for round in 1..=args.rounds {
        modes.rotate_left(1);
        for (running, measured) in &mut *modes {
            let name = running.mode.name();
            eprintln!(
                "latency at {rate:.0} requests a second, round {round} of {}: {name}",
                args.rounds
            );
            measured.steady_rate = rate;
            let times = load.steady(&running.url, args.requests, rate).await?;
            measured.latencies.push(Latency::of(&times));
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
    Ok(())
}
