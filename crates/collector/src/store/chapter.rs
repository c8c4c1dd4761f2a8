//! Traces that follow each other, with what all of them have: which facts, and who calls whom.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, OnceLock},
};

use zipkin::Searched as _;

use super::{
    Spans,
    facts::{Demands, Facts},
    filter::Filter,
    links::Linked,
    timeline::Position,
    trace::Trace,
};

/// Traces by where they are.
pub type Traces = BTreeMap<Position, Trace>;

/// The links of a chapter, once somebody has asked for them. A chapter that changes takes another of these, so that
/// whoever is still computing fills one that nobody looks into.
pub type LinkedOnce = Arc<OnceLock<Linked>>;

/// More traces than this go to another chapter, however much they have in common. Few in tests, which want many chapters.
const MANY: usize = if cfg!(test) { 8 } else { 512 };

/// A few hundred traces, or one that is very long.
pub struct Chapter {
    traces: Traces,
    filter: Filter,
    /// Microseconds that no span took longer.
    longest: u64,
    linked: LinkedOnce,
}

impl Chapter {
    /// Bytes of heap, but for those of the traces: most are the filter's.
    pub const BYTES: usize = Filter::BYTES + 1024;

    /// The traces by their position.
    pub fn traces(&self) -> &Traces {
        &self.traces
    }

    /// The traces, to say where on disk they are.
    pub fn traces_mut(&mut self) -> impl Iterator<Item = &mut Trace> {
        self.traces.values_mut()
    }

    /// A trace, to let it grow; what was added, the chapter has to [`learn`](Self::learn).
    pub fn trace_mut(&mut self, position: Position) -> Option<&mut Trace> {
        self.traces.get_mut(&position)
    }

    /// Whether another trace should go elsewhere, if that costs nothing.
    pub fn is_full(&self) -> bool {
        self.filter.is_full() || self.traces.len() >= MANY
    }

    /// Whether another trace must go elsewhere, for the filter would find everything.
    pub fn is_overfull(&self) -> bool {
        self.filter.is_saturated() || self.traces.len() >= 2 * MANY
    }

    /// Whether all traces are before this position.
    pub fn is_before(&self, position: Position) -> bool {
        self.traces
            .last_key_value()
            .is_none_or(|(&last, _)| last < position)
    }

    /// Whether some of the traces may meet what is demanded.
    pub fn may_meet(&self, demands: &Demands) -> bool {
        demands.may_be_met(self.longest, |hash| self.filter.may_have(hash))
    }

    /// The traces within a range that may meet what is demanded, latest first.
    pub fn that_may_meet(&self, demands: &Demands, range: Range<Position>) -> Vec<(Position, Spans)> {
        let traces = self.traces.range(range).rev();
        let traces = traces
            .filter(|(_, trace)| demands.may_be_met(trace.longest(), |hash| trace.filter().may_have(hash)));
        traces
            .map(|(&position, trace)| (position, trace.spans()))
            .collect()
    }

    /// Adds a trace.
    pub fn put(&mut self, position: Position, trace: Trace, facts: &Facts) {
        self.traces.insert(position, trace);
        self.learn(position, 0, facts);
    }

    /// Takes a trace. The filter still has its facts, which costs a search time and nothing else.
    pub fn take(&mut self, position: Position) -> Option<Trace> {
        self.has_changed();
        self.traces.remove(&position)
    }

    /// Takes the first trace.
    pub fn pop_oldest(&mut self) -> Option<(Position, Trace)> {
        self.has_changed();
        self.traces.pop_first()
    }

    /// Learns what is true of a trace's spans, from a place in it on.
    pub fn learn(&mut self, position: Position, start: usize, facts: &Facts) {
        self.has_changed();
        let Some(trace) = self.traces.get_mut(&position) else {
            return;
        };
        let (mut own, mut longest) = (*trace.filter(), 0);
        for span in trace.packed().read_from(start) {
            longest = longest.max(span.duration().unwrap_or_default());
            if !self.filter.is_saturated() || !own.is_saturated() {
                facts.each(&span, |hash| {
                    self.filter.add(hash);
                    own.add(hash);
                });
            }
        }
        trace.learn(own, longest);
        self.longest = self.longest.max(longest);
    }

    /// Splits off the later half, and says where it begins. One trace alone cannot be halved.
    pub fn halve(&mut self, facts: &Facts) -> Option<(Position, Self)> {
        let middle = *self.traces.keys().nth(self.traces.len() / 2)?;
        let later = self.traces.split_off(&middle);
        let earlier = std::mem::take(&mut self.traces);
        if earlier.is_empty() {
            self.traces = later;
            return None;
        }
        *self = Self::of(earlier, facts);
        Some((middle, Self::of(later, facts)))
    }

    /// Whether who calls whom is known.
    pub fn is_linked(&self) -> bool {
        self.linked.get().is_some()
    }

    /// Who calls whom, to be computed by whoever asks first.
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

    fn of(traces: Traces, facts: &Facts) -> Self {
        let mut chapter = Self::default();
        for (position, trace) in traces {
            chapter.put(position, trace, facts);
        }
        chapter
    }
}

impl Default for Chapter {
    fn default() -> Self {
        Self {
            traces: Traces::new(),
            filter: Filter::new(),
            longest: 0,
            linked: LinkedOnce::default(),
        }
    }
}
