//! The one binary: starts the parts, sends requests, draws traces.
//!
//! ```text
//! up ─→ ports → processes (gateway, orders, inventory) + collector
//!    ─→ request → stored (polls until whole) → report → draw
//!    ─→ lines, until an interrupt
//! call  ─→ request → stored → report          trace ─→ stored → report
//! hops, compare ─→ stored → zipkin's analysis    logs ─→ standard input
//! assert ─→ request → stored → expect
//! check ─→ requests → answers, stored → verdicts
//! fault ─→ a service's control port              load ─→ load's engine → stored
//! top ─→ stored, again and again → what keys ask for → the terminal
//! mystery ─→ up, faults, load's engine, stored → verdict
//! links ─→ a day's traces → zipkin::Linker → Elasticsearch
//! ```

use std::{io::ErrorKind, process::ExitCode};

use anyhow::bail;
use clap::CommandFactory as _;

use part::Part;

/// `hop up`: everything, and a first request.
pub mod up;

/// `hop call`: one request and its trace.
pub mod call;

/// `hop trace`: one stored trace.
pub mod trace;

/// `hop hops`: what each kind of call costs.
pub mod hops;

/// `hop compare`: two traces, or two sets of them.
pub mod compare;

/// `hop logs`: log lines of one trace, from a pipe.
pub mod logs;

/// `hop assert`: expectations that hold or do not.
pub mod assert;

/// `hop load`: requests at a rate.
pub mod load;

/// `hop check`: whether a service takes part in tracing, from outside.
pub mod check;

/// `hop doctor`: checks, and a canary through every hop.
pub mod doctor;

/// `hop mystery`: faults to be found.
pub mod mystery;

/// `hop top`: traces, hops and log lines, live.
pub mod top;

/// `hop completions`, `hop man`.
#[cfg(feature = "shell")]
pub mod completions;

/// `hop completions`, `hop man`, in a build without them.
#[cfg(not(feature = "shell"))]
#[path = "completions/absent.rs"]
pub mod completions;

/// `hop health`: whether a part answers.
pub mod health;

/// `hop fault`: something broken on purpose.
pub mod fault;

/// A service, and whether faults may be set in it.
mod part;

/// Arguments and environment.
mod settings;

/// The ports of the parts.
mod ports;

/// The trace that a request's headers name.
mod caller;

/// Traces as a collector has them.
mod stored;

/// Whether a trace has arrived whole.
mod whole;

/// Knowledge beside a trace.
mod beside;

/// Waiting for a whole trace.
mod arrival;

/// The language of answers.
mod language;

/// Log lines from a file.
mod lines;

/// A trace, for people and for programs.
mod report;

/// Waterfall and hop table in 80 columns.
mod draw;

/// Standard output, colours, progress.
mod screen;

/// Ctrl-C, counted.
mod interrupts;

/// The command that starts this program.
mod program;

/// Commands of `hop`.
#[derive(Debug, clap::Parser)]
#[command(
    name = "hop",
    version,
    about = "Three services, one request, one trace: see it hop by hop",
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    up: up::Args,
}

impl Cli {
    /// Reads arguments and environment; ends the process where they ask for help or make no sense.
    pub fn read() -> Self {
        settings::read(std::env::args_os())
    }
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Start everything, show one request's trace, then the log lines, until Ctrl-C (the default)
    #[command(after_help = up::EXAMPLES)]
    Up(up::Args),
    /// Send one request to the gateway and draw its trace
    #[command(after_help = call::EXAMPLES)]
    Call(call::Args),
    /// Draw a stored trace
    #[command(after_help = trace::EXAMPLES)]
    Trace(trace::Args),
    /// Show what each kind of call costs, over the latest traces
    #[command(after_help = hops::EXAMPLES)]
    Hops(hops::Args),
    /// Say what differs between two traces, or two sets of them
    #[command(after_help = compare::EXAMPLES)]
    Compare(compare::Args),
    /// Show the log lines of one trace, from a pipe
    #[command(after_help = logs::EXAMPLES)]
    Logs(logs::Args),
    /// Check what a request's trace, log lines and answer are expected to be
    #[command(after_help = assert::EXAMPLES)]
    Assert(assert::Args),
    /// Check from outside whether a service, in any language, takes part in tracing
    #[command(after_help = check::EXAMPLES)]
    Check(check::Args),
    /// Write a day's dependency links for a Zipkin on Elasticsearch or OpenSearch
    #[command(after_help = links::EXAMPLES)]
    Links(links::Args),
    /// Run the collector alone
    #[command(after_help = COLLECTOR_EXAMPLES)]
    Collector(collector::Config),
    /// Run the gateway alone: the edge, which calls orders
    #[command(after_help = GATEWAY_EXAMPLES)]
    Gateway(Part<gateway::Config>),
    /// Run orders alone: the middle hop, which calls inventory
    #[command(after_help = ORDERS_EXAMPLES)]
    Orders(Part<orders::Config>),
    /// Run inventory alone: the last hop
    #[command(after_help = INVENTORY_EXAMPLES)]
    Inventory(Part<inventory::Config>),
    /// Learn distributed tracing: lessons that a program checks
    #[command(after_help = workshop::EXAMPLES)]
    Workshop(workshop::Args),
    /// Send requests at a rate, and say where the time of the slowest went
    #[command(after_help = load::EXAMPLES)]
    Load(load::Args),
    /// Check machine, settings, collector and services, and name the first broken link
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(doctor::Args),
    /// Find out which faults were set, in which hop
    #[command(after_help = mystery::EXAMPLES)]
    Mystery(mystery::Args),
    /// Look at traces, hops and log lines live, in the terminal
    #[command(after_help = top::EXAMPLES)]
    Top(top::Args),
    /// Write what a shell needs to complete commands
    #[command(after_help = completions::COMPLETIONS_EXAMPLES)]
    Completions(completions::Completions),
    /// Write the manual page, of hop or of one command
    #[command(after_help = completions::MAN_EXAMPLES)]
    Man(completions::Man),
    /// Ask a part whether it is up
    #[command(after_help = health::EXAMPLES)]
    Health(health::Args),
    /// Break something on purpose, in services that run
    #[command(after_help = fault::EXAMPLES)]
    Fault(fault::Args),
}

