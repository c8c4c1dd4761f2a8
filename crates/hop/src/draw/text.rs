//! What fits into a column: names from anywhere, made harmless and measured as a terminal shows them.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// The text with each character escaped that would move the cursor, colour the screen or turn the line around. Text
/// that is written from right to left is isolated, so that it leaves what stands beside it in its order.
pub fn clean(text: &str) -> String {
    let shown = escaped(text);
    if shown.chars().any(is_right_to_left) {
        format!("{FIRST_STRONG_ISOLATE}{shown}{POP_ISOLATE}")
    } else {
        shown
    }
}

fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        let turns = matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if char.is_control() || turns {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

/// The blocks of Unicode for Hebrew, Arabic and the other scripts of this direction.
fn is_right_to_left(char: char) -> bool {
    matches!(char, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
        || matches!(char, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
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

/// The text in lines of at most so many columns, broken between words, the first of them after a mark.
pub fn wrap(text: &str, mark: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = mark.to_owned();
    for word in text.split(' ') {
        if line.len() > mark.len() && width(&line) + width(word) > columns {
            lines.push(line);
            line = " ".repeat(mark.len());
        }
        line.push_str(word);
        line.push(' ');
    }
    lines.push(line);
    lines.iter().map(|line| cut(line.trim_end(), columns)).collect()
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
    let mut shown: String = fits.collect();
    if shown.matches(FIRST_STRONG_ISOLATE).count() > shown.matches(POP_ISOLATE).count() {
        shown.push(POP_ISOLATE);
    }
    shown.push('…');
    shown
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
    fn text_from_right_to_left_is_isolated_also_when_cut() {
        assert_eq!(clean("خدمة"), "\u{2068}خدمة\u{2069}");
        assert_eq!(clean("שלום\u{2069}"), "\u{2068}שלום\\u{2069}\u{2069}");
        assert_eq!(pad(&clean("خدمة"), 3), "\u{2068}خد\u{2069}…");
        assert_eq!(width(&clean("خدمة")), 4);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", "? ", 9), ["? one two", "  three"]);
        assert_eq!(wrap("longerthanaline and", "", 8), ["longert…", "and"]);
        assert_eq!(wrap("", "", 8), [""]);
    }
}
