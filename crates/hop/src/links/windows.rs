//! The parts in which a day is read. Zipkin's search has a limit and no pages: a part with more traces than the limit
//! is read again in halves, and where there are few, the next part is longer.

use std::ops::Range;

const SHORTEST: u64 = 1;
const LONGEST: u64 = 3_600_000;

/// How much came of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Far less than the limit.
    Light,
    /// Less than the limit.
    Some,
    /// The limit: there may be more.
    Full,
    /// Nothing, for this reason. Less may be answered.
    Refused(String),
}

/// A walk through a time, in milliseconds.
#[derive(Debug)]
pub struct Windows {
    left: Range<u64>,
    length: u64,
}

impl Windows {
    /// Begins with a minute: nobody knows how much is in there.
    pub fn of(whole: Range<u64>) -> Self {
        let length = 60_000;
        Self { left: whole, length }
    }

    /// The part to read; none at the end.
    pub fn current(&self) -> Option<Range<u64>> {
        let Range { start, end } = self.left;
        (start < end).then(|| start..end.min(start + self.length))
    }

    /// Makes the current part smaller, and says whether that was possible.
    pub fn halve(&mut self) -> bool {
        let Some(current) = self.current() else {
            return false;
        };
        let length = current.end - current.start;
        self.length = (length / 2).max(SHORTEST);
        length > SHORTEST
    }

    /// Goes to the next part.
    pub fn advance(&mut self, fill: &Fill) {
        self.left.start = self.current().map_or(self.left.end, |current| current.end);
        if *fill == Fill::Light {
            self.length = (self.length * 2).min(LONGEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks with an answer for each part, and gives the parts that counted.
    fn walk(whole: Range<u64>, fill: impl Fn(&Range<u64>) -> Fill) -> Vec<Range<u64>> {
        let mut windows = Windows::of(whole);
        let mut read = Vec::new();
        while let Some(current) = windows.current() {
            let fill = fill(&current);
            if fill == Fill::Full && windows.halve() {
                continue;
            }
            windows.advance(&fill);
            read.push(current);
        }
        read
    }

    fn covers(whole: Range<u64>, read: &[Range<u64>]) {
        let mut at = whole.start;
        for part in read {
            assert_eq!(part.start, at, "no gap, no overlap");
            assert!(part.end > part.start);
            at = part.end;
        }
        assert_eq!(at, whole.end);
    }

    #[test]
    fn an_empty_day_takes_few_questions() {
        let day = 0..86_400_000;
        let read = walk(day.clone(), |_| Fill::Light);
        covers(day, &read);
        assert_eq!(read.len(), 29);
    }

    #[test]
    fn a_crowded_minute_is_read_in_parts() {
        let crowd = 4_000_000..4_060_000;
        let whole = 0..8_000_000;
        let read = walk(whole.clone(), |part| {
            let shared = part
                .end
                .min(crowd.end)
                .saturating_sub(part.start.max(crowd.start));
            match shared {
                0 => Fill::Light,
                1..1000 => Fill::Some,
                _ => Fill::Full,
            }
        });
        covers(whole, &read);
        assert!(read.iter().all(|part| part.end - part.start <= LONGEST));
    }

    #[test]
    fn what_is_full_at_any_length_ends_at_a_millisecond() {
        let read = walk(5..25, |_| Fill::Full);
        covers(5..25, &read);
        assert!(read.iter().all(|part| part.end - part.start == 1));
    }
}
