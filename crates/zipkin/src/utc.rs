//! Times for people and for log lines: in UTC, from microseconds since the epoch.

const SECONDS_A_DAY: u64 = 86_400;

/// The date of a time in microseconds since the epoch: `2026-11-24`.
///
/// ```
/// assert_eq!(zipkin::utc::date(1_700_000_000_000_000), "2023-11-14");
/// ```
pub fn date(micros: u64) -> String {
    let (year, month, day) = civil(micros / 1_000_000 / SECONDS_A_DAY);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The time of day: `07:17:19.097`.
pub fn time_of_day(micros: u64) -> String {
    let seconds = micros / 1_000_000 % SECONDS_A_DAY;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hour:02}:{minute:02}:{second:02}.{:03}", micros / 1000 % 1000)
}

/// The time at which a date begins, in microseconds since the epoch: the way back from [`date`].
///
/// ```
/// use zipkin::utc::{date, midnight};
///
/// assert_eq!(midnight("2023-11-14").map(date).as_deref(), Some("2023-11-14"));
/// assert_eq!(midnight("2023-02-30"), None);
/// ```
pub fn midnight(date: &str) -> Option<u64> {
    let mut fields = date.splitn(3, '-').map(|field| field.parse::<u64>().ok());
    let (year, month, day) = (fields.next()??, fields.next()??, fields.next()??);
    // A date that the calendar does not have comes back as another one.
    (1970..=9999).contains(&year).then_some(())?;
    let micros = days(year, month.checked_sub(1)?, day.checked_sub(1)?)? * SECONDS_A_DAY * 1_000_000;
    (self::date(micros) == date).then_some(micros)
}

/// Days since the epoch of a year, and a month and a day that count from zero. A year that begins in March ends with
/// its leap day.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let (year, month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let days_of_years = year * 365 + year / 4 - year / 100 + year / 400;
    let days_of_months = month.checked_mul(153)?.checked_add(2)? / 5;
    days_of_years
        .checked_add(days_of_months)?
        .checked_add(day)?
        .checked_sub(719_468)
}

/// Year, month and day, from days since the epoch: Howard Hinnant's `civil_from_days`, whose years begin in March, so
/// that a leap day is their last: <https://howardhinnant.github.io/date_algorithms.html>.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_utc() {
        for (micros, text) in [
            (0, "1970-01-01 00:00:00.000"),
            (1_531_282_088_548_312, "2018-07-11 04:08:08.548"),
            // The day before a leap day's morrow, and the turn of a year.
            (951_868_799_999_999, "2000-02-29 23:59:59.999"),
            (1_798_761_600_000_000, "2027-01-01 00:00:00.000"),
            // A century without a leap day.
            (4_107_542_400_000_000, "2100-03-01 00:00:00.000"),
        ] {
            assert_eq!(format!("{} {}", date(micros), time_of_day(micros)), text);
        }
    }

    #[test]
    fn a_date_begins_at_midnight() {
        for (text, micros) in [
            ("1970-01-01", Some(0)),
            ("2018-07-11", Some(1_531_267_200_000_000)),
            ("2000-02-29", Some(951_782_400_000_000)),
            ("2027-01-01", Some(1_798_761_600_000_000)),
            ("2100-03-01", Some(4_107_542_400_000_000)),
            ("2100-02-29", None), // a century without a leap day
            ("2026-13-01", None),
            ("2026-00-10", None),
            ("2026-1-1", None),
            ("1969-12-31", None),
            ("2026-11-24T", None),
            ("2026-11-18446744073709551615", None),
            ("2026-18446744073709551615-01", None),
            ("99999999-01-01", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(midnight(text), micros, "{text}");
        }
    }
}
