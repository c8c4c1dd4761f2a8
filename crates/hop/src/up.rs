//! `hop up`: the collector, three processes, one request and its trace; then log lines until an interrupt.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::anyhow;
use ask::server;

use crate::{
    interrupts::Interrupts,
    ports::{Offset, Ports},
    screen::{Screen, note, waiting},
    settings,
};
use collecting::Collecting;
use processes::Processes;
use sampling::Sampling;
use service::BaseUrl;
use show::Show;
use team::Team;

/// The collector, in this process.
mod collecting;

/// Settings of the services.
mod environment;

/// The team that it belongs to.
mod team;

/// Whether the first request is recorded.
mod sampling;

/// The services, as processes.
mod processes;

/// One of them.
mod process;

/// Services that ended by themselves.
mod deaths;

/// The lines that one writes.
mod pipe;

/// The first screen: one request, its trace, where to go on.
mod show;

/// Their log lines, held and released.
mod lines;

/// A log line in short.
mod short;

/// All of it without a screen.
mod quiet;

pub use quiet::Quiet;

/// Arguments of `hop up`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Stop after the first request: 0 when its trace is whole, else 1
    #[arg(long)]
    once: bool,

    /// Send spans to this Zipkin; no collector of our own
    #[arg(long, value_name = "URL", value_parser = server::parse)]
    zipkin_url: Option<BaseUrl>,

    /// Name the services red-gateway, red-orders and red-inventory in traces, for a
    /// collector that many share
    #[arg(long, value_name = "NAME")]
    team: Option<Team>,

    /// Stop when a service ends by itself, in place of starting it again
    #[arg(long)]
    no_restart: bool,

    #[command(flatten)]
    offset: Offset,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop up                                         ports 8081, 8082, 8083 and 9411
  hop up --once                                  one request and its trace
  hop up --port-offset 100                       8181, 8182, 8183 and 9511
  hop up --zipkin-url http://127.0.0.1:9411      a Zipkin that runs already
  hop up --team red --zipkin-url http://192.168.1.5:9411
                                                 red-gateway, red-orders …
  LOG_FORMAT=logback hop up                      whole JSON log lines
  OTEL_TRACES_EXPORTER=opentelemetry-zipkin hop up
                                                 the other exporter
  OTEL_TRACES_EXPORTER=otlp hop up               OpenTelemetry's protocol

A service that ends by itself once the first trace was shown, as after `kill
-9`, is started again after a second, at the same port. Its fifth end within 30
s stops everything, and `hop up` exits with 1.

Ctrl-C stops the services edge first and the collector last, so that the last
span arrives; a second one stops all at once.";

/// Said where stopping takes longer than a second: where nobody takes spans, each service tries for 5 s.
const STOPPING: &str = "the services to send their last spans; Ctrl-C ends them at once";

/// Starts everything, shows it, and stops it in order, whatever happened. `read`: the variables that any part reads.
pub async fn run(args: Args, read: &BTreeSet<String>) -> anyhow::Result<()> {
    let interrupts = Interrupts::listen()?;
    for said in environment::ignored(&settings::set(), read, args.zipkin_url.is_none()) {
        note(&said);
    }
    let ports = Ports::at(args.offset, args.zipkin_url.is_none());
    let config = ports.collector.map(|port| collecting::config(port, args.offset));
    let sampling = Sampling::read(config.as_ref());
    ports.check_free().await?;
    let mut collecting = match &config {
        Some(config) => Some(Collecting::start(config).await?),
        None => None,
    };
    let screen = Arc::new(Screen::passing());
    let show = Show::new(
        Arc::clone(&screen),
        args.offset,
        args.zipkin_url,
        args.team,
        sampling,
    )?;
    if let Some(collecting) = &collecting {
        show.lines().keep_in(collecting.collector());
    }
    let restart = !args.no_restart && !args.once;
    let mut processes = Processes::start(show.environment(), show.lines(), restart)?;
    let show = show.with_expendable(restart.then(|| processes.id_of_orders()).flatten());
    let shown = tokio::select! {
        shown = show.run(args.once) => shown,
        over = processes.kept_running() => Err(over),
        broke = collecting::broke(collecting.as_mut()) => Err(broke),
        () = screen.closed() => Ok(()),
        () = interrupts.at_least(1) => if args.once { Err(anyhow!("interrupted")) } else { Ok(()) },
    };
    let stopped = waiting(STOPPING, processes.stop(&interrupts)).await;
    if let Some(collecting) = collecting {
        screen.say(&format!(
            "\nThe collector received {} spans.",
            collecting.spans_received()
        ));
        collecting.stop().await?;
    }
    shown.and(stopped)
}