const EXAMPLES: &str = "\
Examples (from the sources: `cargo run --` in place of `hop`):
  hop                          everything, until Ctrl-C
  hop up --once                one request, its trace, and the end
  hop call /users/terry        another request, while `hop up` runs
  hop call --help              each command has examples of its own

Exit codes: 0 done, 1 it failed and said why, 2 wrong usage.";

const COLLECTOR_EXAMPLES: &str = "\
Examples:
  hop collector                                  at http://127.0.0.1:9411
  hop collector --listen-addr 127.0.0.1:0        on a free port
  MEM_MAX_SPANS=1000 hop collector               keeps less";

const GATEWAY_EXAMPLES: &str = "\
Examples:
  hop gateway
  hop gateway --listen-addr 127.0.0.1:9081 --orders-url http://127.0.0.1:9082
  LOG_FORMAT=logback hop gateway                 log lines as JSON";

const ORDERS_EXAMPLES: &str = "\
Examples:
  hop orders
  hop orders --inventory-url http://127.0.0.1:9083
  OTEL_TRACES_EXPORTER=none hop orders           log lines, but no spans";

const INVENTORY_EXAMPLES: &str = "\
Examples:
  hop inventory
  hop inventory --listen-addr 127.0.0.1:0        on a free port
  RUST_LOG=warn hop inventory                    fewer log lines, the same spans";

/// Does it. A failure is said on standard error.
pub async fn run(cli: Cli) -> ExitCode {
    let command = cli.command.unwrap_or(Command::Up(cli.up));
    let is_part = matches!(
        command,
        Command::Collector(_) | Command::Gateway(_) | Command::Orders(_) | Command::Inventory(_)
    );
    let done = match command {
        Command::Up(args) => up::run(args, &settings::variables(&Cli::command())).await,
        Command::Call(args) => call::run(args).await,
        Command::Trace(args) => trace::run(args).await,
        Command::Hops(args) => hops::run(args).await,
        Command::Compare(args) => compare::run(args).await,
        Command::Logs(args) => logs::run(args).await,
        Command::Assert(args) => assert::run(args).await,
        Command::Check(args) => check::run(args).await,
        Command::Links(args) => links::run(args).await,
        Command::Collector(config) => run_collector(config).await,
        Command::Gateway(part) => part::gateway(part).await,
        Command::Orders(part) => part::orders(part).await,
        Command::Inventory(part) => part::inventory(part).await,
        Command::Workshop(args) => workshop::run(args).await,
        Command::Load(args) => load::run(args).await,
        Command::Doctor(args) => doctor::run(args, settings::variables(&Cli::command())).await,
        Command::Mystery(args) => mystery::run(args).await,
        Command::Top(args) => top::run(args).await,
        Command::Completions(args) => say(completions::completions(&args, Cli::command())),
        Command::Man(args) => say(completions::man(&args, Cli::command())),
        Command::Health(args) => health::run(args).await,
        Command::Fault(args) => fault::run(args).await,
    };
    if !is_part && output::stdout().failure().is_some() {
        output::stdout().forgive(); // `written` says what there is to say
    }
    output::finish();
    let done = if is_part {
        done.map_err(ports::with_way_out)
    } else {
        done
    };
    let code = match done.and_then(|()| written()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            screen::note(&program::entered(&format!("hop: {error:#}")));
            ExitCode::FAILURE
        }
    };
    output::finish();
    code
}

/// An answer that nobody got is a failure; a reader who has left, as `head` does, has all that he wants.
fn written() -> anyhow::Result<()> {
    match output::stdout().failure() {
        Some(reason) if reason != ErrorKind::BrokenPipe => {
            bail!("standard output cannot be written: {reason}")
        }
        _ => Ok(()),
    }
}

fn say(text: anyhow::Result<String>) -> anyhow::Result<()> {
    output::stdout().say_patiently(text?.trim_end());
    Ok(())
}

async fn run_collector(config: collector::Config) -> anyhow::Result<()> {
    let interrupts = interrupts::Interrupts::listen()?;
    collector::run(config, async move { interrupts.at_least(1).await }).await
}

#[cfg(test)]
mod tests;
