//! A bound on the work of a comparison, whatever trace and expectation are.

/// So many pairs of spans are compared at most; a trace of 10,000 spans against a tree of 100 is a million.
const MOST: usize = 1_000_000;

/// Work that is left.
#[derive(Debug)]
pub struct Work(usize);

impl Work {
    pub fn new() -> Self {
        Self(MOST)
    }

    /// Whether so much more is still within the bound.
    pub fn take(&mut self, steps: usize) -> bool {
        self.0 = self.0.saturating_sub(steps);
        self.0 > 0
    }

    /// Nothing is left.
    pub fn is_exhausted(&self) -> bool {
        self.0 == 0
    }
}
