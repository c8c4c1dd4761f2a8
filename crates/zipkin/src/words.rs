//! The words that page and terminal share: one word and one unit for a thing.

use std::fmt::Display;

use crate::Language;

/// The words of each language.
mod table;

pub use table::Words;

const ENGLISH: &Words = Language::English.words();

/// In place of a service that a span does not name.
pub const NO_SERVICE: &str = ENGLISH.no_service;

/// In place of a name that a span does not have.
pub const NO_NAME: &str = ENGLISH.no_name;

/// The caller of a span that has no parent id and names no other side.
pub const OUTSIDE: &str = ENGLISH.outside;

/// A side of a call that left no span, nor a name in another's.
pub const NOT_REPORTED: &str = ENGLISH.not_reported;

/// In place of the duration of a span that started and has none.
pub const NOT_ENDED: &str = ENGLISH.not_ended;

/// In place of the duration of what has neither start nor duration.
pub const NO_TIME: &str = ENGLISH.no_time;

/// In place of a figure that is not known.
pub const UNKNOWN: &str = "–";

/// The columns of the hop table, after the call.
pub const HOP_COLUMNS: [&str; 4] = ENGLISH.hop_columns;

/// The meaning of the columns.
pub const HOP_HINT: &str = ENGLISH.hop_hint;

/// The text, or what stands in its place when it is empty.
pub fn or<'a>(text: &'a str, none: &'a str) -> &'a str {
    if text.is_empty() { none } else { text }
}

/// Whose: `web's`, `orders'`.
pub fn of_whom(name: &str) -> String {
    let ending = if name.ends_with('s') { "'" } else { "'s" };
    format!("{name}{ending}")
}

/// A number in groups of three digits: `4,998`. Texts that are not digits alone are as they were.
///
/// ```
/// assert_eq!(zipkin::words::grouped(1_234_567), "1,234,567");
/// ```
pub fn grouped(number: impl Display) -> String {
    let digits = number.to_string();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits;
    }
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number and its noun: `1 span`, `2,000 spans`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// A duration with three digits that count, in the unit that suits it: `412 µs`, `1.23 ms`, `2.05 s`, `3 min 20 s`,
/// `1 h 0 min`, `2 d 3 h`.
///
/// ```
/// assert_eq!(zipkin::words::duration(1_234), "1.23 ms");
/// ```
pub fn duration(micros: u64) -> String {
    duration_in(micros, Language::English)
}

/// The same in a language, of which minutes, hours and days are words: `3분 20초`.
pub fn duration_in(micros: u64, language: Language) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        // Where rounding would make 1000 of it, the next unit begins.
        1_000..999_500 => format!("{} ms", three_digits(micros as f64 / 1e3)),
        999_500..59_950_000 => format!("{} s", three_digits(micros as f64 / 1e6)),
        _ => whole_units((micros / 500_000).div_ceil(2), language),
    }
}

/// The same in nine columns at most, for the cell of a table: `12min 36s`, `2d 3h`, `12.5시간`.
///
/// ```
/// use zipkin::{Language, words};
///
/// assert_eq!(words::short_in(756_000_000, Language::English), "12min 36s");
/// assert_eq!(words::short_in(1_234, Language::English), "1.23 ms");
/// ```
pub fn short_in(micros: u64, language: Language) -> String {
    let seconds = (micros / 500_000).div_ceil(2);
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match (micros, language) {
        (0..59_950_000, _) => duration_in(micros, language),
        _ if days > MOST_DAYS => match language {
            Language::English => format!(">{MOST_DAYS}d"),
            Language::Korean => format!(">{MOST_DAYS}일"),
        },
        (_, Language::English) if hours == 0 => format!("{minutes}min {}s", seconds % 60),
        (_, Language::English) if days == 0 => format!("{hours}h {}min", minutes % 60),
        (_, Language::English) => format!("{days}d {}h", hours % 24),
        (_, Language::Korean) if hours == 0 => format!("{minutes}분 {}초", seconds % 60),
        // Korean letters take two columns each: hours and minutes have no room side by side.
        (_, Language::Korean) if days == 0 => format!("{}시간", tenths(seconds, 3_600)),
        (_, Language::Korean) => format!("{}일", tenths(seconds, 86_400)),
    }
}

/// More days than these have no room in a cell.
const MOST_DAYS: u64 = 9_999;

