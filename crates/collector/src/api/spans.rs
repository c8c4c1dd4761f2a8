//! `POST /api/v2/spans` and `/api/v1/spans`: the way in. Read, unpack, decode, queue; then 202.

use std::sync::atomic::Ordering::Relaxed;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use zipkin::decode::Format;

use super::body;
use crate::{Collector, error::Error};

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

fn media_type(headers: &HeaderMap) -> String {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = value.unwrap_or_default().split(';').next();
    media_type.unwrap_or_default().trim().to_ascii_lowercase()
}

async fn keep(
    collector: Collector,
    format: Format,
    headers: &HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    let kept = unpack_and_keep(collector.clone(), format, is_gzip(headers), body).await;
    let metrics = collector.metrics();
    metrics.messages.fetch_add(1, Relaxed);
    if kept.is_err() {
        metrics.messages_dropped.fetch_add(1, Relaxed);
    }
    kept.map(|()| StatusCode::ACCEPTED)
}

async fn unpack_and_keep(
    collector: Collector,
    format: Format,
    is_gzip: bool,
    body: Body,
) -> Result<(), Error> {
    let not_written = collector.store().not_written();
    let (body, reservation) = body::read(&collector, body).await?;
    if let Some(body) = body::small(&body, is_gzip) {
        // Less work than waking another thread.
        collector.accept(format, &body, reservation)?;
    } else {
        let place = collector.unpacking().await?;
        let by = collector.clone();
        // A large batch takes a tenth of a second: not on a thread that answers others.
        let kept = tokio::task::spawn_blocking(move || {
            let _place = place;
            let body = body::complete(&body, is_gzip)?;
            by.accept(format, &body, reservation).map_err(Error::from)
        });
        kept.await.map_err(|_| Error::Internal)??;
    }
    if collector.config().data_dir.is_some() {
        // What is kept on disk is there before its answer is.
        collector.caught_up().await;
        // It may be the batch of another that was not: this one is sent again, and kept once.
        if collector.store().not_written() > not_written {
            return Err(Error::NotWritten);
        }
    }
    Ok(())
}

fn is_gzip(headers: &HeaderMap) -> bool {
    let coding = headers
        .get(header::CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok());
    coding.is_some_and(|coding| coding.contains("gzip"))
}

#[cfg(test)]
mod tests;
