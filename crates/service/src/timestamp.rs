//! When an error happened, as its body says it: `2026-11-24T07:19:29.274+0000`.

use std::time::{SystemTime, UNIX_EPOCH};

/// Formats a time in UTC, to the millisecond. A clock before 1970 reads as 1970.
pub fn format(time: SystemTime) -> String {
    let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since_1970.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let millis = since_1970.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}+0000")
}

/// The Gregorian date of a day counted from 1970-01-01. The year starts in March here, so that the leap day is
/// its last one, and every 400 years are alike.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468; // since 0000-03-01
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn timestamps_are_utc_with_milliseconds() {
        let cases = [
            (0, "1970-01-01T00:00:00.000+0000"),
            (951_782_400_000, "2000-02-29T00:00:00.000+0000"), // a leap day in a century that has one
            (1_709_251_199_999, "2024-02-29T23:59:59.999+0000"),
            (1_709_251_200_000, "2024-03-01T00:00:00.000+0000"),
            (1_795_504_769_274, "2026-11-24T07:19:29.274+0000"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000+0000"), // a century without a leap day
        ];
        for (millis, expected) in cases {
            assert_eq!(format(UNIX_EPOCH + Duration::from_millis(millis)), expected);
        }
    }
}
