//! The times of one set of traces.

use std::collections::HashMap;

use super::median::median;

/// The times of one set of traces.
#[derive(Default)]
pub(super) struct Set {
    /// Of each trace.
    pub(super) wholes: Vec<u64>,
    /// Of each position, one for each trace that has it.
    pub(super) by_place: HashMap<usize, Vec<u64>>,
}

impl Set {
    /// One time for each trace: zero for those that do not have the position.
    pub(super) fn times(&self, place: usize) -> Vec<u64> {
        let mut times = self.by_place.get(&place).cloned().unwrap_or_default();
        times.resize(self.wholes.len().max(times.len()), 0);
        times
    }

    pub(super) fn median(&self, place: usize) -> Option<u64> {
        self.by_place
            .contains_key(&place)
            .then(|| median(&self.times(place)))?
    }
}
