//! One span that is expected, and the spans that it causes.

use std::{collections::BTreeMap, ops::RangeInclusive};

use zipkin::Kind;

use super::facts::Value;
use crate::{count::Count, text::Text};

/// A span that is expected. What is left out is not looked at.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct SpanExpectation {
    pub(crate) label: Option<String>,
    pub(crate) service: Option<Text>,
    pub(crate) name: Option<Text>,
    pub(crate) kind: Option<SpanKind>,
    pub(crate) remote: Option<Text>,
    pub(crate) tags: BTreeMap<String, Value>,
    pub(crate) annotations: Vec<Text>,
    pub(crate) error: Option<bool>,
    pub(crate) duration_us: Option<(u64, Option<u64>)>,
    pub(crate) count: Option<Count>,
    pub(crate) children: Children,
    pub(crate) in_order: bool,
}

/// The kind of a span: the side of a remote call, or local work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// The side of a remote call.
    Remote(Kind),
    /// Local work: the span has no kind.
    Local,
}

/// The spans that a span causes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Children {
    /// Not looked at.
    #[default]
    Any,
    /// These, and no others.
    Exactly(Vec<SpanExpectation>),
    /// These, and whatever others.
    Including(Vec<SpanExpectation>),
}

/// Any span.
pub fn span() -> SpanExpectation {
    SpanExpectation::default()
}

/// A SERVER span of a service.
pub fn server(service: impl Into<Text>, name: impl Into<Text>) -> SpanExpectation {
    span().service(service).name(name).kind(Kind::Server)
}

/// A CLIENT span of a service.
pub fn client(service: impl Into<Text>, name: impl Into<Text>) -> SpanExpectation {
    span().service(service).name(name).kind(Kind::Client)
}

/// A span of local work in a service: it has no kind.
pub fn local(service: impl Into<Text>, name: impl Into<Text>) -> SpanExpectation {
    let span = span().service(service).name(name);
    SpanExpectation {
        kind: Some(SpanKind::Local),
        ..span
    }
}

impl SpanExpectation {
    /// The service that recorded the span; its case does not matter.
    pub fn service(mut self, service: impl Into<Text>) -> Self {
        self.service = Some(service.into());
        self
    }

    /// The name; its case does not matter, because Zipkin keeps names in lower case.
    pub fn name(mut self, name: impl Into<Text>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The side of a remote call.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = Some(SpanKind::Remote(kind));
        self
    }

    /// The service on the other side.
    pub fn to(mut self, remote: impl Into<Text>) -> Self {
        self.remote = Some(remote.into());
        self
    }

    /// A tag and its value.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<Text>) -> Self {
        self.tags.insert(key.into(), Some(value.into()));
        self
    }

    /// A tag that must not be there.
    pub fn no_tag(mut self, key: impl Into<String>) -> Self {
        self.tags.insert(key.into(), None);
        self
    }

    /// An annotation: one of the span's is so.
    pub fn annotation(mut self, value: impl Into<Text>) -> Self {
        self.annotations.push(value.into());
        self
    }

    /// The span has the tag `error`.
    pub fn failed(mut self) -> Self {
        self.error = Some(true);
        self
    }

    /// The span has no tag `error`.
    pub fn succeeded(mut self) -> Self {
        self.error = Some(false);
        self
    }

    /// The duration in microseconds. A relation between spans holds on a slow machine, too; a threshold may not.
    pub fn duration_us(mut self, range: RangeInclusive<u64>) -> Self {
        self.duration_us = Some((*range.start(), Some(*range.end())));
        self
    }

    /// So many spans like this: exactly one unless told otherwise, or at least one among [`including`](Self::including).
    pub fn count(mut self, count: impl Into<Count>) -> Self {
        self.count = Some(count.into());
        self
    }

    /// A label for relations, and for `{id:LABEL}` in patterns.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The spans below are these and no others, in any order.
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children = Children::Exactly(children.into_iter().collect());
        self
    }

    /// Among the spans below are these, in any order.
    pub fn including(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children = Children::Including(children.into_iter().collect());
        self
    }

    /// The spans below start in the order in which they are given.
    pub fn in_order(mut self) -> Self {
        self.in_order = true;
        self
    }

    /// No spans are below.
    pub fn leaf(self) -> Self {
        self.children([])
    }
}

impl Children {
    /// The spans that are expected, none where nothing is.
    pub fn list(&self) -> &[SpanExpectation] {
        match self {
            Self::Any => &[],
            Self::Exactly(list) | Self::Including(list) => list,
        }
    }
}
