//! Which rows of a trace a page shows, and what it says of the others: no row is left out without a word.
//!
//! ```text
//! rows → Shape (subtrees) → ranked (the rows that matter) → chosen, with their ancestors → folds of all others → lines
//! ```

use zipkin::Waterfall;

/// One line of a page.
mod line;

/// Where the subtree of each row ends, and what is in it.
mod shape;

/// The rows in the order in which they matter.
mod ranked;

/// The chosen rows with their ancestors.
mod chosen;

/// Rows that are not shown, alike ones together.
mod folds;

use chosen::Chosen;
pub use line::{Fold, Folded, Line, MAX_LINES};
use ranked::alike;
pub use shape::Shape;

/// Rows that are asked for one page at a time.
pub const PAGE: usize = 150;

/// Room for one row with all ancestors that are shown.
const LEAST: usize = 16;

/// Which rows somebody asks for.
#[derive(Debug, Default)]
pub struct Asked {
    /// Rows that are shown whatever they matter, in drawing order: as many of the first as there is room for.
    pub rows: Vec<usize>,
    /// Whether the others that matter are left out.
    pub alone: bool,
    /// Only what runs between these times, in microseconds since the start of the trace.
    pub range: Option<(u64, u64)>,
}

/// The lines of a page.
#[derive(Debug)]
pub struct Lines {
    /// Rows and folds, in drawing order.
    pub lines: Vec<Line>,
    /// The number of the rows among them that were asked for: the first.
    pub asked: usize,
    /// The number of rows that do not run within the range.
    pub outside: usize,
}

impl Lines {
    /// The rows that are shown.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        self.lines.iter().filter_map(|line| match line {
            Line::Row { row, .. } => Some(*row),
            Line::Fold { .. } => None,
        })
    }
}

/// Chooses at most [`MAX_LINES`] lines. `on_path` is the time of each row on the critical path.
pub fn lines(trace: &Waterfall, shape: &Shape, on_path: &[u64], asked: &Asked) -> Lines {
    let inside = shape.inside(trace, asked.range);
    let outside = inside.iter().filter(|inside| !**inside).count();
    let is_small = trace.rows.len() - outside <= MAX_LINES;
    let ranked = match (is_small, asked.alone) {
        (true, _) => (0..trace.rows.len()).collect(),
        (false, true) => Vec::new(),
        (false, false) => ranked::ranked(trace, shape, on_path),
    };
    // Fewer rows leave room for the folds around them.
    let mut most = if is_small { MAX_LINES } else { MAX_LINES * 2 / 3 };
    loop {
        let mut chosen = Chosen::new(trace, &inside);
        let rows = asked.rows.iter().take(PAGE);
        let shown = rows.take_while(|&&row| chosen.add(row, most.max(LEAST))).count();
        for &row in &ranked {
            chosen.add(row, most);
        }
        for kinds in (1..=4).rev() {
            let lines = folds::around(trace, shape, &chosen, kinds);
            if lines.len() <= MAX_LINES || most <= LEAST && kinds == 1 {
                return Lines {
                    lines,
                    asked: shown,
                    outside,
                };
            }
        }
        most /= 2;
    }
}

/// The row and its siblings with the same service, kind and name.
pub fn alike_siblings(trace: &Waterfall, shape: &Shape, row: usize) -> Vec<usize> {
    let Some(first) = trace.rows.get(row) else {
        return Vec::new();
    };
    let is_alike = |index: &usize| {
        trace
            .rows
            .get(*index)
            .is_some_and(|other| alike(other) == alike(first))
    };
    let siblings = shape.children(trace, first.parent).into_iter();
    siblings.filter(is_alike).collect()
}

#[cfg(test)]
mod tests;
