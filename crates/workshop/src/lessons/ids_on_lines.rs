//! 02: every line of orders has the id of its request's trace, that of the gateway's and inventory's lines.

use std::collections::HashSet;

use expect::{Expectation, contains, line};

use super::{ids, order};
use crate::{
    lesson::{Lesson, Work},
    seen::{Exchange, Request, Round, Script, Seen},
    verdict::{Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "02",
    id: "ids-on-lines",
    folder: "02_ids_on_lines",
    work: Work::Program,
    script,
    judge,
    trap: "no-ids",
    wrong: &[
        "hard-coded-id",
        "id-per-line",
        "own-id",
        "user-as-id",
        "some-lines",
        "shared-id",
        "lines-gone",
        "cut-id",
        "span-id",
        "own-mark",
    ],
};

/// The lines that orders writes for each request.
const LINES: [&str; 3] = ["getOrder", "asking inventory", "comes to"];

/// Three users order at once, then one alone, whose request is part of a trace already.
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

fn expected(exchange: &Exchange) -> Expectation {
    let mut expected = order::answered();
    for service in ["gateway", "inventory"] {
        expected = expected.line(line(contains("get")).service(service).count(1));
    }
    let id = exchange.request.path.trim_start_matches("/orders/");
    let lines = [
        format!("getOrder {id}"),
        "asking inventory".to_owned(),
        format!("order {id} comes to"),
    ];
    lines.into_iter().fold(expected, |expected, text| {
        expected.line(line(contains(text)).service("orders").count(1))
    })
}

fn finding(seen: &Seen) -> Option<Finding> {
    let lines: Vec<&str> = LINES
        .iter()
        .flat_map(|text| seen.lines_of("orders", text))
        .collect();
    if lines.len() < LINES.len() * seen.exchanges.len() {
        return Some(Finding::new("lines-gone", lines));
    }
    if let Some(cut) = seen.exchanges.iter().find_map(|exchange| cut_id(seen, exchange)) {
        return Some(cut);
    }
    let without: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| ids::in_line(line).is_empty())
        .collect();
    if without.len() == lines.len() {
        let users = ["terry", "ann", "minsu"];
        let has_user = |line: &&str| users.iter().any(|user| line.contains(user));
        let id = if lines.iter().filter(|line| has_user(line)).count() > 1 {
            "user-as-id"
        } else if has_own_marks(seen) {
            "own-mark"
        } else {
            "no-ids"
        };
        return Some(Finding::new(id, without));
    }
    of_ids(seen, &lines).or_else(|| (!without.is_empty()).then(|| Finding::new("some-lines", without)))
}

/// Ids that are not those of the line's own trace.
fn of_ids(seen: &Seen, lines: &[&str]) -> Option<Finding> {
    let all: HashSet<String> = lines.iter().flat_map(|line| ids::in_line(line)).collect();
    let traces: HashSet<String> = seen.exchanges.iter().map(Exchange::trace_text).collect();
    for exchange in &seen.exchanges {
        let own: Vec<&str> = own_lines(seen, exchange).map(|(line, _)| line).collect();
        let found: Vec<Vec<String>> = own.iter().map(|line| ids::in_line(line)).collect();
        let trace = exchange.trace_text();
        let Some(wrong) = found.iter().find(|ids| !ids.is_empty() && !ids.contains(&trace)) else {
            continue;
        };
        let name = if all.len() == 1 {
            "hard-coded-id"
        } else if wrong.iter().any(|id| traces.contains(id)) {
            "shared-id"
        } else if wrong.iter().any(|id| is_of_a_span(seen, id)) {
            "span-id"
        } else if found.windows(2).all(|pair| pair.first() == pair.last()) {
            "own-id"
        } else {
            "id-per-line"
        };
        return Some(Finding::new(name, own));
    }
    None
}

/// The lines of orders whose text names the order of a request, each with that text.
fn own_lines<'a>(seen: &'a Seen, exchange: &Exchange) -> impl Iterator<Item = (&'a str, String)> {
    let id = exchange.request.path.trim_start_matches("/orders/");
    let texts = [format!("getOrder {id}"), format!("order {id} comes to 100")];
    texts.into_iter().flat_map(|text| {
        let lines = seen.lines_of("orders", "").filter(|line| line.contains(&text));
        lines.map(|line| (line, text.clone())).collect::<Vec<_>>()
    })
}

/// Lines with the first or the last digits of their trace's id, and without the rest.
fn cut_id(seen: &Seen, exchange: &Exchange) -> Option<Finding> {
    let trace = exchange.trace_text();
    let (first, last) = (trace.get(..8)?, trace.get(trace.len() - 8..)?);
    let is_cut =
        |line: &&str| (line.contains(first) || line.contains(last)) && !ids::in_line(line).contains(&trace);
    let cut: Vec<&str> = own_lines(seen, exchange)
        .map(|(line, _)| line)
        .filter(is_cut)
        .collect();
    (!cut.is_empty()).then(|| Finding::new("cut-id", cut))
}

/// Whether the lines of a request have the same beside their text, and those of other requests something else.
fn has_own_marks(seen: &Seen) -> bool {
    let mark = |(line, text): (&str, String)| line.replace(&text, "");
    let marks = |exchange| own_lines(seen, exchange).map(mark).collect::<HashSet<String>>();
    let marks: Vec<HashSet<String>> = seen.exchanges.iter().map(marks).collect();
    let all: HashSet<&String> = marks.iter().flatten().collect();
    marks.iter().all(|own| own.len() == 1) && all.len() > 1
}

/// Whether this is the id of a span, and so of one service alone.
fn is_of_a_span(seen: &Seen, id: &str) -> bool {
    seen.spans.iter().any(|span| span.id.to_string() == id)
}
