//! One line of a page: a row, or rows that are not shown.

/// The most lines of a page: rows and folds.
pub const MAX_LINES: usize = 240;

/// One line of a waterfall.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// A row, indented this deep.
    Row {
        /// Its index.
        row: usize,
        /// The number of its ancestors among the lines.
        indent: usize,
    },
    /// Rows that are not shown.
    Fold {
        /// Which, and what they have.
        fold: Fold,
        /// The number of its ancestors among the lines.
        indent: usize,
    },
}

/// Rows that are not shown, in the place of the first of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Fold {
    /// The property that they share.
    pub folded: Folded,
    /// The first of them.
    pub first: usize,
    /// The number of rows, without those below them.
    pub count: usize,
    /// The number of rows, with those below them.
    pub spans: usize,
    /// The number of all of these that failed.
    pub failed: usize,
    /// Microseconds that they took together, without what is below them.
    pub total_us: u64,
    /// Microseconds that the longest took.
    pub longest_us: u64,
    /// From the first start to the last end, in microseconds since the start of the trace, where they say when they ran.
    pub ran: Option<(u64, u64)>,
}

/// The property that folded rows share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// Parent, service, kind and name.
    Alike,
    /// The parent: so many kinds are few each.
    Siblings {
        /// The number of kinds.
        kinds: usize,
    },
    /// They are ancestors of a row that is shown, one below the other.
    Levels,
}

impl Fold {
    /// Becomes one with another, which is empty then.
    pub fn take(&mut self, other: &mut Self) {
        self.first = self.first.min(other.first);
        self.count += other.count;
        self.spans += other.spans;
        self.failed += other.failed;
        self.total_us = self.total_us.saturating_add(other.total_us);
        self.longest_us = self.longest_us.max(other.longest_us);
        self.ran = match (self.ran, other.ran) {
            (Some((start, end)), Some((earlier, later))) => Some((start.min(earlier), end.max(later))),
            (one, other) => one.or(other),
        };
        other.spans = 0;
    }
}
