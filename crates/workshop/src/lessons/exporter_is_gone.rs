//! 15: spans of an SDK without a Zipkin exporter arrive, once each, whichever way they take.

use std::collections::BTreeSet;

use expect::{Expectation, Span};
use zipkin::SpanId;

use super::{
    order,
    spans::{self, found_of},
};
use crate::{
    lesson::{Lesson, Work},
    seen::{Backend, Exchange, Export, Request, Round, Script, Seen},
    verdict::{Evidence, Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "15",
    id: "exporter-is-gone",
    folder: "15_exporter_is_gone",
    work: Work::Program,
    script,
    judge,
    trap: "zipkin-takes-no-otlp",
    wrong: &[
        "path-kept",
        "path-missing",
        "zipkin-json-to-otlp",
        "nameless",
        "nanoseconds",
        "both-ways",
        "switched-off",
        "wrong-address",
        "misnamed",
    ],
};

/// Spans that orders ends for each request.
const SPANS: usize = 2;

/// The microseconds of the year 2286. Nanoseconds of today are a hundred times as many.
const FAR_FUTURE: u64 = 10_000_000_000_000_000;

fn script() -> Script {
    let orders = [(51, "terry"), (52, "ann"), (53, "minsu")];
    Script {
        rounds: vec![Round::together(
            orders
                .into_iter()
                .map(|(id, user)| Request::order(id, user))
                .collect(),
        )],
        has_backends: true,
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
    let found = |name| Some(Finding::new(name, shown(seen)));
    let exports = || seen.exports.iter();
    let [to_zipkin, to_collector] =
        [Backend::Zipkin, Backend::Collector].map(|backend| taken(&seen.exports, backend));
    if !to_zipkin.is_disjoint(&to_collector) {
        return found("both-ways");
    }
    let mut sent = exports().flat_map(|export| &export.spans);
    if sent.any(|span| span.timestamp.is_some_and(|micros| micros > FAR_FUTURE)) {
        return found("nanoseconds");
    }
    if seen.spans_of("unknown_service").next().is_some() {
        return found("nameless");
    }
    let strangers = || seen.spans.iter().filter(|span| !is_known(span));
    if strangers().next().is_some() {
        return Some(Finding::new("misnamed", strangers().map(spans::shown)));
    }
    if seen.spans_of("orders").count() >= SPANS * seen.exchanges.len() {
        return None;
    }
    // The first answer to a batch that was not taken says why.
    let Some(refused) = exports().find(|export| export.status >= 400) else {
        let mut lost = seen.lines_of("orders", "spans are lost").peekable();
        return match (seen.exports.is_empty(), lost.peek()) {
            (false, _) => None,
            (true, None) => found("switched-off"),
            (true, Some(_)) => Some(Finding::new("wrong-address", lost)),
        };
    };
    match (refused.to, refused.status) {
        (Backend::Zipkin, 404) => found("zipkin-takes-no-otlp"),
        (Backend::Zipkin, _) => found("path-kept"),
        (Backend::Collector, 404) => found("path-missing"),
        (Backend::Collector, _) => found("zipkin-json-to-otlp"),
    }
}

/// Whether a span has the name of one of the three services.
fn is_known(span: &Span) -> bool {
    let name = span.local_service();
    name.is_some_and(|name| ["gateway", "orders", "inventory"].contains(&name))
}

/// The spans that a backend has taken.
fn taken(exports: &[Export], backend: Backend) -> BTreeSet<SpanId> {
    let taken = exports
        .iter()
        .filter(|export| export.to == backend && export.status < 300);
    taken
        .flat_map(|export| &export.spans)
        .map(|span| span.id)
        .collect()
}

/// The numbers of spans that ended and were found, and the first batches with their answers.
fn shown(seen: &Seen) -> Vec<Evidence> {
    let (ended, found) = (SPANS * seen.exchanges.len(), seen.spans_of("orders").count());
    let described = |export: &Export| {
        let to = match export.to {
            Backend::Zipkin => "Zipkin",
            Backend::Collector => "OpenTelemetry collector",
        };
        let (path, status) = (&export.path, export.status.to_string());
        // Some say the status in the body, too.
        let said = export.answer.trim_start_matches(&status).trim_start();
        format!("POST {path} → {to}: {status} {said}")
            .trim_end()
            .to_owned()
    };
    let mut batches: Vec<String> = seen.exports.iter().map(described).collect();
    batches.dedup();
    let batches = batches.into_iter().map(Evidence::from);
    [found_of(ended, found)].into_iter().chain(batches).collect()
}
