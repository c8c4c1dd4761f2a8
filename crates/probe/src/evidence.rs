//! All that was asked and seen: knocks at each hop, requests through all of them, their traces and lines.

use std::time::Duration;

use anyhow::Context as _;
use ask::{
    request,
    stored::Stored,
    whole::{self, Expected},
};
use expect::LogLine;
use futures_util::future::{join, join_all};
use http::{HeaderMap, HeaderValue};
use tokio::time::{Instant, sleep, timeout};
use zipkin::{Kind, Row, SpanId, TraceId, Waterfall};

use crate::{
    chain::{Chain, Hop, NAMES, is_named},
    knock::{self, Dialect, Knock, USER},
};

/// A hop that answers later than this is said not to answer.
const LIMIT: Duration = Duration::from_secs(3);

/// The time between two looks for stored traces.
const POLL: Duration = Duration::from_millis(60);

/// Answers, headers and spans of the chain.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Each hop by itself, from the edge inwards.
    pub hops: Vec<HopSeen>,
    /// Requests through all of them, one after another.
    pub alone: Vec<Asked>,
    /// Requests that were sent at once.
    pub at_once: Vec<Asked>,
    /// The reason why no trace could be asked for.
    pub untraced: Option<String>,
}

/// A hop asked by itself.
#[derive(Clone, Debug)]
pub struct HopSeen {
    /// Its name.
    pub name: &'static str,
    /// Where it is.
    pub url: String,
    /// A request in each dialect.
    pub knocks: Vec<Knock>,
    /// Its own span of one of them; none where none has arrived.
    pub span: Option<ServerSpan>,
    /// The service that answered in its place, by its span.
    pub instead: Option<String>,
    /// Its line of one of the requests; none where lines are not seen, and an empty one where there was none with the ids.
    pub line: Option<Option<LogLine>>,
}

/// A span that a hop wrote of a knock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSpan {
    /// Whether it has the user of the baggage.
    pub has_user: bool,
    /// The time by which the hop's clock is ahead of ours, in microseconds: at least, as the request took some time.
    pub clock_us: i64,
}

/// A request through all hops.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The path that was asked for.
    pub path: String,
    /// The trace that was sent.
    pub trace_id: TraceId,
    /// The span that was named as the caller.
    pub caller: SpanId,
    /// The trace that the answer names.
    pub named: Option<TraceId>,
    /// The status, or the reason why there was no answer.
    pub ending: Result<u16, String>,
    /// The duration, in microseconds.
    pub took_us: u64,
    /// Its trace as far as it has come.
    pub trace: Option<Waterfall>,
    /// The first thing that is missing of it.
    pub missing: Option<String>,
}

impl Asked {
    /// Whether each hop has a span in its trace.
    pub fn has_all_hops(&self) -> bool {
        let rows = self.trace.as_ref().map_or(&[] as &[Row], |trace| &trace.rows);
        NAMES
            .iter()
            .all(|name| rows.iter().any(|row| is_server(row, name)))
    }
}

/// Knocks at each hop, sends `alone` requests one after another and `at_once` together, and waits `patience` for traces.
pub async fn gather(
    chain: &Chain,
    stored: &Stored,
    alone: usize,
    at_once: usize,
    patience: Duration,
) -> anyhow::Result<Evidence> {
    let client = request::client()?;
    let knocks = join_all(chain.hops().iter().map(|hop| knocks(&client, hop))).await;
    let mut one_by_one = Vec::new();
    for number in 0..alone {
        one_by_one.push(asked(&client, chain.edge(), number).await);
    }
    let together = (0..at_once).map(|number| asked(&client, chain.edge(), alone + number));
    let mut together = join_all(together).await;

    let until = Instant::now() + patience;
    let named = chain.hops().iter().zip(&knocks);
    let spans = join_all(named.map(|(hop, knocks)| span(stored, hop.name, knocks, until)));
    let traces = async {
        let all = one_by_one.iter_mut().chain(&mut together);
        join_all(all.map(|asked| traced(stored, asked, until))).await
    };
    let (spans, traces) = join(spans, traces).await;
    let untraced = traces.into_iter().find_map(Result::err);
    let hops = chain.hops().iter().zip(knocks).zip(spans);
    Ok(Evidence {
        hops: hops
            .map(|((hop, knocks), (span, instead))| HopSeen {
                name: hop.name,
                url: hop.url.to_string(),
                knocks,
                span,
                instead,
                line: None,
            })
            .collect(),
        alone: one_by_one,
        at_once: together,
        untraced: untraced.map(|error| format!("{error:#}")),
    })
}

