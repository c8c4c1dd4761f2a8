//! What a trace says of itself that cannot be so, or not all: counted and explained.

use std::collections::HashSet;

use super::{
    clocks::{Clock, TOLERANCE_US},
    kin::{Interval, Kin, interval},
};
use crate::{Kind, Place, Row, SpanId};

/// One kind of doubt, in words.
mod doubt;

pub use doubt::{Doubt, DoubtKind};
use doubt::{ids, of};

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
mod tests;
