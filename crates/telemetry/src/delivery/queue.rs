//! Ended spans that wait for their batch. Bounded: what finds no room is dropped and counted, and no request waits.

use std::{
    collections::VecDeque,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use super::{
    batch::Batch,
    tallies::{Tallies, Tally},
};
use crate::texts::scratch;

/// Bytes that a span may take on average: two or three times what one of ours does.
const ROOM: usize = 1024;

/// Bytes that may wait in the smallest queue: a hundred of the largest spans.
const LEAST_ROOM: usize = 64 * 1024 * 1024;

/// Bytes of a batch; Zipkin takes 10 MiB. One span alone is a batch, whatever its length.
const MAX_BATCH: usize = 4 * 1024 * 1024;

/// The queue between requests and the exporter's thread.
#[derive(Debug)]
pub(crate) struct Queue {
    capacity: usize,
    batch: usize,
    most_bytes: usize,
    waiting: Mutex<Waiting>,
    first: Notify,
    full_batch: Notify,
    /// When the last delivery must be over; none while the process runs.
    deadline: watch::Sender<Option<Instant>>,
    /// Spans that no longer wait.
    pub tallies: Tallies,
}

/// What each ended span changes, in one place: the threads that end spans take it from each other.
#[derive(Debug, Default)]
struct Waiting {
    /// Spans that wait.
    spans: usize,
    /// Their bytes.
    bytes: usize,
    /// The batch that has room for more.
    last: Batch,
    /// Those before it, the oldest first.
    full: VecDeque<Batch>,
    /// Bytes of the batch that left last: the next one is likely to be like it.
    typical: usize,
    /// Nobody will take what comes.
    is_over: bool,
}

impl Queue {
    /// Room for `capacity` spans, which leave `batch` at a time.
    pub fn new(capacity: usize, batch: usize) -> Self {
        Self {
            capacity,
            batch: batch.clamp(1, capacity.max(1)),
            most_bytes: capacity.saturating_mul(ROOM).max(LEAST_ROOM),
            waiting: Mutex::default(),
            first: Notify::new(),
            full_batch: Notify::new(),
            deadline: watch::Sender::new(None),
            tallies: Tallies::default(),
        }
    }

    /// Takes an ended span as the JSON that `write` appends, or counts it as dropped. Wakes the exporter for the first span and for a
    /// full batch, not for each.
    pub fn push(&self, write: impl FnOnce(&mut Vec<u8>)) {
        // Written before the lock is held: others end spans at the same time.
        let waiting = scratch::with(|span| {
            write(span);
            self.add(span)
        });
        match waiting {
            Ok(1) => self.first.notify_one(),
            Ok(spans) if spans == self.batch => self.full_batch.notify_one(),
            Ok(_) => {}
            Err(cause) => cause.add(1),
        }
    }

    /// How many wait now, or why there is no room.
    fn add(&self, span: &[u8]) -> Result<usize, &Tally> {
        let mut guard = self.lock();
        let waiting = &mut *guard;
        if waiting.spans >= self.capacity || waiting.bytes + span.len() > self.most_bytes {
            return Err(&self.tallies.queue_full);
        }
        if waiting.is_over {
            return Err(&self.tallies.shutdown);
        }
        let is_full = waiting.last.len() >= self.batch || waiting.last.bytes() + span.len() > MAX_BATCH;
        if is_full && waiting.last.len() > 0 {
            waiting.full.push_back(mem::take(&mut waiting.last));
        }
        if waiting.last.len() == 0 {
            waiting.last.reserve(waiting.typical);
        }
        waiting.last.push(span);
        waiting.spans += 1;
        waiting.bytes += span.len();
        Ok(waiting.spans)
    }

    /// The next batch: when it is full, or `delay` after its first span, or at once when the process stops. None when
    /// it has stopped and nothing is left.
    pub async fn next_batch(&self, delay: Duration) -> Option<Batch> {
        loop {
            if self.len() == 0 {
                tokio::select! {
                    () = self.first.notified() => {}
                    () = self.closed() => {}
                }
            }
            if self.len() < self.batch {
                tokio::select! {
                    () = self.full_batch.notified() => {}
                    () = tokio::time::sleep(delay) => {}
                    () = self.closed() => {}
                }
            }
            let batch = self.take();
            if batch.is_some() || self.is_closed() {
                return batch;
            }
        }
    }

    /// No more spans are expected, and the last delivery must be over in `limit`.
    pub fn close(&self, limit: Duration) {
        self.deadline.send_replace(Some(Instant::now() + limit));
    }

    pub fn is_closed(&self) -> bool {
        self.deadline.borrow().is_some()
    }

    /// Resolves when the process stops.
    async fn closed(&self) {
        // The sender is `self`: it cannot be gone.
        let _ = self.deadline.subscribe().wait_for(Option::is_some).await;
    }

    /// Resolves when the time of a stopping process is over.
    pub async fn past_deadline(&self) {
        self.closed().await;
        let deadline = *self.deadline.borrow();
        tokio::time::sleep_until(deadline.unwrap_or_else(Instant::now)).await;
    }

    /// The oldest batch.
    pub fn take(&self) -> Option<Batch> {
        let mut waiting = self.lock();
        let oldest = waiting.full.pop_front();
        let batch = oldest.unwrap_or_else(|| mem::take(&mut waiting.last));
        if batch.len() == 0 {
            return None;
        }
        waiting.spans -= batch.len();
        waiting.bytes -= batch.bytes() - batch.len();
        waiting.typical = batch.bytes();
        Some(batch)
    }

    fn len(&self) -> usize {
        self.lock().spans
    }

    /// Whether newer spans need room: all of it is taken, or so much that a few of the largest would not find any.
    pub fn is_full(&self) -> bool {
        let waiting = self.lock();
        waiting.spans >= self.capacity || waiting.bytes > self.most_bytes / 2
    }

    /// Counts spans that wait as lost, and all that come: nobody will send them.
    pub fn give_up(&self) {
        self.lock().is_over = true;
        while let Some(late) = self.take() {
            self.tallies.shutdown.add(late.len());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(out: &mut Vec<u8>) {
        out.extend_from_slice(b"{}");
    }

    #[test]
    fn a_span_that_finds_no_room_is_counted() {
        let queue = Queue::new(2, 2);
        for _ in 0..3 {
            queue.push(write);
        }
        assert_eq!(queue.take().unwrap().len(), 2);
        assert_eq!(queue.tallies.outcomes().dropped.queue_full, 1);
    }

    #[test]
    fn bytes_are_bounded_and_a_large_span_goes_alone() {
        let queue = Queue::new(9, 9);
        for _ in 0..9 {
            queue.push(|out| out.resize(10 * 1024 * 1024, b' '));
        }
        assert!(queue.is_full());
        assert_eq!(queue.tallies.outcomes().dropped.queue_full, 3);
        for _ in 0..6 {
            assert_eq!(queue.take().unwrap().len(), 1);
        }
        assert!(queue.take().is_none() && !queue.is_full());
    }

    #[test]
    fn spans_left_at_the_end_and_after_it_are_counted() {
        let queue = Queue::new(9, 9);
        queue.push(write);
        queue.give_up();
        queue.push(write);
        assert!(queue.take().is_none());
        assert_eq!(queue.tallies.outcomes().dropped.shutdown, 2);
    }

    #[test]
    fn batches_leave_in_their_order_and_the_queue_goes_on() {
        let queue = Queue::new(9, 2);
        let push = |from: u8, to: u8| {
            for span in from..to {
                queue.push(|out| out.push(span));
            }
        };
        let take = || {
            queue
                .take()
                .map(|batch| batch.seal())
                .map(|batch| batch.list(&batch.all()))
        };
        push(b'a', b'f');
        assert_eq!(take().unwrap(), "[a,b]");
        push(b'f', b'i');
        for expected in ["[c,d]", "[e,f]", "[g,h]"] {
            assert_eq!(take().unwrap(), expected);
        }
        assert!(take().is_none());
        push(b'i', b'j');
        assert_eq!(take().unwrap(), "[i]");
        assert_eq!(queue.len(), 0);
    }

    #[tokio::test]
    async fn a_closed_queue_gives_what_is_left_and_then_nothing() {
        let queue = Queue::new(9, 2);
        for _ in 0..3 {
            queue.push(write);
        }
        queue.close(Duration::ZERO);
        let hour = Duration::from_secs(3600);
        assert_eq!(queue.next_batch(hour).await.unwrap().len(), 2);
        assert_eq!(queue.next_batch(hour).await.unwrap().len(), 1);
        assert!(queue.next_batch(hour).await.is_none());
    }
}
