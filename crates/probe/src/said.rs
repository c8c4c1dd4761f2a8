//! A sentence in the languages that people read.

use zipkin::Language;

/// A sentence, or a figure that is the same in every language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// In English.
    pub english: String,
    /// In Korean.
    pub korean: String,
}

impl Said {
    /// In both.
    pub fn new(english: impl Into<String>, korean: impl Into<String>) -> Self {
        let (english, korean) = (english.into(), korean.into());
        Self { english, korean }
    }

    /// In one of them.
    pub fn text_in(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Korean => &self.korean,
        }
    }
}

impl From<&str> for Said {
    fn from(text: &str) -> Self {
        Self::new(text, text)
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self::new(text.clone(), text)
    }
}
