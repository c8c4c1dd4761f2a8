//! The spans of a trace as bytes. A `Span` takes a kilobyte in thirty pieces of heap; its bytes take a quarter of that
//! in one. Each span is its length, then its fields as `write` has them, and is read where it lies.

use std::sync::{Arc, Weak};

use zipkin::{Span, SpanRef, Summary, TraceId};

/// Numbers and texts as bytes.
mod wire;

/// A span to bytes.
mod write;

/// A span, read where it lies.
mod span;

/// A large trace in one line of a list.
mod outline;

/// Spans on their way in.
mod batch;

pub use batch::Batch;
use outline::Outline;
pub use span::PackedSpan;
pub use wire::{Reader, text, write_number, write_part, write_text};
pub use write::span_with_trace_id;

/// The spans of a trace, shared with whoever reads them, so that reading needs the store only briefly.
pub type Spans = Arc<Packed>;

/// Says whether the spans of a trace are as they were. It keeps none of them.
pub struct Version(Weak<Packed>);

impl Version {
    /// That of these spans.
    pub fn of(spans: &Spans) -> Self {
        Self(Arc::downgrade(spans))
    }

    /// Whether these are the same spans, and no other has come since: writing to what somebody points to makes it another.
    pub fn is_of(&self, spans: &Spans) -> bool {
        self.0.upgrade().is_some_and(|known| Arc::ptr_eq(&known, spans))
    }
}

/// The spans of a trace, in the order in which they came.
#[derive(Clone)]
pub struct Packed {
    trace_id: TraceId,
    bytes: Vec<u8>,
    outline: Option<Box<Outline>>,
}

impl Packed {
    /// No spans. Most of them will have this trace id; all of them, where ids are strict.
    pub fn new(trace_id: TraceId) -> Self {
        Self {
            trace_id,
            bytes: Vec::new(),
            outline: None,
        }
    }

    /// The trace id that most of the spans have.
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// Makes room for so many bytes. It grows by a quarter: doubling would leave a third of all memory unused.
    pub fn reserve(&mut self, bytes: usize) {
        if self.bytes.capacity() - self.bytes.len() < bytes {
            self.bytes.reserve_exact(bytes.max(self.bytes.len() / 4));
        }
    }

    /// Adds a span's bytes.
    pub fn push(&mut self, span: &[u8]) {
        self.reserve(wire::part_bytes(span));
        write_part(&mut self.bytes, span);
    }

    /// Keeps the trace's line up to date with a span that was added; from now on, if it was not kept before.
    pub fn outline(&mut self, span: &PackedSpan<'_>) {
        if let Some(outline) = &mut self.outline {
            return outline.add(span);
        }
        let mut outline = Box::<Outline>::default();
        self.read().for_each(|span| outline.add(&span));
        self.outline = Some(outline);
    }

    /// The trace in one line of a list, with the names of at most so many services; nothing for no spans. That of a large
    /// trace was kept as its spans came.
    pub fn summary(&self, services: usize) -> Option<Summary> {
        match &self.outline {
            Some(outline) => outline.summary(services),
            None => zipkin::summary(self.sketches(), services),
        }
    }

    /// Whether summing it up takes no time.
    pub fn is_outlined(&self) -> bool {
        self.outline.is_some()
    }

    /// Bytes of heap.
    pub fn heap(&self) -> usize {
        self.bytes.capacity()
    }

    /// Bytes of heap of what is kept besides its spans.
    pub fn outline_bytes(&self) -> usize {
        self.outline.as_ref().map_or(0, |outline| outline.bytes())
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

    /// Each span and its place, from which it is read again with [`Self::read_from`].
    pub fn places(&self) -> impl Iterator<Item = (usize, PackedSpan<'_>)> {
        let mut reader = Reader(&self.bytes);
        std::iter::from_fn(move || {
            let place = self.bytes.len() - reader.0.len();
            Some((place, PackedSpan::read(self.trace_id, reader.part()?)?))
        })
    }

    /// Each span from a place that was the [`end`](Self::end).
    pub fn read_from(&self, start: usize) -> impl Iterator<Item = PackedSpan<'_>> {
        let mut reader = Reader(self.bytes.get(start..).unwrap_or_default());
        std::iter::from_fn(move || PackedSpan::read(self.trace_id, reader.part()?))
    }

    /// Where spans of about so many bytes end, one at least, that begin at a place that was the [`end`](Self::end); and how many they are.
    pub fn some_from(&self, start: usize, bytes: usize) -> (usize, usize) {
        let all = self.bytes.get(start..).unwrap_or_default();
        let mut reader = Reader(all);
        let mut spans = 0;
        while all.len() - reader.0.len() < bytes && reader.part().is_some() {
            spans += 1;
        }
        (self.bytes.len() - reader.0.len(), spans)
    }

    /// Each span as it came.
    pub fn iter(&self) -> impl Iterator<Item = SpanRef<'_>> {
        self.read().map(|span| span.to_ref())
    }

    /// As much of each span as the layout and the analysis of a trace need.
    pub fn sketches(&self) -> impl Iterator<Item = SpanRef<'_>> {
        self.read().map(|span| span.sketch())
    }

    /// All spans as they came, with texts of their own.
    pub fn to_vec(&self) -> Vec<Span> {
        self.iter().map(|span| span.to_span()).collect()
    }
}

/// Bytes that these spans take in a trace.
pub fn packed_bytes<'a>(spans: impl Iterator<Item = &'a [u8]>) -> usize {
    spans.map(wire::part_bytes).sum()
}

#[cfg(test)]
mod tests;
