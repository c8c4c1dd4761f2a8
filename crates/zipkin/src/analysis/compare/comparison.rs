//! What differs, in figures and words.

use serde::Serialize;

use crate::words;

/// What differs between two sets of traces. Figures are medians, in microseconds. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Comparison {
    /// What made the difference, as a sentence; or that nothing did.
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
    /// How many traces begin with it before.
    pub before: usize,
    /// And after.
    pub after: usize,
    /// How long they took before; none where no trace had it.
    pub before_us: Option<u64>,
    /// How long they take after; none where no trace has it.
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
    /// What its time was spent on, in words.
    pub what: String,
    /// The service that recorded the spans.
    pub service: String,
    /// Their name.
    pub name: String,
    /// How many ancestors it has.
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
