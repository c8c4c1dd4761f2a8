//! The times of one set of traces.

use std::collections::HashMap;

use super::median::median;

/// The times of one set of traces.
#[derive(Default)]
pub(super) struct Set {
    /// Of each root, one for each trace that begins with it.
    pub(super) by_root: HashMap<usize, Vec<u64>>,
    /// Of each position, one for each trace that has it.
    pub(super) by_place: HashMap<usize, Vec<u64>>,
}

impl Set {
    /// The durations of the traces with this root.
    pub(super) fn wholes(&self, root: usize) -> &[u64] {
        self.by_root.get(&root).map_or(&[], Vec::as_slice)
    }

    /// One time for each trace with the position's root: zero for those that do not have the position.
    pub(super) fn times(&self, root: usize, place: usize) -> Vec<u64> {
        let mut times = self.by_place.get(&place).cloned().unwrap_or_default();
        times.resize(self.wholes(root).len().max(times.len()), 0);
        times
    }

    pub(super) fn median(&self, root: usize, place: usize) -> Option<u64> {
        self.by_place
            .contains_key(&place)
            .then(|| median(&self.times(root, place)))?
    }
}
