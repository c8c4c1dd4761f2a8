//! The JSON beside a trace's page: what the page says, in microseconds and without words for people alone.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use zipkin::{TraceId, analysis::Analysis};

use super::standing::Standing;
use crate::pages::{
    laid::Laid,
    rows::{Fold, Folded, Line, Lines},
};

/// A trace as its page shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Twin<'a> {
    trace_id: String,
    start_us: Option<u64>,
    duration_us: Option<u64>,
    is_open: bool,
    spans: usize,
    errors: usize,
    services: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<Standing>,
    #[serde(flatten)]
    analysis: &'a Analysis,
    outside_of_range: usize,
    lines: Vec<TwinLine<'a>>,
}

/// A line of the waterfall.
#[derive(Serialize)]
#[serde(untagged)]
enum TwinLine<'a> {
    Row(TwinRow<'a>),
    Fold(TwinFold<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TwinRow<'a> {
    span_id: String,
    depth: usize,
    service: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    offset_us: Option<u64>,
    duration_us: Option<u64>,
    critical_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    apart: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TwinFold<'a> {
    folded: &'static str,
    first_span_id: String,
    service: &'a str,
    name: &'a str,
    count: usize,
    spans: usize,
    errors: usize,
    total_us: u64,
    longest_us: u64,
}

/// The trace with these lines, as JSON.
pub fn json(laid: &Laid, lines: &Lines, standing: Option<Standing>) -> String {
    let trace = &laid.trace;
    let line = |line: &Line| match line {
        Line::Row { row, .. } => Some(TwinLine::Row(row_of(laid, *row)?)),
        Line::Fold { fold, .. } => Some(TwinLine::Fold(fold_of(laid, fold)?)),
    };
    let twin = Twin {
        trace_id: trace.trace_id.to_string(),
        start_us: trace.times.start,
        duration_us: trace.times.duration,
        is_open: trace.times.is_open,
        spans: trace.rows.len(),
        errors: laid.shape.failed(0..trace.rows.len()),
        services: &trace.services,
        standing,
        analysis: &laid.analysis,
        outside_of_range: lines.outside,
        lines: lines.lines.iter().filter_map(line).collect(),
    };
    // No map in it has keys that are no texts: it cannot fail.
    serde_json::to_string(&twin).unwrap_or_default()
}

/// The ids that begin with the digits of an address, as an answer.
pub fn ids(ids: &[TraceId]) -> Response {
    let ids: Vec<String> = ids.iter().map(TraceId::to_string).collect();
    answer(serde_json::json!({ "traceIds": ids }).to_string())
}

/// JSON as an answer.
pub fn answer(json: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, json).into_response()
}

fn row_of<'a>(laid: &'a Laid, index: usize) -> Option<TwinRow<'a>> {
    let row = laid.row(index)?;
    Some(TwinRow {
        span_id: row.span.id.to_string(),
        depth: row.depth,
        service: &row.service,
        name: &row.name,
        kind: row.kind.map(zipkin::Kind::as_str),
        offset_us: row.offset,
        duration_us: row.duration,
        critical_us: laid.on_path.get(index).copied().unwrap_or_default(),
        error: row.error.as_deref(),
        apart: row.place.why_apart().filter(|_| index > 0),
    })
}

fn fold_of<'a>(laid: &'a Laid, fold: &Fold) -> Option<TwinFold<'a>> {
    let first = laid.row(fold.first)?;
    let is_alike = fold.folded == Folded::Alike;
    Some(TwinFold {
        folded: match fold.folded {
            Folded::Alike => "alike",
            Folded::Siblings { .. } => "siblings",
            Folded::Levels => "levels",
        },
        first_span_id: first.span.id.to_string(),
        service: if is_alike { &first.service } else { "" },
        name: if is_alike { &first.name } else { "" },
        count: fold.count,
        spans: fold.spans,
        errors: fold.failed,
        total_us: fold.total_us,
        longest_us: fold.longest_us,
    })
}
