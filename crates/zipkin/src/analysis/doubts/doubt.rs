//! One kind of doubt, in words.

use serde::Serialize;

use crate::{Row, words};

/// One kind of doubt about a trace. It is written to JSON in camel case.
///
/// ```
/// use zipkin::analysis::{DoubtKind, analyse};
///
/// let spans = zipkin::decode::list(br#"[{"traceId":"1","id":"2","parentId":"1","timestamp":5,"duration":9}]"#)?;
/// let doubts = analyse(&zipkin::waterfall(&spans).unwrap()).doubts;
/// assert_eq!((doubts[0].kind, doubts[0].count), (DoubtKind::MissingParent, 1));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Doubt {
    /// Which kind.
    pub kind: DoubtKind,
    /// How many spans raise it, or pairs of clocks.
    pub count: usize,
    /// What it is and what it means, for people.
    pub text: String,
    /// The ids of the first spans that raise it.
    pub span_ids: Vec<String>,
}

/// The kinds of doubts. They are written to JSON in camel case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DoubtKind {
    /// A span names a parent that is not in the trace.
    MissingParent,
    /// More than one span has no parent id.
    SecondRoot,
    /// Spans are each other's ancestors.
    Cycle,
    /// Spans in different places have one id.
    DuplicateId,
    /// A span has started and not ended.
    Unfinished,
    /// A span took longer than the one that waited for it.
    LongerThanParent,
    /// A span began after the one that caused it had ended.
    Late,
    /// The clocks of two services disagree.
    Clock,
}

/// More ids than these are counted only.
const MAX_IDS: usize = 10;

/// The doubt that these rows raise; nothing where there are none.
pub(super) fn of(kind: DoubtKind, rows: &[&Row]) -> Option<Doubt> {
    let count = rows.len();
    (count > 0).then(|| Doubt {
        kind,
        count,
        text: text(kind, count),
        span_ids: ids(rows),
    })
}

/// The first ids.
pub(super) fn ids(rows: &[&Row]) -> Vec<String> {
    let ids = rows.iter().map(|row| row.span.id.to_string());
    ids.take(MAX_IDS).collect()
}

fn text(kind: DoubtKind, count: usize) -> String {
    let (one, several, rest) = match kind {
        DoubtKind::MissingParent => (
            "names",
            "name",
            "a parent that is not in the trace: spans were lost, or are kept elsewhere",
        ),
        DoubtKind::SecondRoot => (
            "has",
            "have",
            "no parent beside the first root: a context was lost, or a trace id used again",
        ),
        DoubtKind::Cycle => ("is", "are", "below what it caused itself: the cycle is cut there"),
        DoubtKind::DuplicateId => (
            "has",
            "have",
            "the id of another span: what is below one may belong to the other",
        ),
        DoubtKind::Unfinished => ("has", "have", "not ended, or the end was lost"),
        DoubtKind::LongerThanParent => ("took", "took", "longer than the span that waited for it"),
        DoubtKind::Late => ("began", "began", "after the span that caused it had ended"),
        DoubtKind::Clock => (
            "began",
            "began",
            "before the span that caused it: clocks disagree",
        ),
    };
    let verb = if count == 1 { one } else { several };
    format!("{} {verb} {rest}", words::count(count, "span"))
}
