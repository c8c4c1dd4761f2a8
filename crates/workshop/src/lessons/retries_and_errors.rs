//! 12: each attempt is a CLIENT span of its own, those that failed say so, and so does the request that failed in the end.

use std::collections::BTreeSet;

use expect::{Expectation, Kind, Span, SpanExpectation, answer, client, expect};

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
    ],
};

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
    seen.exchanges
        .iter()
        .find_map(|exchange| of_exchange(seen, exchange))
}

fn of_exchange(seen: &Seen, exchange: &Exchange) -> Option<Finding> {
    let (id, failures) = (exchange.trace_id()?, failures(exchange));
    let of_trace = |kind| {
        let mut spans = of_kind(seen, "orders", kind);
        spans.retain(|span| span.trace_id == id);
        spans
    };
    let (servers, clients) = (of_trace(Kind::Server), of_trace(Kind::Client));
    let own = *servers.first()?;
    let calls = seen.calls_of(exchange);
    let is_marked = |span: &&&Span| span.tags.contains_key("error");
    let marked = clients.iter().filter(is_marked).count();
    let all = || clients.iter().map(|span| described(span));
    if failures > 0 && calls.len() == 1 {
        return Some(Finding::new(
            "no-retry",
            [format!("{} → {}", calls.len(), exchange.answer.status)],
        ));
    }
    if clients.len() < calls.len() {
        let ids = calls.iter().filter_map(|call| call.header("x-b3-spanid"));
        return Some(Finding::new(
            "one-span",
            ids.map(|id| format!("x-b3-spanid: {id}")),
        ));
    }
    if clients.iter().any(|span| span.parent_id != Some(own.id)) {
        return Some(Finding::new("nested", all()));
    }
    let sent: BTreeSet<Option<&str>> = calls.iter().map(|call| call.header("x-b3-spanid")).collect();
    if sent.len() < calls.len() {
        let ids = calls.iter().filter_map(|call| call.header("x-b3-spanid"));
        return Some(Finding::new(
            "same-headers",
            ids.map(|id| format!("x-b3-spanid: {id}")),
        ));
    }
    if marked > failures {
        return Some(Finding::new("success-marked", all()));
    }
    if failures > 0 && marked == 0 {
        return Some(Finding::new("errors-unmarked", all()));
    }
    if failures == calls.len() && exchange.answer.status == 200 {
        return Some(Finding::new("made-up-price", [exchange.answer.body.clone()]));
    }
    let is_unmarked = failures == calls.len() && !own.tags.contains_key("error");
    is_unmarked.then(|| Finding::new("server-unmarked", [described(own)]))
}

/// A span in one line, with its tag `error`.
fn described(span: &Span) -> String {
    let error = span.tags.get("error").map_or("none", String::as_str);
    format!("{} error={error}", shown(span))
}
