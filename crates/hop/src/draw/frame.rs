//! What the tables share: the width of a time, and the line that counts rows left out.

use zipkin::Waterfall;

/// Columns of a duration.
pub(super) const DURATION: usize = 9;

/// How many rows are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// As many as somebody reads.
    #[default]
    First,
    /// All of them.
    All,
}

impl Rows {
    /// At most so many, where not all are asked for.
    pub(super) fn limit(self, first: usize) -> usize {
        match self {
            Self::First => first,
            Self::All => usize::MAX,
        }
    }
}

/// The line below the first `limit` of `all` things; nothing where all are shown.
pub(super) fn rest(trace: &Waterfall, nouns: &str, limit: usize, all: usize) -> Option<String> {
    let id = trace.trace_id;
    (all > limit).then(|| format!("The first {limit} of {all} {nouns}. All of them:\n  hop trace {id} --all"))
}
