//! Texts in columns of a terminal, measured as it shows them. Make a text from anywhere harmless first: `output::clean`.

use output::{FIRST_STRONG_ISOLATE, POP_ISOLATE};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The number of columns that a terminal gives the text: two for each Korean character.
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

/// The text in lines of at most so many columns, broken between words: the first line begins with a mark, and the others are indented by as
/// much. A word that is longer than a line has one to itself.
///
/// ```
/// assert_eq!(expect::columns::wrap("one two three", "1. ", 10), ["1. one two", "   three"]);
/// ```
pub fn wrap(text: &str, mark: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = mark.to_owned();
    for word in text.split(' ') {
        if line.len() > mark.len() && width(&line) + width(word) > columns {
            lines.push(line.trim_end().to_owned());
            line = " ".repeat(mark.len());
        }
        line.push_str(word);
        line.push(' ');
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// The text, or its beginning with an ellipsis.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 1; // the ellipsis
    let fits = text.chars().take_while(|char| {
        used += char.width().unwrap_or_default();
        used <= columns
    });
    let mut shown: String = fits.collect();
    if shown.matches(FIRST_STRONG_ISOLATE).count() > shown.matches(POP_ISOLATE).count() {
        shown.push(POP_ISOLATE);
    }
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use output::clean;

    use super::*;

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
    fn text_from_right_to_left_stays_isolated_when_cut() {
        assert_eq!(pad(&clean("خدمة"), 3), "\u{2068}خد\u{2069}…");
        assert_eq!(width(&clean("خدمة")), 4);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", "? ", 9), ["? one two", "  three"]);
        assert_eq!(wrap("longerthanaline and", "", 8), ["longerthanaline", "and"]);
        assert_eq!(wrap("", "", 8), [""]);
    }
}
