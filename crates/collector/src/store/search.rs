//! Which traces a query finds: the filters narrow, `Query::matches` decides. The store is held only to find the
//! next chapter that may have some; its traces are looked at after that, so that a long search holds nobody up.

use std::{collections::BTreeSet, ops::Range};

use zipkin::Query;

use super::{Spans, Store, facts::Demands, kept::Kept, packed::PackedSpan, timeline::Position};

/// The traces that the query finds, latest first.
pub fn search(store: &Store, query: &Query) -> Vec<Spans> {
    let demands = store.read().facts().demanded(query);
    let mut rest = within(query);
    let mut found = Vec::new();
    // A trace whose start changes meanwhile may come twice.
    let mut keys = BTreeSet::new();
    while let Some(candidates) = next_candidates(&store.read(), &demands, &mut rest) {
        for (position, spans) in candidates {
            let trace: Vec<PackedSpan> = spans.read().collect();
            if query.matches(&trace) && keys.insert(position.key) {
                found.push(spans);
            }
            if found.len() >= query.limit {
                return found;
            }
        }
    }
    found
}

fn within(query: &Query) -> Range<Position> {
    let at = |start_ms| Position { start_ms, key: 0 };
    at(query.end_ts.saturating_sub(query.lookback))..at(query.end_ts.saturating_add(1))
}

/// The traces that may meet the demands, latest first, of the latest chapter that may; the rest is before it.
fn next_candidates(
    kept: &Kept,
    demands: &Demands,
    rest: &mut Range<Position>,
) -> Option<Vec<(Position, Spans)>> {
    if rest.is_empty() {
        return None;
    }
    let mut chapters = kept.timeline().chapters(rest.clone()).rev();
    let (begin, chapter) = chapters.find(|(_, chapter)| chapter.may_meet(demands))?;
    let candidates = chapter.that_may_meet(demands, rest.clone());
    rest.end = begin;
    Some(candidates)
}
