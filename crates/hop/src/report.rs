//! A trace as `hop` reports it: for a person, or as JSON for a program.

use serde::Serialize;
use serde_json::value::RawValue;
use zipkin::{Hop, Waterfall};

use crate::{
    draw,
    screen::{BOLD, Paint},
};

/// What it is, its waterfall and its hops.
pub fn text(trace: &Waterfall, paint: Paint) -> String {
    let heading = format!("Trace {}", trace.trace_id);
    let size = format!(
        ": {} of {}, {}",
        count(trace.rows.len(), "span"),
        count(trace.services.len(), "service"),
        trace.times.took(),
    );
    format!(
        "{}{size}\n\n{}\n\n{}",
        paint.style(BOLD, &heading),
        draw::waterfall(trace, paint),
        draw::hops(trace, paint)
    )
}

/// The same for a program: hops in microseconds, spans as Zipkin writes them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    trace_id: String,
    /// `null` where no span says when it began and ended.
    duration_us: Option<u64>,
    services: Vec<String>,
    hops: Vec<Hop>,
    spans: Option<Box<RawValue>>,
}

/// The report on a trace as `--json` prints it.
pub fn json(trace: &Waterfall) -> Report {
    let mut spans = Vec::new();
    zipkin::encode::list(&mut spans, trace.rows.iter().map(|row| &row.span));
    let spans = String::from_utf8(spans).ok().map(RawValue::from_string);
    Report {
        trace_id: trace.trace_id.to_string(),
        duration_us: trace.times.duration,
        services: trace.services.clone(),
        hops: zipkin::hops(trace),
        spans: spans.and_then(Result::ok),
    }
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
