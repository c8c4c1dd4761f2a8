//! What a trace says of itself that cannot be so, or not all: counted and explained.

use std::collections::HashSet;

use serde::Serialize;

use super::{
    clocks::{Clock, TOLERANCE_US},
    kin::{Interval, Kin, interval},
};
use crate::{Kind, Place, Row, SpanId, words};

/// One kind of doubt about a trace. It is written to JSON in camel case.
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

/// The kinds that are found row by row.
const OF_ROWS: [DoubtKind; 7] = [
    DoubtKind::MissingParent,
    DoubtKind::SecondRoot,
    DoubtKind::Cycle,
    DoubtKind::DuplicateId,
    DoubtKind::Unfinished,
    DoubtKind::LongerThanParent,
    DoubtKind::Late,
];

/// More ids than these are counted only.
const MAX_IDS: usize = 10;

pub(super) fn doubts(kin: &Kin<'_>, clocks: &[Clock]) -> Vec<Doubt> {
    let duplicates = duplicate_ids(kin.rows);
    let first_root = kin.rows.iter().position(|row| row.place == Place::Root);
    let raises = |kind: DoubtKind, index: usize, row: &Row| match kind {
        DoubtKind::MissingParent => row.place == Place::Orphan,
        DoubtKind::SecondRoot => row.place == Place::Root && first_root != Some(index),
        DoubtKind::Cycle => row.place == Place::Cycle,
        DoubtKind::DuplicateId => duplicates.contains(&row.span.id) && !row.span.shared,
        DoubtKind::Unfinished => row.span.timestamp.is_some() && row.duration.is_none(),
        DoubtKind::LongerThanParent => is_longer_than_parent(kin, row),
        DoubtKind::Late => is_late(kin, row),
        DoubtKind::Clock => false,
    };
    let of_rows = OF_ROWS.into_iter().filter_map(|kind| {
        let rows = kin.rows.iter().enumerate();
        let rows: Vec<&Row> = rows
            .filter(|(index, row)| raises(kind, *index, row))
            .map(|(_, row)| row)
            .collect();
        of(kind, &rows)
    });
    of_rows.chain(of_clocks(kin, clocks)).collect()
}

fn of(kind: DoubtKind, rows: &[&Row]) -> Option<Doubt> {
    let count = rows.len();
    (count > 0).then(|| Doubt {
        kind,
        count,
        text: text(kind, count),
        span_ids: ids(rows),
    })
}

