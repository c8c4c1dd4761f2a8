//! Spans as they will be sent: a JSON list in the making, so that sending is no more than closing it.

use std::ops::Range;

use bytes::Bytes;

/// Spans that leave together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The spans, a bracket or a comma before each.
    json: Vec<u8>,
    /// Where each span ends.
    ends: Vec<usize>,
}

/// A batch that takes no more spans.
#[derive(Debug)]
pub(crate) struct Sealed {
    json: Bytes,
    ends: Vec<usize>,
}

impl Batch {
    /// Makes room for so many bytes.
    pub fn reserve(&mut self, bytes: usize) {
        self.json.reserve_exact(bytes);
    }

    /// Appends a span, as JSON.
    pub fn push(&mut self, span: &[u8]) {
        self.json.push(if self.ends.is_empty() { b'[' } else { b',' });
        self.json.extend_from_slice(span);
        self.ends.push(self.json.len());
    }

    /// Its spans.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes that they take.
    pub fn bytes(&self) -> usize {
        self.json.len()
    }

    /// Closes the list.
    pub fn seal(mut self) -> Sealed {
        self.json.push(b']');
        let (json, ends) = (self.json.into(), self.ends);
        Sealed { json, ends }
    }
}

impl Sealed {
    /// All of its spans, by number.
    pub fn all(&self) -> Range<usize> {
        0..self.ends.len()
    }

    /// The JSON list of these spans; all of them are not copied.
    pub fn list(&self, spans: &Range<usize>) -> Bytes {
        if *spans == self.all() {
            return self.json.clone();
        }
        // Behind the bracket or the comma that stands before the first of them.
        let start = 1 + spans.start.checked_sub(1).map_or(0, |before| self.end(before));
        let end = spans.end.checked_sub(1).map_or(start, |last| self.end(last));
        let inside = self.json.get(start..end).unwrap_or_default();
        [b"[", inside, b"]"].concat().into()
    }

    fn end(&self, span: usize) -> usize {
        self.ends.get(span).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_spans_in_a_row_are_a_list() {
        let mut batch = Batch::default();
        for span in ["{\"a\":1}", "{}", "{\"b\":[]}"] {
            batch.push(span.as_bytes());
        }
        assert_eq!((batch.len(), batch.bytes()), (3, 20));
        let sealed = batch.seal();
        for (spans, list) in [
            (0..3, "[{\"a\":1},{},{\"b\":[]}]"),
            (0..1, "[{\"a\":1}]"),
            (1..2, "[{}]"),
            (1..3, "[{},{\"b\":[]}]"),
            (0..2, "[{\"a\":1},{}]"),
        ] {
            assert_eq!(sealed.list(&spans), list);
        }
        assert_eq!(sealed.all(), 0..3);
    }
}
