//! `/traces/{id}`: one trace, as a waterfall and as a table of its hops.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use zipkin::{TraceId, Waterfall, utc};

use super::{figures, hops, latest, refusal, waterfall, whole};
use crate::{Collector, api::Error};

/// `GET /traces/{id}`
pub async fn page(State(collector): State<Collector>, Path(id): Path<String>) -> Response {
    let id = match TraceId::parse(id.trim()) {
        Ok(id) => id,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, "Not a trace id", &error.to_string()),
    };
    // Off the threads that answer others: a trace may have any number of spans.
    let drawn = tokio::task::spawn_blocking(move || {
        let spans = collector.store().trace(id)?;
        zipkin::waterfall(spans.iter()).map(|trace| draw(&trace))
    });
    match drawn.await {
        Ok(Some(main)) => whole(StatusCode::OK, &format!("Trace {id}"), &main),
        Ok(None) => unknown(id),
        Err(_) => Error::Internal.into_response(),
    }
}

fn unknown(id: TraceId) -> Response {
    let why = format!(
        "No span with the trace id {id} is here. It may be on its way, not sampled, or gone: \
         the collector keeps the latest traces only."
    );
    refusal(StatusCode::NOT_FOUND, "No such trace", &why)
}

fn draw(trace: &Waterfall) -> String {
    let errors = trace.rows.iter().filter(|row| row.error.is_some()).count();
    let depth = trace
        .rows
        .iter()
        .map(|row| row.depth + 1)
        .max()
        .unwrap_or_default();
    let services: String = trace
        .services
        .iter()
        .map(|service| latest::chip(service, trace))
        .collect();
    format!(
        r#"<h1>{title}</h1>
<dl class="facts">
<div><dt>Duration</dt><dd>{duration}</dd></div>
<div><dt>Started (UTC)</dt><dd>{date} {time}</dd></div>
<div><dt>Spans</dt><dd>{spans}</dd></div>
<div><dt>Depth</dt><dd>{depth}</dd></div>
<div><dt>Errors</dt><dd>{errors}</dd></div>
<div><dt>Trace id</dt><dd><code>{id}</code> <a href="/api/v2/trace/{id}">JSON</a></dd></div>
<div><dt>Services</dt><dd>{services}</dd></div>
</dl>
{waterfall}
{hops}"#,
        title = latest::title(trace),
        duration = figures::duration(trace.duration),
        date = utc::date(trace.start),
        time = utc::time_of_day(trace.start),
        spans = trace.rows.len(),
        id = trace.trace_id,
        waterfall = waterfall::section(trace),
        hops = hops::section(trace),
    )
}
