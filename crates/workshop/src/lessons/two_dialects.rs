//! 05: orders reads B3 and W3C, writes both, and keeps ids as long as they came.

use expect::{Expectation, headers, pattern};

use super::order;
use crate::{
    lesson::{Lesson, Work},
    seen::{Call, Exchange, Request, Round, Script, Seen, To},
    verdict::{Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "05",
    id: "two-dialects",
    folder: "05_two_dialects",
    work: Work::Program,
    script,
    judge,
    trap: "b3-only",
    wrong: &[
        "padded-id",
        "cut-id",
        "w3c-only",
        "reads-not-writes",
        "b3-dropped",
        "headers-copied",
        "flag-lost",
    ],
};

/// The trace of an old caller, which has 64 bits.
const SHORT: &str = "463ac35c9f6413ad";

/// The trace of a newer one, which speaks B3 all the same.
const LONG: &str = "0af7651916cd43dd8448eb211c80319c";

/// A trace that is not to be recorded.
const DENIED: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The caller's span.
const SPAN: &str = "a2fb4a1d1a96d312";

/// The gateway has gone over to W3C; two old neighbours call orders themselves.
fn script() -> Script {
    let old = |id: usize, trace: &str| {
        let order = Request::order(id, "terry").direct().header("x-b3-traceid", trace);
        Round::single(order.header("x-b3-spanid", SPAN).header("x-b3-sampled", "1"))
    };
    let denied = Request::order(8, "ann").header("traceparent", &format!("00-{DENIED}-{SPAN}-00"));
    Script {
        gateway: vec![("OTEL_PROPAGATORS", "tracecontext,baggage")],
        rounds: vec![
            Round::single(Request::order(7, "terry")),
            Round::single(denied),
            old(9, SHORT),
            old(10, LONG),
        ],
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(exchange: &Exchange) -> Expectation {
    let trace = exchange.trace_text();
    let is_denied = trace == DENIED;
    let (sampled, flags) = if is_denied { ("0", "00") } else { ("1", "01") };
    let id = if is_denied { "{hex:16}" } else { "{id:call}" };
    let wire = headers("inventory")
        .header("x-b3-traceid", trace.as_str())
        .header("x-b3-spanid", pattern(id))
        .header("x-b3-sampled", sampled)
        .header("traceparent", pattern(format!("00-{trace:0>32}-{id}-{flags}")))
        .count(1);
    let expected = order::answered().headers(wire);
    if is_denied {
        return expected; // its spans are looked for below
    }
    let orders = order::orders().children([order::call().label("call")]);
    match exchange.request.to {
        To::Orders => expected.tree(orders),
        To::Gateway => expected.tree(order::behind_gateway(orders)),
    }
}

fn finding(seen: &Seen) -> Option<Finding> {
    let has = |name: &'static str| seen.calls.iter().filter(move |call| call.header(name).is_some());
    let traced: Vec<&Exchange> = seen
        .exchanges
        .iter()
        .filter(|one| !seen.calls_of(one).is_empty())
        .collect();
    let is_traced = |to: To| traced.iter().any(|one| one.request.to == to);
    let cut = seen.calls.iter().find(|call| is_cut(seen, call));
    let name = if let Some(call) = cut {
        return Some(Finding::new("cut-id", shown(call)));
    } else if !is_traced(To::Gateway) && is_traced(To::Orders) {
        "b3-only"
    } else if !is_traced(To::Orders) && is_traced(To::Gateway) {
        "w3c-only"
    } else if has("x-b3-traceid").any(|call| call.header("x-b3-traceid") == Some(&format!("{SHORT:0>32}"))) {
        "padded-id"
    } else if has("traceparent").next().is_none() {
        "reads-not-writes"
    } else if has("x-b3-traceid").next().is_none() {
        "b3-dropped"
    } else if seen
        .calls
        .iter()
        .any(|call| parent_of(call) != call.header("x-b3-spanid"))
    {
        let differs = |call: &&Call| parent_of(call) != call.header("x-b3-spanid");
        return Some(Finding::new(
            "headers-copied",
            seen.calls.iter().find(differs).map(shown)?,
        ));
    } else if seen.calls.iter().any(is_wrongly_sampled) {
        let wrong = seen.calls.iter().find(|call| is_wrongly_sampled(call))?;
        return Some(Finding::new("flag-lost", shown(wrong)));
    } else if let Some(span) = seen.spans.iter().find(|span| span.trace_id.to_string() == DENIED) {
        let recorded = format!("traceId={} id={}", span.trace_id, span.id);
        return Some(Finding::new("flag-lost", [recorded]));
    } else {
        return None;
    };
    Some(Finding::new(
        name,
        seen.calls.iter().map(|call| shown(call).join(", ")),
    ))
}

/// Half of a trace id that had 32 digits.
fn is_cut(seen: &Seen, call: &Call) -> bool {
    let Some(id) = call.header("x-b3-traceid").filter(|id| id.len() == 16) else {
        return false;
    };
    let whole = seen
        .exchanges
        .iter()
        .map(Exchange::trace_text)
        .filter(|trace| trace.len() == 32);
    whole
        .into_iter()
        .any(|trace| trace.starts_with(id) || trace.ends_with(id))
}

/// The span id in `traceparent`.
fn parent_of(call: &Call) -> Option<&str> {
    call.header("traceparent")?.split('-').nth(2)
}

fn is_wrongly_sampled(call: &Call) -> bool {
    let is_denied = call.trace_id().is_some_and(|id| id.to_string() == DENIED);
    let says_yes = call.header("x-b3-sampled") == Some("1")
        || call
            .header("traceparent")
            .is_some_and(|value| value.ends_with("-01"));
    is_denied && says_yes
}

/// The headers of a call that say something of its trace.
fn shown(call: &Call) -> Vec<String> {
    let names = ["x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "traceparent"];
    let shown = names
        .iter()
        .filter_map(|name| Some(format!("{name}: {}", call.header(name)?)));
    shown.collect()
}
