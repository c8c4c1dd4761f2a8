//! Texts of which no more is kept than a line or a tag has room for.

use std::{
    fmt::{self, Write as _},
    ops::Deref,
};

use super::escape::{escaped_len, width};

/// The most bytes that are kept of a text, before it is escaped.
const MAX_TEXT: usize = 8192;

/// The most bytes of the mark behind a text that was cut.
const MAX_MARK: usize = "…[cut, 18446744073709551615 bytes]".len();

/// A text of which no more than [`MAX_TEXT`] bytes are kept, however much is written.
#[derive(Debug, Default)]
pub(crate) struct Cut {
    /// The part that is kept, and a mark behind it where that is not all.
    shown: String,
    kept: usize,
    written: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        if self.written == self.kept {
            let mut end = more.len().min(MAX_TEXT - self.kept);
            while !more.is_char_boundary(end) {
                end -= 1;
            }
            if self.shown.capacity() == 0 {
                // Most messages fit, and come in pieces.
                self.shown.reserve(end.max(96));
            }
            self.shown.push_str(more.get(..end).unwrap_or_default());
            self.kept += end;
        }
        self.written += more.len();
        Ok(())
    }
}

impl Deref for Cut {
    type Target = str;

    fn deref(&self) -> &str {
        &self.shown
    }
}

impl From<&str> for Cut {
    fn from(text: &str) -> Self {
        Self {
            shown: text.to_owned(),
            kept: text.len(),
            written: text.len(),
        }
    }
}

impl Cut {
    /// Sets the mark, where one is due.
    pub fn finish(mut self) -> Self {
        if self.written > self.kept {
            // Writing into a String does not fail.
            let _ = write!(self.shown, "…[cut, {} bytes]", self.written);
        }
        self
    }

    /// The part of it that takes no more than so many bytes of a line, with a mark.
    pub fn within(&self, most: usize) -> Self {
        if escaped_len(self) <= most {
            return Self {
                shown: self.shown.clone(),
                ..*self
            };
        }
        let text = self.shown.get(..self.kept).unwrap_or_default();
        let mut room = most.saturating_sub(MAX_MARK);
        let does_not_fit = |&(_, character): &(usize, char)| {
            let rest = room.checked_sub(width(character));
            room = rest.unwrap_or_default();
            rest.is_none()
        };
        let end = text
            .char_indices()
            .find(does_not_fit)
            .map_or(text.len(), |(place, _)| place);
        let shown = text.get(..end).unwrap_or_default().to_owned();
        Self {
            shown,
            kept: end,
            ..*self
        }
        .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(parts: &[&str]) -> Cut {
        let mut text = Cut::default();
        for part in parts {
            text.write_str(part).unwrap();
        }
        text.finish()
    }

    #[test]
    fn long_text_is_cut_between_characters_and_says_so() {
        let longest = "a".repeat(MAX_TEXT);
        assert_eq!(*cut(&[&longest]), longest);
        assert_eq!(*cut(&[&longest, "b", ""]), format!("{longest}…[cut, 8193 bytes]"));
        assert_eq!(
            *cut(&["a", &"김".repeat(349_525)]),
            format!("a{}…[cut, 1048576 bytes]", "김".repeat(2730))
        );
        // A character that does not fit ends the text: a shorter one behind it would leave a hole.
        let almost = "a".repeat(MAX_TEXT - 1);
        assert_eq!(*cut(&[&almost, "é", "b"]), format!("{almost}…[cut, 8194 bytes]"));
    }

    #[test]
    fn text_is_cut_again_by_what_it_takes_in_a_line() {
        let most = MAX_MARK + 7;
        for (text, shown) in [
            ("a".repeat(most), "a".repeat(most)),
            ("a".repeat(most + 1), format!("aaaaaaa…[cut, {} bytes]", most + 1)),
            ("\u{1}".repeat(10), "\u{1}…[cut, 10 bytes]".into()),
            ("a\"€\u{9b}".repeat(9), "a\"€…[cut, 63 bytes]".into()),
            ("a".repeat(9000), "aaaaaaa…[cut, 9000 bytes]".into()),
        ] {
            assert_eq!(*cut(&[&text]).within(most), shown);
        }
    }
}
