//! Patterns of texts: equal, a part, a pattern, or anything else than that.

use std::fmt;

/// Patterns with placeholders.
mod pattern;

/// The values of their placeholders.
mod given;

pub use given::Given;
use pattern::Pattern;

/// A longer text is compared by its first bytes alone.
pub const LONGEST: usize = 64 * 1024;

/// Patterns of texts.
///
/// ```
/// use expect::{Text, contains, pattern};
///
/// assert!(Text::from("getOrder 7").matches("getOrder 7"));
/// assert!(contains("Order").matches("getOrder 7"));
/// assert!(pattern("getOrder {number}").matches("getOrder 7"));
/// assert!(pattern("{hex:32}-{hex:16}-1").not().matches("0"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Equal to this.
    Is(String),
    /// This is a part of it.
    Contains(String),
    /// As this pattern has it; see [`pattern()`].
    Pattern(String),
    /// Not so.
    Not(Box<Self>),
}

/// A text that has this part.
pub fn contains(part: impl Into<String>) -> Text {
    Text::Contains(part.into())
}

/// A text in which `*` stands for anything, `{number}` for digits, `{hex}` for lower-case hex digits and `{hex:16}` for
/// sixteen of them, `{traceId}` for the id of the trace (with 16 or 32 digits) and `{id:LABEL}` for the id of a span that
/// the expectation labels so. Any other `{…}` is the text itself, as in `GET /orders/{id}`.
pub fn pattern(pattern: impl Into<String>) -> Text {
    Text::Pattern(pattern.into())
}

impl Text {
    /// Anything but this.
    #[expect(clippy::should_implement_trait, reason = "it reads as a word of the sentence")]
    pub fn not(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Whether the text is so, where no trace gives `{traceId}` a meaning.
    pub fn matches(&self, text: &str) -> bool {
        self.fits(text, &Given::default())
    }

    /// Whether the text is so.
    pub(crate) fn fits(&self, text: &str, given: &Given) -> bool {
        let text = text.get(..LONGEST).unwrap_or(text);
        match self {
            Self::Is(own) => own == text,
            Self::Contains(part) => text.contains(part.as_str()),
            Self::Pattern(pattern) => Pattern::new(pattern).matches(text, given),
            Self::Not(other) => !other.fits(text, given),
        }
    }

    /// The same for names of spans and services, which Zipkin keeps in lower case.
    pub(crate) fn fits_name(&self, name: &str, given: &Given) -> bool {
        match self {
            Self::Is(own) => own.eq_ignore_ascii_case(name) || is_same_name(own, name),
            Self::Contains(part) => name.to_lowercase().contains(&part.to_lowercase()),
            Self::Pattern(_) => self.fits(name, given) || self.fits(&name.to_lowercase(), given),
            Self::Not(other) => !other.fits_name(name, given),
        }
    }
}

/// The same but for the case of letters; ASCII needs no copies.
fn is_same_name(one: &str, other: &str) -> bool {
    !(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase()
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(text) => f.write_str(text),
            Self::Contains(part) => write!(f, "…{part}…"),
            Self::Pattern(pattern) => f.write_str(pattern),
            Self::Not(other) => write!(f, "≠ {other}"),
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Is(text.to_owned())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Is(text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_text_is_held_against_each_kind() {
        let given = Given {
            trace_id: Some("463ac35c9f6413ad".to_owned()),
            span_ids: BTreeMap::from([("call".to_owned(), vec!["00000000000000a1".to_owned()])]),
        };
        for (text, expected, holds) in [
            (Text::from("a"), "a", true),
            (Text::from("a"), "A", false),
            (contains("b"), "abc", true),
            (contains("b").not(), "abc", false),
            (pattern("*"), "", true),
            (pattern("a*c"), "abbc", true),
            (pattern("a*c"), "abbd", false),
            (pattern("*b*b*"), "abcb", true),
            (pattern("{hex:4}"), "12af", true),
            (pattern("{hex:4}"), "12AF", false),
            (pattern("{hex:4}"), "12af0", false),
            (pattern("{hex}-{number}"), "12af-7", true),
            (pattern("{hex}{number}"), "77", true),
            (pattern("{number}"), "", false),
            (pattern("/orders/{id}"), "/orders/{id}", true),
            (
                pattern("{traceId}-{id:call}-1"),
                "463ac35c9f6413ad-00000000000000a1-1",
                true,
            ),
            (
                pattern("00-{traceId}-*"),
                "00-0000000000000000463ac35c9f6413ad-x",
                true,
            ),
            (pattern("{traceId}"), "463ac35c9f6413ae", false),
            (pattern("{id:other}"), "00000000000000a1", false),
            (pattern("김*개"), "김치찌개", true),
        ] {
            assert_eq!(text.fits(expected, &given), holds, "{text} {expected}");
        }
    }

    #[test]
    fn a_hostile_pattern_takes_bounded_time() {
        let start = std::time::Instant::now();
        let text = "a".repeat(LONGEST);
        assert!(!pattern("*a".repeat(100) + "b").matches(&text));
        assert!(start.elapsed().as_secs() < 10);
    }

    #[test]
    fn names_are_compared_without_their_case() {
        let given = Given::default();
        for text in [Text::from("GET /Orders"), contains("ORD"), pattern("get /*")] {
            assert!(
                text.fits_name("get /orders", &given)
                    && text.fits_name("Get /Orders".to_lowercase().as_str(), &given)
            );
        }
    }
}
