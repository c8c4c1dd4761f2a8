//! Knowledge of the store beside a trace: the place where a server's half of a call may be, when it is not in the trace.

use std::collections::{BTreeMap, BTreeSet};

use zipkin::{
    Query, TraceId, Waterfall,
    analysis::{Beside, unanswered},
};

use crate::{
    store::{Spans, Store},
    work::{Asker, Gone},
};

/// Traces of one service that began during a call: so many at most.
const MOST: usize = 10;

/// A trace of more bytes is not read for it.
const MAX_BYTES: usize = 256 << 10;

/// Looks where the halves of calls may be that no server answered; nothing where there are no such calls.
pub fn beside(trace: &Waterfall, store: &Store, asker: &Asker) -> Result<Option<Beside>, Gone> {
    let mut beside = Beside::default();
    let calls = unanswered(trace);
    if calls.is_empty() {
        return Ok(None);
    }
    beside.services = store.names().services();
    let halves: BTreeSet<TraceId> = calls.iter().filter_map(|call| call.lower_half).collect();
    let halves = halves.into_iter().filter_map(|half| store.trace(half));
    beside
        .traces
        .extend(halves.filter_map(|spans| other(trace, &spans)));
    for call in calls {
        asker.still_waits()?;
        let query = Query {
            service_name: Some(call.service),
            remote_service_name: None,
            span_name: None,
            annotation_query: BTreeMap::new(),
            min_duration: None,
            max_duration: None,
            end_ts: call.start_us.saturating_add(call.duration_us) / 1_000 + 1,
            lookback: call.duration_us / 1_000 + 2,
            limit: MOST,
        };
        let found = store.search(&query, asker)?.into_iter();
        let found = found.filter_map(|key| store.found(key));
        beside
            .traces
            .extend(found.filter_map(|spans| other(trace, &spans)));
    }
    Ok(Some(beside))
}

fn other(trace: &Waterfall, spans: &Spans) -> Option<Waterfall> {
    let is_other = spans.trace_id() != trace.trace_id && spans.end() <= MAX_BYTES;
    is_other.then(|| zipkin::waterfall(spans.sketches()))?
}
