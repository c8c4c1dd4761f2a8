//! `hop fault`: something broken on purpose, in services that run.

use anyhow::bail;
use clap::error::ErrorKind;
use faults::{Fault, KINDS, control::Change};

use crate::{
    part::Service,
    screen::{Screen, note},
};

/// Asking services.
mod asked;

/// Texts for people.
mod text;

pub use asked::{Asked, Unasked, Where};

/// The arguments of `hop fault`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Put faults on in a service, beside those that are
    #[command(after_help = SET_EXAMPLES)]
    Set(Set),
    /// Ask the services which faults are on
    #[command(after_help = LIST_EXAMPLES)]
    List(Which),
    /// Take all faults off, in all services or in those named
    #[command(after_help = CLEAR_EXAMPLES)]
    Clear(Which),
    /// Say what can be broken, and what a trace shows of it
    #[command(after_help = KINDS_EXAMPLES)]
    Kinds(Kinds),
}

#[derive(Debug, clap::Args)]
struct Set {
    /// The service that is to be broken
    service: Service,

    /// Kinds with their values; share=20% and route=/orders/{id} say of which requests
    #[arg(required = true, value_name = "FAULT")]
    faults: Vec<String>,

    /// Where the decisions of chance begin: the same number, the same decisions
    #[arg(long, default_value_t = 0)]
    seed: u64,

    #[command(flatten)]
    place: Where,

    /// Print JSON: what is on in the service
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Which {
    /// The services [default: all three]
    services: Vec<Service>,

    #[command(flatten)]
    place: Where,

    /// Print JSON: a list of services, with their faults or the reason why they did not answer
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Kinds {
    /// Print JSON: a list of kinds
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples (while `hop up` runs):
  hop fault kinds                                what can be broken
  hop fault set orders latency=300ms±50          orders is slow
  hop fault set inventory error=503 share=20%    every fifth request fails
  hop fault list                                 what is on
  hop fault clear                                all back to normal

Faults can be set in services that `hop up` started, or that run with FAULTS=on;
each sets its own, at a port of loopback. In containers the command runs inside,
and in each replica of its own:
  docker compose exec orders hop fault set orders latency=300ms
  kubectl -n three-hops exec deploy/orders -- hop fault list orders

One request alone can order a fault by Envoy's headers, beside the one that
names the hop (a header that orders nothing is said in the hop's log):
  hop call -H 'x-envoy-fault-delay-request: 300' -H 'x-fault-hop: orders'
  hop call -H 'x-envoy-fault-abort-request: 503' -H 'x-fault-hop: inventory'

Exit codes: 0 done, 1 no service takes faults, or one refused; 2 wrong usage,
such as a kind that is none.";

const SET_EXAMPLES: &str = "\
Examples:
  hop fault set orders latency=300ms             300 ms, at each request
  hop fault set orders latency=300ms±50 share=20% route=/orders/{id} --seed 7
  hop fault set gateway burst=6                  six calls in place of one
  hop fault set orders pool=1,50ms               and one place for them
  hop fault set inventory clock=-2s
  hop fault set orders context-dropped --port-offset 100

A fault of the same kind and route takes the place of the earlier one. `±` may
be written `+-`. With one seed, requests that come one after the other meet the
same faults each time.";

const LIST_EXAMPLES: &str = "\
Examples:
  hop fault list                                 as the services themselves say
  hop fault list orders --json

Exits with 1 when no service answers.";

const CLEAR_EXAMPLES: &str = "\
Examples:
  hop fault clear                                all services
  hop fault clear orders

Exits with 1 when no service answers.";

const KINDS_EXAMPLES: &str = "\
Examples:
  hop fault kinds
  hop fault kinds --json";

/// Does it.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    match args.what {
        What::Set(args) => set(&screen, args).await,
        What::List(args) => list(&screen, args).await,
        What::Clear(args) => clear(&screen, args).await,
        What::Kinds(args) => kinds(&screen, args.json),
    }
}

async fn set(screen: &Screen, args: Set) -> anyhow::Result<()> {
    let faults = faults::parse(args.faults.iter().map(String::as_str));
    let faults = faults.unwrap_or_else(|error| {
        let text = format!("{error}\n\nAll kinds, with their values: hop fault kinds\n");
        clap::Error::raw(ErrorKind::ValueValidation, text).exit()
    });
    let change = Change {
        service: args.service.name().to_owned(),
        faults: args.faults.join(" "),
        seed: args.seed,
        mystery: false,
    };
    let report = Asked::new(&args.place)?.set(args.service, &change).await?;
    if args.json {
        screen.say(&serde_json::to_string(&report)?);
    } else {
        let shown: Vec<String> = faults
            .iter()
            .map(|fault: &Fault| text::set(args.service, fault))
            .collect();
        screen.say(&shown.join("\n"));
        screen.say("`hop fault clear` puts all back to normal.");
    }
    Ok(())
}

async fn list(screen: &Screen, args: Which) -> anyhow::Result<()> {
    let answers = Asked::new(&args.place)?.list(&args.services).await;
    if args.json {
        screen.say(&text::json(&answers)?);
    } else if answers.iter().any(|(_, answer)| answer.is_ok()) {
        screen.say(&text::list(&answers, screen));
    }
    some_answered(&answers)
}

async fn clear(screen: &Screen, args: Which) -> anyhow::Result<()> {
    let answers = Asked::new(&args.place)?.clear(&args.services).await;
    if args.json {
        screen.say(&text::json(&answers)?);
    } else if answers.iter().any(|(_, answer)| answer.is_ok()) {
        screen.say(&text::cleared(&answers, screen));
    }
    // One that answers badly may still have its faults.
    for (service, answer) in &answers {
        if let Err(Unasked::Refused(error)) = answer {
            note(&format!("hop: {service}: {error}"));
        }
    }
    if answers
        .iter()
        .any(|(_, answer)| matches!(answer, Err(Unasked::Refused(_))))
    {
        bail!("not all services were cleared");
    }
    some_answered(&answers)
}

fn some_answered(answers: &[asked::Answer]) -> anyhow::Result<()> {
    if answers.iter().any(|(_, answer)| answer.is_ok()) {
        return Ok(());
    }
    let reasons = answers.iter().filter_map(|(_, answer)| answer.as_ref().err());
    let reasons: Vec<String> = reasons.map(ToString::to_string).collect();
    bail!(
        "no service takes faults:\n  {}\n{}",
        reasons.join("\n  "),
        asked::NEXT_STEP
    )
}

fn kinds(screen: &Screen, json: bool) -> anyhow::Result<()> {
    if json {
        let kind = |entry: &faults::Entry| serde_json::json!({"name": entry.name, "value": entry.value, "shows": entry.shows, "share": entry.is_of_requests()});
        let kinds: Vec<_> = KINDS.iter().map(kind).collect();
        screen.say(&serde_json::to_string(&kinds)?);
    } else {
        screen.say(&text::kinds(screen));
    }
    Ok(())
}
