//! Texts in columns of a terminal, with room for wide characters.

/// The text with each character escaped that would move the cursor, colour the screen or turn the line around.
pub fn clean(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if matches!(char, '"' | '\'' | '\\') {
            shown.push(char);
        } else {
            shown.extend(char.escape_debug());
        }
    }
    shown
}

/// The text in exactly so many columns: filled with spaces, or cut with an ellipsis.
pub fn pad(text: &str, columns: usize) -> String {
    let all = width(text);
    if all <= columns {
        return format!("{text}{}", " ".repeat(columns - all));
    }
    let mut used = 1; // the ellipsis
    let fitting = text.chars().take_while(|&char| {
        used += width_of(char);
        used <= columns
    });
    let mut shown: String = fitting.collect();
    shown.push('…');
    let missing = columns.saturating_sub(width(&shown));
    shown.extend(std::iter::repeat_n(' ', missing));
    shown
}

/// The text in lines of at most so many columns, broken between words; the first begins with a mark, the others below it.
pub fn wrap(mark: &str, text: &str, columns: usize) -> Vec<String> {
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

fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// Korean, Chinese and Japanese characters and most pictures take two columns; marks that join another take none.
fn width_of(char: char) -> usize {
    match char {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_as_a_terminal_shows_them() {
        for (text, columns, shown) in [
            ("orders", 8, "orders  "),
            ("orders", 4, "ord…"),
            ("김치찌개", 7, "김치찌…"),
            ("김치찌개", 6, "김치… "),
        ] {
            assert_eq!(pad(text, columns), shown);
        }
        assert_eq!(
            clean("a\u{1b}[31m\u{202e}\n\"김치\""),
            "a\\u{1b}[31m\\u{202e}\\n\"김치\""
        );
        assert_eq!(wrap("1. ", "one two three", 10), ["1. one two", "   three"]);
    }
}
