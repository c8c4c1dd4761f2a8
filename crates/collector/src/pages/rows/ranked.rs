//! The rows in the order in which they matter: the root, failures, the critical path, the slowest, what stands apart.

use std::{cmp::Reverse, collections::HashMap};

use foldhash::fast::RandomState;

use zipkin::{Kind, Row, Waterfall};

use super::{line::MAX_LINES, shape::Shape};

/// Rows on the critical path.
const ON_PATH: usize = 100;

/// Failed rows below which nothing failed: others failed because of them.
const FAILED: usize = 40;

/// Rows at the top, each for a reason.
const TOPS: usize = 20;

/// Of siblings alike, so many are enough to tell the rest.
const ALIKE: usize = 3;

/// Siblings alike: the same parent, service, kind and name.
pub type Alike<'a> = (Option<usize>, Option<usize>, Option<Kind>, &'a str);

/// The properties that a row shares with siblings like it.
pub fn alike(row: &Row) -> Alike<'_> {
    (row.parent, row.service_index, row.kind, &row.name)
}

/// The first that matter, each once.
pub fn ranked(trace: &Waterfall, shape: &Shape, on_path: &[u64]) -> Vec<usize> {
    let all = || 0..trace.rows.len();
    let row = |index: usize| trace.rows.get(index);
    let is_failed = |index: &usize| row(*index).is_some_and(|row| row.error.is_some());
    let innermost = |index: &usize| is_failed(index) && shape.failed(shape.subtree(*index)) == 1;
    let time = |index: usize| on_path.get(index).copied().unwrap_or_default();
    let took = |index: usize| row(index).and_then(|row| row.duration).unwrap_or_default();
    let mut tops = shape.children(trace, None);
    tops.truncate(TOPS);

    let mut failed = Few::default();
    let mut ranked: Vec<usize> = vec![0];
    ranked.extend(
        all()
            .filter(innermost)
            .filter(|&index| failed.takes(trace, index))
            .take(FAILED),
    );
    let on_path = all().filter(|&index| time(index) > 0);
    let path = longest(on_path.map(|index| (time(index), index)));
    let mut few = Few::default();
    ranked.extend(path.filter(|&index| few.takes(trace, index)).take(ON_PATH));
    ranked.extend(tops);
    ranked.extend(
        longest(all().map(|index| (took(index), index)))
            .filter(|&index| few.takes(trace, index))
            .take(MAX_LINES),
    );
    ranked
}

/// The rows with the longest times first.
fn longest(times: impl Iterator<Item = (u64, usize)>) -> impl Iterator<Item = usize> {
    let mut times: Vec<(Reverse<u64>, usize)> = times.map(|(time, index)| (Reverse(time), index)).collect();
    times.sort_unstable();
    times.into_iter().map(|(_, index)| index)
}

/// Counts siblings alike.
#[derive(Default)]
struct Few<'a>(HashMap<Alike<'a>, usize, RandomState>);

impl<'a> Few<'a> {
    fn takes(&mut self, trace: &'a Waterfall, index: usize) -> bool {
        let Some(row) = trace.rows.get(index) else {
            return false;
        };
        let count = self.0.entry(alike(row)).or_default();
        *count += 1;
        *count <= ALIKE
    }
}
