//! Times of labelled spans, as relations: they hold on a slow machine as on a fast one.

use std::fmt;

/// A relation between the times of labelled spans. A label may stand for several spans; the relation then holds for each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relation {
    /// The first begins and ends within the second.
    Within(String, String),
    /// The first ends before the second begins.
    Before(String, String),
    /// The first takes longer than the second.
    Longer(String, String),
    /// Two of these at least are at work at the same time.
    Overlap(Vec<String>),
    /// No two of these are at work at the same time.
    Apart(Vec<String>),
}

impl Relation {
    /// `inner` begins and ends within `outer`.
    pub fn within(inner: impl Into<String>, outer: impl Into<String>) -> Self {
        Self::Within(inner.into(), outer.into())
    }

    /// `first` ends before `second` begins.
    pub fn before(first: impl Into<String>, second: impl Into<String>) -> Self {
        Self::Before(first.into(), second.into())
    }

    /// `longer` takes longer than `shorter`.
    pub fn longer(longer: impl Into<String>, shorter: impl Into<String>) -> Self {
        Self::Longer(longer.into(), shorter.into())
    }

    /// Two of the spans with these labels at least are at work at the same time.
    pub fn overlap<L: Into<String>>(labels: impl IntoIterator<Item = L>) -> Self {
        Self::Overlap(labels.into_iter().map(Into::into).collect())
    }

    /// No two of the spans with these labels are at work at the same time.
    pub fn apart<L: Into<String>>(labels: impl IntoIterator<Item = L>) -> Self {
        Self::Apart(labels.into_iter().map(Into::into).collect())
    }

    /// The labels that it speaks of.
    pub(crate) fn labels(&self) -> Vec<&str> {
        match self {
            Self::Within(one, other) | Self::Before(one, other) | Self::Longer(one, other) => {
                vec![one, other]
            }
            Self::Overlap(labels) | Self::Apart(labels) => labels.iter().map(String::as_str).collect(),
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(inner, outer) => write!(f, "{inner} within {outer}"),
            Self::Before(first, second) => write!(f, "{first} before {second}"),
            Self::Longer(longer, shorter) => write!(f, "{longer} longer than {shorter}"),
            Self::Overlap(labels) => write!(f, "{} overlap", labels.join(", ")),
            Self::Apart(labels) => write!(f, "{} apart", labels.join(", ")),
        }
    }
}
