//! 09: a trace is recorded by all three services or by none, as its caller decided.

use std::collections::BTreeSet;

use expect::{Expectation, TraceId, headers};

use super::{order, spans::NONE};
use crate::{
    lesson::{Lesson, Work},
    seen::{Exchange, Request, Round, Script, Seen},
    verdict::{Evidence, Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "09",
    id: "one-decision",
    folder: "09_one_decision",
    work: Work::Program,
    script,
    judge,
    trap: "decided-again",
    wrong: &[
        "always-on",
        "always-off",
        "decided-by-id",
        "not-passed-on",
        "debug-lost",
        "said-yes",
        "debug-as-yes",
        "all-debug",
        "not-as-b3-says",
        "no-as-nothing",
    ],
};

/// Requests whose decision is said, of each kind.
const EACH: usize = 8;

/// A request, and the services that recorded something of it.
type Trace<'a> = (&'a Exchange, BTreeSet<String>);

/// The sampling decision of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Yes,
    No,
    Debug,
}

/// Old neighbours of the gateway have decided; ids differ in all digits that somebody might look at.
fn script() -> Script {
    let rounds = [("0", 100), ("1", 200), ("d", 300)].map(|(said, first)| {
        let order = |index: usize| {
            let number = (index + 1) * 0x1111_1111;
            let b3 = format!(
                "{number:08x}{first:08x}{number:08x}{:08x}-a2fb4a1d1a96d312-{said}",
                number ^ ((index % 2) << 31)
            );
            Request::order(first + index, "terry").header("b3", &b3)
        };
        Round::together((0..EACH).map(order).collect())
    });
    Script {
        gateway: vec![("OTEL_PROPAGATORS", "b3multi,baggage")],
        rounds: rounds.into(),
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn said(exchange: &Exchange) -> Said {
    match exchange.request.path.as_bytes().get("/orders/".len()) {
        Some(b'1') => Said::No,
        Some(b'2') => Said::Yes,
        _ => Said::Debug,
    }
}

fn expected(exchange: &Exchange) -> Expectation {
    let (name, value) = match said(exchange) {
        Said::No => ("x-b3-sampled", "0"),
        Said::Yes => ("x-b3-sampled", "1"),
        Said::Debug => ("x-b3-flags", "1"),
    };
    let expected = match said(exchange) {
        Said::No => order::answered(),
        Said::Yes | Said::Debug => order::whole(),
    };
    expected.headers(headers("inventory").header(name, value).count(1))
}

/// The services that recorded something of a trace.
fn recorders(seen: &Seen, id: TraceId) -> BTreeSet<String> {
    let spans = seen.trace(id);
    spans
        .iter()
        .filter_map(|span| Some(span.local_service()?.to_owned()))
        .collect()
}

fn finding(seen: &Seen) -> Option<Finding> {
    let of = |what: Said| -> Vec<Trace> {
        let meant = seen
            .exchanges
            .iter()
            .filter(move |exchange| said(exchange) == what);
        meant
            .filter_map(|exchange| Some((exchange, recorders(seen, exchange.trace_id()?))))
            .collect()
    };
    let (no, yes, debug) = (of(Said::No), of(Said::Yes), of(Said::Debug));
    let by_orders = |traces: &[Trace]| traces.iter().filter(|(_, who)| who.contains("orders")).count();
    let counts = (by_orders(&no), by_orders(&yes), by_orders(&debug));
    let name = match counts {
        (0, EACH, EACH) => return passed_on(seen, no.iter().chain(&yes).chain(&debug)),
        (EACH, EACH, EACH) => "always-on",
        (0, 0, 0) => "always-off",
        (0, EACH, _) => "debug-lost",
        _ if no
            .iter()
            .chain(&yes)
            .chain(&debug)
            .all(|(exchange, who)| who.contains("orders") == is_low(exchange)) =>
        {
            "decided-by-id"
        }
        _ => "decided-again",
    };
    if name == "debug-lost" {
        let lost = debug.iter().filter(|(_, who)| !who.contains("orders"));
        return Some(Finding::new(
            name,
            lost.map(|(exchange, who)| shown(exchange, who)),
        ));
    }
    let wrong = no.iter().filter(|(_, who)| !who.is_empty());
    let half = yes.iter().chain(&debug).filter(|(_, who)| who.len() < 3);
    Some(Finding::new(
        name,
        wrong.chain(half).map(|(exchange, who)| shown(exchange, who)),
    ))
}

/// Orders is right about itself; inventory has to hear of it, too.
fn passed_on<'a>(seen: &Seen, traces: impl Iterator<Item = &'a Trace<'a>>) -> Option<Finding> {
    let wrong: Vec<(&str, Evidence)> = traces
        .filter_map(|(exchange, who)| Some((written_wrongly(seen, exchange)?, shown(exchange, who))))
        .collect();
    let (name, _) = *wrong.first()?;
    let same = wrong.into_iter().filter(|(other, _)| *other == name);
    Some(Finding::new(name, same.map(|(_, shown)| shown)))
}

/// The name of what is wrong with the decision that inventory was told; nothing where it is the caller's.
fn written_wrongly(seen: &Seen, exchange: &Exchange) -> Option<&'static str> {
    let said = said(exchange);
    let calls = seen.calls_of(exchange);
    let Some(call) = calls.first() else {
        return (said == Said::No).then_some("no-as-nothing");
    };
    let is_debug = call.header("x-b3-flags") == Some("1");
    match (said, call.header("x-b3-sampled")) {
        (_, Some(value)) if !matches!(value, "0" | "1") => Some("not-as-b3-says"),
        (Said::No, Some("1")) => Some("said-yes"),
        (Said::No, _) if is_debug => Some("said-yes"),
        (Said::Yes, _) if is_debug => Some("all-debug"),
        (Said::No | Said::Yes, None) => Some("not-passed-on"),
        (Said::Debug, Some("1") | None) if !is_debug => Some("debug-as-yes"),
        _ => None,
    }
}

/// Whether the last 32 bits of the trace id are in the lower half.
fn is_low(exchange: &Exchange) -> bool {
    let trace = exchange.trace_text();
    let digit = trace
        .len()
        .checked_sub(8)
        .and_then(|start| trace.as_bytes().get(start).copied());
    digit.is_some_and(|digit| digit < b'8')
}

/// The caller's context, and the service that recorded it.
fn shown(exchange: &Exchange, who: &BTreeSet<String>) -> Evidence {
    let said = match said(exchange) {
        Said::No => "X-B3-Sampled: 0",
        Said::Yes => "X-B3-Sampled: 1",
        Said::Debug => "X-B3-Flags: 1",
    };
    let who: Vec<&str> = who.iter().map(String::as_str).collect();
    let who = if who.is_empty() {
        NONE.to_owned()
    } else {
        who.join(", ")
    };
    let values = [
        ("said", said.to_owned()),
        ("trace", exchange.trace_text()),
        ("who", who),
    ];
    Evidence::said("seen-recorded", values)
}
