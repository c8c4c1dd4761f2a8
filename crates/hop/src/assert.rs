//! `hop assert`: expectations of requests that it sends, or of a stored trace, for people and for CI.

use anyhow::bail;
use ask::server;
use clap::error::ErrorKind;
use expect::{Case, Columns, File, Language};
use serde_json::{json, value::RawValue};
use service::BaseUrl;

use crate::{
    language::Spoken,
    lines::Lines,
    screen::Screen,
    stored::{Address, Stored},
    trace::{Digits, parse_id},
};

/// The file of expectations.
mod file;

/// One case, seen and compared.
mod case;

use case::Outcome;

/// The expectations, and the request that they are about.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Expectations as JSON; - reads standard input
    #[arg(required_unless_present = "schema", value_parser = file::read)]
    file: Option<File>,

    /// Where requests go [default: the gateway, http://127.0.0.1:8081]
    #[arg(long, value_name = "URL", value_parser = server::parse)]
    url: Option<BaseUrl>,

    /// Look at a stored trace, by its id or its first digits, and send nothing
    #[arg(long, value_name = "ID", value_parser = parse_id, conflicts_with = "url")]
    trace: Option<Digits>,

    /// Log lines of the services, in any of our formats, from a file that may still grow
    #[arg(long, value_name = "FILE")]
    lines: Option<Lines>,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: each case with its differences and both trees
    #[arg(long)]
    json: bool,

    /// Print the JSON Schema of the file, for editors
    #[arg(long)]
    schema: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples (while `hop up` runs):
  hop assert order.json
  hop assert order.json --lang ko                    한국어로
  hop assert order.json --json
  hop assert order.json --url http://127.0.0.1:8082  orders itself
  hop assert spans.json --trace 463ac35c             of a stored trace
  LOG_FORMAT=logback hop up > lines & hop assert order.json --lines lines
  hop assert --schema > schema.json

order.json (a request has a method and a body, too: --schema):
  {\"cases\": [{
    \"title\": \"An order crosses three services in one trace\",
    \"request\": {\"path\": \"/orders/7\", \"headers\": {\"userid\": \"terry\"}},
    \"expect\": {
      \"answer\": {\"status\": 200},
      \"tree\": {
        \"service\": \"gateway\", \"kind\": \"SERVER\", \"tags\": {\"orderId\": \"7\"},
        \"children\": [{
          \"kind\": \"CLIENT\", \"to\": \"orders\",
          \"including\": [{\"service\": \"orders\"}]}]},
      \"spans\": [{\"kind\": \"SERVER\", \"count\": 3}]}}]}

Seen are the answer, the stored trace, the headers of the request itself (to
gateway), and lines from --lines; of a stored trace, spans and lines alone.
Exits with 0 when all cases hold, 1 when one does not (both trees are drawn), 2
when the file is not understood.";

/// Goes through the cases.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    let Some(file) = args.file.as_ref().filter(|_| !args.schema) else {
        screen.say(expect::SCHEMA.trim_end());
        return Ok(());
    };
    for (number, each) in file.cases.iter().enumerate() {
        understood(&args, number + 1, each);
    }
    let seen = case::Seen {
        stored: Stored::of(&args.address)?,
        server: args
            .url
            .clone()
            .map_or_else(|| server::local(8081 + args.address.offset.value), Ok)?,
        trace: args.trace.clone(),
        lines: args.lines.clone(),
        language: args.spoken.choose(args.json),
    };
    let language = seen.language;
    let mut outcomes = Vec::new();
    for each in &file.cases {
        let outcome = case::run(&seen, each).await?;
        if !args.json {
            screen.say(&said(&outcome, each, outcomes.is_empty(), language));
        }
        outcomes.push(outcome);
    }
    let failed = outcomes
        .iter()
        .filter(|outcome| !outcome.verdict.is_held())
        .count();
    if args.json {
        screen.say(&as_json(file, &outcomes, language)?);
    }
    match (failed, outcomes.len()) {
        (0, _) => Ok(()),
        (failed, all) => bail!(match (language, all) {
            (Language::English, 1) => "the case does not hold".to_owned(),
            (Language::English, _) => format!("{failed} of {all} cases do not hold"),
            (Language::Korean, 1) => "기대와 다릅니다".to_owned(),
            (Language::Korean, _) => format!("{all}개 중 {failed}개가 기대와 다릅니다"),
        }),
    }
}

/// Ends the process where a case asks for something that nobody can see.
fn understood(args: &Args, number: usize, case: &Case) {
    let wrong = |text: String| clap::Error::raw(ErrorKind::MissingRequiredArgument, text + "\n").exit();
    if args.trace.is_none() && case.request.is_none() {
        wrong(format!(
            "case {number} has no request, and no stored trace is named: --trace ID names one"
        ));
    }
    if args.trace.is_some() && case.expectation.needs_answer() {
        wrong(format!(
            "case {number} expects an answer, and --trace sees spans and lines alone"
        ));
    }
    let to = case.expectation.needs_headers_to();
    if let Some(to) = to.first().filter(|_| args.trace.is_some()) {
        wrong(format!(
            "case {number} expects headers to {}, and a stored trace has none: without --trace, those of the request that is sent are seen",
            output::clean(to)
        ));
    }
    if let Some(to) = to.iter().find(|to| **to != case::GATEWAY) {
        wrong(format!(
            "case {number} expects headers to {}, and only those of the request that is sent are seen, which is to gateway: \
             a test of one service sees its calls' with telemetry::testing",
            output::clean(to)
        ));
    }
    if args.lines.is_none() && case.expectation.needs_lines() {
        wrong(format!(
            "case {number} expects log lines, and nobody says what was written: --lines FILE, such as the output of `LOG_FORMAT=logback hop up`"
        ));
    }
}

/// A case for people: whether it holds, and if not, both trees and the differences.
fn said(outcome: &Outcome, case: &Case, is_first: bool, language: Language) -> String {
    let verdict = &outcome.verdict;
    let mark = if verdict.is_held() { "✓" } else { "✗" };
    let (untitled, trace) = match language {
        Language::English => ("what was expected", "trace"),
        Language::Korean => ("기대한 것", "트레이스"),
    };
    let title = output::clean(case.title.as_deref().unwrap_or(untitled));
    let trace = outcome
        .trace
        .as_ref()
        .map_or_else(String::new, |id| format!(" ({trace} {id})"));
    let gap = if is_first || verdict.is_held() { "" } else { "\n" };
    let heading = format!("{gap}{mark} {title}{trace}");
    if verdict.is_held() {
        heading
    } else {
        format!("{heading}\n\n{}", verdict.text(language, Columns::default()))
    }
}

fn as_json(file: &File, outcomes: &[Outcome], language: Language) -> anyhow::Result<String> {
    let case = |(case, outcome): (&Case, &Outcome)| {
        Ok(json!({
            "title": case.title,
            "traceId": outcome.trace.map(|id| id.to_string()),
            "verdict": RawValue::from_string(outcome.verdict.json_in(language))?,
        }))
    };
    let cases: anyhow::Result<Vec<_>> = file.cases.iter().zip(outcomes).map(case).collect();
    let is_held = outcomes.iter().all(|outcome| outcome.verdict.is_held());
    Ok(json!({ "held": is_held, "cases": cases? }).to_string())
}
