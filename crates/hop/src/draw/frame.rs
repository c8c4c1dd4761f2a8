//! What the tables share: the width of a time, and the line that counts rows left out.

use zipkin::Waterfall;

/// Columns of a duration.
pub(super) const DURATION: usize = 9;

/// The line below the first `limit` of `all` things; nothing where all are shown.
pub(super) fn rest(trace: &Waterfall, nouns: &str, limit: usize, all: usize) -> Option<String> {
    let id = trace.trace_id;
    (all > limit)
        .then(|| format!("The first {limit} of {all} {nouns}. All of them:\n  hop trace {id} --json"))
}