async fn knocks(client: &reqwest::Client, hop: &Hop) -> Vec<Knock> {
    let knocks = Dialect::ALL.map(|dialect| knock::knock(client, &hop.url, hop.path, dialect, LIMIT));
    join_all(knocks).await
}

async fn asked(client: &reqwest::Client, edge: &Hop, number: usize) -> Asked {
    let trace_id = TraceId::new(fastrand::u128(1 << 64..) | 1);
    let mut headers = HeaderMap::new();
    let formats = [Dialect::B3Multi, Dialect::W3c].map(Dialect::format);
    let caller = knock::inject(trace_id, &formats, &mut headers);
    headers.insert("userid", HeaderValue::from_static(USER));
    let path = format!("/orders/{}", 9_000 + number);
    let begun = Instant::now();
    let (ending, named) = knock::get(client, &edge.url, &path, headers, LIMIT).await;
    Asked {
        path,
        trace_id,
        caller,
        named,
        ending,
        took_us: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        trace: None,
        missing: None,
    }
}

/// The span of the hop itself in the trace of one of its knocks; where there is none, the service that has one.
async fn span(
    stored: &Stored,
    name: &str,
    knocks: &[Knock],
    until: Instant,
) -> (Option<ServerSpan>, Option<String>) {
    let answered: Vec<&Knock> = knocks.iter().filter(|knock| knock.ending.is_ok()).collect();
    let mut instead = None;
    loop {
        for knock in &answered {
            // A hop that keeps half of the id reports under that half, and most servers find both by it.
            let Ok(Ok(found)) = timeout(LIMIT, stored.trace(knock.trace_id)).await else {
                return (None, instead);
            };
            let row = found
                .iter()
                .flat_map(|trace| &trace.rows)
                .find(|row| is_server(row, name));
            if let Some(row) = row {
                let span = ServerSpan {
                    has_user: row.span.tags.get("userId").is_some_and(|user| user == USER),
                    clock_us: ahead(row, knock),
                };
                return (Some(span), None);
            }
            let mut rows = found.iter().flat_map(|trace| &trace.rows);
            let other = rows.find(|row| is_called_by(row, knock.caller) && !row.service.is_empty());
            instead = other.map(|row| row.service.clone()).or(instead);
        }
        if answered.is_empty() || Instant::now() >= until {
            return (None, instead);
        }
        sleep(POLL).await;
    }
}

/// Whether the span is that of a server which this one called; a server may share its caller's span.
fn is_called_by(row: &Row, caller: SpanId) -> bool {
    let is_its = row.span.parent_id == Some(caller) || row.span.id == caller;
    row.kind == Some(Kind::Server) && is_its
}

pub(crate) fn is_server(row: &Row, name: &str) -> bool {
    row.kind == Some(Kind::Server) && is_named(&row.service, name)
}

/// The time by which a span lies outside of the request that caused it.
fn ahead(row: &Row, knock: &Knock) -> i64 {
    let Some(start) = row.span.timestamp else {
        return 0;
    };
    let end = start.saturating_add(row.span.duration.unwrap_or_default());
    let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    if start < knock.from_us {
        signed(start) - signed(knock.from_us)
    } else if end > knock.to_us {
        signed(end) - signed(knock.to_us)
    } else {
        0
    }
}

/// All hops, by the names that they have in the trace.
fn expected(trace: &Waterfall, caller: SpanId) -> Expected {
    let named = |hop: &&str| {
        let named = trace.services.iter().find(|service| is_named(service, hop));
        named.map_or_else(|| (*hop).to_owned(), Clone::clone)
    };
    Expected {
        services: NAMES.iter().map(named).collect(),
        caller_spans: vec![caller],
        ..Expected::default()
    }
}

async fn traced(stored: &Stored, asked: &mut Asked, until: Instant) -> anyhow::Result<()> {
    loop {
        let id = asked.named.unwrap_or(asked.trace_id);
        let trace = timeout(LIMIT, stored.trace(id)).await;
        let trace = trace.with_context(|| format!("{} does not answer within {LIMIT:?}", stored.url()))??;
        asked.missing = match &trace {
            Some(trace) => whole::missing(trace, &expected(trace, asked.caller)),
            None => Some("no span of it has arrived".to_owned()),
        };
        asked.trace = trace;
        if asked.missing.is_none() || asked.has_all_hops() || Instant::now() >= until {
            return Ok(());
        }
        sleep(POLL).await;
    }
}
