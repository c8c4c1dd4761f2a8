//! Traces from a clock that is ahead, by when they arrived: by their start they would never be the oldest, and once they are as many
//! as the bounds allow, nothing else would be kept.

use std::collections::BTreeSet;

use super::trace::Trace;
use crate::store::{memory::tree, position::Position};

/// A trace that starts later than this after it arrived has a wrong clock: clocks that are set by the network differ by less.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// When each of them arrived, in milliseconds since the epoch, and its key.
#[derive(Default)]
pub struct Ahead(BTreeSet<(u64, u128)>);

impl Ahead {
    /// Bytes of heap.
    pub fn bytes(&self) -> usize {
        tree(self.0.len(), size_of::<(u64, u128)>())
    }

    /// A trace has come, or has another start.
    pub fn put(&mut self, place: Position, arrived_ms: u64) {
        if is_ahead(place.start_ms, arrived_ms) {
            self.0.insert((arrived_ms, place.key));
        } else if !self.0.is_empty() {
            self.0.remove(&(arrived_ms, place.key));
        }
    }

    /// A trace has gone.
    pub fn remove(&mut self, key: u128, arrived_ms: u64) {
        if !self.0.is_empty() {
            self.0.remove(&(arrived_ms, key));
        }
    }

    /// The one that arrived first, if it did before the others' oldest trace started: its key.
    pub fn first_before(&self, oldest: impl FnOnce() -> Option<Position>) -> Option<u128> {
        let &(arrived_ms, key) = self.0.first()?;
        let is_first = oldest().is_none_or(|oldest| arrived_ms <= oldest.start_ms);
        is_first.then_some(key)
    }

    /// The clock has been set back to `now_ms`: a trace that is ahead by it arrived no later.
    pub fn set_back(&mut self, place: Position, trace: &mut Trace, now_ms: u64) {
        self.remove(place.key, trace.arrived_ms());
        trace.set_arrived_ms(trace.arrived_ms().min(now_ms));
        self.put(place, trace.arrived_ms());
    }
}

fn is_ahead(start_ms: u64, arrived_ms: u64) -> bool {
    start_ms > arrived_ms.saturating_add(DAY_MS)
}
