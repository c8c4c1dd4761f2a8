//! `POST /v1/traces`, `/v1/logs` and `/v1/metrics`: OpenTelemetry's protocol over HTTP, in protocol buffers and in JSON. Spans are
//! kept; logs and metrics are not, and whoever sends them is told so.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use zipkin::{DecodeError, decode::otlp::Encoding};

use super::taking;
use crate::{
    Collector,
    error::Error,
    rpc::{self, Signal},
};

/// Takes spans, but for those that have no ids.
pub async fn traces(
    State(collector): State<Collector>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let (encoding, is_gzip) = (encoding(&headers)?, is_gzip(&headers)?);
    let accept = move |collector: &Collector, body: &[u8], reservation| {
        collector
            .accept_otlp(encoding, body, reservation)
            .map_err(Error::from)
    };
    let report = taking::keep(collector, |metrics| &metrics.otlp, is_gzip, body, accept).await?;
    Ok(rpc::taken(
        encoding,
        Signal::Traces,
        report.rejected,
        &report.message,
    ))
}

/// Counts log records, and keeps none.
pub async fn logs(
    State(collector): State<Collector>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    const WHY: &str = "logs are not kept here: set OTEL_LOGS_EXPORTER=none, or OTEL_EXPORTER_OTLP_LOGS_ENDPOINT to where they are";
    reject(
        &collector,
        &headers,
        body,
        Signal::Logs,
        Encoding::log_records,
        WHY,
    )
    .await
}

/// Counts data points, and keeps none.
pub async fn metrics(
    State(collector): State<Collector>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    const WHY: &str = "metrics are not kept here: set OTEL_METRICS_EXPORTER=none, or OTEL_EXPORTER_OTLP_METRICS_ENDPOINT to where they are";
    reject(
        &collector,
        &headers,
        body,
        Signal::Metrics,
        Encoding::data_points,
        WHY,
    )
    .await
}

async fn reject(
    collector: &Collector,
    headers: &HeaderMap,
    body: Body,
    signal: Signal,
    count: fn(Encoding, &[u8]) -> Result<usize, DecodeError>,
    why: &str,
) -> Result<Response, Error> {
    let (encoding, is_gzip) = (encoding(headers)?, is_gzip(headers)?);
    let count = move |_: &Collector, body: &[u8], _| count(encoding, body).map_err(Error::from);
    let rejected = taking::unpack(collector, is_gzip, body, count).await?;
    let message = if rejected > 0 { why } else { "" };
    Ok(rpc::taken(encoding, signal, rejected, message))
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, Error> {
    rpc::encoding(headers).ok_or_else(|| Error::MediaType(rpc::media_type(headers)))
}

fn is_gzip(headers: &HeaderMap) -> Result<bool, Error> {
    let coding = headers.get(header::CONTENT_ENCODING);
    let coding = coding.map_or("", |value| value.to_str().unwrap_or("?"));
    match coding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" | "none" => Ok(false),
        "gzip" | "x-gzip" => Ok(true),
        _ => Err(Error::ContentCoding(coding.chars().take(40).collect())),
    }
}

#[cfg(test)]
mod tests;
