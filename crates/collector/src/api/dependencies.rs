//! Calls between services, computed from the traces that have a span within the time asked for.

use axum::{extract::State, response::Response};

use super::reply;
use crate::{Collector, error::Error, params::Params};

/// `GET /dependencies?endTs=…&lookback=…`, both in milliseconds.
pub async fn links(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    let (end, lookback) = (params.required_number("endTs")?, params.number("lookback")?);
    let end = at_least_one("endTs", end)?;
    let default_lookback = collector.config().query_lookback;
    let lookback = lookback.map_or(Ok(default_lookback), |lookback| {
        at_least_one("lookback", lookback)
    })?;
    let range = end.saturating_sub(lookback)..=end;
    let links = collector.work(move |store, asker| store.links(&range, asker));
    reply::json(&links.await?)
}

fn at_least_one(name: &str, value: i64) -> Result<u64, Error> {
    match u64::try_from(value) {
        Ok(value) if value > 0 => Ok(value),
        _ => Err(Error::InvalidParameter(format!("{name} <= 0"))),
    }
}
