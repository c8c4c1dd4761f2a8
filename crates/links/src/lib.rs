//! `hop links`: who calls whom in a day's traces, written to where a Zipkin on Elasticsearch or OpenSearch reads it.
//!
//! ```text
//! Zipkin /api/v2/traces ─→ source ─→ walk ─→ counted (Linker) ─→ elasticsearch ─→ Zipkin /api/v2/dependencies
//! ```

use std::time::{Duration, SystemTime};

use ask::Address;

use counted::Counted;
use day::Day;
use elasticsearch::{Elasticsearch, Target};
use source::Source;

/// A day in UTC.
mod day;

/// The time between two passes.
mod pause;

/// Which parts of a day to ask for.
mod walk;

/// Their traces, from Zipkin.
mod source;

/// The links of a whole day.
mod counted;

/// The work done, in words.
mod summary;

/// Where the links are written.
mod elasticsearch;

/// Progress of the reading, on a terminal.
mod progress;

/// Numbers as people read them.
mod numbers;

/// The longest pause after a failure: a Zipkin may just be starting.
const RETRY: Duration = Duration::from_secs(30);

/// Which day, from where, to where.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    zipkin: Address,

    #[command(flatten)]
    target: Target,

    /// The day to link, in UTC [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "yesterday")]
    day: Option<Day>,

    /// Link the day before today: for a job that runs after midnight
    #[arg(long)]
    yesterday: bool,

    /// Link today again and again, and each day once more when it is over: 90s, 15m or 1h
    #[arg(long, value_name = "TIME", value_parser = pause::parse, conflicts_with_all = ["day", "yesterday"])]
    every: Option<Duration>,

    /// Print the links and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Print JSON: one line a day
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop links --dry-run                            calls of today, and no writing
  hop links --es-hosts http://elasticsearch:9200 --zipkin-url http://zipkin:9411
  hop links --yesterday                          for a job past midnight, in UTC
  hop links --day 2026-11-24 --json
  hop links --every 1h                           until SIGTERM or Ctrl-C
  ES_USERNAME=elastic ES_PASSWORD=… hop links    basic authentication

On Elasticsearch and OpenSearch, Zipkin computes no dependency graph: it shows
what a job wrote. This is that job. A second run replaces what the first one
wrote for the day. A day without traces changes nothing.

A trace counts once, on the day of its earliest span. On Elasticsearch a trace
that goes on past midnight is cut there, because Zipkin reads each day by
itself: either part counts on its own day.";

/// Links the day, or day after day.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let job = Job {
        source: Source::of(&args.zipkin)?,
        target: (!args.dry_run)
            .then(|| Elasticsearch::of(&args.target))
            .transpose()?,
        json: args.json,
    };
    let today = Day::of(SystemTime::now());
    match args.every {
        Some(pause) => job.every(pause).await,
        None if args.yesterday => job.once(today.before()).await,
        None => job.once(args.day.unwrap_or(today)).await,
    }
}

struct Job {
    source: Source,
    /// None where nothing is to be written.
    target: Option<Elasticsearch>,
    json: bool,
}

impl Job {
    /// One day. Nothing is written unless all of it was read.
    async fn once(&self, day: Day) -> anyhow::Result<()> {
        if let Some(target) = &self.target {
            // A mistyped address is said before a day is read.
            target.written(day).await?;
        }
        let counted = Counted::read(&self.source, day).await?;
        let written = match &self.target {
            Some(target) if counted.traces > 0 => Some(target.replace(day, &counted.links).await?),
            _ => None,
        };
        output::stdout().say_patiently(&if self.json {
            summary::json(&counted, written.as_ref())
        } else {
            summary::text(&counted, written.as_ref(), self.target.is_none())
        });
        Ok(())
    }

    /// Until somebody asks for an end. SIGHUP is the system's, so that `nohup` works; nothing is left in order by a pass anyway.
    async fn every(&self, pause: Duration) -> anyhow::Result<()> {
        let stop = service::stop::requested(false)?;
        let passes = async {
            let mut day = Day::of(SystemTime::now());
            loop {
                let done = self.pass(&mut day).await;
                if let Err(error) = &done {
                    output::stderr().say(&format!("hop links: {error:#}"));
                }
                let failed = done.is_err();
                tokio::time::sleep(if failed { pause.min(RETRY) } else { pause }).await;
            }
        };
        tokio::select! {
            () = stop => Ok(()),
            () = passes => Ok(()),
        }
    }

    /// Every day since the last pass, for a day's last traces come after the last pass within it.
    async fn pass(&self, day: &mut Day) -> anyhow::Result<()> {
        loop {
            let today = Day::of(SystemTime::now());
            self.once(*day).await?;
            if *day >= today {
                return Ok(());
            }
            *day = day.after();
        }
    }
}
