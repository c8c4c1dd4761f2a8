//! Times of requests in bounded memory: three digits of each are kept, and the longest as it is.

use std::time::Duration;

/// Bits of a time that are told apart: eleven, for a step of at most one in a thousand.
const BITS: u32 = 11;

/// Counts of the times whose first bit is the same.
const HALF: usize = 1 << (BITS - 1);

/// The longest time that is told apart, in microseconds: two hours.
const LONGEST: u64 = 7_200_000_000;

/// Times of requests, from when each was due.
#[derive(Clone, Debug)]
pub struct Times {
    /// The number of times in each step, up to the last that any time fell into: 200 KB at most.
    steps: Vec<u64>,
    count: u64,
    longest: u64,
}

impl Times {
    /// No times.
    pub(crate) const fn new() -> Self {
        Self {
            steps: Vec::new(),
            count: 0,
            longest: 0,
        }
    }

    /// One more.
    pub(crate) fn add(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros())
            .unwrap_or(LONGEST)
            .clamp(1, LONGEST);
        let step = step(micros);
        if self.steps.len() <= step {
            self.steps.resize(step + 1, 0);
        }
        if let Some(count) = self.steps.get_mut(step) {
            *count += 1;
        }
        self.count += 1;
        self.longest = self.longest.max(micros);
    }

    /// The time within which so many of a hundred ended; none where there are none.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        // 99.9 % of 10,000 times are 9,990, and not one more for a product that is rounded up.
        let share = percent / 100.0 * self.count as f64 * (1.0 - 1e-12);
        let rank = share.ceil().max(1.0) as u64;
        let mut below = 0;
        let reaches = |&(_, count): &(usize, &u64)| {
            below += count;
            below >= rank
        };
        let (step, _) = self.steps.iter().enumerate().find(reaches)?;
        Some(Duration::from_micros(last(step).min(self.longest)))
    }

    /// The longest.
    pub fn longest(&self) -> Option<Duration> {
        (self.count > 0).then(|| Duration::from_micros(self.longest))
    }

    /// The number of times.
    pub const fn count(&self) -> u64 {
        self.count
    }
}

/// The step that a time falls into. Below 2,048 each time is a step; above, each power of two has 1,024 steps.
const fn step(micros: u64) -> usize {
    let shift = (u64::BITS - micros.leading_zeros()).saturating_sub(BITS);
    HALF * shift as usize + (micros >> shift) as usize
}

/// The longest time of a step.
const fn last(step: usize) -> u64 {
    let shift = (step / HALF).saturating_sub(1);
    (((step - HALF * shift) as u64 + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_lies_in_its_step_and_steps_are_a_thousandth_wide() {
        for micros in (0..33).flat_map(|bit| [1 << bit, (1 << bit) + 1, (2 << bit) - 1]) {
            let step = step(micros);
            let before = step.checked_sub(1).map_or(0, last);
            assert!(before < micros && micros <= last(step), "{micros}");
            assert!(last(step) - before <= 1.max(micros / 1_000), "{micros}");
        }
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut sorted: Vec<u64> = (0..10_000).map(|_| 1 << random.u32(0..30)).collect();
        for time in &mut sorted {
            *time += random.u64(0..*time);
        }
        let mut times = Times::new();
        for &micros in &sorted {
            times.add(Duration::from_micros(micros));
        }
        sorted.sort_unstable();
        for (percent, rank) in [
            (0.0, 1),
            (50.0, 5_000),
            (99.0, 9_900),
            (99.9, 9_990),
            (100.0, 10_000),
        ] {
            let (exact, told) = (sorted[rank - 1], times.percentile(percent).unwrap().as_micros());
            assert!(
                (exact..=exact + exact / 1_000).contains(&(told as u64)),
                "{percent}: {told} for {exact}"
            );
        }
        assert_eq!(times.longest(), times.percentile(100.0));
        assert_eq!(times.count(), 10_000);
    }

    #[test]
    fn times_beyond_two_hours_count_as_two_hours() {
        let mut times = Times::new();
        assert_eq!((times.percentile(50.0), times.longest()), (None, None));
        times.add(Duration::MAX);
        assert_eq!(times.longest(), Some(Duration::from_secs(7_200)));
        assert!(times.steps.len() < 25_000, "{}", times.steps.len());
    }
}
