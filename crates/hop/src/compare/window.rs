//! A window of time: `30m..15m` ago, `15m..now`, `10:00..10:15` of today, or of yesterday where that is still to come, `2026-11-28T10:00..2026-11-28T10:15:30`, in UTC.

use std::time::Duration;

use zipkin::utc;

/// Between its two moments.
pub const SEPARATOR: &str = "..";

const DAY_MS: u64 = 86_400_000;

/// From a moment up to a later one, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first millisecond.
    pub from_ms: u64,
    /// The last one.
    pub to_ms: u64,
}

impl Window {
    /// Reads one.
    pub fn parse(text: &str, now_ms: u64) -> Result<Self, String> {
        let read = |moment: &str| {
            let usage = || {
                format!(
                    "“{moment}” is no moment: 15m, 90s or 2h ago, now, 10:15 or 2026-11-28T10:15 in UTC are possible"
                )
            };
            moment_ms(moment.trim(), now_ms).ok_or_else(usage)
        };
        let (from, to) = text
            .split_once(SEPARATOR)
            .ok_or("a window has two moments, such as 30m..15m")?;
        let (from_ms, mut to_ms) = (read(from)?, read(to)?);
        // A window that has begun today and ends later today.
        let midnight = now_ms - now_ms % DAY_MS;
        let is_time = time_of_day_ms(without_zone(to.trim())).is_some();
        if is_time && to_ms < midnight && from_ms >= midnight {
            to_ms += DAY_MS;
        }
        if from_ms >= to_ms {
            return Err(format!(
                "{text} ends before it begins: the earlier moment goes first, as in 30m..15m"
            ));
        }
        Ok(Self { from_ms, to_ms })
    }

    /// Its length.
    pub fn length(self) -> Duration {
        Duration::from_millis(self.to_ms - self.from_ms)
    }
}

fn moment_ms(text: &str, now_ms: u64) -> Option<u64> {
    if text == "now" {
        return Some(now_ms);
    }
    if let Some(ago) = ago_ms(text) {
        return now_ms.checked_sub(ago);
    }
    let text = without_zone(text);
    if let Some((date, time)) = text.split_once(['T', ' ']) {
        return (utc::midnight(date)? / 1_000).checked_add(time_of_day_ms(time)?);
    }
    // One that is still to come today was yesterday.
    let today = (now_ms - now_ms % DAY_MS).checked_add(time_of_day_ms(text)?)?;
    if today > now_ms {
        today.checked_sub(DAY_MS)
    } else {
        Some(today)
    }
}

fn without_zone(text: &str) -> &str {
    text.strip_suffix('Z').unwrap_or(text)
}

fn ago_ms(text: &str) -> Option<u64> {
    let units = [
        ("ms", 1),
        ("s", 1_000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", DAY_MS),
    ];
    let (number, unit) = units
        .iter()
        .find_map(|(unit, millis)| Some((text.strip_suffix(unit)?.parse::<u64>().ok()?, millis)))?;
    number.checked_mul(*unit)
}

/// `10:15` or `10:15:30`.
fn time_of_day_ms(text: &str) -> Option<u64> {
    let mut fields = text.split(':');
    let mut next = |below: u64| {
        let field = fields.next()?;
        let number = field.parse::<u64>().ok().filter(|number| *number < below)?;
        (field.len() == 2).then_some(number)
    };
    let (hour, minute) = (next(24)?, next(60)?);
    let second = if text.len() > 5 { next(60)? } else { 0 };
    fields.next().is_none().then_some(())?;
    Some(((hour * 60 + minute) * 60 + second) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_two_moments_in_order() {
        let noon = utc::midnight("2026-11-28").unwrap() / 1_000 + DAY_MS / 2;
        let minute = 60_000;
        for (text, window) in [
            ("30m..15m", Some((noon - 30 * minute, noon - 15 * minute))),
            ("90s..now", Some((noon - 90_000, noon))),
            ("1d..500ms", Some((noon - DAY_MS, noon - 500))),
            ("10:00..10:15", Some((noon - 120 * minute, noon - 105 * minute))),
            (
                "10:00:30 .. 1h",
                Some((noon - 120 * minute + 30_000, noon - 60 * minute)),
            ),
            (
                "2026-11-27T12:00..2026-11-28T11:59:59Z",
                Some((noon - DAY_MS, noon - 1_000)),
            ),
            ("23:50..00:10", Some((noon - 730 * minute, noon - 710 * minute))),
            ("10:00..14:00Z", Some((noon - 120 * minute, noon + 120 * minute))),
            ("12:30..12:10", None),
            ("10:15..10:00", None),
            ("1h..1d", None),
            ("12:00..now", None),
            ("12:01..now", Some((noon - DAY_MS + minute, noon))),
            ("15m..30m", None),
            ("now..now", None),
            ("..now", None),
            ("15..now", None),
            ("25:00..now", None),
            ("1:00..now", None),
            ("10:00:00:00..now", None),
            ("2026-02-30T10:00..now", None),
            ("99999999999999999999d..now", None),
            ("999999d..now", None),
            ("1h..2h..3h", None),
        ] {
            let read = Window::parse(text, noon).ok();
            assert_eq!(
                read.map(|window| (window.from_ms, window.to_ms)),
                window,
                "{text}"
            );
        }
    }
}
