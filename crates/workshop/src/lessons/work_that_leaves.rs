//! 07: work in other tasks and threads is below the SERVER span of its own request.

use expect::{Expectation, Span, TraceId, contains, line, local};

use super::{order, spans::NONE};
use crate::{
    lesson::{Lesson, Work},
    seen::{Exchange, Request, Round, Script, Seen},
    verdict::{Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "07",
    id: "work-that-leaves",
    folder: "07_work_that_leaves",
    work: Work::Program,
    script,
    judge,
    trap: "left-behind",
    wrong: &[
        "only-task",
        "span-made-inside",
        "ids-as-values",
        "someone-elses",
        "span-around",
        "not-spawned",
        "work-gone",
    ],
};

/// The three pieces of work: the span, and the line.
const WORK: [(&str, &str); 3] = [
    ("write receipt", "receipt of order"),
    ("check sum", "sum of order"),
    ("print label", "label of order"),
];

/// Three users order at once, then one alone.
fn script() -> Script {
    let together = (7..10)
        .zip(["terry", "ann", "minsu"])
        .map(|(id, user)| Request::order(id, user));
    Script {
        rounds: vec![
            Round::together(together.collect()),
            Round::single(Request::order(10, "terry")),
        ],
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(_: &Exchange) -> Expectation {
    let work = WORK.map(|(name, _)| local("orders", name).tag("left_the_task", "true"));
    let calls = [order::call().to("inventory")].into_iter();
    let orders = order::orders().children(calls.chain(work));
    let expected = order::answered().tree(order::behind_gateway(orders));
    WORK.iter().fold(expected, |expected, (_, text)| {
        expected.line(line(contains(*text)).service("orders").count(1))
    })
}

fn finding(seen: &Seen) -> Option<Finding> {
    let work: Vec<&Span> = seen.spans_of("orders").filter(|span| is_work(span)).collect();
    let shown = || work.iter().map(|span| shown(span));
    if work.len() < WORK.len() * seen.exchanges.len() {
        return Some(Finding::new("work-gone", shown()));
    }
    if let Some(span) = work
        .iter()
        .find(|span| span.tags.get("left_the_task").is_some_and(|left| left == "false"))
    {
        return Some(Finding::new("not-spawned", [self::shown(span)]));
    }
    let traces: Vec<TraceId> = seen.exchanges.iter().filter_map(Exchange::trace_id).collect();
    let (at_home, apart): (Vec<&Span>, Vec<&Span>) =
        work.iter().partition(|span| traces.contains(&span.trace_id));
    let apart_shown = || apart.iter().map(|span| self::shown(span));
    if let Some(span) = apart.first() {
        let texts: Vec<String> = traces.iter().map(TraceId::to_string).collect();
        let has_id = |span: &&Span| {
            seen.trace(span.trace_id)
                .iter()
                .any(|one| one.tags.values().any(|tag| texts.contains(tag)))
        };
        let name = if apart.iter().any(has_id) {
            "ids-as-values"
        } else if span.parent_id.is_some() {
            "span-made-inside"
        } else if at_home
            .iter()
            .any(|span| span.name.as_deref() == Some("write receipt"))
        {
            "only-task"
        } else {
            "left-behind"
        };
        return Some(Finding::new(name, apart_shown()));
    }
    let counts = traces
        .iter()
        .map(|id| work.iter().filter(|span| span.trace_id == *id).count());
    let is_uneven = counts.into_iter().any(|count| count != WORK.len());
    if is_uneven {
        return Some(Finding::new("someone-elses", shown()));
    }
    let around = work.iter().filter_map(|span| Some((span, around(seen, span)?)));
    let around: Vec<String> = around
        .take(2)
        .flat_map(|(span, around)| [self::shown(around), self::shown(span)])
        .collect();
    (!around.is_empty()).then(|| Finding::new("span-around", around))
}

/// The local span of orders that a piece of work hangs below.
fn around<'a>(seen: &'a Seen, work: &Span) -> Option<&'a Span> {
    let is_parent = |span: &&Span| span.trace_id == work.trace_id && work.parent_id == Some(span.id);
    let parent = seen.spans_of("orders").find(is_parent)?;
    (parent.kind.is_none() && !is_work(parent)).then_some(parent)
}

fn is_work(span: &Span) -> bool {
    WORK.iter().any(|(name, _)| span.name.as_deref() == Some(name))
}

/// A span in one line.
fn shown(span: &Span) -> String {
    let parent = span
        .parent_id
        .map_or_else(|| NONE.to_owned(), |id| id.to_string());
    format!(
        "{} traceId={} id={} parentId={parent}",
        span.name.as_deref().unwrap_or_default(),
        span.trace_id,
        span.id
    )
}
