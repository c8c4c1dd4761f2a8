//! When an error happened, as its body says it: `2026-11-24T07:19:29.274+0000`.

use std::time::{SystemTime, UNIX_EPOCH};

use zipkin::utc;

/// Formats a time in UTC, to the millisecond. A clock before 1970 reads as 1970.
pub fn format(time: SystemTime) -> String {
    let micros = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros() as u64;
    format!("{}T{}+0000", utc::date(micros), utc::time_of_day(micros))
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
