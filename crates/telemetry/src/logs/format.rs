//! The formats of lines, by the names of `LOG_FORMAT`.

use super::{ecs, entry::Entry, gcp, logback, text};

/// The look of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum LineFormat {
    /// For people: Spring Boot's layout, with the MDC before the message.
    Text,
    /// For programs: logback's JsonLayout, an object a line.
    Logback,
    /// For Google Cloud Logging: an object a line, joined with its trace.
    Gcp,
    /// For Elasticsearch and OpenSearch: Elastic Common Schema, an object a line.
    Ecs,
}

impl LineFormat {
    pub(super) fn write(self, out: &mut Vec<u8>, entry: &Entry<'_>) {
        match self {
            Self::Text => text::write(out, entry),
            Self::Logback => logback::write(out, entry),
            Self::Gcp => gcp::write(out, entry),
            Self::Ecs => ecs::write(out, entry),
        }
        out.push(b'\n');
    }
}
