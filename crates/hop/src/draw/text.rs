//! What fits into a column: names from anywhere, made harmless and measured as a terminal shows them.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The text with each character escaped that would move the cursor, colour the screen or turn the line around.
pub fn clean(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        let turns =
            matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if char.is_control() || turns {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

/// How many columns a terminal gives the text: two for each Korean character.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text in exactly `columns` columns: filled with spaces, or cut with an ellipsis.
pub fn pad(text: &str, columns: usize) -> String {
    let mut shown = cut(text, columns);
    let missing = columns.saturating_sub(width(&shown));
    shown.extend(std::iter::repeat_n(' ', missing));
    shown
}

/// The same, filled on the left.
pub fn pad_left(text: &str, columns: usize) -> String {
    let shown = cut(text, columns);
    let missing = columns.saturating_sub(width(&shown));
    format!("{}{shown}", " ".repeat(missing))
}

/// Microseconds for people: three digits that count, or a dash where nothing is known.
pub fn duration(microseconds: Option<u64>) -> String {
    match microseconds {
        None => "-".to_owned(),
        Some(us @ ..1_000) => format!("{us} µs"),
        Some(us @ ..10_000) => format!("{:.2} ms", us as f64 / 1e3),
        Some(us @ ..100_000) => format!("{:.1} ms", us as f64 / 1e3),
        Some(us @ ..1_000_000) => format!("{:.0} ms", us as f64 / 1e3),
        Some(us) => format!("{:.2} s", us as f64 / 1e6),
    }
}

fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 1; // the ellipsis
    let fits = text.chars().take_while(|char| {
        used += char.width().unwrap_or_default();
        used <= columns
    });
    fits.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_escaped() {
        for (text, shown) in [
            ("김치 찌개", "김치 찌개"),
            ("a\u{1b}[31mred\nnext\t", "a\\u{1b}[31mred\\nnext\\t"),
            ("\u{202e}right to left", "\\u{202e}right to left"),
            ("quote \" and \\ stay", "quote \" and \\ stay"),
        ] {
            assert_eq!(clean(text), shown);
        }
    }

    #[test]
    fn columns_are_counted_as_a_terminal_shows_them() {
        for (text, columns, shown) in [
            ("orders", 8, "orders  "),
            ("orders", 4, "ord…"),
            ("김치찌개", 8, "김치찌개"),
            ("김치찌개", 7, "김치찌…"),
            ("김치찌개", 6, "김치… "), // a wide character is never halved
            ("e\u{301}te\u{301}", 3, "e\u{301}te\u{301}"),
        ] {
            assert_eq!(pad(text, columns), shown);
        }
        assert_eq!(pad_left("김치", 6), "  김치");
    }

    #[test]
    fn durations_have_three_digits_that_count() {
        let shown = [0, 999, 1_234, 12_345, 123_456, 1_234_567].map(|us| duration(Some(us)));
        assert_eq!(
            shown,
            ["0 µs", "999 µs", "1.23 ms", "12.3 ms", "123 ms", "1.23 s"]
        );
        assert_eq!(duration(None), "-");
    }
}
