//! Differences, in figures and words.

use serde::Serialize;

use crate::words;

/// Differences between two sets of traces. Figures are medians, in microseconds. JSON has the names in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Comparison {
    /// The cause of the difference, as a sentence; or that there is none.
    pub answer: String,
    /// Whether something did.
    pub differs: bool,
    /// The roots of the traces, the most frequent first.
    pub roots: Vec<Root>,
    /// Each position below a root that both sides have, the largest difference first.
    pub positions: Vec<Position>,
}

/// The root of traces. Traces with another root are other requests: they are not compared with each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Root {
    /// Its service and its name, in words.
    pub what: String,
    /// The number of traces that begin with it before.
    pub before: usize,
    /// And after.
    pub after: usize,
    /// Their duration before; none where no trace had it.
    pub before_us: Option<u64>,
    /// Their duration after; none where no trace has it.
    pub after_us: Option<u64>,
}

impl Root {
    /// Whether both sides have it.
    pub fn is_compared(&self) -> bool {
        self.before > 0 && self.after > 0
    }
}

/// One position in the trees: a span below the same ancestors. Its time is its own on the critical path, so that the
/// times of all positions of a trace add up to its root's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// The work that its time was spent on, in words.
    pub what: String,
    /// The service that recorded the spans.
    pub service: String,
    /// Their name.
    pub name: String,
    /// The number of its ancestors.
    pub depth: usize,
    /// Its time before; none where no trace had it.
    pub before_us: Option<u64>,
    /// Its time after; none where no trace has it.
    pub after_us: Option<u64>,
    /// After minus before.
    pub difference_us: i64,
}

impl Position {
    pub(super) fn sentence(&self) -> String {
        let difference = words::duration(self.difference_us.unsigned_abs());
        let direction = if self.difference_us > 0 {
            "longer"
        } else {
            "shorter"
        };
        let [before, after] = [self.before_us, self.after_us].map(|time| time.map(words::duration));
        match (before, after) {
            (None, Some(after)) => format!("{}: {after}, and was not there before.", self.what),
            (Some(before), None) => format!("{}: took {before}, and is not there any more.", self.what),
            (before, after) => format!(
                "{}: {difference} {direction}, {} after {} before.",
                self.what,
                after.unwrap_or_default(),
                before.unwrap_or_default()
            ),
        }
    }
}
