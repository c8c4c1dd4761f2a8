//! Batches of OpenTelemetry's spans.

use opentelemetry_sdk::trace::SpanData;

use super::super::batch::Batch;

/// Bytes of a span beside its texts, and of each attribute and event.
const SPAN: usize = 256;
const EACH: usize = 64;

/// Spans that leave together.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    list: Vec<SpanData>,
    bytes: usize,
}

impl Spans {
    /// Appends a span of so many bytes.
    pub fn push(&mut self, bytes: usize, span: SpanData) {
        self.bytes += bytes;
        self.list.push(span);
    }
}

impl Batch for Spans {
    type Closed = Vec<SpanData>;

    fn reserve(&mut self, spans: usize, _: usize) {
        self.list.reserve_exact(spans);
    }

    fn len(&self) -> usize {
        self.list.len()
    }

    fn bytes(&self) -> usize {
        self.bytes
    }

    fn close(self) -> Vec<SpanData> {
        self.list
    }
}

/// About as many bytes as a span takes.
pub(super) fn size(span: &SpanData) -> usize {
    let attributes = span.attributes.iter().map(|attribute| {
        let text = match &attribute.value {
            opentelemetry::Value::String(text) => text.as_str().len(),
            _ => 0,
        };
        EACH + attribute.key.as_str().len() + text
    });
    let events = span.events.iter().map(|event| EACH + event.name.len());
    SPAN + span.name.len() + attributes.sum::<usize>() + events.sum::<usize>()
}
