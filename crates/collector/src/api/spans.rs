//! `POST /api/v2/spans` and `/api/v1/spans`: the way in. Read, unpack, decode, queue; then 202.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use zipkin::decode::Format;

use super::{body::Packing, taking};
use crate::{Collector, error::Error, rpc::media_type};

/// Takes a list of spans of version 2, or refuses all of it.
pub async fn accept(
    State(collector): State<Collector>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    // As in Zipkin, what names no type of its own is JSON.
    let format = match media_type(&headers).as_str() {
        "application/x-protobuf" => Format::Proto3,
        _ => Format::JsonV2,
    };
    keep(collector, format, &headers, body).await
}

/// Takes a list of spans of version 1, or refuses all of it.
pub async fn accept_v1(
    State(collector): State<Collector>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    if media_type(&headers) == "application/x-thrift" {
        return Err(Error::Thrift);
    }
    keep(collector, Format::JsonV1, &headers, body).await
}

async fn keep(
    collector: Collector,
    format: Format,
    headers: &HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    let accept = move |collector: &Collector, body: &[u8], reservation| {
        collector.accept(format, body, reservation).map_err(Error::from)
    };
    taking::keep(collector, |metrics| &metrics.http, packing(headers), body, accept).await?;
    Ok(StatusCode::ACCEPTED)
}

fn packing(headers: &HeaderMap) -> Packing {
    let coding = headers
        .get(header::CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok());
    match coding.is_some_and(|coding| coding.contains("gzip")) {
        true => Packing::Gzip,
        false => Packing::Plain,
    }
}

#[cfg(test)]
mod tests;
