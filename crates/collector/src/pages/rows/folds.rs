//! Rows that are not shown, alike ones together: how many there are, how long they took, and what failed in them.

use std::{cmp::Reverse, collections::HashMap};

use foldhash::fast::RandomState;
use zipkin::Waterfall;

use super::{
    chosen::Chosen,
    line::{Fold, Folded, Line},
    ranked::{Alike, alike},
    shape::Shape,
};

/// The chosen rows, with folds of all others: below one row at most `kinds` of them, and one more of ancestors.
pub fn around(trace: &Waterfall, shape: &Shape, chosen: &Chosen<'_>, kinds: usize) -> Vec<Line> {
    let mut folds = Folds {
        trace,
        shape,
        chosen,
        chosen_before: chosen.sums(),
        below: Vec::new(),
        alike: HashMap::default(),
        folds: Vec::new(),
        lines: Vec::new(),
    };
    folds.walk();
    folds.into_lines(kinds)
}

/// A row that others stand below: a chosen one, or the first of some levels.
struct Above {
    row: usize,
    end: usize,
    indent: usize,
    /// The fold of the levels that it begins.
    levels: Option<usize>,
}

struct Folds<'a> {
    trace: &'a Waterfall,
    shape: &'a Shape,
    chosen: &'a Chosen<'a>,
    chosen_before: Vec<usize>,
    below: Vec<Above>,
    /// By the chosen row above, and what they have in common.
    alike: HashMap<(Option<usize>, Alike<'a>), usize, RandomState>,
    /// With the chosen row above and the indent.
    folds: Vec<(Option<usize>, usize, Fold)>,
    lines: Vec<(usize, Line)>,
}

impl Folds<'_> {
    fn walk(&mut self) {
        let mut row = 0;
        while row < self.trace.rows.len() {
            while self.below.last().is_some_and(|above| above.end <= row) {
                self.below.pop();
            }
            let subtree = self.shape.subtree(row);
            let next = subtree.end.max(row + 1);
            row = if !self.chosen.is_inside(row) {
                next
            } else if self.chosen.has(row) {
                self.show(row, next);
                row + 1
            } else if self.before(subtree.start) < self.before(subtree.end) {
                self.level(row, next);
                row + 1
            } else {
                self.hide(row, next);
                next
            };
        }
    }

    fn before(&self, row: usize) -> usize {
        self.chosen_before.get(row).copied().unwrap_or_default()
    }

    fn indent(&self) -> usize {
        self.below.last().map_or(0, |above| above.indent + 1)
    }

    fn show(&mut self, row: usize, end: usize) {
        let indent = self.indent();
        self.lines.push((row, Line::Row { row, indent }));
        let levels = None;
        self.below.push(Above {
            row,
            end,
            indent,
            levels,
        });
    }

    fn level(&mut self, row: usize, end: usize) {
        if let Some(fold) = self.below.last().and_then(|above| above.levels) {
            return self.count(fold, row, row + 1);
        }
        let indent = self.indent();
        let fold = self.begin(Folded::Levels, row);
        self.count(fold, row, row + 1);
        let levels = Some(fold);
        self.below.push(Above {
            row,
            end,
            indent,
            levels,
        });
    }

    fn hide(&mut self, row: usize, end: usize) {
        if let Some(fold) = self.below.last().and_then(|above| above.levels) {
            return self.count(fold, row, end);
        }
        let Some(first) = self.trace.rows.get(row) else {
            return;
        };
        let key = (self.below.last().map(|above| above.row), alike(first));
        let known = self.alike.get(&key).copied();
        let fold = known.unwrap_or_else(|| self.begin(Folded::Alike, row));
        self.alike.insert(key, fold);
        self.count(fold, row, end);
    }

    fn begin(&mut self, folded: Folded, first: usize) -> usize {
        let fold = Fold {
            folded,
            first,
            count: 0,
            spans: 0,
            failed: 0,
            total_us: 0,
            longest_us: 0,
            ran: None,
        };
        let above = self.below.last().map(|above| above.row);
        self.folds.push((above, self.indent(), fold));
        self.folds.len() - 1
    }

    fn count(&mut self, fold: usize, row: usize, end: usize) {
        let (Some((.., fold)), Some(first)) = (self.folds.get_mut(fold), self.trace.rows.get(row)) else {
            return;
        };
        fold.count += 1;
        fold.spans += end - row;
        fold.failed += self.shape.failed(row..end);
        let took = first.duration.unwrap_or_default();
        fold.total_us = fold.total_us.saturating_add(took);
        fold.longest_us = fold.longest_us.max(took);
        let ran = first.offset.map(|start| (start, start.saturating_add(took)));
        fold.ran = match (fold.ran, ran) {
            (Some((start, end)), Some((earlier, later))) => Some((start.min(earlier), end.max(later))),
            (one, other) => one.or(other),
        };
    }

    fn into_lines(mut self, kinds: usize) -> Vec<Line> {
        // Of one row, the folds with failures first, then the longest.
        self.folds.sort_by_key(|(above, _, fold)| {
            let is_level = fold.folded == Folded::Levels;
            (
                *above,
                Reverse(is_level),
                Reverse(fold.failed > 0),
                Reverse(fold.total_us),
                fold.first,
            )
        });
        for siblings in self.folds.chunk_by_mut(|(one, ..), (other, ..)| one == other) {
            let levels = siblings.partition_point(|(.., fold)| fold.folded == Folded::Levels);
            let (_, alike) = siblings.split_at_mut(levels);
            if alike.len() <= kinds {
                continue;
            }
            if let Some(([(.., last)], rest)) = alike
                .get_mut(kinds - 1..)
                .and_then(|few| few.split_first_chunk_mut::<1>())
            {
                last.folded = Folded::Siblings {
                    kinds: rest.len() + 1,
                };
                rest.iter_mut().for_each(|(.., fold)| last.take(fold));
            }
        }
        let left = self.folds.into_iter().filter(|(.., fold)| fold.spans > 0);
        let lines = left.map(|(_, indent, fold)| {
            let row = fold.first;
            // One row takes the line that its fold would.
            let is_one = fold.spans == 1;
            let line = if is_one {
                Line::Row { row, indent }
            } else {
                Line::Fold { fold, indent }
            };
            (row, line)
        });
        self.lines.extend(lines);
        self.lines.sort_by_key(|(place, _)| *place);
        self.lines.into_iter().map(|(_, line)| line).collect()
    }
}
