//! 14: each message carries the context of its own PRODUCER span, and the wrong clock is named.

use expect::{Expectation, Kind, Span, span};

use super::{
    order,
    spans::{NONE, of_kind, shown},
};
use crate::{
    lesson::{Lesson, Work},
    seen::{Exchange, Message, Request, Round, Script, Seen, Skew},
    verdict::{Evidence, Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "14",
    id: "queues-and-clocks",
    folder: "14_queues_and_clocks",
    work: Work::Program,
    script,
    judge,
    trap: "http-headers-only",
    wrong: &[
        "callers-context",
        "servers-context",
        "one-producer",
        "shared-consumer",
        "wrong-kind",
        "fewer-messages",
        "clock-unnamed",
        "wrong-clock",
        "consumer-lost",
        "consumer-alone",
        "not-readable",
        "work-gone",
    ],
};

/// The messages of each order.
const MESSAGES: usize = 3;

/// Each shows the same between orders and the warehouse: work that begins two seconds before its message is sent.
const SKEWS: [Skew; 2] = [
    Skew {
        service: "orders",
        millis: 2000,
    },
    Skew {
        service: "warehouse",
        millis: -2000,
    },
];

/// Two users order, one after the other.
fn script() -> Script {
    let orders = [(7, "terry"), (8, "ann")].map(|(id, user)| Round::single(Request::order(id, user)));
    Script {
        rounds: orders.into(),
        skews: SKEWS.into(),
        has_warehouse: true,
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(_: &Exchange) -> Expectation {
    let message = || {
        let received = span().service("warehouse").kind(Kind::Consumer).leaf();
        span().service("orders").kind(Kind::Producer).children([received])
    };
    let messages = (0..MESSAGES).map(|_| message());
    let orders = order::orders().children([order::call()].into_iter().chain(messages));
    order::answered().tree(order::behind_gateway(orders))
}

fn finding(seen: &Seen) -> Option<Finding> {
    let wanted = MESSAGES * seen.exchanges.len();
    let found = |name, spans: &[&Span]| Some(Finding::new(name, spans.iter().map(|span| shown(span))));
    if seen.messages.len() < wanted {
        let bodies = seen.messages.iter().map(|message| message.body.clone());
        return Some(Finding::new("fewer-messages", bodies));
    }
    let (producers, consumers) = (
        of_kind(seen, "orders", Kind::Producer),
        of_kind(seen, "warehouse", Kind::Consumer),
    );
    let others: Vec<&Span> = seen
        .spans_of("warehouse")
        .filter(|span| span.kind != Some(Kind::Consumer))
        .collect();
    if !others.is_empty() {
        return found("wrong-kind", &others);
    }
    let done = seen.lines_of("warehouse", "done: ").count();
    if done < wanted {
        let text = ("done", done.to_string());
        return Some(Finding::new("work-gone", [Evidence::said("seen-done", [text])]));
    }
    if consumers.is_empty() {
        return Some(Finding::new(
            "consumer-lost",
            seen.lines_of("warehouse", "done: "),
        ));
    }
    if consumers.len() < wanted {
        return found("shared-consumer", &consumers);
    }
    if producers.len() < wanted {
        return found("one-producer", &producers);
    }
    let is_below = |span: &Span, parents: &[&Span]| parents.iter().any(|one| span.parent_id == Some(one.id));
    let all_below = |kind, service| -> bool {
        let parents = of_kind(seen, service, kind);
        consumers.iter().all(|span| is_below(span, &parents))
    };
    if all_below(Kind::Server, "orders") {
        return found("servers-context", &consumers);
    }
    if all_below(Kind::Client, "gateway") {
        return found("callers-context", &consumers);
    }
    if consumers.iter().all(|span| span.parent_id.is_none()) {
        let is_bare = seen.messages.iter().all(|message| message.headers.is_empty());
        let name = if is_bare {
            "http-headers-only"
        } else {
            "not-readable"
        };
        return Some(Finding::new(name, seen.messages.iter().map(carried)));
    }
    let is_alone = |span: &&Span| !is_below(span, &producers);
    let alone: Vec<&Span> = consumers.iter().copied().filter(is_alone).collect();
    if !alone.is_empty() {
        return found("consumer-alone", &alone);
    }
    let says = |service: &str| {
        let text = format!("the clock of [{service}] is wrong");
        seen.lines_of("warehouse", &text).next().is_some()
    };
    if seen.skewed.is_some_and(says) {
        return None;
    }
    let is_named = ["gateway", "orders", "inventory", "warehouse"]
        .into_iter()
        .any(says);
    // A name that is none of the four is shown, so that a slip of the pen is seen.
    let named = seen.lines_of("warehouse", "the clock of [").next();
    let unknown = named.filter(|_| !is_named && !says(""));
    let name = if is_named { "wrong-clock" } else { "clock-unnamed" };
    let evidence = unknown.map(str::to_owned).into_iter().chain(starts(seen));
    Some(Finding {
        id: name,
        evidence: evidence.map(Evidence::from).collect(),
    })
}

/// A message, and where its context is.
fn carried(message: &Message) -> Evidence {
    let b3 = |headers: &[(String, String)]| {
        let ids = headers.iter().find(|(name, _)| name == "x-b3-spanid");
        let found = ids.or(headers.first());
        found.map_or_else(|| NONE.to_owned(), |(name, value)| format!("{name}: {value}"))
    };
    let values = [
        ("body", format!("{:?}", message.body)),
        ("http", b3(&message.http)),
        ("own", b3(&message.headers)),
    ];
    Evidence::said("seen-message", values)
}

/// The spans of the first trace that are the two ends of a call or a message: when each began, by its service's clock.
fn starts(seen: &Seen) -> Vec<String> {
    let id = seen.exchanges.first().and_then(Exchange::trace_id);
    let mut spans = id.map(|id| seen.trace(id)).unwrap_or_default();
    let root = spans.iter().find(|span| span.parent_id.is_none());
    let zero = root.and_then(|root| root.timestamp).unwrap_or_default();
    let described = |span: &Span| {
        let micros = span.timestamp.unwrap_or_default() as i64 - zero as i64;
        let (service, kind) = (span.local_service()?, span.kind?);
        Some(format!("{:>6} ms  {service} {}", micros / 1000, kind.as_str()))
    };
    let order = [
        ("gateway", Kind::Client),
        ("orders", Kind::Server),
        ("inventory", Kind::Server),
        ("warehouse", Kind::Consumer),
    ];
    spans.sort_by_key(|span| span.timestamp);
    let first = |(service, kind)| {
        let mut own = spans.iter();
        own.find(|span| span.local_service() == Some(service) && span.kind == Some(kind))
    };
    order
        .into_iter()
        .filter_map(first)
        .filter_map(described)
        .collect()
}
