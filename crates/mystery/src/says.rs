//! Measures in words: the figures that show a class at a hop, or that show it is not there.

use zipkin::Language;

use crate::measure::Measure;

/// What the languages share.
mod figures;

/// In English.
mod english;

/// In Korean.
mod korean;

/// One sentence, with its figures.
pub fn sentence(measure: &Measure, language: Language) -> String {
    match language {
        Language::English => english::sentence(measure),
        Language::Korean => korean::sentence(measure),
    }
}
