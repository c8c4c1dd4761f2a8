//! The walk through a day, from its end to its beginning. Zipkin's search has a limit and no pages, but its answer has
//! the latest traces first: where it was full, the next question ends where the earliest of these traces began.

use std::ops::Range;

/// The most traces that one question asks for.
pub const TRACES: usize = 1000;

/// The most spans that Zipkin reads from Elasticsearch, for all traces of an answer together. It does not say so when
/// it has left some out.
pub const SPANS: usize = 10_000;

/// The part of a day that is asked for at once, in milliseconds.
const FIRST: u64 = 60_000;
const LONGEST: u64 = 3_600_000;

/// Progress of the walk.
#[derive(Debug)]
pub struct Walk {
    left: Range<u64>,
    length: u64,
    limit: usize,
    /// Milliseconds of which not all traces could be had.
    pub cut: u64,
}

/// The next question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The traces with a span in this time, in milliseconds.
    pub window: Range<u64>,
    /// The latest of them, so many.
    pub limit: usize,
}

impl Walk {
    /// Begins with little: nobody knows how much is in there.
    pub fn through(whole: Range<u64>) -> Self {
        Self {
            left: whole,
            length: FIRST,
            limit: TRACES,
            cut: 0,
        }
    }

    /// The next question; none at the end.
    pub fn question(&self) -> Option<Question> {
        let Range { start, end } = self.left;
        (start < end).then(|| Question {
            window: end.saturating_sub(self.length).max(start)..end,
            limit: self.limit,
        })
    }

    /// Takes the answer: when each trace's first span within the window started, and how many spans there were. Gives the
    /// time of which every trace that started in it is there; none where less has to be asked for.
    pub fn answered(&mut self, starts: &[u64], spans: usize) -> Option<Range<u64>> {
        let Question { window, limit } = self.question()?;
        if spans >= SPANS && limit > 1 {
            self.limit = (starts.len() / 2).clamp(1, limit / 2);
            return None;
        }
        let mut done = window.clone();
        if let Some(&earliest) = starts.iter().min().filter(|_| starts.len() >= limit) {
            // Of those that started in the same millisecond, some may have been left out: they are asked for again.
            done.start = earliest + 1;
            if done.is_empty() {
                done.start = earliest;
                self.cut += 1;
            }
        }
        self.left.end = done.start;
        if spans < SPANS / 4 {
            self.limit = (limit * 2).min(TRACES);
            if starts.len() < TRACES / 4 {
                self.length = (self.length * 2).min(LONGEST);
            }
        }
        Some(done)
    }

    /// Takes a refusal. Less is asked for, and where there is no less, a millisecond is left out.
    pub fn refused(&mut self) {
        let Some(Question { window, limit }) = self.question() else {
            return;
        };
        let length = window.end - window.start;
        if limit > 1 {
            self.limit = limit / 2;
        } else if length > 1 {
            self.length = length / 2;
        } else {
            self.left.end = window.start;
            self.cut += 1;
        }
    }
}

#[cfg(test)]
mod tests;
