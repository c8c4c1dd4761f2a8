//! `hop hops`: what each kind of call costs, over the latest traces.

use std::collections::BTreeMap;

use anyhow::ensure;
use serde::Serialize;
use zipkin::{
    Language, Waterfall,
    analysis::{Reasons, Why, analyse},
    words::{self, or},
};

use crate::{
    draw::{
        self, Marks, Paper,
        text::{clean, pad, pad_left},
    },
    language::Spoken,
    screen::{BOLD, DIM, Screen},
    stored::{Address, Stored},
};

/// More hops than this nobody reads.
const MAX_ROWS: usize = 200;

/// Over which traces, and who has them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Traces in which this service has a span
    #[arg(long)]
    service: Option<String>,

    /// At most so many traces, the latest
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: one object for each kind of call, figures in microseconds
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop hops                                       over the latest 100 traces
  hop hops --service inventory --limit 20
  hop hops --lang ko                             한국어로
  hop hops --json

A kind of call is a caller, a callee and a name. Figures are medians over its
calls; the share is its part of all critical paths. The network's way there and
back have bounds, as far as the calls of each trace say how far two clocks are
apart. A figure that no call has is missing for the reason that is marked. Exits
with 1 where there are no traces.";

/// The calls of one caller to one callee by one name.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Calls {
    caller: Option<String>,
    from_outside: bool,
    callee: String,
    name: String,
    traces: usize,
    count: usize,
    errors: usize,
    client_us: Option<u64>,
    server_us: Option<u64>,
    network_us: Option<u64>,
    /// At least and at most.
    request_us: Option<[u64; 2]>,
    response_us: Option<[u64; 2]>,
    self_us: Option<u64>,
    longest_us: Option<u64>,
    critical_share: f64,
    /// Why a figure is missing.
    why: Reasons,
    #[serde(skip)]
    critical_us: u64,
    #[serde(skip)]
    times: [Vec<u64>; 4],
    #[serde(skip)]
    ways: [Vec<[u64; 2]>; 2],
}

/// Asks for the traces and adds them up.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    let stored = Stored::of(&args.address)?;
    let traces = stored.latest(args.limit, args.service.as_deref()).await?;
    ensure!(!traces.is_empty(), "{} has no such traces", stored.url());
    let calls = add_up(&traces);
    if args.json {
        screen.say(&serde_json::to_string(&calls)?);
    } else {
        let paper = Paper::of(&screen, args.spoken.choose(args.json));
        screen.say(&text(&calls, traces.len(), &paper));
    }
    Ok(())
}

/// The calls of all traces, those with the largest part of critical paths first.
pub(crate) fn add_up(traces: &[Waterfall]) -> Vec<Calls> {
    let mut calls: BTreeMap<(String, String, String), Calls> = BTreeMap::new();
    let mut whole = 0;
    for trace in traces {
        let analysis = analyse(trace);
        whole += analysis
            .critical_path
            .iter()
            .map(|segment| segment.duration_us)
            .sum::<u64>();
        for hop in &analysis.hops {
            let caller = hop.caller_or_why().to_owned();
            let of = calls
                .entry((caller.clone(), hop.callee.clone(), hop.name.clone()))
                .or_default();
            of.caller = hop.caller.clone();
            of.from_outside = hop.from_outside;
            of.callee = hop.callee.clone();
            of.name = hop.name.clone();
            of.traces += 1;
            of.count += hop.count;
            of.errors += hop.errors;
            of.critical_us += hop.critical_us;
            of.longest_us = of.longest_us.max(hop.longest_us);
        }
        for hop in zipkin::hops(trace) {
            let caller = hop.caller_or_why().to_owned();
            let Some(of) = calls.get_mut(&(caller, hop.callee.to_owned(), hop.name.to_owned())) else {
                continue;
            };
            let figures = [hop.client_us, hop.server_us, hop.network_us, hop.self_us];
            for (times, figure) in of.times.iter_mut().zip(figures) {
                times.extend(figure);
            }
            of.why = first(of.why, hop.why);
            for (ways, way) in of.ways.iter_mut().zip([hop.request_us, hop.response_us]) {
                ways.extend(way);
            }
        }
    }
    let mut calls: Vec<Calls> = calls.into_values().collect();
    for of in &mut calls {
        let times = std::mem::take(&mut of.times);
        [of.client_us, of.server_us, of.network_us, of.self_us] = times.map(median);
        [of.request_us, of.response_us] = std::mem::take(&mut of.ways).map(bounds);
        of.critical_share = of.critical_us as f64 / whole.max(1) as f64;
        of.why = of.unknown();
    }
    calls.sort_by_key(|of| std::cmp::Reverse(of.critical_us));
    calls
}

/// For each figure the first reason that some call lacks it.
fn first(one: Reasons, other: Reasons) -> Reasons {
    Reasons {
        client_us: one.client_us.or(other.client_us),
        server_us: one.server_us.or(other.server_us),
        network_us: one.network_us.or(other.network_us),
        request_us: one.request_us.or(other.request_us),
        response_us: one.response_us.or(other.response_us),
        self_us: one.self_us.or(other.self_us),
    }
}

impl Calls {
    /// The reasons of figures that no call has.
    fn unknown(&self) -> Reasons {
        let why = self.why;
        Reasons {
            client_us: why.client_us.filter(|_| self.client_us.is_none()),
            server_us: why.server_us.filter(|_| self.server_us.is_none()),
            network_us: why.network_us.filter(|_| self.network_us.is_none()),
            request_us: why.request_us.filter(|_| self.request_us.is_none()),
            response_us: why.response_us.filter(|_| self.response_us.is_none()),
            self_us: why.self_us.filter(|_| self.self_us.is_none()),
        }
    }

