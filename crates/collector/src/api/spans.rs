//! `POST /api/v2/spans` and `/api/v1/spans`: the way in. Read, unpack, decode, keep; then 202, so that whoever is answered
//! may ask for the trace at once.

use std::{
    future::poll_fn,
    io::{ErrorKind, Read as _},
    pin::Pin,
    sync::atomic::Ordering::Relaxed,
};

use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use flate2::read::GzDecoder;
use tokio::time::timeout;
use zipkin::decode::Format;

use super::Error;
use crate::Collector;

/// What a batch may have, on the wire and unpacked.
pub const MAX_BYTES: usize = 10 << 20;

/// What is read and thrown away beyond that: a client that sends all before it reads would never see the 413.
const MAX_BYTES_IGNORED: usize = 10 * MAX_BYTES;

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
    packed: bool,
    body: Body,
) -> Result<(), Error> {
    let limit = collector.config().query_timeout.duration();
    let body = timeout(limit, read(body))
        .await
        .map_err(|_| Error::BodyTimeout)??;
    let place = collector.unpacking().await;
    // A large batch takes a second: not on a thread that answers others.
    let kept = tokio::task::spawn_blocking(move || {
        let _place = place;
        let body = if packed && !body.is_empty() {
            gunzip(&body)?
        } else {
            body
        };
        collector.metrics().received(body.len());
        collector.accept(format.list(&body)?);
        Ok(())
    });
    kept.await.map_err(|_| Error::Internal)?
}

async fn read(mut body: Body) -> Result<Vec<u8>, Error> {
    let mut kept = Vec::new();
    let mut seen = 0;
    while let Some(data) = next_chunk(&mut body).await? {
        seen += data.len();
        if seen <= MAX_BYTES {
            kept.extend_from_slice(&data);
        } else if seen > MAX_BYTES + MAX_BYTES_IGNORED {
            break;
        } else {
            kept = Vec::new();
        }
    }
    if seen > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    Ok(kept)
}

async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, Error> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
    let frame = frame.transpose().map_err(|_| Error::BrokenBody)?;
    // A frame that is no data holds trailers.
    Ok(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

fn is_gzip(headers: &HeaderMap) -> bool {
    let coding = headers
        .get(header::CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok());
    coding.is_some_and(|coding| coding.contains("gzip"))
}

fn gunzip(packed: &[u8]) -> Result<Vec<u8>, Error> {
    let mut unpacked = Vec::new();
    let mut limited = GzDecoder::new(packed).take(MAX_BYTES as u64 + 1);
    match limited.read_to_end(&mut unpacked) {
        Ok(_) if unpacked.len() > MAX_BYTES => Err(Error::TooLarge),
        Ok(_) => Ok(unpacked),
        // As in Zipkin, a stream that ends early is read as far as it goes.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof && !unpacked.is_empty() => Ok(unpacked),
        Err(_) => Err(Error::Gunzip),
    }
}
