//! Log lines, headers and the answer that are expected.

use std::collections::BTreeMap;

use crate::{count::Count, text::Text};

/// The pattern of a value by name: a text, or absent.
pub type Value = Option<Text>;

/// A log line that is expected. What is left out is not looked at.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct LineExpectation {
    pub(crate) text: Option<Text>,
    pub(crate) service: Option<Text>,
    pub(crate) level: Option<Text>,
    pub(crate) fields: BTreeMap<String, Value>,
    pub(crate) count: Option<Count>,
}

/// The headers that a request is expected to have on the wire.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct HeadersExpectation {
    pub(crate) to: String,
    pub(crate) headers: BTreeMap<String, Value>,
    pub(crate) count: Option<Count>,
}

/// An HTTP answer that is expected. What is left out is not looked at.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct AnswerExpectation {
    pub(crate) status: Option<u16>,
    pub(crate) headers: BTreeMap<String, Value>,
    pub(crate) body: Vec<Text>,
}

/// A line with this message.
pub fn line(text: impl Into<Text>) -> LineExpectation {
    LineExpectation {
        text: Some(text.into()),
        ..LineExpectation::default()
    }
}

/// The headers of each request to a service.
pub fn headers(to: impl Into<String>) -> HeadersExpectation {
    HeadersExpectation {
        to: to.into(),
        ..HeadersExpectation::default()
    }
}

/// Any answer.
pub fn answer() -> AnswerExpectation {
    AnswerExpectation::default()
}

impl LineExpectation {
    /// The service that wrote it.
    pub fn service(mut self, service: impl Into<Text>) -> Self {
        self.service = Some(service.into());
        self
    }

    /// `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
    pub fn level(mut self, level: impl Into<Text>) -> Self {
        self.level = Some(level.into());
        self
    }

    /// A value of the MDC, or `traceId` or `spanId`.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<Text>) -> Self {
        self.fields.insert(name.into(), Some(value.into()));
        self
    }

    /// A value that must not be there.
    pub fn no_field(mut self, name: impl Into<String>) -> Self {
        self.fields.insert(name.into(), None);
        self
    }

    /// So many lines like this; 0 for none.
    pub fn count(mut self, count: impl Into<Count>) -> Self {
        self.count = Some(count.into());
        self
    }
}

impl HeadersExpectation {
    /// A header and its value; of one that is repeated, each value.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Text>) -> Self {
        self.headers
            .insert(name.into().to_lowercase(), Some(value.into()));
        self
    }

    /// A header that must not be there.
    pub fn no_header(mut self, name: impl Into<String>) -> Self {
        self.headers.insert(name.into().to_lowercase(), None);
        self
    }

    /// So many requests; at least one unless told otherwise.
    pub fn count(mut self, count: impl Into<Count>) -> Self {
        self.count = Some(count.into());
        self
    }
}

impl AnswerExpectation {
    /// The status.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// A header and its value.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Text>) -> Self {
        self.headers
            .insert(name.into().to_lowercase(), Some(value.into()));
        self
    }

    /// A header that must not be there.
    pub fn no_header(mut self, name: impl Into<String>) -> Self {
        self.headers.insert(name.into().to_lowercase(), None);
        self
    }

    /// The body; may be said several times, with a part each.
    pub fn body(mut self, text: impl Into<Text>) -> Self {
        self.body.push(text.into());
        self
    }
}
