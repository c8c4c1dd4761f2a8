//! 12: each attempt is a CLIENT span of its own, those that failed say so, and so does the request that failed in the end.

use std::{cmp::Ordering, collections::BTreeSet};

use expect::{Expectation, Kind, Span, SpanExpectation, answer, client, expect};

use super::{
    order,
    spans::{NONE, of_kind, shown},
};
use crate::{
    lesson::{Lesson, Work},
    seen::{Call, Exchange, Request, Round, Script, Seen},
    verdict::{Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "12",
    id: "retries-and-errors",
    folder: "12_retries_and_errors",
    work: Work::Program,
    script,
    judge,
    trap: "one-span",
    wrong: &[
        "errors-unmarked",
        "server-unmarked",
        "nested",
        "same-headers",
        "success-marked",
        "no-retry",
        "made-up-price",
        "attempt-elsewhere",
        "attempt-lost",
        "server-lost",
        "asked-again",
        "request-marked",
    ],
};

/// Inventory is asked so many times at most.
const ATTEMPTS: usize = 3;

/// Orders whose calls of inventory fail: how many of them do.
const FAILURES: [(usize, usize); 3] = [(7, 0), (8, 2), (9, 3)];

fn script() -> Script {
    let round = |(id, failures)| Round {
        failures,
        ..Round::single(Request::order(id, "terry"))
    };
    Script {
        rounds: FAILURES.into_iter().map(round).collect(),
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

/// The number of calls of a request that fail.
fn failures(exchange: &Exchange) -> usize {
    let is_meant = |(id, _): &&(usize, usize)| exchange.request.path == format!("/orders/{id}");
    FAILURES
        .iter()
        .find(is_meant)
        .map_or(0, |(_, failures)| *failures)
}

fn expected(exchange: &Exchange) -> Expectation {
    let failed = || client("orders", "GET").failed().leaf();
    let done = order::call().succeeded();
    let right = |orders: SpanExpectation| order::answered().tree(order::behind_gateway(orders));
    let orders = order::orders();
    match failures(exchange) {
        0 => right(orders.succeeded().children([done])),
        2 => right(orders.succeeded().children([failed(), failed(), done])),
        _ => {
            let orders = orders.failed().children([failed(), failed(), failed()]);
            let failure = answer().status(502);
            expect().answer(failure).tree(order::behind_gateway(orders))
        }
    }
}

fn finding(seen: &Seen) -> Option<Finding> {
    let of_each = seen.exchanges.iter();
    attempt_elsewhere(seen).or_else(|| of_each.filter_map(|exchange| of_exchange(seen, exchange)).next())
}

/// Calls that carry no trace of a request.
fn attempt_elsewhere(seen: &Seen) -> Option<Finding> {
    let traces: BTreeSet<_> = seen.exchanges.iter().map(Exchange::trace_id).collect();
    let is_elsewhere = |call: &&Call| !traces.contains(&call.trace_id()) || call.trace_id().is_none();
    let calls: Vec<String> = seen.calls.iter().filter(is_elsewhere).map(on_the_wire).collect();
    (!calls.is_empty()).then(|| Finding::new("attempt-elsewhere", calls))
}

fn of_exchange(seen: &Seen, exchange: &Exchange) -> Option<Finding> {
    let (id, failures) = (exchange.trace_id()?, failures(exchange));
    let of_trace = |kind| {
        let mut spans = of_kind(seen, "orders", kind);
        spans.retain(|span| span.trace_id == id);
        spans
    };
    let (servers, clients) = (of_trace(Kind::Server), of_trace(Kind::Client));
    let calls = seen.calls_of(exchange);
    let wanted = ATTEMPTS.min(failures + 1);
    if calls.len() != wanted {
        let name = if calls.len() < wanted {
            "no-retry"
        } else {
            "asked-again"
        };
        let counted = format!("{} → {}", calls.len(), exchange.answer.status);
        return Some(Finding::new(name, [counted]));
    }
    let name = of_calls(&calls, &clients).or_else(|| of_attempts(servers.first(), &clients, failures));
    if let Some((name, evidence)) = name {
        return Some(Finding::new(name, evidence));
    }
    let Some(own) = servers.first() else {
        return Some(Finding::new(
            "server-lost",
            clients.iter().map(|span| described(span)),
        ));
    };
    let is_failed = failures == ATTEMPTS;
    if is_failed && exchange.answer.status == 200 {
        return Some(Finding::new("made-up-price", [exchange.answer.body.clone()]));
    }
    let name = match (is_failed, is_marked(own)) {
        (true, false) => "server-unmarked",
        (false, true) => "request-marked",
        _ => return None,
    };
    Some(Finding::new(name, [described(own)]))
}

/// A name, and what shows it.
type Named = (&'static str, Vec<String>);

/// The ids that calls carried, held against the spans.
fn of_calls(calls: &[&Call], clients: &[&Span]) -> Option<Named> {
    let sent: BTreeSet<Option<&str>> = calls.iter().map(|call| call.header("x-b3-spanid")).collect();
    let is_told_apart = sent.len() == calls.len();
    let name = match (clients.len() < calls.len(), is_told_apart) {
        (true, false) => "one-span",
        (true, true) => "attempt-lost",
        (false, false) => "same-headers",
        (false, true) => return None,
    };
    Some((name, calls.iter().map(|call| on_the_wire(call)).collect()))
}

/// The place of the attempts, and their marks.
fn of_attempts(own: Option<&&Span>, clients: &[&Span], failures: usize) -> Option<Named> {
    let marked = clients.iter().filter(|span| is_marked(span)).count();
    let is_elsewhere = |span: &&Span| own.is_some_and(|own| span.parent_id != Some(own.id));
    let name = match marked.cmp(&failures) {
        _ if clients.iter().any(is_elsewhere) => "nested",
        Ordering::Greater => "success-marked",
        Ordering::Less => "errors-unmarked",
        Ordering::Equal => return None,
    };
    Some((name, clients.iter().map(|span| described(span)).collect()))
}

fn is_marked(span: &Span) -> bool {
    span.tags.contains_key("error")
}

/// The ids of a call.
fn on_the_wire(call: &Call) -> String {
    let shown = |name| call.header(name).unwrap_or(NONE);
    format!("x-b3-spanid: {}", shown("x-b3-spanid"))
}

/// A span in one line, with its tag `error`.
fn described(span: &Span) -> String {
    let error = span.tags.get("error").map_or(NONE, String::as_str);
    format!("{} error={error}", shown(span))
}
