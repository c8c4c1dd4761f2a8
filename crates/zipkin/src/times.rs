//! When a trace was, and how long it took, as far as its spans say.

use crate::{tree::Step, words};

/// The times of one trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When the first span started, in microseconds since the epoch; none where no span says.
    pub start: Option<u64>,
    /// Microseconds from the first start to the last end; none where no span says both.
    pub duration: Option<u64>,
    /// Microseconds that a time axis has to cover: from the first start to the last start or end.
    pub width: u64,
    /// Whether a span without a parent has started and not ended: the trace may take longer.
    pub is_open: bool,
}

impl Times {
    pub(crate) fn of(steps: &[Step<'_>]) -> Self {
        let spans = || steps.iter().map(|step| &step.node.span);
        let start = spans().filter_map(|span| span.timestamp).min();
        let end = |(start, duration): (u64, u64)| start.saturating_add(duration);
        let has_end = spans().any(|span| span.timestamp.is_some() && span.duration.is_some());
        let known = spans().filter_map(|span| span.timestamp.zip(span.duration.or(Some(0))));
        let width = known.map(end).max().zip(start).map(|(end, start)| end - start);
        let mut tops = steps.iter().filter(|step| step.parent.is_none());
        Self {
            start,
            duration: width.filter(|_| has_end),
            width: width.unwrap_or_default(),
            is_open: tops.any(|top| top.node.span.timestamp.is_some() && top.node.span.duration.is_none()),
        }
    }

    /// The duration of the trace, in words.
    pub fn took(&self) -> String {
        match self.duration {
            Some(duration) if self.is_open => {
                format!("at least {}, the root has not ended", words::duration(duration))
            }
            _ => self.took_in_short(),
        }
    }

    /// The same in few words.
    pub fn took_in_short(&self) -> String {
        match self.duration.map(words::duration) {
            Some(duration) if self.is_open => format!("≥ {duration}"),
            Some(duration) => duration,
            None if self.start.is_some() => words::NOT_ENDED.into(),
            None => words::NO_TIME.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample::trace, tree::Tree};

    #[test]
    fn what_no_span_says_is_not_known() {
        for (lines, start, duration, width, took) in [
            (vec!["a - - x - @5+7"], Some(5), Some(7), 7, "7 µs"),
            // An unfinished span goes on at least until it starts.
            (
                vec!["a - - x - @5+7", "b a - x - @20"],
                Some(5),
                Some(15),
                15,
                "15 µs",
            ),
            (
                vec!["a - - x - @5", "b a - x - @6+1"],
                Some(5),
                Some(2),
                2,
                "at least 2 µs, the root has not ended",
            ),
            (
                vec!["a - - x - @5", "b a - x - @9"],
                Some(5),
                None,
                4,
                "not ended",
            ),
            (vec!["a - - x -", "b a - x -"], None, None, 0, "no time"),
            (
                vec!["a - - x - @5+18446744073709551615", "b a - x - @1+1"],
                Some(1),
                Some(u64::MAX - 1),
                u64::MAX - 1,
                "213503982 d 8 h",
            ),
        ] {
            let spans = trace(&lines);
            let times = Times::of(&Tree::build(&spans).depth_first());
            assert_eq!(
                (times.start, times.duration, times.width),
                (start, duration, width),
                "{lines:?}"
            );
            assert_eq!(times.took(), took, "{lines:?}");
        }
    }
}