fn ids(rows: &[&Row]) -> Vec<String> {
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

fn duplicate_ids(rows: &[Row]) -> HashSet<SpanId> {
    let mut seen = HashSet::new();
    let ids = rows.iter().filter(|row| !row.span.shared).map(|row| row.span.id);
    ids.filter(|&id| !seen.insert(id)).collect()
}

// When a row ran, and the one that waited for it. Nobody waits for a message to be taken.
fn waiting(kin: &Kin<'_>, row: &Row) -> Option<(Interval, Interval)> {
    let above = kin.above(row).filter(|_| row.kind != Some(Kind::Consumer))?;
    Some((interval(above)?, interval(row)?))
}

fn is_longer_than_parent(kin: &Kin<'_>, row: &Row) -> bool {
    waiting(kin, row).is_some_and(|(outer, inner)| inner.length() > outer.length())
}

// A server that would fit into its client is not late: its clock is wrong.
fn is_late(kin: &Kin<'_>, row: &Row) -> bool {
    let caller = kin.above(row).and_then(|above| above.kind);
    let is_call = row.kind == Some(Kind::Server) && caller == Some(Kind::Client);
    waiting(kin, row).is_some_and(|(outer, inner)| {
        inner.start > outer.end && !(is_call && inner.length() <= outer.length())
    })
}

/// More clocks than these are counted only.
const MAX_CLOCKS: usize = 3;

fn of_clocks(kin: &Kin<'_>, clocks: &[Clock]) -> Option<Doubt> {
    let early: Vec<&Row> = kin.rows.iter().filter(|row| is_early(kin, row)).collect();
    let apart: Vec<String> = clocks.iter().filter_map(Clock::doubt).collect();
    if apart.is_empty() {
        return of(DoubtKind::Clock, &early);
    }
    let mut text = apart.get(..MAX_CLOCKS).unwrap_or(&apart).join("; ");
    if apart.len() > MAX_CLOCKS {
        text += &format!("; and {} more", apart.len() - MAX_CLOCKS);
    }
    Some(Doubt {
        kind: DoubtKind::Clock,
        count: apart.len(),
        text,
        span_ids: ids(&early),
    })
}

// Clocks have a resolution, and are set by parts of a millisecond while they run.
fn is_early(kin: &Kin<'_>, row: &Row) -> bool {
    let cause = kin.above(row).and_then(|above| above.span.timestamp);
    cause
        .zip(row.span.timestamp)
        .is_some_and(|(cause, own)| cause.saturating_sub(own) > TOLERANCE_US)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analysis::clocks::clocks, sample::trace, waterfall};

    fn found(lines: &[&str]) -> Vec<(DoubtKind, usize)> {
        let trace = waterfall(&trace(lines)).unwrap();
        let kin = Kin::of(&trace);
        let doubts = doubts(&kin, &clocks(&kin));
        doubts.iter().map(|doubt| (doubt.kind, doubt.count)).collect()
    }

    #[test]
    fn each_kind_is_counted_and_nothing_else() {
        for (lines, expected) in [
            (
                vec!["a - CLIENT web - @1000+500", "b a SERVER app - @1100+300"],
                vec![],
            ),
            // A server that shares its client's id, and a message that is taken later.
            (
                vec![
                    "a - CLIENT web - @1000+500",
                    "a - SERVER app - @1100+300 shared",
                    "b a PRODUCER app - @1200+10",
                    "c b CONSUMER job - @9000+900",
                ],
                vec![],
            ),
            (
                vec![
                    "a - - web - @1000+500",
                    "b 9 - web - @1100+300",
                    "c 8 - web - @1100+300",
                ],
                vec![(DoubtKind::MissingParent, 2)],
            ),
            (
                vec!["a - - web - @1000+500", "b - - web - @1100+300"],
                vec![(DoubtKind::SecondRoot, 1)],
            ),
            (
                vec!["b c - web - @1000+500", "c b - web - @1100+300"],
                vec![(DoubtKind::Cycle, 1)],
            ),
            (
                vec![
                    "a - - web - @1000+500",
                    "b a - app - @1100+1",
                    "b a - job - @1100+1",
                ],
                vec![(DoubtKind::DuplicateId, 2)],
            ),
            (
                vec!["a - - web - @1000", "b a - web -", "c a - web - @1100"],
                vec![(DoubtKind::Unfinished, 2)],
            ),
            (
                vec!["a - CLIENT web - @1000+500", "b a SERVER app - @1100+501"],
                vec![(DoubtKind::LongerThanParent, 1)],
            ),
            (
                vec![
                    "a - - web - @1000+500",
                    "b a - web - @1501+1",
                    "c a - web - @1500+1",
                ],
                vec![(DoubtKind::Late, 1)],
            ),
            (
                vec!["a - CLIENT web - @1000+500", "b a SERVER app - @9000+300"],
                vec![(DoubtKind::Clock, 1)],
            ),
            (
                vec!["a - - web - @1000+500", "b a - web - @800+300"],
                vec![(DoubtKind::Clock, 1)],
            ),
            // Within what clocks can tell.
            (
                vec!["a - CLIENT web - @1000+500", "b a SERVER app - @950+500"],
                vec![],
            ),
        ] {
            assert_eq!(found(&lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_doubt_is_said_with_its_amount() {
        let spans = trace(&["a - CLIENT web - @1000+500", "b a SERVER app - @9000+300"]);
        let trace = waterfall(&spans).unwrap();
        let kin = Kin::of(&trace);
        let doubts = doubts(&kin, &clocks(&kin));
        assert_eq!(
            doubts[0].text,
            "app's clock is ahead of web's by 7.80 ms to 8.00 ms"
        );
    }
}
