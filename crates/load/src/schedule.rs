//! When requests are due: evenly spaced, at one rate or at several, one after the other.

use std::time::Duration;

/// More requests a second than this are refused: one machine that also runs the services cannot send them.
const MAX_RATE: f64 = 20_000.0;

/// Longer runs are refused.
const MAX_LENGTH: Duration = Duration::from_secs(3_600);

/// More rates than this make no steps that can be told apart.
const MAX_STEPS: usize = 100;

/// One rate after another, each for the same time.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    rates: Vec<f64>,
    step: Duration,
    /// The number of the first request of each step, and of the one behind the last.
    first: Vec<u64>,
}

impl Schedule {
    /// Each rate, in requests a second, for so long.
    ///
    /// # Errors
    /// A text for the person who asked: the run would be too long, or empty.
    pub fn new(rates: &[f64], step: Duration) -> Result<Self, String> {
        let whole = step.saturating_mul(u32::try_from(rates.len()).unwrap_or(u32::MAX));
        if whole > MAX_LENGTH {
            return Err(format!("the run would take {whole:?}: an hour is the most"));
        }
        let mut first = vec![0];
        let mut sum = 0;
        for rate in rates {
            sum += (rate * step.as_secs_f64()).round() as u64;
            first.push(sum);
        }
        if sum == 0 {
            return Err("no request would be due: a higher rate or a longer time is needed".to_owned());
        }
        Ok(Self {
            rates: rates.to_vec(),
            step,
            first,
        })
    }

    /// The number of requests that are due in all.
    pub fn count(&self) -> u64 {
        self.first.last().copied().unwrap_or_default()
    }

    /// The time of all steps.
    pub fn length(&self) -> Duration {
        self.step
            .saturating_mul(u32::try_from(self.rates.len()).unwrap_or(u32::MAX))
    }

    /// The rates, step by step.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// The time of each step.
    pub fn step_length(&self) -> Duration {
        self.step
    }

    /// The step of the request with this number.
    pub fn step_of(&self, number: u64) -> usize {
        let behind = self.first.partition_point(|first| *first <= number);
        behind.saturating_sub(1).min(self.rates.len().saturating_sub(1))
    }

    /// The number of requests that are due in a step.
    pub fn count_of(&self, step: usize) -> u64 {
        let at = |index: usize| self.first.get(index).copied().unwrap_or_default();
        at(step + 1).saturating_sub(at(step))
    }

    /// When the request with this number is due, from the start.
    pub fn due(&self, number: u64) -> Duration {
        let step = self.step_of(number);
        let first = self.first.get(step).copied().unwrap_or_default();
        let rate = self.rates.get(step).copied().unwrap_or(1.0);
        let before = self.step.saturating_mul(u32::try_from(step).unwrap_or(u32::MAX));
        before + Duration::from_secs_f64((number - first) as f64 / rate)
    }
}

/// Reads rates: `50`, or `20,50,100` for steps.
///
/// # Errors
/// A text for the person who wrote it.
pub fn rates(text: &str) -> Result<Vec<f64>, String> {
    let rate = |text: &str| {
        let rate = text.trim().parse::<f64>().ok();
        let rate = rate.filter(|rate| *rate > 0.0 && *rate <= MAX_RATE);
        rate.ok_or_else(|| format!("'{text}' is no rate: requests a second, above 0 and up to {MAX_RATE}"))
    };
    let rates: Result<Vec<f64>, String> = text.split(',').map(rate).collect();
    rates.and_then(|rates| match rates.len() {
        0..=MAX_STEPS => Ok(rates),
        _ => Err(format!("{MAX_STEPS} steps at most")),
    })
}

/// Reads a time: `500ms`, `30s`, `2m`.
///
/// # Errors
/// A text for the person who wrote it.
pub fn time(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000)];
    let millis = units.iter().find_map(|(unit, millis)| {
        let number = text.trim().strip_suffix(unit)?.parse::<u64>().ok()?;
        number.checked_mul(*millis)
    });
    let time = millis.map(Duration::from_millis);
    time.filter(|time| !time.is_zero() && *time <= MAX_LENGTH)
        .ok_or_else(|| "a time up to an hour, such as 500ms, 30s or 2m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_a_step_are_evenly_spaced() {
        let steps = Schedule::new(&[10.0, 20.0], Duration::from_secs(2)).unwrap();
        assert_eq!((steps.count(), steps.length()), (60, Duration::from_secs(4)));
        for (number, step, due_ms) in [
            (0, 0, 0),
            (1, 0, 100),
            (19, 0, 1_900),
            (20, 1, 2_000),
            (21, 1, 2_050),
            (59, 1, 3_950),
        ] {
            assert_eq!(steps.step_of(number), step, "{number}");
            assert_eq!(steps.due(number).as_millis(), due_ms, "{number}");
        }
        assert_eq!((steps.count_of(0), steps.count_of(1)), (20, 40));
    }

    #[test]
    fn a_run_is_bounded() {
        assert!(Schedule::new(&[1.0], Duration::from_secs(3_601)).is_err());
        assert!(Schedule::new(&[0.1], Duration::from_secs(1)).is_err());
        for (text, read) in [
            ("50", Some(vec![50.0])),
            ("20, 50.5", Some(vec![20.0, 50.5])),
            ("0", None),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("20001", None),
            ("", None),
            ("1,,2", None),
        ] {
            assert_eq!(rates(text).ok(), read, "{text}");
        }
        assert!(rates(&vec!["1"; 101].join(",")).is_err());
    }

    #[test]
    fn times_have_a_unit() {
        for (text, millis) in [
            ("500ms", Some(500)),
            ("30s", Some(30_000)),
            ("2m", Some(120_000)),
            ("30", None),
            ("0s", None),
            ("61m", None),
            ("99999999999999999999s", None),
        ] {
            assert_eq!(time(text).ok().map(|time| time.as_millis()), millis, "{text}");
        }
    }
}
