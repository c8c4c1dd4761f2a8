//! Ended spans that wait for their batch. Bounded: what finds no room is dropped and counted, and no request waits.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use tokio::sync::Notify;
use zipkin::Span;

/// What became of the spans that ended: `ended = queued + sent + dropped`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Sampled spans that ended.
    pub ended: u64,
    /// Waiting, or on their way.
    pub queued: u64,
    /// Acknowledged by the collector.
    pub sent: u64,
    /// Lost, by cause.
    pub dropped: Dropped,
}

/// Spans that were lost, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Dropped {
    /// The queue was full when they ended.
    pub queue_full: u64,
    /// The collector was away for so long that newer spans needed the room.
    pub unreachable: u64,
    /// The collector refused them.
    pub rejected: u64,
    /// Not delivered before the process had to stop.
    pub shutdown: u64,
}

/// The queue between requests and the exporter's thread.
#[derive(Debug)]
pub(crate) struct Queue {
    capacity: usize,
    waiting: Mutex<VecDeque<Span>>,
    pub arrived: Notify,
    pub closed: AtomicBool,
    pub ended: AtomicU64,
    pub sent: AtomicU64,
    pub queue_full: AtomicU64,
    pub unreachable: AtomicU64,
    pub rejected: AtomicU64,
    pub shutdown: AtomicU64,
}

impl Queue {
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            waiting: Mutex::new(VecDeque::new()),
            arrived: Notify::new(),
            closed: AtomicBool::new(false),
            ended: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            queue_full: AtomicU64::new(0),
            unreachable: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            shutdown: AtomicU64::new(0),
        }
    }

    /// Takes an ended span, or counts it as dropped.
    pub fn push(&self, span: Span) {
        let mut waiting = self.lock();
        self.ended.fetch_add(1, Relaxed);
        if waiting.len() >= self.capacity {
            self.queue_full.fetch_add(1, Relaxed);
            return;
        }
        waiting.push_back(span);
        drop(waiting);
        self.arrived.notify_one();
    }

    /// The oldest spans, `max` at most.
    pub fn take(&self, max: usize) -> Vec<Span> {
        let mut waiting = self.lock();
        let count = waiting.len().min(max);
        waiting.drain(..count).collect()
    }

    pub fn len(&self) -> usize {
        self.lock().len()
    }

    pub fn is_full(&self) -> bool {
        self.len() >= self.capacity
    }

    pub fn counts(&self) -> Counts {
        let dropped = Dropped {
            queue_full: self.queue_full.load(Relaxed),
            unreachable: self.unreachable.load(Relaxed),
            rejected: self.rejected.load(Relaxed),
            shutdown: self.shutdown.load(Relaxed),
        };
        let (sent, ended) = (self.sent.load(Relaxed), self.ended.load(Relaxed));
        let gone = sent + dropped.total();
        Counts {
            ended,
            queued: ended.saturating_sub(gone),
            sent,
            dropped,
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Span>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dropped {
    /// All causes together.
    pub const fn total(&self) -> u64 {
        self.queue_full + self.unreachable + self.rejected + self.shutdown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zipkin::{SpanId, TraceId};

    #[test]
    fn what_finds_no_room_is_counted() {
        let queue = Queue::new(2);
        for id in 1..=3 {
            queue.push(Span::new(TraceId::new(1), SpanId::new(id)));
        }
        assert_eq!(queue.take(9).len(), 2);
        let counts = queue.counts();
        assert_eq!(
            (counts.ended, counts.queued, counts.dropped.queue_full),
            (3, 2, 1)
        );
    }
}
