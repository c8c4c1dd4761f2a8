//! A trace as `hop` reports it: for a person, or as JSON for a program.

use serde_json::{Value, json};
use zipkin::Waterfall;

use crate::{
    draw::{self, text},
    screen::{BOLD, Paint},
};

/// What it is, its waterfall and its hops.
pub fn text(trace: &Waterfall, paint: Paint) -> String {
    let heading = format!("Trace {}", trace.trace_id);
    let size = format!(
        ": {} of {}, {}",
        count(trace.rows.len(), "span"),
        count(trace.services.len(), "service"),
        text::duration(Some(trace.duration)),
    );
    format!(
        "{}{size}\n\n{}\n\n{}",
        paint.style(BOLD, &heading),
        draw::waterfall(trace, paint),
        draw::hops(&zipkin::hops(trace), paint)
    )
}

/// The same for a program: hops in microseconds, spans as Zipkin writes them.
pub fn json(trace: &Waterfall) -> Value {
    let mut spans = Vec::new();
    zipkin::encode::list(&mut spans, trace.rows.iter().map(|row| &row.span));
    json!({
        "traceId": trace.trace_id.to_string(),
        "durationUs": trace.duration,
        "services": trace.services,
        "hops": zipkin::hops(trace),
        "spans": serde_json::from_slice::<Value>(&spans).unwrap_or_default(),
    })
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
