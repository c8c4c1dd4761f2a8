//! A header that comes in: there, absent, or not to be read.

use http::{HeaderMap, HeaderName, HeaderValue};

/// The values of one header.
#[derive(Clone, Copy, Default)]
pub(super) enum Header<'a> {
    #[default]
    Absent,
    One(&'a str),
    /// Not text, or repeated where it may not be.
    Unreadable,
}

impl<'a> Header<'a> {
    /// A header that may be there once.
    pub fn once(headers: &'a HeaderMap, name: &HeaderName) -> Self {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(value), None) => Self::of(value),
            (Some(_), Some(_)) => Self::Unreadable,
        }
    }

    /// A header of which the first counts, for whoever finds one after the other.
    pub fn or(self, value: &'a HeaderValue) -> Self {
        match self {
            Self::Absent => Self::of(value),
            first => first,
        }
    }

    fn of(value: &'a HeaderValue) -> Self {
        value.to_str().map_or(Self::Unreadable, Self::One)
    }

    /// The one value.
    pub const fn text(&self) -> Option<&'a str> {
        match self {
            Self::One(text) => Some(text),
            Self::Absent | Self::Unreadable => None,
        }
    }
}
