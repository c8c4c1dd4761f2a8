//! The traces of a list: one line each, and where the time of each went.

use serde::Serialize;
use zipkin::{Summary, analysis::critical_path};

use crate::{
    store::Spans,
    work::{Asker, Gone},
};

/// More services of one trace than this are counted.
pub const MAX_SERVICES: usize = 6;

/// Of a trace of more packed bytes, some 500 spans, a list does not say where the time went.
const MAX_SPLIT: usize = 128 << 10;

/// More pieces than these of a bar nobody tells apart; then those of a service stand together.
const MAX_PIECES: usize = 24;

/// A trace in a list.
pub struct Summed {
    /// Who, when, how many.
    pub summary: Summary,
    /// The critical path by service, in the order of time; empty where it was not asked for.
    pub pieces: Vec<Piece>,
}

/// Time that one service took of a trace.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Piece {
    /// The service; empty where the span does not say.
    pub service: String,
    /// The duration, in microseconds.
    pub duration_us: u64,
}

/// A trace as JSON has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line<'a> {
    trace_id: String,
    service: &'a str,
    name: &'a str,
    start_us: Option<u64>,
    duration_us: Option<u64>,
    spans: usize,
    errors: usize,
    services: &'a [String],
    service_count: usize,
    critical_path: &'a [Piece],
}

/// Sums up each trace.
pub fn all(traces: &[Spans], asker: &Asker) -> Result<Vec<(usize, Summary)>, Gone> {
    let mut summaries = Vec::new();
    for (index, spans) in traces.iter().enumerate() {
        asker.still_waits()?;
        let summary = spans.summary(MAX_SERVICES);
        summaries.extend(summary.map(|summary| (index, summary)));
    }
    Ok(summaries)
}

impl Summed {
    /// Says also where the time went, unless the trace is large.
    pub fn of(summary: Summary, spans: &Spans) -> Self {
        let pieces = if spans.end() > MAX_SPLIT {
            Vec::new()
        } else {
            pieces(spans)
        };
        Self { summary, pieces }
    }

    /// As JSON has it.
    pub fn line(&self) -> Line<'_> {
        let summary = &self.summary;
        Line {
            trace_id: summary.trace_id.to_string(),
            service: &summary.service,
            name: &summary.name,
            start_us: summary.times.start,
            duration_us: summary.times.duration,
            spans: summary.spans,
            errors: summary.errors,
            services: &summary.services,
            service_count: summary.service_count,
            critical_path: &self.pieces,
        }
    }
}

fn pieces(spans: &Spans) -> Vec<Piece> {
    let Some(trace) = zipkin::waterfall(spans.iter()) else {
        return Vec::new();
    };
    let mut pieces: Vec<Piece> = Vec::new();
    for segment in critical_path(&trace) {
        let service = trace.rows.get(segment.row).map_or("", |row| row.service.as_str());
        match pieces.last_mut().filter(|last| last.service == service) {
            Some(last) => last.duration_us += segment.duration_us,
            None => pieces.push(Piece {
                service: service.to_owned(),
                duration_us: segment.duration_us,
            }),
        }
    }
    if pieces.len() > MAX_PIECES {
        return by_service(pieces);
    }
    pieces
}

fn by_service(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut sums: Vec<Piece> = Vec::new();
    for piece in pieces {
        let has_room = sums.len() < MAX_PIECES;
        match sums.iter_mut().find(|sum| sum.service == piece.service) {
            Some(sum) => sum.duration_us += piece.duration_us,
            None if has_room => sums.push(piece),
            None => {}
        }
    }
    sums
}
