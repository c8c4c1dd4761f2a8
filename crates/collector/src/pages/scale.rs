//! A scale of durations that one outlier does not flatten: bars beyond it are cut, and say so.

/// The width of what is drawn on a scale.
pub const WIDTH: f64 = 1000.0;

/// A scale from nothing to a longest duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    longest: u64,
}

impl Scale {
    /// For these durations: up to the longest, unless it is more than twice what nine of ten stay below.
    pub fn of(durations: impl Iterator<Item = u64>) -> Self {
        let mut durations: Vec<u64> = durations.collect();
        durations.sort_unstable();
        let most = durations.len().saturating_sub(1) * 9 / 10;
        let most = durations.get(most).copied().unwrap_or_default();
        let longest = durations.last().copied().unwrap_or_default();
        Self {
            longest: longest.min(most.saturating_mul(2)).max(1),
        }
    }

    /// The width of a duration.
    pub fn width(self, micros: u64) -> f64 {
        (micros as f64 * WIDTH / self.longest as f64).min(WIDTH)
    }

    /// Whether a duration is longer than the scale.
    pub fn cuts(self, micros: u64) -> bool {
        micros > self.longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_outlier_flattens_nobody() {
        let scale = Scale::of([20, 22, 24, 5_000].into_iter());
        assert_eq!((scale.width(24), scale.cuts(24)), (500.0, false));
        assert_eq!((scale.width(5_000), scale.cuts(5_000)), (WIDTH, true));
    }

    #[test]
    fn durations_of_one_size_have_the_longest_as_their_scale() {
        let scale = Scale::of([10, 15, 20].into_iter());
        assert_eq!((scale.width(20), scale.cuts(20)), (WIDTH, false));
        assert_eq!(Scale::of(std::iter::empty()).width(0), 0.0);
    }
}
