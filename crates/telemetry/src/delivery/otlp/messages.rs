//! Spans as they will be sent: `Span` messages, one behind the other.

use std::ops::Range;

use zipkin::encode::otlp;

use super::super::batch::Batch;

/// The key and the length of a span, which has more than 127 bytes and less than 16 KiB.
const BEFORE_EACH: usize = 3;

/// Spans that leave together.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    bytes: Vec<u8>,
    /// Where each span ends.
    ends: Vec<usize>,
    /// Bytes of the spans, without the lengths before them.
    of_spans: usize,
}

impl Messages {
    /// Appends a span.
    pub fn push(&mut self, span: &[u8]) {
        otlp::push(&mut self.bytes, span);
        self.ends.push(self.bytes.len());
        self.of_spans += span.len();
    }

    /// These of the spans.
    pub fn part(&self, spans: &Range<usize>) -> &[u8] {
        let end = |count: usize| count.checked_sub(1).and_then(|last| self.ends.get(last)).copied();
        let start = end(spans.start).unwrap_or_default();
        let end = end(spans.end).unwrap_or_default();
        self.bytes.get(start..end).unwrap_or_default()
    }
}

impl Batch for Messages {
    type Closed = Self;

    fn reserve(&mut self, spans: usize, bytes: usize) {
        self.bytes.reserve_exact(bytes + spans * BEFORE_EACH);
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn bytes(&self) -> usize {
        self.of_spans
    }

    fn close(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_spans_in_a_row_are_a_part() {
        let mut batch = Messages::default();
        for span in [&b"a"[..], b"", b"bc"] {
            batch.push(span);
        }
        assert_eq!((batch.len(), batch.bytes()), (3, 3));
        for (spans, part) in [
            (0..3, &b"\x12\x01a\x12\x00\x12\x02bc"[..]),
            (0..1, b"\x12\x01a"),
            (1..3, b"\x12\x00\x12\x02bc"),
            (2..2, b""),
        ] {
            assert_eq!(batch.part(&spans), part);
        }
    }
}
