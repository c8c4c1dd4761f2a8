//! The fields of a span.

use smol_str::{SmolStr, format_smolstr};
use tracing::field::{Field, Visit};
use zipkin::Kind;

use crate::{sink::value::Kept, spans::record::SpanRecord};

/// The fields of a span, by name.
#[derive(Default)]
pub(super) struct Fields(Vec<(&'static str, Kept)>);

impl Fields {
    /// Makes them tags, but for those that OpenTelemetry gives a meaning, and `error = false`, which says that there is none:
    /// a reader takes any tag of that name for an error.
    pub fn set(self, record: &mut SpanRecord) {
        for (name, value) in self.0 {
            match name {
                "otel.name" => record.name = value.into_text(),
                "otel.kind" => record.kind = kind(&value.into_text()),
                "otel.status_code" => record.set_status(value.into_text()),
                "otel.status_description" | "otel.status_message" => {
                    record.describe_status(value.into_text())
                }
                "error" if value == Kept::Bool(false) || value.as_str() == Some("false") => {
                    record.untag("error")
                }
                name => record.tag(SmolStr::new_static(name), value),
            }
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.into()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.push((field.name(), Kept::I64(value)));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.push((field.name(), Kept::U64(value)));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.push((field.name(), Kept::F64(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.push((field.name(), Kept::Bool(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push((field.name(), format_smolstr!("{value:?}").into()));
    }
}

fn kind(text: &str) -> Option<Kind> {
    match text.to_ascii_lowercase().as_str() {
        "client" => Some(Kind::Client),
        "server" => Some(Kind::Server),
        "producer" => Some(Kind::Producer),
        "consumer" => Some(Kind::Consumer),
        _ => None,
    }
}
