//! The links of a whole day, answer by answer.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use anyhow::ensure;
use zipkin::{DependencyLink, Linker, Span, utc};

use crate::{
    day::Day,
    numbers::count,
    progress::Progress,
    source::{Answer, Source},
    walk::Walk,
};

/// So many milliseconds may be missing: beyond, Zipkin has another problem than a trace that it cannot answer.
const MOST_CUT: u64 = 1000;

/// A server may be silent for so long between two answers of use: beyond, each question is answered without an end.
const PATIENCE: Duration = Duration::from_secs(30);

/// The sum of a day's traces.
#[derive(Debug)]
pub struct Counted {
    /// The day.
    pub day: Day,
    /// Traces that started on the day.
    pub traces: u64,
    /// Calls between services in them.
    pub links: Vec<DependencyLink>,
    /// Milliseconds in which there was more than Zipkin can answer.
    pub cut: u64,
}

impl Counted {
    /// Reads and links the day. What is kept from one answer to the next is a number for each link.
    pub async fn read(source: &Source, day: Day) -> anyhow::Result<Self> {
        let mut walk = Walk::through(day.millis());
        let (mut linker, mut traces) = (Linker::default(), 0);
        let mut progress = Progress::start();
        let mut answered = Instant::now();
        while let Some(question) = walk.question() {
            progress.show(|| {
                let time = utc::time_of_day(question.window.end * 1000);
                format!("{day}, back to {time} UTC: {}", count(traces, "trace"))
            });
            match source.traces(&question).await? {
                Answer::Refused(reason) => {
                    walk.refused();
                    ensure!(walk.cut <= MOST_CUT && answered.elapsed() < PATIENCE, reason);
                }
                Answer::Traces(found) => {
                    answered = Instant::now();
                    let starts: Vec<u64> = found.iter().map(|trace| first(trace, &question.window)).collect();
                    let Some(done) = walk.answered(&starts, found.iter().map(Vec::len).sum()) else {
                        continue;
                    };
                    for trace in found.into_iter().filter(|trace| started_in(trace, &done)) {
                        linker.put_trace(&trace);
                        traces += 1;
                    }
                }
            }
        }
        Ok(Self {
            day,
            traces,
            links: linker.links(),
            cut: walk.cut,
        })
    }
}

/// When the first span within the window started, by which Zipkin sorts.
fn first(trace: &[Span], window: &Range<u64>) -> u64 {
    let within = starts(trace).filter(|start| window.contains(start)).min();
    // None is within where Zipkin left out some of a large trace's spans: then no more than its end is sure.
    within.unwrap_or(window.end.saturating_sub(1))
}

/// A trace is found wherever one of its spans is, and counts where its earliest is.
fn started_in(trace: &[Span], window: &Range<u64>) -> bool {
    starts(trace).min().is_some_and(|start| window.contains(&start))
}

fn starts(trace: &[Span]) -> impl Iterator<Item = u64> {
    trace.iter().filter_map(|span| Some(span.timestamp? / 1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zipkin::{SpanId, TraceId};

    fn trace(timestamps: &[Option<u64>]) -> Vec<Span> {
        let span = |timestamp: &Option<u64>| {
            let mut span = Span::new(TraceId::new(1), SpanId::new(1));
            span.timestamp = *timestamp;
            span
        };
        timestamps.iter().map(span).collect()
    }

    #[test]
    fn a_trace_counts_where_its_earliest_span_is() {
        for (timestamps, window, expected) in [
            (vec![Some(5_000), Some(4_999)], 4..5, true),
            (vec![Some(5_000), Some(4_999)], 5..6, false),
            (vec![None, Some(6_999)], 6..7, true),
            (vec![None], 0..10, false),
            (vec![], 0..10, false),
        ] {
            assert_eq!(
                started_in(&trace(&timestamps), &window),
                expected,
                "{timestamps:?}"
            );
        }
    }

    #[test]
    fn the_first_span_within_a_window_is_not_the_earliest() {
        let trace = trace(&[Some(9_000), Some(1_000), None, Some(7_000)]);
        assert_eq!(first(&trace, &(5..10)), 7);
        assert_eq!(first(&trace, &(0..10)), 1);
        assert_eq!(first(&trace, &(2..5)), 4);
    }
}
