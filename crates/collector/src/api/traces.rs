//! Traces, by search and by id. Their spans are those that came: nothing is merged, sorted or mended on the way out.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use zipkin::{Query, TraceId};

use super::{
    listing::{self, Listing},
    reply,
};
use crate::{Collector, clock::now_ms, error::Error, params::Params, store::Store, work::Asker};

/// `GET /traces?serviceName=…&…`
pub async fn search(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    let query = Query::parse(params.iter(), now_ms(), collector.config().query_lookback)?;
    let is_enabled = collector.config().search_enabled;
    let find = move |store: &Store, asker: &Asker| {
        let found = if is_enabled {
            store.search(&query, asker)?
        } else {
            Vec::new()
        };
        Ok(Listing::of(found))
    };
    reply::listing(&collector, find).await
}

/// `GET /trace/{id}`
pub async fn one(State(collector): State<Collector>, Path(id): Path<String>) -> Result<Response, Error> {
    let id = TraceId::parse(id.trim())?;
    let key = collector.store().known([id].into_iter()).pop();
    let key = key.ok_or(Error::UnknownTrace(id))?;
    if let Some(short) = collector.store().found(key).and_then(listing::short) {
        return Ok(reply::json_bytes(short));
    }
    reply::listing(&collector, move |_, _| Ok(Listing::one(key))).await
}

/// `GET /traceMany?traceIds=…,…`: those that there are.
pub async fn many(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    let ids = trace_ids(params.required("traceIds")?)?;
    let find = move |store: &Store, _: &Asker| Ok(Listing::of(store.known(ids.into_iter())));
    reply::listing(&collector, find).await
}

fn trace_ids(text: &str) -> Result<Vec<TraceId>, Error> {
    let refuse = |why: String| Err(Error::InvalidParameter(why));
    if text.is_empty() {
        return refuse("traceIds parameter is empty".into());
    }
    let (mut ids, mut known) = (Vec::new(), BTreeSet::new());
    for id in text.split(',') {
        let parsed = TraceId::parse(id)?;
        if !known.insert(parsed) {
            return refuse(format!("redundant traceId: {id}"));
        }
        ids.push(parsed);
    }
    if ids.len() == 1 {
        return refuse("Use /api/v2/trace/{traceId} endpoint to retrieve a single trace".into());
    }
    Ok(ids)
}
