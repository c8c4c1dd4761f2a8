//! Sections of Markdown by name (`## name`), and the words of the runner in both languages.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context as _;

use crate::language::Lang;

/// Texts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// The sections of a text: each begins with `## name`.
    pub fn parse(text: &str) -> Self {
        let mut sections = BTreeMap::new();
        for section in format!("\n{text}").split("\n## ").skip(1) {
            let (name, body) = section.split_once('\n').unwrap_or((section, ""));
            sections.insert(name.trim().to_owned(), body.trim().to_owned());
        }
        Self(sections)
    }

    /// The sections of a lesson's `texts.md`, or `texts.ko.md`.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn of_lesson(folder: &Path, lang: Lang) -> anyhow::Result<Self> {
        let path = folder.join(format!("texts{}.md", lang.suffix()));
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self::parse(&text.replace("\r\n", "\n")))
    }

    /// The words of the runner.
    pub fn of_runner(lang: Lang) -> Self {
        Self::parse(match lang {
            Lang::En => include_str!("../words/en.md"),
            Lang::Ko => include_str!("../words/ko.md"),
        })
    }

    /// A text; its name where it is missing, which a test rules out.
    pub fn get<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// A text, where there is one.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A text with `{name}` replaced by each value.
    pub fn with(&self, name: &str, values: &[(&str, &str)]) -> String {
        let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("{{{name}}}"), value);
        values.iter().fold(self.get(name).to_owned(), fill)
    }

    /// The names of all texts.
    #[cfg(test)]
    pub fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|part| Some(part.split_once('}')?.0))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn sections_are_found_by_name() {
        let texts = Texts::parse("intro\n## one\na {x}\n\nb\n## two\n");
        assert_eq!(texts.get("one"), "a {x}\n\nb");
        assert_eq!(texts.with("one", &[("x", "1")]), "a 1\n\nb");
        assert_eq!((texts.get("two"), texts.get("three")), ("", "three"));
    }

    #[test]
    fn the_runner_says_the_same_in_both_languages() {
        let (english, korean) = (Texts::of_runner(Lang::En), Texts::of_runner(Lang::Ko));
        assert_eq!(english.names(), korean.names());
        for name in english.names() {
            let (one, other) = (english.get(name), korean.get(name));
            assert!(!one.is_empty() && !other.is_empty(), "{name} is empty");
            assert_eq!(placeholders(one), placeholders(other), "{name}");
        }
    }
}
