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
        "malformed-traceparent",
        "two-traces",
        "b3-single",
        "no-as-nothing",
        "yes-lost",
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
    let traced = |to: To| of(seen, to).any(|one| !seen.calls_of(one).is_empty());
    let (from_gateway, from_neighbours) = (traced(To::Gateway), traced(To::Orders));
    let all = |name| {
        Some(Finding::new(
            name,
            seen.calls.iter().map(|call| shown(call).join(", ")),
        ))
    };
    if let Some(call) = seen.calls.iter().find(|call| is_cut(seen, call)) {
        return Some(Finding::new("cut-id", shown(call)));
    }
    if let Some(call) = seen.calls.iter().find(|call| is_malformed(call)) {
        return Some(Finding::new("malformed-traceparent", shown(call)));
    }
    match (from_gateway, from_neighbours) {
        (false, true) => return all("b3-only"),
        (true, false) => return all("w3c-only"),
        _ => {}
    }
    let denied = seen.exchanges.iter().find(|one| one.trace_text() == DENIED);
    if denied.is_some_and(|one| seen.calls_of(one).is_empty()) && from_gateway {
        return all("no-as-nothing");
    }
    let of_one = seen
        .calls
        .iter()
        .find_map(|call| Some(Finding::new(of_call(call)?, shown(call))));
    of_one.or_else(|| {
        let span = seen
            .spans
            .iter()
            .find(|span| span.trace_id.to_string() == DENIED)?;
        let recorded = format!("traceId={} id={}", span.trace_id, span.id);
        Some(Finding::new("flag-lost", [recorded]))
    })
}

/// The requests that went to the gateway, or to orders itself.
fn of(seen: &Seen, to: To) -> impl Iterator<Item = &Exchange> {
    seen.exchanges.iter().filter(move |one| one.request.to == to)
}

/// The name of what is wrong with the headers of a call.
fn of_call(call: &Call) -> Option<&'static str> {
    let id = call.header("x-b3-traceid");
    let Some([trace, parent, flags]) = fields(call) else {
        return Some("reads-not-writes");
    };
    let Some(id) = id else {
        let is_single = call.header("b3").is_some();
        return Some(if is_single { "b3-single" } else { "b3-dropped" });
    };
    let sampled = call.header("x-b3-sampled");
    let says = |what: &str, bits: &str| sampled == Some(what) || flags == bits;
    if id == format!("{SHORT:0>32}") {
        Some("padded-id")
    } else if format!("{id:0>32}") != trace {
        Some("two-traces")
    } else if call.header("x-b3-spanid") != Some(parent) {
        Some("headers-copied")
    } else if trace == DENIED {
        says("1", "01").then_some("flag-lost")
    } else {
        says("0", "00").then_some("yes-lost")
    }
}

/// The trace id, the parent id and the flags of `traceparent`.
fn fields(call: &Call) -> Option<[&str; 3]> {
    let mut fields = call.header("traceparent")?.split('-').skip(1);
    Some([fields.next()?, fields.next()?, fields.next()?])
}

/// A `traceparent` that is none: version, trace id, parent id and flags have 2, 32, 16 and 2 digits.
fn is_malformed(call: &Call) -> bool {
    let is_hex = |field: &str| {
        field
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    call.header("traceparent").is_some_and(|value| {
        let lengths: Vec<usize> = value.split('-').map(str::len).collect();
        lengths != [2, 32, 16, 2] || !value.split('-').all(is_hex)
    })
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

/// The headers of a call that say something of its trace.
fn shown(call: &Call) -> Vec<String> {
    let names = ["x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "b3", "traceparent"];
    let shown = names
        .iter()
        .filter_map(|name| Some(format!("{name}: {}", call.header(name)?)));
    shown.collect()
}
