//! A duration as people write it for Zipkin: `11s`, `500ms`, or milliseconds alone.

use std::{fmt, str::FromStr, time::Duration};

/// A time limit, longer than nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout(Duration);

/// A text that is no time limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time is a whole number above zero and its unit: 11s, 500ms, 2m")]
pub struct TimeoutError;

impl Timeout {
    /// The time.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl Default for Timeout {
    /// Zipkin's.
    fn default() -> Self {
        Self(Duration::from_secs(11))
    }
}

impl FromStr for Timeout {
    type Err = TimeoutError;

    fn from_str(text: &str) -> Result<Self, TimeoutError> {
        let unit_start = text
            .find(|each: char| !each.is_ascii_digit())
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(unit_start);
        let number: u32 = number.parse().map_err(|_| TimeoutError)?;
        let duration = match unit {
            "" | "ms" => Duration::from_millis(number.into()),
            "s" => Duration::from_secs(number.into()),
            "m" => Duration::from_secs(60 * u64::from(number)),
            _ => return Err(TimeoutError),
        };
        if duration.is_zero() {
            return Err(TimeoutError);
        }
        Ok(Self(duration))
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        let millis = |text: &str| text.parse().map(|Timeout(time)| time.as_millis());
        for (text, expected) in [("11s", 11_000), ("500ms", 500), ("250", 250), ("2m", 120_000)] {
            assert_eq!(millis(text), Ok(expected), "{text}");
        }
        for text in ["", "s", "0", "0s", "-1s", "1.5s", "11 s", "11h", "99999999999s"] {
            assert_eq!(millis(text), Err(TimeoutError), "{text}");
        }
    }
}
