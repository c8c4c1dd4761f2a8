//! Something that happened in a span, as an annotation: `"name": {"key":"value"}`, as OpenTelemetry's document has it.

use super::value::{Json, Value};
use crate::{Text, encode};

/// The key under which everything says how many attributes were dropped.
pub const DROPPED_ATTRIBUTES: &str = "otel.dropped_attributes_count";

/// Something that happened in a span.
#[derive(Default)]
pub struct Event<'a> {
    /// Nanoseconds since 1970; 0 when unknown.
    pub time: u64,
    /// The name of the event.
    pub name: Text<'a>,
    /// Attributes that were dropped.
    pub dropped_attributes: u64,
}

impl<'a> Event<'a> {
    /// The name with the attributes, or alone where there are none.
    pub fn annotation(self, mut attributes: Json) -> Text<'a> {
        if let (Ok(count), true) = (
            i64::try_from(self.dropped_attributes),
            self.dropped_attributes > 0,
        ) {
            attributes.member(DROPPED_ATTRIBUTES, &Value::Whole(count));
        }
        if attributes.is_empty() {
            return self.name;
        }
        let mut name = Vec::new();
        encode::string(&mut name, &self.name);
        let name = String::from_utf8(name).unwrap_or_default();
        format!("{name}: {}", attributes.end()).into()
    }
}
