//! All traces by their start, in segments of a few hundred, as a B-tree has them in its leaves: a search goes through
//! the segments from the back, and opens only those that may have what it looks for.

use std::{collections::BTreeMap, ops::Range};

use super::{
    segment::{MANY, Segment},
    trace::Trace,
};
use crate::store::{index::Terms, memory::Ledger, position::Position};

/// The segments, each by the first position that it may have: it goes on to where the next one begins.
pub struct Timeline {
    segments: BTreeMap<Position, Segment>,
    begun: u64,
    /// Milliseconds from the start of a trace to that of its latest span, at most.
    extent_ms: u64,
    /// Traces in a segment, if they go on at its end.
    many: usize,
    ledger: Ledger,
}

impl Timeline {
    /// No traces yet.
    pub fn new() -> Self {
        Self {
            segments: BTreeMap::new(),
            begun: 0,
            extent_ms: 0,
            many: MANY,
            ledger: Ledger::default(),
        }
    }

    /// Makes segments short: tests want many of them.
    #[cfg(test)]
    pub fn shorten(&mut self) {
        self.many = 8;
    }

    /// Where the bytes of segments are counted, but for those that traces point to.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Segments that have begun since the start.
    pub fn segments_begun(&self) -> u64 {
        self.begun
    }

    /// All segments, by where they begin.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = (Position, &Segment)> + ExactSizeIterator {
        self.segments.iter().map(|(&begin, segment)| (begin, segment))
    }

    /// The segments within a range, by where they begin, and the one within which it starts.
    pub fn segments(&self, range: Range<Position>) -> impl DoubleEndedIterator<Item = (Position, &Segment)> {
        let first = self.segments.range(..=range.start).next_back();
        let start = first.map_or(range.start, |(&begin, _)| begin).min(range.end);
        self.segments
            .range(start..range.end)
            .map(|(&begin, segment)| (begin, segment))
    }

    /// A time after which no span of the traces before a position began.
    pub fn latest_ms_before(&self, end: Position) -> u64 {
        end.start_ms.saturating_add(self.extent_ms)
    }

    /// The segment that begins here.
    pub fn segment(&self, begin: Position) -> Option<&Segment> {
        self.segments.get(&begin)
    }

    /// The trace that is here.
    pub fn trace(&self, position: Position) -> Option<&Trace> {
        let (_, segment) = self.segments.range(..=position).next_back()?;
        segment.traces().get(position)
    }

    /// The trace that is here, to let it grow.
    pub fn trace_mut(&mut self, position: Position) -> Option<&mut Trace> {
        self.segment_mut(position)?.trace_mut(position)
    }

    /// A trace has grown from `end` on. It may have a place elsewhere: its root came, or an earlier span.
    pub fn grown(&mut self, place: Position, now: Position, end: usize, terms: &Terms) {
        let Some(segment) = self.segment_mut(place) else {
            return;
        };
        if place == now {
            segment.learn(place, end, terms);
            let extent_ms = segment.extent_ms();
            self.extent_ms = self.extent_ms.max(extent_ms);
        } else if let Some(trace) = self.take(place) {
            self.put(now, trace, terms);
        }
    }

    /// The trace that is here has changed, though its spans have not.
    pub fn has_changed(&mut self, position: Position) {
        if let Some(segment) = self.segment_mut(position) {
            segment.has_changed();
        }
    }

    /// Gives a trace its place. A full segment ends before a trace that would be its last, and is halved by any other.
    pub fn put(&mut self, position: Position, trace: Trace, terms: &Terms) {
        let is_last = self
            .segments
            .last_key_value()
            .is_none_or(|(&begin, _)| begin <= position);
        let many = self.many;
        match self.segment_mut(position) {
            None => self.begin(Position::FIRST, Segment::new(&self.ledger.clone())),
            Some(segment) if segment.is_full(many) && is_last && segment.is_before(position) => {
                segment.end();
                self.begin(position, Segment::new(&self.ledger.clone()));
            }
            Some(segment) if segment.is_overfull(many) => {
                if let Some((middle, rest)) = segment.halve(terms) {
                    self.begin(middle, rest);
                }
            }
            Some(_) => {}
        }
        if let Some(segment) = self.segment_mut(position) {
            segment.put(position, trace, terms);
            let extent_ms = segment.extent_ms();
            self.extent_ms = self.extent_ms.max(extent_ms);
        }
    }

    /// Where the traces are that started at a time or later.
    pub fn since(&self, start_ms: u64) -> Vec<Position> {
        let start = Position { start_ms, key: 0 };
        let first = self.segments.range(..=start).next_back();
        let from = first.map_or(start, |(&begin, _)| begin);
        let traces = self
            .segments
            .range(from..)
            .flat_map(|(_, segment)| segment.traces().iter());
        traces
            .map(|(position, _)| *position)
            .filter(|position| *position >= start)
            .collect()
    }

    /// Where the trace is that started before all others.
    pub fn oldest(&self) -> Option<Position> {
        let (_, segment) = self.segments.first_key_value()?;
        segment.traces().iter().next().map(|(position, _)| *position)
    }

    /// Takes the trace that is here.
    pub fn take(&mut self, position: Position) -> Option<Trace> {
        let trace = self.segment_mut(position)?.take(position);
        self.drop_if_empty(position);
        trace
    }

    /// Takes the trace that started before all others.
    pub fn pop_oldest(&mut self) -> Option<(Position, Trace)> {
        let mut first = self.segments.first_entry()?;
        let oldest = first.get_mut().pop_oldest();
        if first.get().traces().is_empty() {
            first.remove();
            self.remeasure();
        }
        oldest
    }

    /// Forgets how long a trace of a segment that is gone went on: one clock that is wrong would slow every search from then on.
    fn remeasure(&mut self) {
        self.extent_ms = self
            .segments
            .values()
            .map(Segment::extent_ms)
            .max()
            .unwrap_or_default();
    }

    fn begin(&mut self, begin: Position, segment: Segment) {
        self.begun += 1;
        self.segments.insert(begin, segment);
    }

    fn segment_mut(&mut self, position: Position) -> Option<&mut Segment> {
        let (_, segment) = self.segments.range_mut(..=position).next_back()?;
        Some(segment)
    }

    fn drop_if_empty(&mut self, position: Position) {
        let around = self.segments.range(..=position).next_back();
        if let Some((&begin, segment)) = around
            && segment.traces().is_empty()
        {
            self.segments.remove(&begin);
            self.remeasure();
        }
    }
}
