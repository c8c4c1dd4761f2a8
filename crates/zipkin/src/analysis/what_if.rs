//! What if a service were faster: how much faster would the trace have been?

use super::kin::{Interval, Kin, interval};
use crate::{Kind, Waterfall};

/// By how many microseconds the first root would have been shorter, had a service done its own work in so many
/// microseconds less in all; nothing where the root does not say when it ran, or the service did no work.
///
/// The trace is replayed. Each piece of own work of the service shrinks alike; all other pieces keep their length. A child
/// starts after its parent has done what it did before, and after all its siblings that had ended before it started; the
/// parent goes on when all that had ended then have ended. A child that outlived its parent is not waited for, and nobody
/// waits for a consumer. A client's own time is the network's or a silent server's, and does not shrink.
pub fn what_if(trace: &Waterfall, service: &str, faster_us: u64) -> Option<u64> {
    let kin = Kin::of(trace);
    let spans: Vec<Option<Replayed>> = (0..kin.rows.len())
        .map(|index| Replayed::of(&kin, index))
        .collect();
    let does_work = |index: usize| {
        let row = kin.row(index);
        row.is_some_and(|row| row.service == service && row.kind != Some(Kind::Client))
    };
    let working = spans.iter().enumerate().filter(|(index, _)| does_work(*index));
    let all_work: i128 = working
        .filter_map(|(_, span)| Some(span.as_ref()?.all_own()))
        .sum();
    (all_work > 0).then_some(())?;
    let cut = Share {
        of: all_work,
        part: i128::from(faster_us).min(all_work),
    };
    let none = Share { of: 1, part: 0 };
    let mut lengths: Vec<i128> = vec![0; spans.len()];
    // Children stand after their parents.
    for (index, span) in spans.iter().enumerate().rev() {
        let share = if does_work(index) { cut } else { none };
        if let (Some(span), Some(length)) = (span, span.as_ref().map(|span| span.length(&lengths, share)))
            && let Some(place) = lengths.get_mut(index)
        {
            *place = length.min(span.whole.length());
        }
    }
    let before = spans.first()?.as_ref()?.whole.length();
    u64::try_from(before - lengths.first()?).ok()
}

/// What part of own work is saved.
#[derive(Clone, Copy)]
struct Share {
    of: i128,
    part: i128,
}

impl Share {
    fn left(self, own: i128) -> i128 {
        own - own * self.part / self.of
    }
}

/// A span as it ran.
struct Replayed {
    whole: Interval,
    /// What it waited for, by start, with the row of each.
    children: Vec<(Interval, usize)>,
    /// Places of the children, by end.
    by_end: Vec<usize>,
    /// When at least one child ran, by start, with how long that was up to the end of each.
    busy: Vec<(Interval, i128)>,
}

impl Replayed {
    fn of(kin: &Kin<'_>, index: usize) -> Option<Self> {
        let whole = interval(kin.row(index)?)?;
        let only_server = kin.only_server(index).map(|(index, _)| index);
        let waited_for = kin
            .below(index)
            .filter(|(_, row)| row.kind != Some(Kind::Consumer));
        let when = |(index, row)| {
            let when: Interval = interval(row)?;
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

    fn all_own(&self) -> i128 {
        self.own(self.whole.start, self.whole.end)
    }

    /// How long no child ran.
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

    /// How long it would have been, with children of these lengths and less own work.
    fn length(&self, lengths: &[i128], cut: Share) -> i128 {
        // When each child ends anew, and the latest of those that end up to it.
        let mut ends: Vec<i128> = vec![0; self.children.len()];
        let mut latest: Vec<i128> = Vec::with_capacity(self.by_end.len());
        let mut ended: usize = 0;
        let shrunk = |from: i128, to: i128| {
            let own = self.own(from, to);
            (to - from) - own + cut.left(own)
        };
        let moment = |time: i128, ended: &mut usize, latest: &mut Vec<i128>, ends: &[i128]| {
            while let Some((place, (when, _))) =
                self.ended_next(*ended).filter(|(_, (when, _))| when.end <= time)
            {
                let end = ends.get(place).copied().unwrap_or(when.end);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        sample::{Dice, span, trace},
        waterfall,
    };

    #[test]
    fn what_follows_moves_and_what_runs_beside_holds() {
        for (lines, service, faster, saved) in [
            // Alone on the path: all of it.
            (vec!["1 - SERVER web - @1000+100"], "web", 30, Some(30)),
            (
                vec![
                    "1 - SERVER web - @1000+100",
                    "2 1 CLIENT web app @1010+80",
                    "3 2 SERVER app - @1020+60",
                ],
                "app",
                50,
                Some(50),
            ),
            // More than it did cannot be saved.
            (
                vec![
                    "1 - SERVER web - @1000+100",
                    "2 1 CLIENT web app @1010+80",
                    "3 2 SERVER app - @1020+60",
                ],
                "app",
                500,
                Some(60),
            ),
            // The network and a silent server stay.
            (
                vec!["1 - SERVER web - @1000+100", "2 1 CLIENT web db @1010+80"],
                "web",
                500,
                Some(20),
            ),
            // Beside it, another runs for 31 less: then that is what the trace waits for.
            (
                vec![
                    "1 - SERVER web - @1000+100",
                    "2 1 - app - @1010+80",
                    "3 1 - job - @1010+49",
                    "4 1 - web - @1090+10",
                ],
                "app",
                50,
                Some(31),
            ),
            // A sibling that started after another had ended goes on doing so.
            (
                vec![
                    "1 - SERVER web - @1000+100",
                    "2 1 - app - @1000+40",
                    "3 1 - job - @1050+40",
                ],
                "app",
                10,
                Some(10),
            ),
            // Nobody waits for a consumer, or for what outlives its parent.
            (
                vec![
                    "1 - SERVER web - @1000+100",
                    "2 1 CONSUMER job - @1010+80",
                    "3 1 - late - @1090+50",
                ],
                "job",
                50,
                Some(0),
            ),
            (vec!["1 - SERVER web - @1000+100"], "nobody", 50, None),
            (vec!["1 - SERVER web - @1000"], "web", 50, None),
        ] {
            let trace = waterfall(&trace(&lines)).unwrap();
            assert_eq!(what_if(&trace, service, faster), saved, "{lines:?}");
        }
    }

    #[test]
    fn nothing_faster_is_nothing_saved_and_more_never_saves_less() {
        let mut dice = Dice::new(3);
        for _ in 0..2_000 {
            let mut spans = vec![span(&format!("1 - SERVER s0 - @1000+{}", 100 + dice.up_to(200)))];
            for id in 2..2 + dice.up_to(10) {
                let (parent, service) = (1 + dice.up_to(id - 1), dice.up_to(3));
                let (start, duration) = (1000 + dice.up_to(250), dice.up_to(120));
                spans.push(span(&format!(
                    "{id:x} {parent:x} - s{service} - @{start}+{duration}"
                )));
            }
            let trace = waterfall(&spans).unwrap();
            let Some(nothing) = what_if(&trace, "s1", 0) else {
                continue;
            };
            assert_eq!(nothing, 0, "{spans:?}");
            let saved = [10, 50, 1_000].map(|faster| what_if(&trace, "s1", faster).unwrap());
            assert!(saved.is_sorted(), "{saved:?} {spans:?}");
            assert!(saved[0] <= 10, "{saved:?} {spans:?}");
        }
    }
}
