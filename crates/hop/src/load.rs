//! `hop load`: requests at a rate, whatever the server does, and the traces of the slowest.

use std::time::Duration;

use anyhow::{bail, ensure};
use ask::server;
use load::{Common, Mix, Plan, Report, Route, Schedule, Written};
use service::BaseUrl;
use zipkin::Language;

use self::{arrivals::Arrivals, content::wrong};
use crate::{
    interrupts::Interrupts,
    language::Spoken,
    screen::{Screen, note},
    stored::{Address, Stored},
};

/// Method, headers and body.
mod content;

/// Whether the server's spans arrive.
mod arrivals;

/// Where the time of the slowest went.
mod slowest;

/// The report for people.
mod text;

/// The report for programs.
mod json;

/// The requests to send, their pace, and their target.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Paths, by weight; {order} and {user} are filled in
    /// [default: 3*/orders/{order} /users/{user}]
    #[arg(value_name = "PATH", hide_default_value = true, default_values = ["3*/orders/{order}", "/users/{user}"])]
    routes: Vec<Route>,

    #[command(flatten)]
    content: content::Content,

    /// Requests a second; 20,50 are steps
    #[arg(long, default_value = "20", value_name = "RATES")]
    rate: String,

    /// Time of each step
    #[arg(long, default_value = "10s", value_name = "TIME", value_parser = load::time)]
    duration: Duration,

    /// Users who ask, in turn of chance
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "terry,minji,ada",
        value_name = "NAMES"
    )]
    users: Vec<String>,

    /// Connections at most
    #[arg(long, default_value_t = 64, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    connections: u16,

    /// Time that an answer may take
    #[arg(long, default_value = "10s", value_name = "TIME", value_parser = load::time)]
    timeout: Duration,

    /// Begins the order of routes and users
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// No spans and no context of the load
    #[arg(long)]
    no_spans: bool,

    /// No span for the wait between due and sent
    #[arg(long, conflicts_with = "no_spans")]
    no_wait_spans: bool,

    /// Where requests go [default: the gateway]
    #[arg(long, value_name = "URL", value_parser = server::parse)]
    url: Option<BaseUrl>,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: times in microseconds, errors, the slowest
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples (while `hop up` runs):
  hop load                                  20 requests a second for 10 s
  hop load --rate 50 --duration 30s
  hop load --rate 20,50,100 --duration 5s   three steps of 5 s
  hop load '9*/orders/{order}' /users/terry     nine orders for one user
  hop load --users kim,lee --seed 7         the same requests each time
  hop load --no-spans --url http://127.0.0.1:9411 --body '[]' /api/v2/spans
  hop load --lang ko                        한국어로
  hop load --no-spans --json
  hop load --url http://127.0.0.1:8082 '/orders/{order}'    orders itself

The loop is open: each request has a moment at which it is due, and its time
counts from then, even if it was sent later because all connections waited.
The trace shows that wait as a span of its own. A request that times out or is
never sent counts for as long as it had waited; one that is refused has no time,
and the report says of how many requests its percentiles are.

A body goes with POST unless --method says otherwise. A request whose connection
ends before the answer is sent again, once, if it never left or if its method
does the same when it is done twice (GET, PUT, DELETE; not POST, PATCH).

The rate is reached when 95 of 100 requests leave within 50 ms of when they are
due. Exit codes: 0 the rate was reached, or Ctrl-C ended it; 1 it was not
reached, or nothing was answered; 2 wrong usage.";

/// Runs it, and reports.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let schedule = load::rates(&args.rate).and_then(|rates| Schedule::new(&rates, args.duration));
    let schedule = schedule.unwrap_or_else(|reason| wrong(&format!("--rate, --duration: {reason}")));
    for user in &args.users {
        if user.is_empty() || user.chars().any(char::is_control) {
            wrong("--users: a name is empty or has control characters");
        }
    }
    let common = args.content.read(!args.no_spans)?;
    let (screen, language) = (Screen::stdout(), args.spoken.choose(args.json));
    let stored = Stored::of(&args.address)?;
    let interrupts = Interrupts::listen()?;
    let running = load::start(plan(&args, common, schedule, stored.url())?).await?;
    let told = std::sync::Mutex::new(Progress::in_language(language));
    let mut arrivals = Arrivals::at(&stored);
    let progress = |elapsed: Duration, report: &Report| {
        arrivals.tell(report);
        if let Ok(mut told) = told.lock() {
            told.tell(elapsed, report);
        }
    };
    let report = running.until(interrupts.at_least(1), progress).await;
    arrivals.tell(&report);
    let slowest = tokio::select! {
        slowest = slowest::explained(&report, &stored, &mut arrivals, language) => slowest,
        () = interrupts.at_least(2) => bail!("interrupted before the report"),
    };
    if args.json {
        screen.say(&json::report(&report, &slowest, language));
    } else {
        screen.say(&text::report(&report, &slowest, &screen, language));
    }
    let (unanswered, not_reached) = match language {
        Language::English => ("nothing was answered", "the rate was not reached"),
        Language::Korean => ("응답이 하나도 없었습니다", "목표 속도를 지키지 못했습니다"),
    };
    ensure!(report.answered() > 0, unanswered);
    let was_ended = interrupts.count() > 0;
    ensure!(report.is_rate_reached() || was_ended, not_reached);
    Ok(())
}

fn plan(args: &Args, mut common: Common, schedule: Schedule, zipkin: &BaseUrl) -> anyhow::Result<Plan> {
    let named = common.take_user().map(|user| vec![user]);
    let users = named.unwrap_or_else(|| args.users.clone());
    let gateway = || server::local(8081 + args.address.offset.value);
    let service = match &args.url {
        Some(url) => url.url("/").host_str().unwrap_or_default().to_owned(),
        None => "gateway".to_owned(),
    };
    Ok(Plan {
        server: args.url.clone().map_or_else(gateway, Ok)?,
        service,
        mix: Mix::new(args.routes.clone(), users, args.seed),
        common,
        schedule,
        connections: args.connections,
        timeout: args.timeout,
        spans: match (args.no_spans, args.no_wait_spans) {
            (true, _) => Written::Nothing,
            (false, true) => Written::Roots,
            (false, false) => Written::RootsAndWaits,
        },
        zipkin: zipkin.clone(),
    })
}

/// The progress: after one second, then every five.
#[derive(Debug)]
struct Progress {
    next: Duration,
    language: Language,
}

impl Progress {
    fn in_language(language: Language) -> Self {
        let next = Duration::from_secs(1);
        Self { next, language }
    }

    fn tell(&mut self, elapsed: Duration, report: &Report) {
        if elapsed >= self.next {
            self.next = Duration::from_secs(elapsed.as_secs() / 5 * 5 + 5);
            note(&text::progress(elapsed, report, self.language));
        }
    }
}
