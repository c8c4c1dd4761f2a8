//! Texts from anywhere, made harmless for a terminal.

/// U+2068: the text that follows has a direction of its own.
pub const FIRST_STRONG_ISOLATE: char = '\u{2068}';

/// U+2069: the end of that text.
pub const POP_ISOLATE: char = '\u{2069}';

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
    fn text_from_right_to_left_is_isolated() {
        assert_eq!(clean("خدمة"), "\u{2068}خدمة\u{2069}");
        assert_eq!(clean("שלום\u{2069}"), "\u{2068}שלום\\u{2069}\u{2069}");
    }
}
