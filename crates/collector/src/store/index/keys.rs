//! Where each trace is, by its id. A key is the id with its lower half first, so that those that share it are neighbours; or
//! that half alone, where ids are not strict.

use std::collections::{BTreeMap, BTreeSet};

use zipkin::{TraceId, TraceIdPrefix};

use crate::store::{
    memory,
    position::{Position, low},
};

/// The keys of all traces.
pub struct Keys {
    is_strict: bool,
    /// The start of each trace in milliseconds, by its key: together they are its position.
    starts: BTreeMap<u128, u64>,
    /// Lower halves that more than one trace has.
    shared: BTreeSet<u64>,
    /// The ids that spans have, in the order of their digits: the keys are in another.
    ids: BTreeSet<u128>,
}

impl Keys {
    /// No traces; whether their ids are to agree in all bits.
    pub fn new(is_strict: bool) -> Self {
        Self {
            is_strict,
            starts: BTreeMap::new(),
            shared: BTreeSet::new(),
            ids: BTreeSet::new(),
        }
    }

    /// Bytes of heap.
    pub fn bytes(&self) -> usize {
        memory::tree(self.starts.len(), size_of::<u128>() + size_of::<u64>())
            + memory::tree(self.shared.len(), size_of::<u64>())
            + memory::tree(self.ids.len(), size_of::<u128>())
    }

    /// Under which a trace with this id is kept.
    pub fn key(&self, id: TraceId) -> u128 {
        if self.is_strict {
            id.value().rotate_left(64)
        } else {
            u128::from(id.low()) << 64
        }
    }

    /// Where the trace with this key is.
    pub fn place(&self, key: u128) -> Option<Position> {
        let start_ms = *self.starts.get(&key)?;
        Some(Position { start_ms, key })
    }

    /// The number of traces.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Where the first trace is that has this key or a later one.
    pub fn first_from(&self, key: u128) -> Option<Position> {
        let (&key, &start_ms) = self.starts.range(key..).next()?;
        Some(Position { start_ms, key })
    }

    /// Keeps where a trace is, that came or has another start.
    pub fn put(&mut self, place: Position) {
        self.starts.insert(place.key, place.start_ms);
    }

    /// Forgets a trace.
    pub fn remove(&mut self, key: u128) {
        self.starts.remove(&key);
    }

    /// Keeps an id that a span has.
    pub fn put_id(&mut self, id: TraceId) {
        self.ids.insert(id.value());
    }

    /// Forgets an id that no span has.
    pub fn remove_id(&mut self, id: TraceId) {
        self.ids.remove(&id.value());
    }

    /// The ids that begin with these digits.
    pub fn with_prefix(&self, prefix: TraceIdPrefix) -> impl Iterator<Item = TraceId> {
        let values = prefix.values().flat_map(|values| self.ids.range(values));
        values.map(|&value| TraceId::new(value))
    }

    /// Whether the trace shares the lower half of its id with another.
    pub fn has_namesake(&self, key: u128) -> bool {
        self.shared.contains(&low(key))
    }

    /// The traces that share the lower half of their ids, from this key on: by that half.
    pub fn namesakes_from(&self, key: u128) -> impl Iterator<Item = Position> {
        let lows = self.shared.range(low(key)..);
        lows.flat_map(move |&low| self.with_low(low, key))
    }

    /// Called when a trace came or went: the traces with the same lower half for which that changes whether they have
    /// namesakes.
    pub fn recount(&mut self, key: u128) -> Vec<Position> {
        let low = low(key);
        let places: Vec<Position> = self.with_low(low, 0).take(2).collect();
        let is_change = if places.len() > 1 {
            self.shared.insert(low)
        } else {
            self.shared.remove(&low)
        };
        if is_change { places } else { Vec::new() }
    }

    /// The traces with this lower half, from a key on.
    fn with_low(&self, low: u64, from: u128) -> impl Iterator<Item = Position> {
        let first = u128::from(low) << 64;
        let last = first | u128::from(u64::MAX);
        let keys = self.starts.range(first.max(from).min(last)..=last);
        keys.map(|(&key, &start_ms)| Position { start_ms, key })
    }
}
