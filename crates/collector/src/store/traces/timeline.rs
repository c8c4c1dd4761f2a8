//! All traces by their start, in chapters of a few hundred, as a B-tree has them in its leaves: a search leafs through
//! the chapters from the back, and opens only those that may have what it looks for.

use std::{collections::BTreeMap, ops::Range};

use super::{
    segment::{Chapter, MANY},
    trace::Trace,
};
use crate::store::{index::Facts, memory::Ledger, position::Position};

/// The chapters, each by the first position that it may have: it goes on to where the next one begins.
pub struct Timeline {
    chapters: BTreeMap<Position, Chapter>,
    begun: u64,
    /// Milliseconds from the start of a trace to that of its latest span, at most.
    extent_ms: u64,
    /// Traces in a chapter, if they go on at its end.
    many: usize,
    ledger: Ledger,
}

impl Timeline {
    /// No traces yet.
    pub fn new() -> Self {
        Self {
            chapters: BTreeMap::new(),
            begun: 0,
            extent_ms: 0,
            many: MANY,
            ledger: Ledger::default(),
        }
    }

    /// Makes chapters short: tests want many of them.
    #[cfg(test)]
    pub fn shorten(&mut self) {
        self.many = 8;
    }

    /// Where the bytes of chapters are counted, but for those that traces point to.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How many chapters have begun since the start.
    pub fn chapters_begun(&self) -> u64 {
        self.begun
    }

    /// All chapters, by where they begin.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = (Position, &Chapter)> + ExactSizeIterator {
        self.chapters.iter().map(|(&begin, chapter)| (begin, chapter))
    }

    /// The chapters within a range, by where they begin, and the one within which it starts.
    pub fn chapters(&self, range: Range<Position>) -> impl DoubleEndedIterator<Item = (Position, &Chapter)> {
        let first = self.chapters.range(..=range.start).next_back();
        let start = first.map_or(range.start, |(&begin, _)| begin).min(range.end);
        self.chapters
            .range(start..range.end)
            .map(|(&begin, chapter)| (begin, chapter))
    }

    /// A time after which no span of the traces before a position began.
    pub fn latest_ms_before(&self, end: Position) -> u64 {
        end.start_ms.saturating_add(self.extent_ms)
    }

    /// The chapter that begins here.
    pub fn chapter(&self, begin: Position) -> Option<&Chapter> {
        self.chapters.get(&begin)
    }

    /// The trace that is here.
    pub fn trace(&self, position: Position) -> Option<&Trace> {
        let (_, chapter) = self.chapters.range(..=position).next_back()?;
        chapter.traces().get(position)
    }

    /// The trace that is here, to let it grow.
    pub fn trace_mut(&mut self, position: Position) -> Option<&mut Trace> {
        self.chapter_mut(position)?.trace_mut(position)
    }

    /// A trace has grown from `end` on. It may have a place elsewhere: its root came, or an earlier span.
    pub fn grown(&mut self, place: Position, now: Position, end: usize, facts: &Facts) {
        let Some(chapter) = self.chapter_mut(place) else {
            return;
        };
        if place == now {
            chapter.learn(place, end, facts);
            let extent_ms = chapter.extent_ms();
            self.extent_ms = self.extent_ms.max(extent_ms);
        } else if let Some(trace) = self.take(place) {
            self.put(now, trace, facts);
        }
    }

    /// The trace that is here has changed, though its spans have not.
    pub fn has_changed(&mut self, position: Position) {
        if let Some(chapter) = self.chapter_mut(position) {
            chapter.has_changed();
        }
    }

    /// Gives a trace its place. A full chapter ends before a trace that would be its last, and is halved by any other.
    pub fn put(&mut self, position: Position, trace: Trace, facts: &Facts) {
        let is_last = self
            .chapters
            .last_key_value()
            .is_none_or(|(&begin, _)| begin <= position);
        let many = self.many;
        match self.chapter_mut(position) {
            None => self.begin(Position::FIRST, Chapter::new(&self.ledger.clone())),
            Some(chapter) if chapter.is_full(many) && is_last && chapter.is_before(position) => {
                chapter.end();
                self.begin(position, Chapter::new(&self.ledger.clone()));
            }
            Some(chapter) if chapter.is_overfull(many) => {
                if let Some((middle, rest)) = chapter.halve(facts) {
                    self.begin(middle, rest);
                }
            }
            Some(_) => {}
        }
        if let Some(chapter) = self.chapter_mut(position) {
            chapter.put(position, trace, facts);
            let extent_ms = chapter.extent_ms();
            self.extent_ms = self.extent_ms.max(extent_ms);
        }
    }

    /// Where the traces are that started at a time or later.
    pub fn since(&self, start_ms: u64) -> Vec<Position> {
        let start = Position { start_ms, key: 0 };
        let first = self.chapters.range(..=start).next_back();
        let from = first.map_or(start, |(&begin, _)| begin);
        let traces = self
            .chapters
            .range(from..)
            .flat_map(|(_, chapter)| chapter.traces().iter());
        traces
            .map(|(position, _)| *position)
            .filter(|position| *position >= start)
            .collect()
    }

    /// Where the trace is that started before all others.
    pub fn oldest(&self) -> Option<Position> {
        let (_, chapter) = self.chapters.first_key_value()?;
        chapter.traces().iter().next().map(|(position, _)| *position)
    }

    /// Takes the trace that is here.
    pub fn take(&mut self, position: Position) -> Option<Trace> {
        let trace = self.chapter_mut(position)?.take(position);
        self.drop_if_empty(position);
        trace
    }

    /// Takes the trace that started before all others.
    pub fn pop_oldest(&mut self) -> Option<(Position, Trace)> {
        let mut first = self.chapters.first_entry()?;
        let oldest = first.get_mut().pop_oldest();
        if first.get().traces().is_empty() {
            first.remove();
            self.remeasure();
        }
        oldest
    }

    /// Forgets how long a trace of a chapter that is gone went on: one clock that is wrong would slow every search from then on.
    fn remeasure(&mut self) {
        self.extent_ms = self
            .chapters
            .values()
            .map(Chapter::extent_ms)
            .max()
            .unwrap_or_default();
    }

    fn begin(&mut self, begin: Position, chapter: Chapter) {
        self.begun += 1;
        self.chapters.insert(begin, chapter);
    }

    fn chapter_mut(&mut self, position: Position) -> Option<&mut Chapter> {
        let (_, chapter) = self.chapters.range_mut(..=position).next_back()?;
        Some(chapter)
    }

    fn drop_if_empty(&mut self, position: Position) {
        let around = self.chapters.range(..=position).next_back();
        if let Some((&begin, chapter)) = around
            && chapter.traces().is_empty()
        {
            self.chapters.remove(&begin);
            self.remeasure();
        }
    }
}
