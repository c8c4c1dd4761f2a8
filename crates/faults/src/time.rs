//! Times as people write them: `300ms`, `1.5s`, `300ms±50`.

use std::{fmt, str::FromStr, time::Duration};

use crate::chance::Draw;

/// No fault keeps anybody longer: a minute.
pub const MOST_MS: u32 = 60_000;

/// A time, in whole milliseconds, that may swing by some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    pub(crate) ms: u32,
    pub(crate) swing_ms: u32,
}

const EXPECTED: &str = "a time up to 60s, such as 300ms, 1.5s or 300ms±50";

impl Time {
    /// So many milliseconds, a minute at most.
    pub fn millis(ms: u32) -> Self {
        Self {
            ms: ms.min(MOST_MS),
            swing_ms: 0,
        }
    }

    /// The time for one request.
    pub fn at(self, draw: Draw) -> Duration {
        let swing = f64::from(self.swing_ms) * draw.swing();
        Duration::from_secs_f64((f64::from(self.ms) + swing).max(0.0) / 1_000.0)
    }
}

/// The swing is in the time's own unit, unless it says another.
impl FromStr for Time {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (base, swing) = match text.split_once('±').or_else(|| text.split_once("+-")) {
            Some((base, swing)) => (base, Some(swing)),
            None => (text, None),
        };
        let (ms, unit) = millis(base, None).ok_or(EXPECTED)?;
        let swing_ms = match swing {
            Some(swing) => millis(swing, Some(unit)).ok_or(EXPECTED)?.0,
            None => 0,
        };
        if swing_ms > ms {
            return Err("a swing that is no longer than the time itself, such as 300ms±50");
        }
        Ok(Self { ms, swing_ms })
    }
}

/// The time, and milliseconds of its unit.
fn millis(text: &str, unit: Option<f64>) -> Option<(u32, f64)> {
    let (number, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => (number, 1.0),
        (None, Some(number)) => (number, 1_000.0),
        (None, None) => (text, unit?),
    };
    let number = number.parse::<f64>().ok()? * unit;
    (0.0..=f64::from(MOST_MS))
        .contains(&number)
        .then(|| (number.round() as u32, unit))
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.ms)?;
        if self.swing_ms > 0 {
            write!(f, "±{}", self.swing_ms)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, shown) in [
            ("300ms", "300ms"),
            ("1.5s", "1500ms"),
            ("0ms", "0ms"),
            ("60s", "60000ms"),
            ("300ms±50", "300ms±50"),
            ("300ms+-50", "300ms±50"),
            ("300ms±50ms", "300ms±50"),
            ("1s±0.2", "1000ms±200"),
        ] {
            assert_eq!(text.parse::<Time>().unwrap().to_string(), shown, "{text}");
        }
        for text in [
            "",
            "300",
            "-1ms",
            "61s",
            "ms",
            "300ms±",
            "300ms±400",
            "300 ms",
            "NaNms",
            "1h",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_jittered_time_stays_within_its_swing() {
        let time: Time = "300ms±50".parse().unwrap();
        let times: Vec<u128> = (0..100)
            .map(|number| time.at(Draw::new(1, "latency", number)).as_millis())
            .collect();
        assert!(times.iter().all(|ms| (250..=350).contains(ms)), "{times:?}");
        assert!(times.iter().max() > times.iter().min());
    }
}
