//! Variables, and whose they are.

use std::collections::BTreeMap;

use probe::Said;

/// An environment, and whose it is.
#[derive(Clone, Debug)]
pub struct Environment {
    /// `this shell`, `orders (process 123)`.
    pub whose: Said,
    /// The variables that are set.
    pub variables: BTreeMap<String, String>,
}

impl Environment {
    /// The text behind whose environment it is about.
    pub fn says(&self, text: &Said) -> Said {
        Said::new(
            format!("{}: {}", self.whose.english, text.english),
            format!("{}: {}", self.whose.korean, text.korean),
        )
    }
}

/// Variables that are set, by name.
pub type Variables = BTreeMap<String, String>;

/// A variable without blanks around it.
pub fn value<'a>(variables: &'a Variables, name: &str) -> Option<&'a str> {
    variables.get(name).map(|value| value.trim())
}

/// A URL without a password.
pub fn shown(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, place)) => format!("…@{place}"),
        None => url.to_owned(),
    }
}
