//! A day in UTC: the unit in which Zipkin keeps dependency links.

use std::{
    fmt,
    ops::Range,
    str::FromStr,
    time::{SystemTime, UNIX_EPOCH},
};

use zipkin::utc;

const MILLIS: u64 = 86_400_000;

/// A day, as days since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u64);

impl Day {
    /// The day of a time.
    pub fn of(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(since.as_secs() / (MILLIS / 1000))
    }

    /// The day before.
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The day after.
    pub fn after(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Its milliseconds since the epoch.
    pub fn millis(self) -> Range<u64> {
        self.0 * MILLIS..(self.0 + 1) * MILLIS
    }
}

impl FromStr for Day {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let micros = utc::midnight(text).ok_or("a date such as 2026-11-24 is needed")?;
        Ok(Self(micros / 1000 / MILLIS))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        utc::date(self.0 * MILLIS * 1000).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_and_written_as_a_date() {
        let day: Day = "2026-11-24".parse().unwrap();
        assert_eq!(day.to_string(), "2026-11-24");
        assert_eq!(day.millis(), 1_795_478_400_000..1_795_564_800_000);
        assert_eq!(day.before().to_string(), "2026-11-23");
        assert_eq!(day.after().before(), day);
        let noon = std::time::Duration::from_secs(1_795_521_600);
        assert_eq!(Day::of(UNIX_EPOCH + noon), day);
        assert!("24.11.2026".parse::<Day>().is_err());
    }
}
