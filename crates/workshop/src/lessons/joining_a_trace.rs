//! 04: the SERVER span of orders is a child of the gateway's CLIENT span; one tree, not three.

use std::collections::BTreeSet;

use expect::{Expectation, Kind, Span, TraceId};

use super::{
    order,
    spans::{of_kind, shown},
};
use crate::{
    lesson::{Lesson, Work},
    seen::{Exchange, Request, Round, Script, Seen},
    verdict::{Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "04",
    id: "joining-a-trace",
    folder: "04_joining_a_trace",
    work: Work::Program,
    script,
    judge,
    trap: "set-too-late",
    wrong: &[
        "headers-forwarded",
        "parent-on-client",
        "id-as-tag",
        "one-trace",
        "wrong-parent",
        "span-between",
        "server-span-gone",
        "call-without-span",
    ],
};

/// Three users order at once, then one whose request is part of a trace already.
fn script() -> Script {
    let together = (7..10)
        .zip(["terry", "ann", "minsu"])
        .map(|(id, user)| Request::order(id, user));
    let traced =
        Request::order(10, "terry").header("b3", "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1");
    Script {
        rounds: vec![Round::together(together.collect()), Round::single(traced)],
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(_: &Exchange) -> Expectation {
    order::whole()
}

fn finding(seen: &Seen) -> Option<Finding> {
    let servers: Vec<&Span> = of_kind(seen, "orders", Kind::Server);
    if servers.is_empty() {
        let lines = seen.lines_of("orders", "getOrder");
        return Some(Finding::new("server-span-gone", lines));
    }
    let traces: BTreeSet<TraceId> = servers.iter().map(|span| span.trace_id).collect();
    if traces.len() == 1 && seen.exchanges.len() > 1 {
        return Some(Finding::new("one-trace", servers.iter().map(|span| shown(span))));
    }
    let mut exchanges = seen.exchanges.iter();
    exchanges.find_map(|exchange| of_trace(seen, exchange.trace_id()?, &servers))
}

/// The part of orders in the trace of one request.
fn of_trace(seen: &Seen, id: TraceId, servers: &[&Span]) -> Option<Finding> {
    let find = |service, kind| {
        of_kind(seen, service, kind)
            .into_iter()
            .find(|span| span.trace_id == id)
    };
    let calling = find("gateway", Kind::Client)?;
    let own = servers.iter().find(|span| span.trace_id == id);
    let call = find("orders", Kind::Client);
    let inventory = find("inventory", Kind::Server);
    let Some(own) = own else {
        let tag = |span: &&&Span| span.tags.values().any(|value| *value == id.to_string());
        return Some(if let Some(span) = servers.iter().find(tag) {
            let tags = span.tags.iter().filter(|(_, value)| **value == id.to_string());
            let tags = tags.map(|(name, value)| format!("tag {name}={value}"));
            Finding::new("id-as-tag", [shown(span)].into_iter().chain(tags))
        } else if let Some(span) = inventory.filter(|span| span.parent_id == Some(calling.id)) {
            Finding::new("headers-forwarded", [shown(span), shown(calling)])
        } else if let Some(span) = call {
            Finding::new("parent-on-client", [shown(span)])
        } else {
            let apart = servers.iter().map(|span| shown(span));
            Finding::new("set-too-late", [shown(calling)].into_iter().chain(apart))
        });
    };
    if let Some(between) = seen
        .spans_of("orders")
        .find(|span| own.parent_id == Some(span.id))
    {
        return Some(Finding::new("span-between", [shown(own), shown(between)]));
    }
    if own.parent_id != Some(calling.id) {
        return Some(Finding::new("wrong-parent", [shown(own), shown(calling)]));
    }
    let span = inventory.filter(|span| call.is_none() && span.parent_id == Some(own.id))?;
    Some(Finding::new("call-without-span", [shown(span), shown(own)]))
}
