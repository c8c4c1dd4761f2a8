//! A span and all that it caused, as JSON: a part of a trace to keep or to send on. Zipkin has no such answer.

use std::mem;

use axum::{
    extract::{Path, State},
    response::Response,
};
use zipkin::{SpanId, TraceId};

use super::{listing::Listing, reply};
use crate::{
    Collector,
    error::Error,
    store::PackedSpan,
    work::{Asker, Gone, VAST},
};

/// Spans between two looks at whether somebody waits.
const SOME: usize = 1024;

/// `GET /traces/{id}/spans/{spanId}/caused.json`: the spans as they came, in Zipkin's format.
pub async fn json(
    State(collector): State<Collector>,
    Path((trace, span)): Path<(String, String)>,
) -> Result<Response, Error> {
    let trace = TraceId::parse(trace.trim())?;
    let span = SpanId::parse(span.trim())?;
    let key = collector.store().known([trace].into_iter()).pop();
    let key = key.ok_or(Error::UnknownTrace(trace))?;
    let bytes = collector.store().found(key).map_or(0, |spans| spans.end());
    let alone = collector.alone_if(bytes > VAST).await;
    let found = collector.work(move |store, asker| {
        let _alone = alone;
        match store.found(key) {
            Some(spans) => ids(spans.read(), span, asker),
            None => Ok(Vec::new()),
        }
    });
    let ids = found.await?;
    if ids.is_empty() {
        return Err(Error::UnknownSpan(trace, span));
    }
    reply::listing(&collector, move |_, _| Ok(Listing::some(key, ids))).await
}

/// The ids of the span and of all below it, sorted; none where no span has the id. It goes by ids alone, so that a trace of any size
/// takes some 25 bytes a span.
fn ids<'a>(
    spans: impl Iterator<Item = PackedSpan<'a>>,
    top: SpanId,
    asker: &Asker,
) -> Result<Vec<SpanId>, Gone> {
    let mut is_there = false;
    let mut links = Vec::new();
    for (index, span) in spans.enumerate() {
        if index % SOME == 0 {
            asker.still_waits()?;
        }
        is_there |= span.id() == top;
        links.extend(span.parent_id().map(|parent| (parent, span.id())));
    }
    if !is_there {
        return Ok(Vec::new());
    }
    links.sort_unstable();
    links.dedup();
    asker.still_waits()?;
    // A group of links from one parent is followed once: at its first link.
    let mut is_followed = vec![false; links.len()];
    let (mut found, mut next) = (vec![top], 0);
    while let Some(&parent) = found.get(next) {
        next += 1;
        let first = links.partition_point(|(each, _)| *each < parent);
        let is_followed = is_followed.get_mut(first);
        if is_followed.is_none_or(|is_followed| mem::replace(is_followed, true)) {
            continue;
        }
        let below = links.iter().skip(first);
        let below = below.take_while(|(each, _)| *each == parent);
        found.extend(below.map(|(_, id)| *id));
    }
    found.sort_unstable();
    found.dedup();
    found.shrink_to_fit();
    Ok(found)
}

#[cfg(test)]
mod tests;
