//! Spans as they will be sent: a JSON list in the making, so that sending is no more than closing it.

use std::ops::Range;

use bytes::Bytes;

use super::batch::Batch;

/// Spans that leave together, as JSON.
#[derive(Debug, Default)]
pub(super) struct List {
    /// The spans, a bracket or a comma before each.
    json: Vec<u8>,
    /// Where each span ends.
    ends: Vec<usize>,
}

/// A list that takes no more spans.
#[derive(Debug)]
pub(super) struct ClosedList {
    json: Bytes,
    ends: Vec<usize>,
}

impl List {
    /// Appends a span, as JSON.
    pub fn push(&mut self, span: &[u8]) {
        self.json.push(if self.ends.is_empty() { b'[' } else { b',' });
        self.json.extend_from_slice(span);
        self.ends.push(self.json.len());
    }
}

impl Batch for List {
    type Closed = ClosedList;

    fn reserve(&mut self, spans: usize, bytes: usize) {
        self.json.reserve_exact(bytes + spans);
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn bytes(&self) -> usize {
        self.json.len() - self.ends.len()
    }

    fn close(mut self) -> ClosedList {
        self.json.push(b']');
        let (json, ends) = (self.json.into(), self.ends);
        ClosedList { json, ends }
    }
}

impl ClosedList {
    /// The JSON list of these spans; all of them are not copied.
    pub fn list(&self, spans: &Range<usize>) -> Bytes {
        if *spans == (0..self.ends.len()) {
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
        let mut batch = List::default();
        for span in ["{\"a\":1}", "{}", "{\"b\":[]}"] {
            batch.push(span.as_bytes());
        }
        assert_eq!((batch.len(), batch.bytes()), (3, 17));
        let closed = batch.close();
        for (spans, list) in [
            (0..3, "[{\"a\":1},{},{\"b\":[]}]"),
            (0..1, "[{\"a\":1}]"),
            (1..2, "[{}]"),
            (1..3, "[{},{\"b\":[]}]"),
            (0..2, "[{\"a\":1},{}]"),
        ] {
            assert_eq!(closed.list(&spans), list);
        }
    }
}
