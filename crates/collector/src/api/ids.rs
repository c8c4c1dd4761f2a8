//! Trace ids by their first digits, for people who copied a few of them. Zipkin has no such look-up.

use axum::{
    extract::{Path, State},
    response::Response,
};
use zipkin::TraceIdPrefix;

use super::reply;
use crate::{Collector, error::Error};

/// `GET /api/ids/{prefix}`: ids of traces that are kept, in the order of their digits.
pub async fn with_prefix(
    State(collector): State<Collector>,
    Path(prefix): Path<String>,
) -> Result<Response, Error> {
    let prefix = TraceIdPrefix::parse(prefix.trim())?;
    let ids = collector.ids(prefix);
    reply::json(&ids.iter().map(ToString::to_string).collect::<Vec<_>>())
}
