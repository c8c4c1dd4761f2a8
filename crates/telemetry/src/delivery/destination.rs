//! Where batches go.

use std::{fmt, ops::Range, time::Duration};

use super::{attempt::Attempt, batch::Batch};

/// Where batches go; `Display` is what the log calls it.
pub(super) trait Destination: fmt::Display + Send + 'static {
    /// The batches that it takes.
    type Batch: Batch;

    /// One attempt to deliver part of a batch.
    async fn send(&mut self, batch: &<Self::Batch as Batch>::Closed, part: &Range<usize>) -> Attempt;

    /// No batch will follow.
    fn finish(&mut self, limit: Duration) {
        let _ = limit;
    }
}
