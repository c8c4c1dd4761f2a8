//! The spans of a trace as bytes. A `Span` takes a kilobyte in thirty pieces of heap; its bytes take a quarter of that
//! in one. Each span is its length, then its fields as `write` has them, and is read where it lies.

use std::sync::Arc;

use zipkin::{Span, TraceId};

/// Numbers and texts as bytes.
mod wire;

/// A span to bytes.
mod write;

/// A span, read where it lies.
mod span;

pub use span::PackedSpan;
pub use wire::{Reader, part_bytes, write_number, write_part, write_text};
pub use write::span as write_span;

/// The spans of a trace, shared with whoever reads them, so that reading needs the store only briefly.
pub type Spans = Arc<Packed>;

/// The spans of a trace, in the order in which they came.
#[derive(Clone)]
pub struct Packed {
    trace_id: TraceId,
    bytes: Vec<u8>,
}

impl Packed {
    /// No spans. Most of them will have this trace id; all of them, where ids are strict.
    pub fn new(trace_id: TraceId) -> Self {
        Self {
            trace_id,
            bytes: Vec::new(),
        }
    }

    /// Appends one span's bytes, for [`push`](Self::push).
    pub fn pack(&self, out: &mut Vec<u8>, span: &Span) {
        write::span(out, self.trace_id, span);
    }

    /// Adds what [`pack`](Self::pack) made.
    pub fn push(&mut self, packed: &[u8]) {
        self.reserve(part_bytes(packed));
        write_part(&mut self.bytes, packed);
    }

    /// Makes room for more bytes. It grows by a quarter: doubling would leave a third of all memory unused.
    pub fn reserve(&mut self, needed: usize) {
        if self.bytes.capacity() - self.bytes.len() < needed {
            self.bytes.reserve_exact(needed.max(self.bytes.len() / 4));
        }
    }

    /// Bytes of heap.
    pub fn heap(&self) -> usize {
        self.bytes.capacity()
    }

    /// Where the next span will be.
    pub fn end(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of each span.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let mut reader = Reader(&self.bytes);
        std::iter::from_fn(move || reader.part())
    }

    /// Each span, where it lies.
    pub fn read(&self) -> impl Iterator<Item = PackedSpan<'_>> {
        self.read_from(0)
    }

    /// Each span from a place that was the [`end`](Self::end).
    pub fn read_from(&self, start: usize) -> impl Iterator<Item = PackedSpan<'_>> {
        let mut reader = Reader(self.bytes.get(start..).unwrap_or_default());
        std::iter::from_fn(move || PackedSpan::read(self.trace_id, reader.part()?))
    }

    /// Each span as it came.
    pub fn iter(&self) -> impl Iterator<Item = Span> {
        self.read().map(|span| span.to_span())
    }

    /// All spans as they came.
    pub fn to_vec(&self) -> Vec<Span> {
        self.iter().collect()
    }
}

#[cfg(test)]
mod tests;
