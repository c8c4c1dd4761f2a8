//! Where a trace is: its key, and its start.

/// Where a trace is: by its start, then by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Milliseconds since the epoch.
    pub start_ms: u64,
    /// Under which the trace is kept.
    pub key: u128,
}

impl Position {
    /// Before every other.
    pub const FIRST: Self = Self { start_ms: 0, key: 0 };
}

/// The lower half of the id that a trace with this key has.
pub fn low(key: u128) -> u64 {
    (key >> 64) as u64
}