    /// Why nobody says how long the calls took.
    fn no_time(&self) -> Option<Why> {
        let sides = [self.why.client_us, self.why.server_us].into_iter().flatten();
        // A side that left no span says less than one that has not ended.
        sides.max_by_key(|why| *why != Why::NotReported)
    }
}

fn median(mut times: Vec<u64>) -> Option<u64> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

/// Between the medians of all lower and of all upper bounds lies the median of what was.
fn bounds(ways: Vec<[u64; 2]>) -> Option<[u64; 2]> {
    let low = median(ways.iter().map(|[low, _]| *low).collect())?;
    let high = median(ways.iter().map(|[_, high]| *high).collect())?;
    Some([low, high])
}

/// The calls as a table.
pub(crate) fn text(calls: &[Calls], traces: usize, paper: &Paper) -> String {
    let Paper {
        width,
        paint,
        language,
    } = *paper;
    let (hop, columns, path) = match language {
        Language::English => ("hop", ["calls", "median", "longest", "own work"], "path"),
        Language::Korean => ("홉", ["호출", "중앙값", "최대", "자체 처리"], "경로"),
    };
    let columns = columns.map(|name| pad_left(name, 10)).concat();
    let columns = format!("{columns}{}", pad_left(path, 6));
    let heading = format!("{}{columns}", pad(hop, width - 46));
    let mut lines = vec![paint.style(BOLD, &heading)];
    let mut marks = Marks::default();
    for of in calls.iter().take(MAX_ROWS) {
        let cells = [
            of.count.to_string(),
            marks.cell(of.client_us.or(of.server_us), of.no_time(), language),
            marks.cell(of.longest_us, of.no_time(), language),
            marks.cell(of.self_us, of.why.self_us, language),
        ];
        let cells = cells.map(|cell| pad_left(&cell, 10)).concat();
        let share = pad_left(&format!("{:.0}%", of.critical_share * 100.0), 6);
        lines.push(format!("{}{cells}{share}", pad(&call(of, language), width - 46)));
        let ways = draw::ways(of.request_us, of.response_us, language);
        lines.extend(ways.map(|ways| {
            let ways = format!("  {ways}");
            paint.style(DIM, pad(&ways, width).trim_end())
        }));
    }
    let all = calls.len();
    let (rest, over) = match language {
        Language::English => (
            format!("The first {MAX_ROWS} of {all} hops. All of them: --json"),
            format!(
                "Over {}. median = client, else server. ! = some failed.",
                words::count(traces, "trace")
            ),
        ),
        Language::Korean => (
            format!("홉 {all}개 중 처음 {MAX_ROWS}개입니다. 모두 보려면: --json"),
            format!("트레이스 {traces}개. 중앙값 = 클라이언트, 없으면 서버. ! = 실패한 호출이 있음."),
        ),
    };
    lines.extend((all > MAX_ROWS).then_some(rest));
    let notes = [over].into_iter().chain(marks.line(language));
    lines.extend(notes.map(|note| paint.style(DIM, &note)));
    lines.join("\n")
}

/// The caller, the callee and the call; a failure has a mark, since not all see red.
fn call(of: &Calls, language: Language) -> String {
    let words = language.words();
    let failed = if of.errors > 0 { "! " } else { "" };
    let none = if of.from_outside {
        words.outside
    } else {
        words.not_reported
    };
    let caller = clean(of.caller.as_deref().unwrap_or(none));
    let callee = clean(or(&of.callee, words.not_reported));
    let name = clean(or(&of.name, words.no_name));
    format!("{failed}{caller} → {callee} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_all_traces_are_added_up() {
        let trace = |start: u64, took: u64| {
            let json = format!(
                r#"[{{"traceId":"1","id":"1","kind":"SERVER","name":"get","timestamp":{start},"duration":100,"localEndpoint":{{"serviceName":"web"}}}},
                    {{"traceId":"1","id":"2","parentId":"1","kind":"CLIENT","name":"select","timestamp":{start},"duration":{took},
                      "localEndpoint":{{"serviceName":"web"}},"remoteEndpoint":{{"serviceName":"db"}},"tags":{{"error":""}}}}]"#
            );
            zipkin::waterfall(&zipkin::decode::list(json.as_bytes()).unwrap()).unwrap()
        };
        let calls = add_up(&[trace(1_000, 20), trace(2_000, 60), trace(3_000, 70)]);
        let db = calls.iter().find(|of| of.callee == "db").unwrap();
        assert_eq!(
            (db.count, db.errors, db.client_us, db.longest_us),
            (3, 3, Some(60), Some(70))
        );
        assert_eq!((db.server_us, db.critical_share), (None, 0.5));
        let web = calls.iter().find(|of| of.callee == "web").unwrap();
        assert_eq!((web.self_us, web.caller.as_deref()), (Some(40), None));
        assert!(web.from_outside && web.why.self_us.is_none());
        assert_eq!(
            (db.why.server_us, db.why.self_us, db.why.client_us),
            (Some(Why::NotReported), Some(Why::NotReported), None)
        );
        assert_eq!(
            (db.no_time(), web.no_time()),
            (Some(Why::NotReported), Some(Why::NotReported))
        );
    }
}
