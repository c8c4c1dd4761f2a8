//! 08: `RUST_LOG` governs lines, and lines alone: the log is quiet, and the trace is whole.

use expect::{Expectation, Kind, local};

use super::{order, spans::of_kind};
use crate::{
    lesson::{Lesson, Work},
    seen::{Delivery, Exchange, Life, Request, Round, Script, Seen},
    verdict::{Evidence, Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "08",
    id: "filter-that-kills-spans",
    folder: "08_filter_that_kills_spans",
    work: Work::Program,
    script,
    judge,
    trap: "spans-killed",
    wrong: &[
        "headers-forwarded",
        "wrong-layer",
        "levels-raised",
        "own-target",
        "no-filter",
        "loosened",
        "level-hard-coded",
        "setting-copied",
        "lines-gone",
    ],
};

/// Two users order at once, with a log that is to be quiet. Then the service lives once more with a log that is quieter still, and its
/// caller has decided against a trace.
fn script() -> Script {
    let orders = [(7, "terry"), (8, "ann")].map(|(id, user)| Request::order(id, user));
    Script {
        orders: vec![("RUST_LOG", "warn,audit=info")],
        rounds: vec![Round::together(orders.into())],
        second_life: Some(Life {
            variables: vec![("RUST_LOG", "error")],
            requests: vec![Request::order(9, "minsu").direct().header(
                "traceparent",
                "00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-00",
            )],
            delivery: Delivery::Answered,
        }),
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(_: &Exchange) -> Expectation {
    let orders = order::orders().children([order::call(), local("orders", "check sum").leaf()]);
    order::answered().tree(order::behind_gateway(orders))
}

fn finding(seen: &Seen) -> Option<Finding> {
    let requests = seen.exchanges.len();
    let lines = |part| -> Vec<&str> { seen.lines_of("orders", part).collect() };
    let (own, sums, debug) = (
        lines("getOrder"),
        lines("sum of order"),
        lines("asking inventory"),
    );
    let (warnings, audit) = (lines("reaches the limit"), lines(" ordered "));
    let servers = of_kind(seen, "orders", Kind::Server).len();
    let clients = of_kind(seen, "orders", Kind::Client).len();
    let locals = seen.spans_of("orders").filter(|span| span.kind.is_none()).count();
    let counted = [Evidence::said(
        "seen-kinds",
        [
            ("requests", requests.to_string()),
            ("servers", servers.to_string()),
            ("clients", clients.to_string()),
            ("locals", locals.to_string()),
        ],
    )];
    let is_loud = !own.is_empty() || !debug.is_empty();
    if servers + clients + locals == 0 {
        let forwarded = seen
            .exchanges
            .iter()
            .any(|exchange| !seen.calls_of(exchange).is_empty());
        return Some(match (is_loud, forwarded) {
            (true, _) => Finding::new("wrong-layer", own),
            (false, true) => Finding::new("headers-forwarded", counted),
            (false, false) => Finding::new("spans-killed", counted),
        });
    }
    if servers.min(clients).min(locals) < requests {
        let name = if is_loud { "own-target" } else { "levels-raised" };
        let lines = own.into_iter().map(Evidence::from);
        return Some(Finding::new(name, counted.into_iter().chain(lines)));
    }
    if !debug.is_empty() {
        return Some(Finding::new("no-filter", debug));
    }
    if is_loud || !sums.is_empty() {
        return Some(Finding::new("loosened", own.into_iter().chain(sums)));
    }
    let written = Evidence::said(
        "seen-levels",
        [
            ("requests", requests.to_string()),
            ("warnings", warnings.len().to_string()),
            ("audit", audit.len().to_string()),
        ],
    );
    match (warnings.len() == requests, audit.len() == requests) {
        (true, true) => {
            let written = seen.second_lines.iter().map(|line| line.text.as_str());
            let written =
                written.filter(|line| line.contains("reaches the limit") || line.contains(" ordered "));
            let written: Vec<&str> = written.collect();
            (!written.is_empty()).then(|| Finding::new("setting-copied", written))
        }
        (true, false) => Some(Finding::new("level-hard-coded", [written])),
        (false, _) => Some(Finding::new("lines-gone", [written])),
    }
}
