//! The sentences about a trace: first their parts, then the words of a language.

/// A sentence in its parts.
mod sentence;

/// The sentences in English.
mod english;

/// The sentences in Korean.
mod korean;

pub use sentence::{Apart, CannotTell, DoubtKind, Part, Sentence};

use crate::Language;

impl Sentence {
    /// The sentence in words.
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::English => english::sentence(self),
            Language::Korean => korean::sentence(self),
        }
    }
}

/// A position of a trace: what its time was spent on, and the name of its spans.
pub fn position(spent: &Part, name: &str, language: Language) -> String {
    match language {
        Language::English => english::position(spent, name),
        Language::Korean => korean::position(spent, name),
    }
}

/// Sentences one after another.
pub fn text(sentences: &[Sentence], language: Language) -> String {
    let texts: Vec<String> = sentences.iter().map(|said| said.text(language)).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests;
