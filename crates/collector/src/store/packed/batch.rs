//! Spans on their way into the store, as bytes: for each the id of its trace, then what `packed` makes of it. A batch is one
//! piece of heap, and goes to the log as it is.

use zipkin::{Span, SpanRef, TraceId};

use super::{
    span::PackedSpan,
    wire::{Reader, write_part},
    write::span as write_span,
};

/// Spans that were accepted together.
#[derive(Default)]
pub struct Batch {
    bytes: Vec<u8>,
    /// One span, until its length is known.
    span: Vec<u8>,
}

impl Batch {
    /// No spans, and room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            span: Vec::new(),
        }
    }

    /// Adds a span.
    pub fn push(&mut self, span: &SpanRef<'_>) {
        self.span.clear();
        write_span(&mut self.span, span);
        self.bytes.extend_from_slice(&span.trace_id.value().to_le_bytes());
        write_part(&mut self.bytes, &self.span);
    }

    /// Bytes of heap.
    pub fn heap(&self) -> usize {
        self.bytes.capacity()
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The batch that had these bytes, unless it had others.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let mut batch = Self::default();
        let mut reader = Reader(&bytes);
        while let Some(trace_id) = reader.array() {
            PackedSpan::read(TraceId::new(u128::from_le_bytes(trace_id)), reader.part()?)?;
        }
        batch.bytes = bytes;
        Some(batch)
    }

    /// The trace of each span, and the span's bytes.
    pub fn parts(&self) -> impl Iterator<Item = (TraceId, &[u8])> {
        let mut reader = Reader(&self.bytes);
        std::iter::from_fn(move || {
            let trace_id = u128::from_le_bytes(reader.array()?);
            Some((TraceId::new(trace_id), reader.part()?))
        })
    }
}

impl<'a> FromIterator<SpanRef<'a>> for Batch {
    fn from_iter<T: IntoIterator<Item = SpanRef<'a>>>(spans: T) -> Self {
        let mut batch = Self::default();
        spans.into_iter().for_each(|span| batch.push(&span));
        batch
    }
}

impl From<Vec<Span>> for Batch {
    fn from(spans: Vec<Span>) -> Self {
        spans.iter().map(SpanRef::from).collect()
    }
}
