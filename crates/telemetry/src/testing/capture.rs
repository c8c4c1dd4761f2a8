//! The sink and the output that keep spans and lines. A span is written as JSON and read again, so that tests see it as Zipkin does: names in
//! lower case, values as text. A line's message and its fields are those of the event.

use expect::LogLine;
use zipkin::{TraceId, decode};

use super::kept;
use crate::{
    delivery::json::Json,
    logs::Line,
    sink::{EndedSpan, Sink},
};

/// Keeps ended spans.
pub struct Spans(Json);

impl Spans {
    pub fn of(service: &str) -> Self {
        Self(Json::new(service))
    }
}

impl Sink for Spans {
    fn end(&self, span: &EndedSpan<'_>) {
        let mut json = vec![b'['];
        self.0.write(&mut json, span);
        json.push(b']');
        for span in decode::list(&json).into_iter().flatten() {
            kept::span(span);
        }
    }
}

/// Keeps a line that belongs to a trace.
pub fn line(written: &[u8], parts: &Line) {
    let Some(mut line) = LogLine::read(&String::from_utf8_lossy(written)) else {
        return;
    };
    line.message = parts.message.to_string();
    let fields = parts.fields.iter();
    line.fields = fields
        .map(|field| (field.name.to_owned(), field.value.to_string()))
        .collect();
    if let Ok(id) = TraceId::parse(&line.trace_id) {
        kept::line(id, line);
    }
}
