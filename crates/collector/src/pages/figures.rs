//! Times and durations for people. Times are in UTC.

const SECONDS_A_DAY: u64 = 86_400;

/// A duration in the unit that suits it: `412 µs`, `1.23 ms`, `20.3 ms`, `2.05 s`, `3 min 20 s`.
pub fn duration(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{} ms", three_digits(micros as f64 / 1e3)),
        1_000_000..60_000_000 => format!("{} s", three_digits(micros as f64 / 1e6)),
        _ => format!("{} min {} s", micros / 60_000_000, micros / 1_000_000 % 60),
    }
}

fn three_digits(value: f64) -> String {
    let decimals = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

/// The date of a time in microseconds since the epoch: `2026-11-24`.
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
    fn durations_have_three_digits_and_a_unit() {
        for (micros, text) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (1_000, "1.00 ms"),
            (9_996, "10.0 ms"),
            (20_333, "20.3 ms"),
            (207_000, "207 ms"),
            (2_050_000, "2.05 s"),
            (200_000_000, "3 min 20 s"),
        ] {
            assert_eq!(duration(micros), text);
        }
    }

    #[test]
    fn times_are_in_utc() {
        for (micros, text) in [
            (0, "1970-01-01 00:00:00.000"),
            (1_531_282_088_548_312, "2018-07-11 04:08:08.548"),
            // The day before a leap day's morrow, and the turn of a year.
            (951_868_799_999_999, "2000-02-29 23:59:59.999"),
            (1_798_761_600_000_000, "2027-01-01 00:00:00.000"),
        ] {
            assert_eq!(format!("{} {}", date(micros), time_of_day(micros)), text);
        }
    }
}
