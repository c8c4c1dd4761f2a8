//! Large traces that have grown, each until it is quiet.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::Notify, time::timeout};

/// A trace that gets no span for so long may be whole.
const QUIET: Duration = Duration::from_millis(if cfg!(test) { 20 } else { 1_000 });

/// Of more traces, those that grew last.
const MOST: usize = 16;

/// The latest large traces that have grown.
#[derive(Default)]
pub struct Grown {
    traces: Mutex<VecDeque<Growing>>,
    changed: Notify,
}

#[derive(Clone, Copy)]
struct Growing {
    key: u128,
    /// The time of its quiet.
    quiet: Duration,
    /// The end of that time; none once `quiet` has returned the trace.
    due: Option<Instant>,
}

impl Grown {
    /// The trace has grown.
    pub fn put(&self, key: u128) {
        self.put_at(key, Instant::now());
        self.changed.notify_one();
    }

    /// The next trace that has been quiet: for a second at first, and twice as long each time that it grows again after that. A trace
    /// that never ends is seldom returned.
    pub async fn quiet(&self) -> u128 {
        loop {
            match self.due_at(Instant::now()) {
                Ok(key) => return key,
                // One that grows meanwhile may be due before.
                Err(Some(wait)) => _ = timeout(wait, self.changed.notified()).await,
                Err(None) => self.changed.notified().await,
            }
        }
    }

    fn put_at(&self, key: u128, now: Instant) {
        let mut traces = self.traces();
        let known = traces.iter().position(|trace| trace.key == key);
        let known = known.and_then(|place| traces.remove(place));
        let quiet = known.map_or(QUIET, |trace| trace.quiet);
        traces.truncate(MOST - 1);
        traces.push_front(Growing {
            key,
            quiet,
            due: Some(now + quiet),
        });
    }

    /// A trace that is due, else the time until the first is; none where none waits.
    fn due_at(&self, now: Instant) -> Result<u128, Option<Duration>> {
        let mut traces = self.traces();
        let waiting = traces.iter_mut().filter(|trace| trace.due.is_some());
        let first = waiting.min_by_key(|trace| trace.due).ok_or(None)?;
        let wait = first.due.map(|due| due.saturating_duration_since(now));
        match wait.filter(|wait| !wait.is_zero()) {
            Some(wait) => Err(Some(wait)),
            None => {
                first.due = None;
                first.quiet *= 2;
                Ok(first.key)
            }
        }
    }

    fn traces(&self) -> MutexGuard<'_, VecDeque<Growing>> {
        self.traces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_heard_of_when_quiet_and_less_and_less_often() {
        let (grown, start) = (Grown::default(), Instant::now());
        assert_eq!(grown.due_at(start), Err(None));
        grown.put_at(1, start);
        grown.put_at(2, start + QUIET / 2);
        grown.put_at(1, start + QUIET);
        assert_eq!(grown.due_at(start + QUIET), Err(Some(QUIET / 2)));
        assert_eq!(grown.due_at(start + QUIET * 2), Ok(2));
        assert_eq!(grown.due_at(start + QUIET * 2), Ok(1));
        assert_eq!(grown.due_at(start + QUIET * 9), Err(None));
        grown.put_at(1, start);
        assert_eq!(grown.due_at(start + QUIET), Err(Some(QUIET)));
    }

    #[test]
    fn of_many_traces_the_latest_are_heard_of() {
        let (grown, start) = (Grown::default(), Instant::now());
        (0..=MOST as u128).for_each(|key| grown.put_at(key, start));
        let heard = std::iter::from_fn(|| grown.due_at(start + QUIET).ok());
        let mut heard: Vec<u128> = heard.collect();
        heard.sort_unstable();
        assert_eq!(heard, (1..=MOST as u128).collect::<Vec<_>>());
    }
}
