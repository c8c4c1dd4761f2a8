//! What an event says: its message and its fields, each cut where it is too long for a line.

use std::fmt::{self, Write as _};

use tracing::{
    Event,
    field::{self, Visit},
};

/// The most bytes of a message, and of the value of a field, that a line has, before they are escaped.
///
/// Docker cuts what a container writes into pieces of 16 KiB, and a piece of JSON is no JSON.
pub(crate) const MAX_BYTES: usize = 8192;

/// The message and the other fields of an event.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub message: String,
    pub fields: Vec<Field>,
}

/// A field that is not the message.
#[derive(Debug)]
pub(crate) struct Field {
    pub name: &'static str,
    pub value: String,
    /// Whether JSON has such a value: a number, `true` or `false`.
    pub is_bare: bool,
}

impl Line {
    /// Reads an event.
    pub fn read(event: &Event<'_>) -> Self {
        let mut line = Self::default();
        event.record(&mut line);
        line
    }

    /// What went wrong, where the event says that something did: its message, or else its first field, as in the events
    /// of `#[instrument(err)]`.
    pub fn reason(&self) -> &str {
        match self.fields.first() {
            Some(field) if self.message.is_empty() => &field.value,
            _ => &self.message,
        }
    }

    fn add(&mut self, field: &field::Field, value: fmt::Arguments<'_>, is_bare: bool) {
        let mut text = Cut::default();
        // Writing into a String does not fail; a `Debug` that fails by itself has said what it could.
        let _ = text.write_fmt(value);
        let value = text.finish();
        match field.name() {
            "message" => self.message = value,
            name => self.fields.push(Field { name, value, is_bare }),
        }
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &field::Field, value: &str) {
        self.add(field, format_args!("{value}"), false);
    }

    fn record_debug(&mut self, field: &field::Field, value: &dyn fmt::Debug) {
        self.add(field, format_args!("{value:?}"), false);
    }

    fn record_i64(&mut self, field: &field::Field, value: i64) {
        self.add(field, format_args!("{value}"), true);
    }

    fn record_u64(&mut self, field: &field::Field, value: u64) {
        self.add(field, format_args!("{value}"), true);
    }

    fn record_bool(&mut self, field: &field::Field, value: bool) {
        self.add(field, format_args!("{value}"), true);
    }

    fn record_f64(&mut self, field: &field::Field, value: f64) {
        self.add(field, format_args!("{value:?}"), value.is_finite());
    }
}

/// Text of which no more than [`MAX_BYTES`] are kept, however much is written.
#[derive(Debug, Default)]
struct Cut {
    kept: String,
    written: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        if self.written == self.kept.len() {
            let mut end = more.len().min(MAX_BYTES - self.kept.len());
            while !more.is_char_boundary(end) {
                end -= 1;
            }
            if self.kept.capacity() == 0 {
                // Most messages fit, and come in pieces.
                self.kept.reserve(end.max(96));
            }
            self.kept.push_str(more.get(..end).unwrap_or_default());
        }
        self.written += more.len();
        Ok(())
    }
}

impl Cut {
    /// The text, and a mark where it was cut.
    fn finish(mut self) -> String {
        if self.written > self.kept.len() {
            // Writing into a String does not fail.
            let _ = write!(self.kept, "…[cut, {} bytes]", self.written);
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(parts: &[&str]) -> String {
        let mut text = Cut::default();
        for part in parts {
            text.write_str(part).unwrap();
        }
        text.finish()
    }

    #[test]
    fn long_text_is_cut_between_characters_and_says_so() {
        let longest = "a".repeat(MAX_BYTES);
        assert_eq!(cut(&[&longest]), longest);
        assert_eq!(cut(&[&longest, "b", ""]), format!("{longest}…[cut, 8193 bytes]"));
        assert_eq!(
            cut(&["a", &"김".repeat(349_525)]),
            format!("a{}…[cut, 1048576 bytes]", "김".repeat(2730))
        );
        // A character that does not fit ends the text: a shorter one behind it would leave a hole.
        let almost = "a".repeat(MAX_BYTES - 1);
        assert_eq!(cut(&[&almost, "é", "b"]), format!("{almost}…[cut, 8194 bytes]"));
    }
}
