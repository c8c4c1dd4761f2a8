//! 08: `RUST_LOG` governs lines, and lines alone: the log is quiet, and the trace is whole.

use expect::{Expectation, Kind, TraceId, local};

use super::order;
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
        "level-decides",
        "lines-gone",
    ],
};

/// The trace of the second life's request, as its caller has begun it.
const SECOND: &str = "463ac35c9f6413ad48485a3953bb6124";

/// Two users order at once, with a log that is to be quiet. Then the service lives once more with a log that is off.
fn script() -> Script {
    let orders = [(7, "terry"), (8, "ann")].map(|(id, user)| Request::order(id, user));
    let traceparent = format!("00-{SECOND}-a2fb4a1d1a96d312-01");
    let again = Request::order(9, "minsu").direct();
    Script {
        orders: vec![("RUST_LOG", "warn,audit=info")],
        rounds: vec![Round::together(orders.into())],
        second_life: Some(Life {
            variables: vec![("RUST_LOG", "off")],
            requests: vec![again.header("traceparent", &traceparent)],
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
    let [servers, clients, locals] = kinds(seen, false);
    let counted = [said(requests, [servers, clients, locals])];
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
        (true, true) => of_second_life(seen),
        (true, false) => Some(Finding::new("level-hard-coded", [written])),
        (false, _) => Some(Finding::new("lines-gone", [written])),
    }
}

/// The finding of the second life: neither the code nor the level of a span may say what `RUST_LOG` says.
fn of_second_life(seen: &Seen) -> Option<Finding> {
    // One that had to be killed did not live again.
    if seen.was_killed {
        return None;
    }
    let lines = seen.second_lines.iter().map(|line| line.text.as_str());
    let lines: Vec<&str> = lines
        .filter(|line| line.contains("reaches the limit") || line.contains(" ordered "))
        .collect();
    if !lines.is_empty() {
        return Some(Finding::new("setting-copied", lines));
    }
    let found = kinds(seen, true);
    let is_whole = found.iter().all(|count| *count > 0);
    (!is_whole).then(|| Finding::new("level-decides", [said(1, found)]))
}

/// The spans of orders, in either life: SERVER, CLIENT, and local.
fn kinds(seen: &Seen, is_second: bool) -> [usize; 3] {
    let second = TraceId::parse(SECOND).ok();
    [Some(Kind::Server), Some(Kind::Client), None].map(|kind| {
        let spans = seen.spans_of("orders").filter(|span| span.kind == kind);
        spans
            .filter(|span| (Some(span.trace_id) == second) == is_second)
            .count()
    })
}

fn said(requests: usize, [servers, clients, locals]: [usize; 3]) -> Evidence {
    Evidence::said(
        "seen-kinds",
        [
            ("requests", requests.to_string()),
            ("servers", servers.to_string()),
            ("clients", clients.to_string()),
            ("locals", locals.to_string()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_was_killed_is_not_judged_by_a_second_life() {
        let seen = |was_killed| Seen {
            was_killed,
            ..Seen::default()
        };
        let id = of_second_life(&seen(false)).map(|finding| finding.id);
        assert_eq!(id, Some("level-decides"));
        assert_eq!(of_second_life(&seen(true)), None);
    }
}
