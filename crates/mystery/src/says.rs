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

/// One sentence with its figures; one more where something else speaks against them.
pub fn sentence(measure: &Measure, language: Language) -> String {
    let mut said = match language {
        Language::English => english::sentence(measure),
        Language::Korean => korean::sentence(measure),
    };
    if let Some(reason) = measure.reason {
        said.push(' ');
        said.push_str(&match language {
            Language::English => english::reason(measure.hop, reason),
            Language::Korean => korean::reason(measure.hop, reason),
        });
    }
    said
}

#[cfg(test)]
mod tests;
