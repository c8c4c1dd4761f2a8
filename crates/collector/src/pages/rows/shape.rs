//! Where the subtree of each row ends, and what is in it. Rows stand depth first, so that a subtree is one run of rows.

use std::ops::Range;

use zipkin::Waterfall;

/// The subtrees of a trace's rows.
#[derive(Debug)]
pub struct Shape {
    ends: Vec<usize>,
    /// Failed rows before each row, and all of them at last.
    failed: Vec<usize>,
}

impl Shape {
    /// Looks where each subtree ends.
    pub fn of(trace: &Waterfall) -> Self {
        let mut ends: Vec<usize> = (1..=trace.rows.len()).collect();
        for (index, row) in trace.rows.iter().enumerate().rev() {
            let end = ends.get(index).copied().unwrap_or_default();
            if let Some(above) = row.parent.and_then(|parent| ends.get_mut(parent)) {
                *above = end.max(*above);
            }
        }
        let mut failed = vec![0];
        let mut so_far = 0;
        for row in &trace.rows {
            so_far += usize::from(row.error.is_some());
            failed.push(so_far);
        }
        Self { ends, failed }
    }

    /// The row and all below it.
    pub fn subtree(&self, row: usize) -> Range<usize> {
        row..self.ends.get(row).copied().unwrap_or(row)
    }

    /// The number of these rows that failed.
    pub fn failed(&self, rows: Range<usize>) -> usize {
        let before = |row: usize| self.failed.get(row).copied().unwrap_or_default();
        before(rows.end).saturating_sub(before(rows.start))
    }

    /// The children of the row, or the rows at the top.
    pub fn children(&self, trace: &Waterfall, parent: Option<usize>) -> Vec<usize> {
        let (mut next, end) = match parent {
            Some(parent) => (parent + 1, self.subtree(parent).end),
            None => (0, trace.rows.len()),
        };
        let mut children = Vec::new();
        while next < end {
            children.push(next);
            next = self.subtree(next).end.max(next + 1);
        }
        children
    }

    /// Whether each row, or one below it, runs within the range. A row without a time is within every range.
    pub fn inside(&self, trace: &Waterfall, range: Option<(u64, u64)>) -> Vec<bool> {
        let Some((from, to)) = range else {
            return vec![true; trace.rows.len()];
        };
        let mut inside = vec![false; trace.rows.len()];
        for (index, row) in trace.rows.iter().enumerate().rev() {
            let runs = row.offset.is_none_or(|start| {
                start <= to && start.saturating_add(row.duration.unwrap_or_default()) >= from
            });
            let is_inside = runs || inside.get(index).copied().unwrap_or_default();
            if let Some(place) = inside.get_mut(index) {
                *place = is_inside;
            }
            if let Some(above) = row.parent.and_then(|parent| inside.get_mut(parent)) {
                *above |= is_inside;
            }
        }
        inside
    }
}
