//! Numbers of spans that no longer wait.

use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Release},
};

use crate::sink::{Dropped, Outcomes};

/// A number that only grows. Who reads it sees what was done before it grew.
#[derive(Debug, Default)]
pub(super) struct Tally(AtomicU64);

impl Tally {
    pub fn add(&self, spans: usize) {
        self.0.fetch_add(spans as u64, Release);
    }

    fn get(&self) -> u64 {
        self.0.load(Acquire)
    }
}

/// Spans that no longer wait, by what became of them.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    pub sent: Tally,
    pub queue_full: Tally,
    pub unreachable: Tally,
    pub rejected: Tally,
    pub shutdown: Tally,
}

impl Tallies {
    pub fn outcomes(&self) -> Outcomes {
        Outcomes {
            sent: self.sent.get(),
            dropped: Dropped {
                queue_full: self.queue_full.get(),
                unreachable: self.unreachable.get(),
                rejected: self.rejected.get(),
                shutdown: self.shutdown.get(),
                unfinished: 0,
            },
        }
    }
}
