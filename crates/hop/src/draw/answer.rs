//! The answer and the doubts, as paragraphs.

use zipkin::analysis::Analysis;

use super::text::{self, clean};
use crate::screen::{DIM, Paint};

/// The answer, and a line for each doubt.
pub fn answer(analysis: &Analysis, width: usize, paint: Paint) -> String {
    let mut lines = text::wrap(&clean(&analysis.answer), "", width);
    for doubt in &analysis.doubts {
        let doubt = text::wrap(&clean(&doubt.text), "? ", width);
        lines.extend(doubt.iter().map(|line| paint.style(DIM, line)));
    }
    lines.join("\n")
}
