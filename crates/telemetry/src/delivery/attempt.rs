//! The outcome of one attempt to deliver a batch.

use std::time::Duration;

/// The outcome of one attempt to deliver a batch.
#[derive(Clone, Debug)]
pub(super) enum Attempt {
    Acknowledged,
    /// So many were not taken, and would not be taken again; or all were, and there is something to say.
    Partly(u64, String),
    /// Fewer spans at once may be taken.
    TooLarge(String),
    /// The same batch would be refused again.
    Rejected(String),
    /// The same batch may be taken later.
    Unreachable(String),
    /// The same batch may be taken after a time that the destination has named.
    Busy(String, Duration),
}
