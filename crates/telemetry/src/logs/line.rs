//! The text of an event: its message and its fields, each cut where it is too long to keep.

use std::fmt::{self, Write as _};

use tracing::{
    Event,
    field::{self, Visit},
};

use crate::texts::cut::Cut;

/// The message and the other fields of an event.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub message: Cut,
    pub fields: Vec<Field>,
}

/// A field that is not the message.
#[derive(Debug)]
pub(crate) struct Field {
    pub name: &'static str,
    pub value: Cut,
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

    /// The error, where the event is one: its message, or else its first field, as in the events
    /// of `#[instrument(err)]`.
    pub fn reason(&self) -> &str {
        match self.fields.first() {
            Some(field) if self.message.is_empty() => &field.value,
            _ => &self.message,
        }
    }

    fn add(&mut self, field: &field::Field, value: fmt::Arguments<'_>, is_bare: bool) {
        let mut text = Cut::default();
        // A `Debug` that fails by itself has said what it could.
        let _ = text.write_fmt(value);
        let value = text.finish();
        match field.name() {
            // The text comes first; a field of that name may stand beside it.
            "message" if self.message.is_empty() => self.message = value,
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
