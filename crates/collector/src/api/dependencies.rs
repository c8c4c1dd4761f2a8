//! Who calls whom, computed from the traces that have a span within the time asked for.

use std::{collections::HashMap, ops::RangeInclusive};

use axum::{extract::State, response::Response};
use zipkin::{DependencyLink, Linker};

use super::{Error, Params, reply};
use crate::{Collector, store::Spans};

/// `GET /dependencies?endTs=…&lookback=…`, both in milliseconds.
pub async fn links(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    let end = at_least_one("endTs", params.required_number("endTs")?)?;
    let default_lookback = collector.config().query_lookback;
    let lookback = params
        .number("lookback")?
        .map_or(Ok(default_lookback), |lookback| {
            at_least_one("lookback", lookback)
        })?;
    let range = end.saturating_sub(lookback)..=end;
    let traces = collector.store().all();
    // It reads every span: not on a thread that answers others, and not with the store held.
    let links = tokio::task::spawn_blocking(move || link(&traces, &range)).await;
    reply::json(&links.map_err(|_| Error::Internal)?)
}

fn at_least_one(name: &str, value: i64) -> Result<u64, Error> {
    match u64::try_from(value) {
        Ok(value) if value > 0 => Ok(value),
        _ => Err(Error::InvalidParameter(format!("{name} <= 0"))),
    }
}

fn link(traces: &[Spans], range: &RangeInclusive<u64>) -> Vec<DependencyLink> {
    // As in Zipkin, the lower half of the trace id decides, strict or not: some on the way may know no more of it.
    let mut by_low = HashMap::<u64, Vec<&Spans>>::new();
    for trace in traces {
        let low = trace.first().map(|span| span.trace_id.low());
        by_low.entry(low.unwrap_or_default()).or_default().push(trace);
    }
    let mut linker = Linker::default();
    for parts in by_low.values() {
        let mut starts = parts
            .iter()
            .flat_map(|part| part.iter())
            .filter_map(|span| span.timestamp);
        if !starts.any(|start| range.contains(&(start / 1000))) {
            continue;
        }
        match parts.as_slice() {
            [whole] => linker.put_trace(whole),
            parts => linker.put_trace(&parts.iter().flat_map(|part| part.to_vec()).collect::<Vec<_>>()),
        }
    }
    linker.links()
}
