//! The answer and the doubts, as paragraphs.

use zipkin::analysis::Analysis;

use super::{
    frame::Paper,
    text::{self, clean},
};
use crate::screen::DIM;

/// The answer, what else was asked for, and a line for each doubt.
pub fn answer(analysis: &Analysis, more: &[String], paper: &Paper) -> String {
    let Paper { width, paint, .. } = *paper;
    let sentences = [&analysis.answer].into_iter().chain(more);
    let mut lines: Vec<String> = sentences
        .flat_map(|sentence| text::wrap(&clean(sentence), "", width))
        .collect();
    for doubt in &analysis.doubts {
        let doubt = text::wrap(&clean(&doubt.text), "? ", width);
        lines.extend(doubt.iter().map(|line| paint.style(DIM, line)));
    }
    lines.join("\n")
}
