//! Contradictions and gaps in what a trace says of itself, counted and explained.

use std::collections::HashSet;

use super::{
    clocks::{Clock, TOLERANCE_US, doubted},
    findings::{Finding, FindingKind},
    kin::{Interval, Kin, interval},
    says::Sentence,
};
use crate::{Kind, Place, Row, SpanId, Times};

pub use super::says::DoubtKind;

/// One kind of doubt, in words.
mod doubt;

pub use doubt::Doubt;
use doubt::{ids, of};

/// The kinds that are found row by row.
const OF_ROWS: [DoubtKind; 8] = [
    DoubtKind::MissingParent,
    DoubtKind::SecondRoot,
    DoubtKind::Cycle,
    DoubtKind::DuplicateId,
    DoubtKind::Unfinished,
    DoubtKind::LongerThanParent,
    DoubtKind::Late,
    DoubtKind::NoServer,
];

/// The doubts that neither a finding explains nor the answer has said.
pub(super) fn doubts(
    kin: &Kin<'_>,
    times: &Times,
    clocks: &[Clock],
    findings: &[Finding],
    answer: &[Sentence],
) -> Vec<Doubt> {
    let explained = explained(findings);
    let duplicates = duplicate_ids(kin.rows);
    let first_root = kin.rows.iter().position(|row| row.place == Place::Root);
    let raises = |kind: DoubtKind, index: usize, row: &Row| match kind {
        DoubtKind::MissingParent => row.place == Place::Orphan,
        DoubtKind::SecondRoot => row.place == Place::Root && first_root != Some(index),
        DoubtKind::Cycle => row.place == Place::Cycle,
        DoubtKind::DuplicateId => duplicates.contains(&row.span.id) && !row.span.shared,
        DoubtKind::Unfinished => row.span.timestamp.is_some() && row.duration.is_none(),
        DoubtKind::LongerThanParent => {
            is_longer_than_parent(kin, row) && !explained.contains(&row.span.id.to_string())
        }
        DoubtKind::Late => is_late(kin, row),
        DoubtKind::NoServer => {
            was_answered_unseen(kin, index, row) && !explained.contains(&row.span.id.to_string())
        }
        DoubtKind::Clock => false,
    };
    let mut raised = OF_ROWS.map(|kind| (kind, Vec::new()));
    // Rows outside, kinds inside: fetching 100,000 rows from memory takes longer than asking each of them eight questions.
    for (index, row) in kin.rows.iter().enumerate() {
        let kinds = raised.iter_mut().filter(|(kind, _)| raises(*kind, index, row));
        kinds.for_each(|(_, rows)| rows.push(row));
    }
    let of_rows = raised.iter().filter_map(|(kind, rows)| of(*kind, rows));
    of_rows.chain(of_clocks(kin, times, clocks, answer)).collect()
}

/// Spans of which a finding says already why they look as they do.
fn explained(findings: &[Finding]) -> HashSet<String> {
    let explains = |finding: &&Finding| {
        matches!(
            finding.kind,
            FindingKind::SlowBody
                | FindingKind::LostContext
                | FindingKind::IdsCut
                | FindingKind::NoServer
                | FindingKind::LostSpans
        )
    };
    let findings = findings.iter().filter(explains);
    findings
        .flat_map(|finding| finding.span_ids.iter().cloned())
        .collect()
}

/// A call over HTTP that did not fail, and whose server left no span. Databases leave none either, and are not asked over HTTP.
fn was_answered_unseen(kin: &Kin<'_>, index: usize, row: &Row) -> bool {
    row.kind == Some(Kind::Client)
        && row.error.is_none()
        && row.duration.is_some()
        && kin.servers(index) == 0
        && row.span.tags.keys().any(|key| key.starts_with("http."))
}

fn duplicate_ids(rows: &[Row]) -> HashSet<SpanId> {
    let ids = rows.iter().filter(|row| !row.span.shared).map(|row| row.span.id);
    let mut ids: Vec<SpanId> = ids.collect();
    // Sorting numbers is quicker than hashing them.
    ids.sort_unstable();
    let pairs = ids.iter().zip(ids.iter().skip(1));
    pairs.filter(|(id, next)| id == next).map(|(&id, _)| id).collect()
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

fn of_clocks(kin: &Kin<'_>, times: &Times, clocks: &[Clock], answer: &[Sentence]) -> Option<Doubt> {
    let early: Vec<&Row> = kin.rows.iter().filter(|row| is_early(kin, row)).collect();
    let mut apart = doubted(clocks);
    let count = apart.len();
    if count == 0 {
        let by = early.iter().map(|row| early_by(kin, row)).max()?;
        let said = Sentence::Early {
            count: early.len(),
            by,
            is_one_clock: early.iter().all(|row| is_of_one_process(kin, row)),
        };
        return Some(Doubt::new(DoubtKind::Clock, early.len(), ids(&early), vec![said]));
    }
    apart.retain(|apart| !answer.contains(&Sentence::Clock(apart.clone())));
    let more = apart.len().saturating_sub(MAX_CLOCKS);
    apart.truncate(MAX_CLOCKS);
    let whole = times.duration.unwrap_or_default();
    let spread = Sentence::Spread {
        across: Some(times.width).filter(|&across| across > whole + TOLERANCE_US),
        whole,
    };
    let said = match apart.is_empty() {
        true => vec![spread],
        false => vec![Sentence::Clocks { apart, more }, spread],
    };
    Some(Doubt::new(DoubtKind::Clock, count, ids(&early), said))
}

// Clocks have a resolution, and are set by parts of a millisecond while they run.
fn is_early(kin: &Kin<'_>, row: &Row) -> bool {
    early_by(kin, row) > TOLERANCE_US
}

/// Whether the row and its cause say the same service at the same address.
fn is_of_one_process(kin: &Kin<'_>, row: &Row) -> bool {
    let place = |row: &Row| row.span.local_endpoint.clone();
    place(row).is_some_and(|own| kin.above(row).and_then(place) == Some(own))
}

fn early_by(kin: &Kin<'_>, row: &Row) -> u64 {
    let cause = kin.above(row).and_then(|above| above.span.timestamp);
    let times = cause.zip(row.span.timestamp);
    times.map_or(0, |(cause, own)| cause.saturating_sub(own))
}

#[cfg(test)]
mod tests;
