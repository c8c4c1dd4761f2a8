//! When a trace was, and how long it took, as far as its spans say.

use crate::{Kind, Language, SpanRef, tree::Step, words};

/// Clocks have a resolution, and are set by parts of a millisecond while they run.
pub(crate) const CLOCK_TOLERANCE_US: u64 = 100;

/// The times of one trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When the first span started, in microseconds since the epoch; none where no span says.
    pub start: Option<u64>,
    /// Microseconds from the first start to the last end, of spans whose clocks may agree with the first row's; none where
    /// no span says both.
    pub duration: Option<u64>,
    /// Microseconds that a time axis has to cover: from the first start to the last start or end.
    pub width: u64,
    /// Whether a span without a parent has started and not ended: the trace may take longer.
    pub is_open: bool,
}

impl Times {
    pub(crate) fn of(steps: &[Step<'_>]) -> Self {
        let spans = || steps.iter().map(|step| step.span);
        let start = spans().filter_map(|span| span.timestamp).min();
        let end = |(start, duration): (u64, u64)| start.saturating_add(duration);
        let has_end = spans().any(|span| span.timestamp.is_some() && span.duration.is_some());
        let known = |span: &SpanRef| span.timestamp.zip(span.duration.or(Some(0)));
        let width = spans().filter_map(known).map(end).max().zip(start);
        let width = width.map(|(end, start)| end - start);
        let off = off(steps);
        let own: Vec<(u64, u64)> = steps
            .iter()
            .zip(&off)
            .filter(|(_, is_off)| !**is_off)
            .filter_map(|(step, _)| known(step.span))
            .collect();
        let first = own.iter().map(|(start, _)| *start).min();
        let duration = own.into_iter().map(end).max().zip(first);
        let duration = duration.map(|(end, start)| end - start);
        let mut tops = steps.iter().filter(|step| step.parent.is_none());
        Self {
            start,
            duration: duration.filter(|_| has_end),
            width: width.unwrap_or_default(),
            is_open: tops.any(|top| top.span.timestamp.is_some() && top.span.duration.is_none()),
        }
    }

    /// The duration of the trace, in words.
    pub fn took(&self) -> String {
        self.took_in(Language::English)
    }

    /// The same in a language.
    pub fn took_in(&self, language: Language) -> String {
        let duration = self.duration.filter(|_| self.is_open);
        let duration = duration.map(|duration| words::duration_in(duration, language));
        match (duration, language) {
            (Some(duration), Language::English) => format!("at least {duration}, a root has not ended"),
            (Some(duration), Language::Korean) => format!("{duration} 이상, 끝나지 않은 루트가 있음"),
            (None, _) => self.took_in_short_in(language),
        }
    }

    /// The same in few words.
    pub fn took_in_short(&self) -> String {
        self.took_in_short_in(Language::English)
    }

    /// The same in a language.
    pub fn took_in_short_in(&self, language: Language) -> String {
        let duration = self
            .duration
            .map(|duration| words::duration_in(duration, language));
        match duration {
            Some(duration) if self.is_open => format!("≥ {duration}"),
            Some(duration) => duration,
            None if self.start.is_some() => language.words().not_ended.into(),
            None => language.words().no_time.into(),
        }
    }
}

/// Which steps run by a clock that cannot be the first row's: those of a server that would fit into its client, and begins before
/// it or ends after it, and of all below.
fn off(steps: &[Step<'_>]) -> Vec<bool> {
    let mut off: Vec<bool> = Vec::with_capacity(steps.len());
    for step in steps {
        let above = step.parent.and_then(|parent| steps.get(parent));
        let is_below = step.parent.and_then(|parent| off.get(parent).copied());
        let is_off = above.is_some_and(|above| disagrees(above.span, step.span));
        off.push(is_below.unwrap_or_default() || is_off);
    }
    off
}

fn disagrees(client: &SpanRef<'_>, server: &SpanRef<'_>) -> bool {
    let is_call = client.kind == Some(Kind::Client) && server.kind == Some(Kind::Server);
    let both = |span: &SpanRef| span.timestamp.zip(span.duration);
    let (Some((called, waited)), Some((began, took))) = (both(client), both(server)) else {
        return false;
    };
    let early = called.saturating_sub(began);
    let late = (began.saturating_add(took)).saturating_sub(called.saturating_add(waited));
    is_call && took <= waited && early.max(late) > CLOCK_TOLERANCE_US
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample::trace, tree::Tree};

    #[test]
    fn a_time_that_no_span_says_is_not_known() {
        for (lines, start, duration, width, took) in [
            (vec!["a - - x - @5+7"], Some(5), Some(7), 7, "7 µs"),
            // A server by another clock is within its client, whatever it says.
            (
                vec![
                    "a - CLIENT x - @5000+700",
                    "b a SERVER y - @9000+600",
                    "c b - y - @9100+10",
                ],
                Some(5000),
                Some(700),
                4600,
                "700 µs",
            ),
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
                "at least 2 µs, a root has not ended",
            ),
            // The first root has ended, a further one has not.
            (
                vec!["a - - x - @5+7", "b - - x - @6"],
                Some(5),
                Some(7),
                7,
                "at least 7 µs, a root has not ended",
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
