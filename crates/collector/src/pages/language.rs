//! The two languages of the pages. A message is written in English where it is said; `korean` has the same in Korean.

use std::{collections::HashMap, fmt::Display, fmt::Write as _, sync::LazyLock};

use super::{grouped::grouped, korean};

/// Values of these names in a message are numbers, which stand in groups of three digits; all others are texts, ids among them.
const NUMBERS: [&str; 9] = [
    "all", "count", "depth", "groups", "judged", "kinds", "others", "shown", "size",
];

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

/// Marks a message that is said elsewhere, so that the test of both languages finds it.
pub const fn message(english: &'static str) -> &'static str {
    english
}

impl Language {
    /// By its tag, such as `ko` or `ko-KR`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.trim().split('-').next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "ko" => Some(Self::Korean),
            _ => None,
        }
    }

    /// The best of an `Accept-Language` header (RFC 9110, 12.5.4); of those with the same weight the first.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best = (0.0, None);
        for range in header.split(',').take(32) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1").parse::<f32>();
            let weight = weight.unwrap_or_default();
            if let Some(language) = Self::of_tag(tag).filter(|_| weight > best.0) {
                best = (weight, Some(language));
            }
        }
        best.1
    }

    /// Its tag, as HTML and HTTP have it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Korean,
            Self::Korean => Self::English,
        }
    }

    /// Its own name for itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Korean => "한국어",
        }
    }

    /// A message, in this language.
    pub fn say(self, english: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::Korean => in_korean(english).unwrap_or(english),
        }
    }

    /// A message with `{names}` in it, and a value for each.
    pub fn fill(self, english: &'static str, values: &[(&str, &dyn Display)]) -> String {
        let mut rest = self.say(english);
        let mut filled = String::with_capacity(rest.len() + 16 * values.len());
        while let Some((before, after)) = rest.split_once('{') {
            filled += before;
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) if NUMBERS.contains(&name) => filled += &grouped(value),
                // Writing to a text never fails.
                Some((_, value)) => _ = write!(filled, "{value}"),
                None => {}
            }
            rest = after;
        }
        filled + rest
    }
}

fn in_korean(english: &str) -> Option<&'static str> {
    static TABLE: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| korean::all().collect());
    TABLE.get(english).copied()
}

impl From<Language> for zipkin::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::English,
            Language::Korean => Self::Korean,
        }
    }
}

#[cfg(test)]
mod tests;
