//! The fields of a span.

use smol_str::{SmolStr, format_smolstr};
use tracing::field::{Field, Visit};
use zipkin::Kind;

use crate::spans::record::SpanRecord;

/// The fields of a span, by name.
#[derive(Default)]
pub(super) struct Fields(Vec<(&'static str, SmolStr)>);

impl Fields {
    /// Makes them tags, but for those that OpenTelemetry gives a meaning, and `error = false`, which says that there is none:
    /// a reader takes any tag of that name for an error.
    pub fn set(self, record: &mut SpanRecord) {
        for (name, value) in self.0 {
            match name {
                "otel.name" => record.name = value,
                "otel.kind" => record.kind = kind(&value),
                "otel.status_code" => record.set_status(value),
                "otel.status_description" | "otel.status_message" => record.describe_status(value),
                "error" if value == "false" => record.untag("error"),
                name => record.tag(SmolStr::new_static(name), value),
            }
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.into()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push((field.name(), format_smolstr!("{value:?}")));
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
