//! One span, run again with less own work.

use crate::{
    Kind,
    analysis::kin::{Interval, Kin},
};

/// The part of own work that is saved. Lengths are counted in parts of a microsecond, `of` of them in each: no piece of work is
/// rounded by itself.
#[derive(Clone, Copy)]
pub(super) struct Share {
    pub(super) of: i128,
    pub(super) part: i128,
}

impl Share {
    /// The rest of a time with so much own work in it.
    fn left(self, time: i128, own: i128) -> i128 {
        time * self.of - own * self.part
    }
}

/// A span as it ran.
#[derive(Debug)]
pub(super) struct Replayed {
    pub(super) whole: Interval,
    /// The children that it waited for, by start, with the row of each.
    children: Vec<(Interval, usize)>,
    /// Places of the children, by end.
    by_end: Vec<usize>,
    /// When at least one child ran, by start, with how long that was up to the end of each.
    busy: Vec<(Interval, i128)>,
}

impl Replayed {
    pub(super) fn of(kin: &Kin<'_>, index: usize) -> Option<Self> {
        let whole = kin.awaited(index)?;
        let only_server = kin.only_server(index).map(|(index, _)| index);
        let waited_for = kin
            .below(index)
            .filter(|(_, row)| row.kind != Some(Kind::Consumer));
        let when = |(index, _)| {
            let when: Interval = kin.awaited(index)?;
            let may_move = only_server == Some(index) && when.length() <= whole.length();
            let when = if may_move {
                when.moved(when.move_into(whole))
            } else {
                when
            };
            let is_within = when.start >= whole.start && when.end <= whole.end && when.length() > 0;
            is_within.then_some((when, index))
        };
        let mut children: Vec<(Interval, usize)> = waited_for.filter_map(when).collect();
        children.sort_by_key(|(when, _)| (when.start, when.end));
        let mut by_end: Vec<usize> = (0..children.len()).collect();
        by_end.sort_by_key(|&place| children.get(place).map(|(when, _)| when.end));
        let busy = busy(&children);
        Some(Self {
            whole,
            children,
            by_end,
            busy,
        })
    }

    pub(super) fn all_own(&self) -> i128 {
        self.own(self.whole.start, self.whole.end)
    }

    /// The time in which no child ran.
    fn own(&self, from: i128, to: i128) -> i128 {
        (to - from) - (self.busy_until(to) - self.busy_until(from))
    }

    fn busy_until(&self, time: i128) -> i128 {
        let begun = self.busy.partition_point(|(when, _)| when.start < time);
        let last = begun.checked_sub(1).and_then(|last| self.busy.get(last));
        last.map_or(0, |(when, until_its_end)| {
            until_its_end - (when.end - time).max(0)
        })
    }

    /// The length with children of these lengths and less own work, in parts of a microsecond.
    pub(super) fn length(&self, lengths: &[i128], cut: Share) -> i128 {
        // Most spans cause nothing.
        if self.children.is_empty() {
            let length = self.whole.length();
            return cut.left(length, length);
        }
        // When each child ends anew, and the latest of those that end up to it.
        let mut ends: Vec<i128> = vec![0; self.children.len()];
        let mut latest: Vec<i128> = Vec::with_capacity(self.by_end.len());
        let mut ended: usize = 0;
        let shrunk = |from: i128, to: i128| cut.left(to - from, self.own(from, to));
        let moment = |time: i128, ended: &mut usize, latest: &mut Vec<i128>, ends: &[i128]| {
            while let Some((place, _)) = self.ended_next(*ended).filter(|(_, (when, _))| when.end <= time) {
                let end = ends.get(place).copied().unwrap_or_default();
                latest.push(latest.last().map_or(end, |latest| end.max(*latest)));
                *ended += 1;
            }
            let Some((place, (when, _))) = ended.checked_sub(1).and_then(|last| self.ended_next(last)) else {
                return shrunk(self.whole.start, time);
            };
            let after_last = ends.get(place).copied().unwrap_or_default() + shrunk(when.end, time);
            after_last.max(latest.last().copied().unwrap_or_default())
        };
        for (place, (when, row)) in self.children.iter().enumerate() {
            let start = moment(when.start, &mut ended, &mut latest, &ends);
            if let (Some(end), Some(length)) = (ends.get_mut(place), lengths.get(*row)) {
                *end = start + length;
            }
        }
        moment(self.whole.end, &mut ended, &mut latest, &ends)
    }

    fn ended_next(&self, place: usize) -> Option<(usize, (Interval, usize))> {
        let child = *self.by_end.get(place)?;
        Some((child, *self.children.get(child)?))
    }
}

// The union of intervals that are sorted by start.
fn busy(children: &[(Interval, usize)]) -> Vec<(Interval, i128)> {
    let mut busy: Vec<(Interval, i128)> = Vec::new();
    for &(when, _) in children {
        let (before, last) = match busy.last_mut() {
            Some((last, until)) if when.start <= last.end => {
                let longer = (when.end - last.end).max(0);
                last.end += longer;
                *until += longer;
                continue;
            }
            Some((_, until)) => (*until, when),
            None => (0, when),
        };
        busy.push((last, before + last.length()));
    }
    busy
}
