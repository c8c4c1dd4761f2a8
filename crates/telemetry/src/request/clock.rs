//! The clock of a request.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// One reading of the wall clock, and the monotonic clock from there.
#[derive(Debug)]
pub(super) struct Clock {
    epoch_us: u64,
    started: Instant,
}

impl Clock {
    pub fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            epoch_us: since_epoch.as_micros() as u64,
            started: Instant::now(),
        }
    }

    pub fn now(&self) -> u64 {
        let elapsed = self.started.elapsed();
        // `as_micros` has 128 bits, and each span asks twice.
        self.epoch_us + elapsed.as_secs() * 1_000_000 + u64::from(elapsed.subsec_micros())
    }
}
