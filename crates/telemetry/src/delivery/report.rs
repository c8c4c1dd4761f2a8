//! Lines about a destination that is away, and about spans that were lost: their number and the last cause, not
//! a line for each.

use std::{
    fmt::Display,
    time::{Duration, Instant},
};

use super::tallies::Tallies;

/// Drops that the log has been told of.
#[derive(Default)]
pub(super) struct Report {
    /// Why the last attempt failed.
    pub failure: String,
    told: u64,
    last: Option<Instant>,
    away_since: Option<Instant>,
    advice: String,
}

impl Report {
    /// An attempt failed and will be made again: says so, once until the destination is reached.
    pub fn missed(&mut self, reason: String, destination: &impl Display) {
        if self.away_since.is_none() {
            self.away_since = Some(Instant::now());
            tracing::warn!("spans wait, and are tried again: {destination}: {reason}");
        }
        self.failure = reason;
    }

    /// An attempt succeeded: says so where the one before had failed.
    pub fn reached(&mut self, destination: &impl Display) {
        if let Some(since) = self.away_since.take() {
            let seconds = since.elapsed().as_secs_f64();
            tracing::info!("spans arrive again, after {seconds:.1} s: {destination}");
        }
    }

    /// All was taken, and the destination has something to say: passes it on, once until it says something else.
    pub fn advised(&mut self, advice: String, destination: &impl Display) {
        if self.advice != advice {
            tracing::warn!("spans were taken, with a remark: {destination}: {advice}");
            self.advice = advice;
        }
    }

    /// Tells of the drops since the last word of them, once a second at most.
    pub fn say(&mut self, tallies: &Tallies, destination: &impl Display) {
        let dropped = tallies.outcomes().dropped;
        let total = dropped.total();
        let is_due = self
            .last
            .is_none_or(|last| last.elapsed() >= Duration::from_secs(1));
        if total > self.told && is_due {
            // A queue that is merely too small has no failure to tell of.
            let failure = if self.failure.is_empty() {
                "no failure"
            } else {
                &self.failure
            };
            tracing::warn!("{total} spans dropped since the start: {dropped} ({destination}: {failure})");
            (self.told, self.last) = (total, Some(Instant::now()));
        }
    }
}
