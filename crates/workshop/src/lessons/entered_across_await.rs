//! 06: twenty requests at once are twenty traces, and each line has its own.

use std::collections::BTreeMap;

use expect::{Expectation, Kind, Span, TraceId, contains, line};

use super::{
    order,
    spans::{of_kind, shown},
};
use crate::{
    lesson::{Lesson, Work},
    seen::{Exchange, Request, Round, Script, Seen},
    verdict::{Evidence, Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "06",
    id: "entered-across-await",
    folder: "06_entered_across_await",
    work: Work::Program,
    script,
    judge,
    trap: "entered-across",
    wrong: &[
        "one-at-a-time",
        "dropped-early",
        "callers-context",
        "lines-of-others",
        "client-gone",
    ],
};

/// Requests at once.
const CROWD: usize = 20;

/// Twenty users order at once, then one alone.
fn script() -> Script {
    let crowd = (0..CROWD).map(|index| Request::order(100 + index, &format!("user-{index}")));
    Script {
        rounds: vec![
            Round::together(crowd.collect()),
            Round::single(Request::order(200, "terry")),
        ],
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(exchange: &Exchange) -> Expectation {
    let id = number(exchange);
    order::whole()
        .line(
            line(contains(format!("getOrder {id}")))
                .service("orders")
                .count(1),
        )
        .line(
            line(contains(format!("order {id} was priced")))
                .service("orders")
                .count(1),
        )
}

fn number(exchange: &Exchange) -> &str {
    exchange.request.path.trim_start_matches("/orders/")
}

fn finding(seen: &Seen) -> Option<Finding> {
    let most = seen.calls.iter().map(|call| call.together).max()?;
    if most == 1 {
        let came = Evidence::said("seen-apart", [("count", seen.calls.len().to_string())]);
        return Some(Finding::new("one-at-a-time", [came]));
    }
    let calls: Vec<&Span> = of_kind(seen, "orders", Kind::Client);
    if calls.len() < seen.exchanges.len() {
        let servers = of_kind(seen, "inventory", Kind::Server);
        return Some(Finding::new("client-gone", servers.into_iter().map(shown)));
    }
    let traces: Vec<TraceId> = seen.exchanges.iter().filter_map(Exchange::trace_id).collect();
    let apart = calls.iter().filter(|span| !traces.contains(&span.trace_id));
    if apart.clone().count() == calls.len() {
        return Some(Finding::new("dropped-early", apart.map(|span| shown(span))));
    }
    let mut in_trace: BTreeMap<TraceId, usize> = BTreeMap::new();
    for span in &calls {
        *in_trace.entry(span.trace_id).or_default() += 1;
    }
    // Each call may have gone one request further, so that a trace without one tells as much as a trace with two.
    if traces.iter().any(|id| in_trace.get(id) != Some(&1)) {
        let counts = in_trace.iter().filter(|(_, count)| **count > 1);
        let counts = counts.map(|(id, count)| {
            let values = [("trace", id.to_string()), ("count", count.to_string())];
            Evidence::said("seen-merged", values)
        });
        let without = traces.iter().filter(|id| !in_trace.contains_key(*id));
        let without = without.map(|id| Evidence::said("seen-strayed", [("trace", id.to_string())]));
        return Some(Finding::new("entered-across", counts.take(2).chain(without)));
    }
    let callers = of_kind(seen, "gateway", Kind::Client);
    let is_callers = |span: &&&Span| callers.iter().any(|caller| span.parent_id == Some(caller.id));
    if let Some(span) = calls.iter().find(is_callers) {
        return Some(Finding::new("callers-context", [shown(span)]));
    }
    let wrong = seen.exchanges.iter().flat_map(|exchange| {
        let (id, trace) = (number(exchange), exchange.trace_text());
        let lines = ["getOrder {}", "order {} was priced"].map(|text| text.replace("{}", id));
        let found = lines.into_iter().flat_map(|text| {
            let of_line: Vec<String> = seen.lines_of("orders", &text).map(str::to_owned).collect();
            of_line
        });
        found
            .filter(|line| !line.contains(&trace))
            .collect::<Vec<String>>()
    });
    let wrong: Vec<String> = wrong.collect();
    (!wrong.is_empty()).then(|| Finding::new("lines-of-others", wrong))
}