/// So many units with one decimal, never rounded up into the next unit.
fn tenths(seconds: u64, unit: u64) -> String {
    let tenths = seconds * 10 / unit;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A part of a duration: `75.0 of 100 ms`, `300 µs of 2.00 ms`.
///
/// ```
/// assert_eq!(zipkin::words::part(75_000, 100_000), "75.0 of 100 ms");
/// ```
pub fn part(micros: u64, of: u64) -> String {
    let (part, whole) = (duration(micros), duration(of));
    match (part.rsplit_once(' '), whole.rsplit_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other && !number.contains(' ') => {
            format!("{number} of {whole}")
        }
        _ => format!("{part} of {whole}"),
    }
}

/// The time from one moment to another, which may be the earlier: `−5.00 s`.
pub fn offset(from: u64, to: u64) -> String {
    let sign = if to < from { "−" } else { "" };
    format!("{sign}{}", duration(from.abs_diff(to)))
}

fn whole_units(seconds: u64, language: Language) -> String {
    let [day, hour, minute, second] = match language {
        Language::English => [" d", " h", " min", " s"],
        Language::Korean => ["일", "시간", "분", "초"],
    };
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..3_600 => format!("{minutes}{minute} {}{second}", seconds % 60),
        3_600..86_400 => format!("{hours}{hour} {}{minute}", minutes % 60),
        _ => format!("{days}{day} {}{hour}", hours % 24),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_a_unit() {
        for (micros, text) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (1_000, "1.00 ms"),
            (1_234, "1.23 ms"),
            (9_996, "10.0 ms"),
            (20_333, "20.3 ms"),
            (207_000, "207 ms"),
            (999_499, "999 ms"),
            (999_500, "1.00 s"),
            (2_050_000, "2.05 s"),
            (59_949_999, "59.9 s"),
            (59_950_000, "1 min 0 s"),
            (200_000_000, "3 min 20 s"),
            (200_999_999, "3 min 21 s"),
            (3_599_999_999, "1 h 0 min"),
            (183_600_000_000, "2 d 3 h"),
            (u64::MAX, "213503982 d 8 h"),
        ] {
            assert_eq!(duration(micros), text);
        }
    }

    #[test]
    fn long_durations_are_words_of_the_language() {
        for (micros, text) in [
            (20_333, "20.3 ms"),
            (200_000_000, "3분 20초"),
            (3_600_000_000, "1시간 0분"),
            (183_600_000_000, "2일 3시간"),
        ] {
            assert_eq!(duration_in(micros, Language::Korean), text);
        }
    }

    #[test]
    fn a_cell_has_room_for_each_duration() {
        for (micros, english, korean) in [
            (59_949_999, "59.9 s", "59.9 s"),
            (59_950_000, "1min 0s", "1분 0초"),
            (756_000_000, "12min 36s", "12분 36초"),
            (3_599_499_999, "59min 59s", "59분 59초"),
            (3_599_500_000, "1h 0min", "1.0시간"),
            (45_000_000_000, "12h 30min", "12.5시간"),
            (86_399_499_999, "23h 59min", "23.9시간"),
            (86_399_500_000, "1d 0h", "1.0일"),
            (183_600_000_000, "2d 3h", "2.1일"),
            (863_999_000_000_000, "9999d 23h", "9999.9일"),
            (864_000_000_000_000, ">9999d", ">9999일"),
            (u64::MAX, ">9999d", ">9999일"),
        ] {
            assert_eq!(short_in(micros, Language::English), english);
            assert_eq!(short_in(micros, Language::Korean), korean);
        }
    }

    #[test]
    fn a_part_of_a_duration_has_its_unit_once() {
        for (part_us, whole, text) in [
            (75_000, 100_000, "75.0 of 100 ms"),
            (300, 2_000, "300 µs of 2.00 ms"),
            (60_000_000, 200_000_000, "1 min 0 s of 3 min 20 s"),
        ] {
            assert_eq!(part(part_us, whole), text);
        }
    }

    #[test]
    fn a_name_that_ends_in_s_has_no_second_one() {
        assert_eq!([of_whom("web"), of_whom("orders")], ["web's", "orders'"]);
    }

    #[test]
    fn an_earlier_time_has_a_sign() {
        assert_eq!(offset(5_000_000, 0), "−5.00 s");
        assert_eq!(offset(0, 20), "20 µs");
        assert_eq!(offset(7, 7), "0 µs");
    }
}
