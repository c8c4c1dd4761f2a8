//! Traces that follow each other, with what all of them have: which terms, and who calls whom.

use std::{
    cmp::Reverse,
    ops::Range,
    sync::{Arc, OnceLock},
};

use zipkin::Searched as _;

use super::{
    linked::{Linked, LinkedOnce},
    ordered::Traces,
    trace::Trace,
};
use crate::store::{
    index::{Filter, QueryTerms, Terms, of_trace},
    memory::{Counted, Ledger, allocated},
    packed::Spans,
    position::Position,
};

/// More traces than this go to another segment, however much they have in common.
pub const MANY: usize = 512;

/// A trace that may be what a search looks for.
pub struct Candidate {
    /// Under which it is kept.
    pub key: u128,
    /// When its root started, else its earliest span, in microseconds since the epoch.
    pub start_us: Option<u64>,
    /// When the latest of its spans began.
    pub latest_ms: u64,
    /// Its traces.
    pub spans: Spans,
}

/// A few hundred traces, or one that is very long.
pub struct Segment {
    traces: Traces,
    filter: Filter,
    /// Microseconds that no span took longer.
    longest: u64,
    /// Milliseconds since the epoch: no span began later.
    latest_ms: u64,
    /// Milliseconds from the start of a trace to that of its latest span, at most.
    extent_ms: u64,
    linked: LinkedOnce,
    counted: Counted,
}

impl Segment {
    /// No traces yet; bytes of heap, but for those that traces point to, are counted here.
    pub fn new(ledger: &Ledger) -> Self {
        Self {
            traces: Traces::default(),
            filter: Filter::new(),
            longest: 0,
            latest_ms: 0,
            extent_ms: 0,
            linked: LinkedOnce::default(),
            counted: ledger.count(0),
        }
    }

    /// The traces by their position.
    pub fn traces(&self) -> &Traces {
        &self.traces
    }

    /// A trace, to let it grow; what was added, the segment has to [`learn`](Self::learn).
    pub fn trace_mut(&mut self, position: Position) -> Option<&mut Trace> {
        self.traces.get_mut(position)
    }

    /// Whether another trace should go elsewhere, if that costs nothing.
    pub fn is_full(&self, many: usize) -> bool {
        self.filter.is_full() || self.traces.len() >= many
    }

    /// Whether another trace must go elsewhere, for the filter would find everything.
    pub fn is_overfull(&self, many: usize) -> bool {
        self.filter.is_saturated() || self.traces.len() >= 2 * many
    }

    /// Whether all traces are before this position.
    pub fn is_before(&self, position: Position) -> bool {
        self.traces.last().is_none_or(|last| last < position)
    }

    /// Whether some of the traces may match a query, and have a span from this time on.
    pub fn may_match(&self, query_terms: &QueryTerms, since_ms: u64) -> bool {
        self.latest_ms >= since_ms && query_terms.may_be_in(self.longest, |hash| self.filter.may_have(hash))
    }

    /// Milliseconds from the start of a trace to that of its latest span, at most.
    pub fn extent_ms(&self) -> u64 {
        self.extent_ms
    }

    /// The traces within a range that may match a query, and have a span from this time on; latest first.
    pub fn candidates(
        &self,
        query_terms: &QueryTerms,
        range: Range<Position>,
        since_ms: u64,
    ) -> Vec<Candidate> {
        let traces = self.traces.range(range).rev();
        let traces = traces.filter(|(position, trace)| {
            let may_have = |term| trace.filter().may_have(of_trace(term, position.key));
            trace.latest_ms() >= since_ms && query_terms.may_be_in(trace.longest(), may_have)
        });
        let candidate = |(position, trace): &(Position, Trace)| Candidate {
            key: position.key,
            start_us: trace.start_us(),
            latest_ms: trace.latest_ms(),
            spans: trace.spans(),
        };
        let mut candidates: Vec<Candidate> = traces.map(candidate).collect();
        candidates.sort_by_key(|candidate| Reverse(candidate.latest_ms));
        candidates
    }

    /// Adds a trace.
    pub fn put(&mut self, position: Position, trace: Trace, terms: &Terms) {
        self.traces.insert(position, trace);
        self.learn(position, 0, terms);
        self.recount();
    }

    /// Gives back room that is not used: the traces to come are in another segment.
    pub fn end(&mut self) {
        self.traces.shrink();
        self.recount();
    }

    /// Takes a trace. The filter still has its terms, which costs a search time and nothing else.
    pub fn take(&mut self, position: Position) -> Option<Trace> {
        self.has_changed();
        self.traces.remove(position)
    }

    /// Takes the first trace.
    pub fn pop_oldest(&mut self) -> Option<(Position, Trace)> {
        self.has_changed();
        self.traces.pop_first()
    }

    /// Learns what is true of a trace's spans, from a place in it on.
    pub fn learn(&mut self, position: Position, start: usize, terms: &Terms) {
        self.has_changed();
        let Some(trace) = self.traces.get_mut(position) else {
            return;
        };
        let (mut own, mut longest) = (*trace.filter(), 0);
        let is_saturated = self.filter.is_saturated() && own.is_saturated();
        for span in trace.packed().read_from(start) {
            longest = longest.max(span.duration().unwrap_or_default());
            if !is_saturated {
                terms.each(&span, |term| {
                    self.filter.add(term);
                    own.add(of_trace(term, position.key));
                });
            }
        }
        trace.learn(own, longest);
        self.longest = self.longest.max(longest);
        self.latest_ms = self.latest_ms.max(trace.latest_ms());
        self.extent_ms = self
            .extent_ms
            .max(trace.latest_ms().saturating_sub(position.start_ms));
    }

    /// Splits off the later half, and says where it begins. One trace alone cannot be halved.
    pub fn halve(&mut self, terms: &Terms) -> Option<(Position, Self)> {
        if self.traces.len() < 2 {
            return None;
        }
        let ledger = self.counted.ledger().clone();
        let mut earlier = std::mem::take(&mut self.traces);
        let (middle, later) = earlier.split_later_half()?;
        *self = Self::of(earlier, terms, &ledger);
        Some((middle, Self::of(later, terms, &ledger)))
    }

    /// Whether who calls whom is known.
    pub fn is_linked(&self) -> bool {
        self.linked.get().is_some()
    }

    /// Dependency links, computed for the first question.
    pub fn linked(&self) -> LinkedOnce {
        Arc::clone(&self.linked)
    }

    /// Forgets who calls whom.
    pub fn has_changed(&mut self) {
        match Arc::get_mut(&mut self.linked) {
            Some(nobody_elses) => *nobody_elses = OnceLock::new(),
            None => self.linked = LinkedOnce::default(),
        }
    }

    fn of(traces: Traces, terms: &Terms, ledger: &Ledger) -> Self {
        let mut segment = Self::new(ledger);
        let positions: Vec<Position> = traces.iter().map(|(position, _)| *position).collect();
        segment.traces = traces;
        for position in positions {
            segment.learn(position, 0, terms);
        }
        segment.recount();
        segment
    }

    fn recount(&mut self) {
        // Its own place in a map is counted twice, for half of a map is empty.
        let own = 2 * size_of::<(Position, Self)>() + allocated(size_of::<OnceLock<Linked>>() + 16);
        self.counted
            .set(own + allocated(Filter::BYTES) + self.traces.heap());
    }
}
