//! `hop check`: whether a service of anybody's, in any language, takes part in distributed tracing, seen from outside.
//!
//! ```text
//! probes (headers) → the service → answers ─┬→ judge → verdicts, each with what was sent and seen
//!                         collector, if any ─┘
//! ```

use std::time::Duration;

use anyhow::{Context as _, bail};
use ask::server;
use reqwest::header::{HeaderName, HeaderValue};
use service::BaseUrl;
use zipkin::Language;

use crate::{
    call::{Target, parse_header},
    language::Spoken,
    screen::{Screen, waiting_in},
    stored::Stored,
};

/// The requests that are sent.
mod probe;

/// The trace ids that an answer names.
mod named;

/// One request, its answer and its spans.
mod exchange;

/// The result of a check.
mod verdict;

/// A verdict about exchanges.
mod about;

/// Demands on spans.
mod spans;

/// Demands on answers, and on both together.
mod judge;

/// The verdicts, for people and for programs.
mod said;

use exchange::Exchanges;
use verdict::Outcome;

/// The service to check.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A URL of the service that answers a GET; a path alone is the gateway's
    #[arg(value_name = "URL")]
    target: Target,

    /// A further header of each request; may be repeated
    #[arg(short = 'H', long = "header", value_name = "K: V", value_parser = parse_header)]
    headers: Vec<(HeaderName, HeaderValue)>,

    /// Where the service reports its spans, to check those as well
    #[arg(long, value_name = "URL", value_parser = server::parse)]
    zipkin_url: Option<BaseUrl>,

    /// A baggage field that the service makes a tag of
    #[arg(long, value_name = "NAME", requires = "zipkin_url", value_parser = field)]
    baggage: Option<String>,

    /// Time that spans may take to arrive
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    wait: u64,

    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: each check with its requests and what was seen
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop check http://127.0.0.1:8080/hello
  hop check http://127.0.0.1:8080/hello --zipkin-url http://127.0.0.1:9411
  hop check /orders/1 -H 'userid: terry' --zipkin-url http://127.0.0.1:9411
  hop check http://127.0.0.1:8082/orders/1 --zipkin-url http://127.0.0.1:9411 \\
      -H 'userid: terry' --baggage orderId
  hop check http://127.0.0.1:8080/hello --lang ko         한국어로
  hop check http://127.0.0.1:8080/hello --json

It sends 14 GETs, one after the other, and one more with --baggage: contexts in
B3 (one header, several) and W3C, ids of 64 and 128 bits, the three decisions
on sampling, and headers that are malformed. What it sees is the answers and,
with --zipkin-url, the spans. A check that nothing could be seen of is not
passed and not failed.

Exits with 0 when no check failed and one passed, else with 1.";

/// Sends all requests, then looks for their spans, then judges.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let (screen, language) = (Screen::stdout(), args.spoken.choose(args.json));
    let server = match &args.target.server {
        Some(server) => server.clone(),
        None => server::local(8081)?,
    };
    let stored = args.zipkin_url.clone().map(Stored::at).transpose()?;
    let mut exchanges =
        Exchanges::ask(&server, &args.target.path, &args.headers, args.baggage.as_deref()).await?;
    if let Some(stored) = &stored {
        let limit = Duration::from_secs(args.wait);
        let looking = exchanges.look_for_spans(stored, limit);
        waiting_in(language, "the spans", "span", looking)
            .await
            .context("the collector named by --zipkin-url")?;
    }
    let verdicts = judge::judge(&exchanges);
    screen.say(&if args.json {
        said::json(&exchanges, &verdicts, language)?
    } else {
        said::text(&exchanges, &verdicts, &screen, language)
    });
    let count = |is: fn(&Outcome) -> bool| verdicts.iter().filter(|verdict| is(&verdict.outcome)).count();
    let failed = count(|outcome| matches!(outcome, Outcome::Failed { .. }));
    match (failed, count(|outcome| *outcome == Outcome::Passed)) {
        (0, 0) => bail!(match language {
            Language::English =>
                "no check could be made: the answers name no trace; --zipkin-url says where its spans are",
            Language::Korean =>
                "점검하지 못했습니다. 응답에 트레이스 id가 없습니다. span이 있는 곳을 --zipkin-url로 알려 주세요",
        }),
        (0, _) => Ok(()),
        (failed, _) => bail!(match (language, failed) {
            (Language::English, 1) => "1 check failed".to_owned(),
            (Language::English, _) => format!("{failed} checks failed"),
            (Language::Korean, _) => format!("{failed}개 점검에 실패했습니다"),
        }),
    }
}

fn field(text: &str) -> Result<String, String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !text.is_empty() && text.len() <= 64 && text.bytes().all(is_token) {
        Ok(text.to_owned())
    } else {
        Err("a field has letters, digits, '-', '_' and '.'".to_owned())
    }
}
