//! Which traces a query finds: the filters narrow, `Query::matches` decides. The store is held only to find the
//! next segment that may have some; its traces are looked at after that, so that a long search holds nobody up.
//!
//! Segments follow each other by the starts of their traces, and what is found by its latest span, as in Zipkin: once there are enough, an
//! earlier segment counts only where a trace of it has gone on for long enough.

use std::{collections::BTreeSet, ops::Range};

use zipkin::{Query, Searched as _};

use super::{contents::Contents, index::QueryTerms, position::Position, shared::Shared, traces::Candidate};
use crate::work::{Asker, Gone};

/// The keys of the traces that the query finds, latest first.
pub fn search(shared: &Shared, query: &Query, asker: &Asker) -> Result<Vec<u128>, Gone> {
    let query_terms = shared.read().terms().of_query(query);
    let mut rest = within(query);
    let mut found = BTreeSet::new();
    // A trace whose start changes meanwhile may come twice.
    let mut keys = BTreeSet::new();
    // Once there are enough, what is no later than the first of them makes no difference.
    let mut since_ms = 0;
    loop {
        // A statement of its own, for the store is locked to its end.
        let candidates = next_candidates(&shared.read(), &query_terms, &mut rest, since_ms);
        let Some(candidates) = candidates else { break };
        for candidate in candidates {
            if candidate.latest_ms < since_ms {
                break;
            }
            asker.still_waits()?;
            if query.matches_from(candidate.start_us, candidate.spans.read()) && keys.insert(candidate.key) {
                // Of those from one millisecond the later id comes first: a key begins with the half that counts.
                found.insert((latest_ms(&candidate, query.end_ts), candidate.key));
            }
            if found.len() > query.limit {
                found.pop_first();
            }
            if let Some((first_ms, _)) = found.first().filter(|_| found.len() == query.limit) {
                since_ms = *first_ms;
            }
        }
    }
    Ok(found.into_iter().rev().map(|(_, key)| key).collect())
}

fn within(query: &Query) -> Range<Position> {
    let at = |start_ms| Position { start_ms, key: 0 };
    at(query.end_ts.saturating_sub(query.lookback))..at(query.end_ts.saturating_add(1))
}

/// When the latest of the spans up to the end of a search began. Most traces have none behind it.
fn latest_ms(candidate: &Candidate, end_ms: u64) -> u64 {
    if candidate.latest_ms <= end_ms {
        return candidate.latest_ms;
    }
    let starts = candidate.spans.read().filter_map(|span| span.timestamp());
    let starts = starts.map(|start| start / 1000).filter(|&start| start <= end_ms);
    starts.max().unwrap_or_default()
}

/// The traces that may match the query, latest first, of the latest segment that may; the rest is before it.
fn next_candidates(
    contents: &Contents,
    query_terms: &QueryTerms,
    rest: &mut Range<Position>,
    since_ms: u64,
) -> Option<Vec<Candidate>> {
    if rest.is_empty() || contents.timeline().latest_ms_before(rest.end) < since_ms {
        return None;
    }
    let mut segments = contents.timeline().segments(rest.clone()).rev();
    let (begin, segment) = segments.find(|(_, segment)| segment.may_match(query_terms, since_ms))?;
    let candidates = segment.candidates(query_terms, rest.clone(), since_ms);
    rest.end = begin;
    Some(candidates)
}
