//! When a line was written. The second is made into text once, and kept for the lines that follow in it.

use std::cell::Cell;

use zipkin::utc;

/// `2026-11-24T07:17:19`.
const LENGTH: usize = 19;

thread_local! {
    static LAST: Cell<(u64, u8, [u8; LENGTH])> = const { Cell::new((u64::MAX, 0, [0; LENGTH])) };
}

/// Appends a UTC time with milliseconds: `2026-11-24 07:17:19.097`, with the given separator in its middle.
pub(super) fn write_millis(out: &mut Vec<u8>, epoch_us: u64, separator: u8) {
    write_second(out, epoch_us, separator);
    write_digits(out, epoch_us, &[100_000, 10_000, 1000]);
}

/// Appends a UTC time with microseconds.
pub(super) fn write_micros(out: &mut Vec<u8>, epoch_us: u64, separator: u8) {
    write_second(out, epoch_us, separator);
    write_digits(out, epoch_us, &[100_000, 10_000, 1000, 100, 10, 1]);
}

fn write_second(out: &mut Vec<u8>, epoch_us: u64, separator: u8) {
    let (second, last_separator, mut text) = LAST.get();
    if (second, last_separator) != (epoch_us / 1_000_000, separator) {
        let separated = char::from(separator);
        let whole = format!("{}{separated}{}", utc::date(epoch_us), utc::time_of_day(epoch_us));
        text = whole.as_bytes().first_chunk().copied().unwrap_or(text);
        LAST.set((epoch_us / 1_000_000, separator, text));
    }
    out.extend_from_slice(&text);
}

fn write_digits(out: &mut Vec<u8>, epoch_us: u64, places: &[u64]) {
    out.push(b'.');
    out.extend(places.iter().map(|place| b'0' + (epoch_us / place % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_and_a_kept_second_is_the_same_second() {
        for (micros, separator, text) in [
            (0, b' ', "1970-01-01 00:00:00.000"),
            (951_827_696_789_999, b'T', "2000-02-29T12:34:56.789"),
            (951_827_696_001_000, b'T', "2000-02-29T12:34:56.001"),
            (951_827_696_001_000, b' ', "2000-02-29 12:34:56.001"),
            (1_796_083_199_999_000, b' ', "2026-11-30 23:59:59.999"),
        ] {
            let mut out = Vec::new();
            write_millis(&mut out, micros, separator);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
        let mut out = Vec::new();
        write_micros(&mut out, 951_827_696_000_042, b'T');
        assert_eq!(out, b"2000-02-29T12:34:56.000042");
    }
}
