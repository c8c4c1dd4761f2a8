//! `POST /v1/traces`, `/v1/logs` and `/v1/metrics`: OpenTelemetry's protocol over HTTP, in protocol buffers and in JSON. Spans and
//! log records are kept; metrics are not, and whoever sends them is told so.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use zipkin::decode::otlp::Encoding;

use super::{body::Packing, taking};
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
    let (encoding, packing) = (encoding(&headers)?, packing(&headers)?);
    let accept = move |collector: &Collector, body: &[u8], reservation| {
        collector
            .accept_otlp(encoding, body, reservation)
            .map_err(Error::from)
    };
    let report = taking::keep(collector, |metrics| &metrics.otlp, packing, body, accept).await?;
    Ok(rpc::taken(
        encoding,
        Signal::Traces,
        report.rejected,
        &report.message,
    ))
}

/// Takes log records, with or without ids. They are in memory alone.
pub async fn logs(
    State(collector): State<Collector>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    const WHY: &str = "LOGS_MAX_BYTES is 0, so that logs are not kept here: set OTEL_LOGS_EXPORTER=none, or OTEL_EXPORTER_OTLP_LOGS_ENDPOINT to where they are";
    let (encoding, packing) = (encoding(&headers)?, packing(&headers)?);
    let accept = move |collector: &Collector, body: &[u8], _| {
        collector.accept_logs(encoding, body).map_err(Error::from)
    };
    let count = taking::unpack(&collector, packing, body, accept).await?;
    let (rejected, message) = match collector.lines().are_kept() {
        true => (0, ""),
        false if count == 0 => (0, ""),
        false => (count, WHY),
    };
    Ok(rpc::taken(encoding, Signal::Logs, rejected, message))
}

/// Counts data points, and keeps none.
pub async fn metrics(
    State(collector): State<Collector>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    const WHY: &str = "metrics are not kept here: set OTEL_METRICS_EXPORTER=none, or OTEL_EXPORTER_OTLP_METRICS_ENDPOINT to where they are";
    let (encoding, packing) = (encoding(&headers)?, packing(&headers)?);
    let count = move |_: &Collector, body: &[u8], _| encoding.data_points(body).map_err(Error::from);
    let rejected = taking::unpack(&collector, packing, body, count).await?;
    let message = if rejected > 0 { WHY } else { "" };
    Ok(rpc::taken(encoding, Signal::Metrics, rejected, message))
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, Error> {
    rpc::encoding(headers).ok_or_else(|| Error::MediaType(rpc::media_type(headers)))
}

fn packing(headers: &HeaderMap) -> Result<Packing, Error> {
    let coding = headers.get(header::CONTENT_ENCODING);
    let coding = coding.map_or("", |value| value.to_str().unwrap_or("?"));
    match coding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" | "none" => Ok(Packing::Plain),
        "gzip" | "x-gzip" => Ok(Packing::WholeGzip),
        _ => Err(Error::ContentCoding(coding.chars().take(40).collect())),
    }
}

#[cfg(test)]
mod tests;
