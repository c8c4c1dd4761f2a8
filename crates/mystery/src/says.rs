//! Measures in words: the figures that show a class at a hop, or that show it is not there.

use zipkin::Language;

use crate::measure::Measure;

/// Words that the languages share.
mod figures;

/// Evidence of each kind.
mod kinds;

/// In English.
mod english;

/// In Korean.
mod korean;

/// Evidence of a kind.
pub fn shows(kind: &faults::Entry, language: Language) -> &'static str {
    match language {
        Language::English => kind.shows,
        Language::Korean => kinds::korean(kind.name),
    }
}

/// One sentence, with its figures.
pub fn sentence(measure: &Measure, language: Language) -> String {
    match language {
        Language::English => english::sentence(measure),
        Language::Korean => korean::sentence(measure),
    }
}
