//! Sentences with names of others in them: these turn nothing around, and are cut where they are long.

use std::cmp::Reverse;

use super::markup::{MAX_NAME, Text, name};

/// More names than this in a sentence stand as they are.
const MAX_NAMES: usize = 20;

/// The names that need care: those written from right to left, and long ones. The longer first: one may be in another.
pub struct Names<'a>(Vec<&'a str>);

impl<'a> Names<'a> {
    /// Of all names that a sentence may have.
    pub fn of(names: impl Iterator<Item = &'a str>) -> Self {
        let mut names: Vec<&str> = names.filter(|name| is_turned(name) || is_long(name)).collect();
        names.sort_unstable_by_key(|name| (Reverse(name.len()), *name));
        names.dedup();
        Self(names)
    }

    /// A sentence as markup.
    pub fn sentence(&self, text: &str) -> String {
        let said = self.0.iter().copied().filter(|name| text.contains(name));
        let said: Vec<&str> = said.take(MAX_NAMES).collect();
        isolated(text, &said)
    }
}

fn isolated(text: &str, names: &[&str]) -> String {
    let Some((first, others)) = names.split_first() else {
        return Text(text).to_string();
    };
    let parts: Vec<String> = text.split(first).map(|part| isolated(part, others)).collect();
    parts.join(&name(first))
}

fn is_turned(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .any(|each| matches!(each, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'))
}

fn is_long(name: &str) -> bool {
    name.len() > MAX_NAME && name.chars().count() > MAX_NAME
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_sentence_turn_nothing_around_and_are_cut() {
        let long = "n".repeat(MAX_NAME + 9);
        let names = ["خدمة", "a", &long];
        let said = Names::of(names.into_iter()).sentence(&format!("a called خدمة and {long}."));
        let cut = "n".repeat(MAX_NAME);
        assert_eq!(said, format!("a called <bdi>خدمة</bdi> and <bdi>{cut}…</bdi>."));
    }

    #[test]
    fn names_that_a_sentence_does_not_have_push_out_none() {
        let others: Vec<String> = (0..2 * MAX_NAMES).map(|at| format!("خدمة طويلة {at}")).collect();
        let names = others.iter().map(String::as_str).chain(["خدمة"]);
        assert_eq!(Names::of(names).sentence("a خدمة b"), "a <bdi>خدمة</bdi> b");
    }
}
