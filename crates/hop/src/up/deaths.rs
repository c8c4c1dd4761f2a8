//! Services that end by themselves, and the limit.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// As many ends within [`WITHIN`] are one too many: the service does not come up, and starting it again mends nothing.
pub const TOO_MANY: usize = 5;

/// See [`TOO_MANY`].
pub const WITHIN: Duration = Duration::from_secs(30);

/// The latest ends of one service.
#[derive(Debug, Default)]
pub struct Deaths(VecDeque<Instant>);

impl Deaths {
    /// Counts one more; whether there are too many.
    pub fn are_too_many_at(&mut self, now: Instant) -> bool {
        self.0.push_back(now);
        self.0
            .retain(|death| now.saturating_duration_since(*death) <= WITHIN);
        self.0.len() >= TOO_MANY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_end_in_thirty_seconds_is_too_many() {
        let start = Instant::now();
        let too_many = |seconds: &[u64]| {
            let mut deaths = Deaths::default();
            let mut last = false;
            for after in seconds {
                last = deaths.are_too_many_at(start + Duration::from_secs(*after));
            }
            last
        };
        for (seconds, expected) in [
            (&[0_u64, 1, 2, 3] as &[u64], false),
            (&[0, 1, 2, 3, 4], true),
            (&[0, 10, 20, 25, 30], true),
            (&[0, 10, 20, 25, 31], false),
            (&[0, 8, 16, 24, 32, 40, 48, 56], false),
        ] {
            assert_eq!(too_many(seconds), expected, "{seconds:?}");
        }
    }
}
