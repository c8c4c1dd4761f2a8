//! Times of labelled spans, held against relations. Microseconds are rounded by who recorded them, so that one more is no
//! difference.

use std::collections::BTreeMap;

use super::trace::Trace;
use crate::{
    expected::Relation,
    failure::{Concept, Failure, Says},
};

/// More pairs than this are not compared.
const MAX_PAIRS: usize = 1_000_000;

/// When a span was at work.
#[derive(Clone, Copy, Debug)]
struct Time {
    start: u64,
    end: u64,
}

/// Notes each relation that does not hold. Labels that a tree left open because it is not as expected are not reported again.
pub fn check(
    relations: &[Relation],
    labels: &BTreeMap<String, Vec<usize>>,
    trace: &Trace,
    is_tree_held: bool,
    failures: &mut Vec<Failure>,
) {
    for relation in relations {
        let mut times = Vec::new();
        let mut is_open = false;
        for label in relation.labels() {
            let rows = labels.get(label).map_or(&[] as &[usize], Vec::as_slice);
            is_open |= rows.is_empty();
            match rows
                .iter()
                .map(|&row| time(trace, row))
                .collect::<Option<Vec<Time>>>()
            {
                Some(own) => times.push(own),
                None => {
                    let label = label.to_owned();
                    failures.push(Failure::new(Concept::Timing, Says::NoTime { label }));
                    is_open = true;
                }
            }
            if rows.is_empty() && is_tree_held {
                let label = label.to_owned();
                failures.push(Failure::new(Concept::Expectation, Says::NoLabel { label }));
            }
        }
        if !is_open && let Some(wrong) = wrong(relation, &times) {
            failures.push(said(relation, &wrong, trace));
        }
    }
}

fn time(trace: &Trace, row: usize) -> Option<Time> {
    let span = trace.span(row)?;
    let start = span.timestamp?;
    let end = start.saturating_add(span.duration?);
    Some(Time { start, end })
}

/// The times that are not related so.
fn wrong(relation: &Relation, times: &[Vec<Time>]) -> Option<Vec<Time>> {
    let pair = |is_right: fn(Time, Time) -> bool| {
        let [ones, others] = times else { return None };
        let mut pairs = ones
            .iter()
            .flat_map(|&one| others.iter().map(move |&other| (one, other)));
        let wrong = pairs
            .by_ref()
            .take(MAX_PAIRS)
            .find(|&(one, other)| !is_right(one, other));
        wrong.map(|(one, other)| vec![one, other])
    };
    let length = |time: Time| time.end - time.start;
    match relation {
        Relation::Within(..) => {
            pair(|inner, outer| inner.start + 1 >= outer.start && inner.end <= outer.end + 1)
        }
        Relation::Before(..) => pair(|first, second| first.end <= second.start + 1),
        Relation::Longer(..) => {
            pair(|longer, shorter| longer.end - longer.start > shorter.end - shorter.start)
        }
        Relation::Overlap(_) => {
            let all: Vec<Time> = times.iter().flatten().copied().collect();
            overlapping(&all).is_none().then_some(all)
        }
        Relation::Apart(_) => overlapping(&times.concat()).map(|(one, other)| vec![one, other]),
    }
    .filter(|wrong| wrong.iter().all(|&time| length(time) < u64::MAX))
}

/// Two that are at work at the same time: sorted by start, one begins before another of those before it has ended.
fn overlapping(times: &[Time]) -> Option<(Time, Time)> {
    let mut times = times.to_vec();
    times.sort_by_key(|time| time.start);
    let mut last: Option<Time> = None;
    for time in times {
        match last {
            Some(last) if last.end > time.start + 1 => return Some((last, time)),
            Some(earlier) if earlier.end >= time.end => {}
            _ => last = Some(time),
        }
    }
    None
}

/// The relation, and the times in microseconds from the start of the trace.
fn said(relation: &Relation, times: &[Time], trace: &Trace) -> Failure {
    let start = trace.rows().iter().filter_map(|row| row.span.timestamp).min();
    let start = start.unwrap_or_default();
    let shown = times
        .iter()
        .take(5)
        .map(|time| format!("{}…{} µs", time.start - start, time.end - start));
    let says = Says::Relation {
        relation: relation.to_string(),
        times: shown.collect::<Vec<_>>().join(", "),
    };
    Failure::new(Concept::Timing, says)
}
