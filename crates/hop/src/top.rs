//! `hop top`: traces, hops and log lines, live in the terminal.
//!
//! ```text
//! server ─→ looks, one a second at most ─→ view ←─ keys
//!             ↑ the trace to look at        │ rows of text
//!             └─────────────────────────────┴─→ terminal
//! ```

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use anyhow::ensure;
use serde_json::json;
use zipkin::Language;

use crate::{
    language::Spoken,
    report::{self, More},
    screen::Screen,
    stored::{Address, Stored},
};

/// Traces and log lines of one time.
mod look;

/// The live view.
#[cfg(feature = "top")]
mod live;

/// The live view, in a build without it.
#[cfg(not(feature = "top"))]
#[path = "top/absent.rs"]
mod live;

use look::{Asked, Look};

/// The server to look at, how often, and how many traces.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Time between two looks; a server that answers slowly is asked less often
    #[arg(long, default_value = "1s", value_name = "TIME", value_parser = load::time)]
    every: Duration,

    /// Traces in which this service has a span
    #[arg(long)]
    service: Option<String>,

    /// At most so many traces, the latest
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    spoken: Spoken,

    /// Print one look as JSON, and end
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
#[cfg(feature = "top")]
pub const EXAMPLES: &str = "\
Examples:
  hop top                                        beside `hop up`
  hop top --service orders --limit 20
  hop top --zipkin-url http://zipkin:9411        a Zipkin keeps no log lines
  hop top --lang ko                              한국어로
  hop top --json                                 one look, for a program

Keys are those of the page: j and k move, Enter opens, / finds, ? lists them, q
ends. Exits with 0 after q or Ctrl-C.";

/// Examples for `--help`.
#[cfg(not(feature = "top"))]
pub const EXAMPLES: &str = "\
Examples:
  hop top --json                                 one look, for a program

The live view needs a library that this build leaves out. Releases and the image
have it, and so has
  cargo run -p hop --features top -- top";

/// Looks once, or until somebody has seen enough.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let stored = Stored::of(&args.address)?;
    let asked = Asked {
        limit: args.limit,
        service: args.service.clone(),
    };
    if args.json {
        let look = Look::at(&stored, &asked).await?;
        Screen::stdout().say(&serde_json::to_string(&json(&look, args.spoken.choose(true)))?);
        return Ok(());
    }
    ensure!(
        cfg!(not(feature = "top")) || (io::stdin().is_terminal() && io::stdout().is_terminal()),
        "a live view needs a terminal; `hop top --json` prints one look"
    );
    let language = args.spoken.choose(false);
    live::run(stored, asked, args.every, language).await
}

/// A look for a program: the reports of `hop trace --json` and `hop hops --json`, and the collector's lines.
fn json(look: &Look, language: Language) -> serde_json::Value {
    let report = |trace| {
        let more = More {
            language,
            ..More::default()
        };
        report::json(trace, more)
    };
    let traces: Vec<report::Report> = look.traces.iter().map(report).collect();
    json!({ "traces": traces, "hops": look.calls, "lines": look.lines })
}
