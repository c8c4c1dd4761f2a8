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
/// Bytes that a span may take on average: two or three times what one of ours does.
const ROOM: usize = 1024;

/// Bytes that may wait in the smallest queue: a hundred of the largest spans.
const LEAST_ROOM: usize = 64 * 1024 * 1024;

/// Bytes of a batch; Zipkin takes 10 MiB. One span alone is a batch, whatever its length.
const MAX_BATCH: usize = 4 * 1024 * 1024;

/// The queue between requests and the exporter's thread.
#[derive(Debug)]
pub(super) struct Queue<B> {
    capacity: usize,
    batch: usize,
    most_bytes: usize,
    waiting: Mutex<Waiting<B>>,
    first: Notify,
    full_batch: Notify,
    /// When the last delivery must be over; none while the process runs.
    deadline: watch::Sender<Option<Instant>>,
    /// Spans that no longer wait.
    pub tallies: Tallies,
}

/// The state that each ended span changes, in one place: the threads that end spans take it from each other.
#[derive(Debug, Default)]
struct Waiting<B> {
    /// Spans that wait.
    spans: usize,
    /// Their bytes.
    bytes: usize,
    /// The batch that has room for more.
    last: B,
    /// Those before it, the oldest first.
    full: VecDeque<B>,
    /// Spans and bytes of the batch that left last: the next one is likely to be like it.
    typical: (usize, usize),
    /// Nobody will take what comes.
    is_over: bool,
}

impl<B: Batch> Queue<B> {
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

    /// Takes an ended span of so many bytes, which `append` appends, or counts it as dropped. Wakes the exporter for the first span and
    /// for a full batch, not for each.
    pub fn push(&self, bytes: usize, append: impl FnOnce(&mut B)) {
        match self.add(bytes, append) {
            Ok(1) => self.first.notify_one(),
            Ok(spans) if spans == self.batch => self.full_batch.notify_one(),
            Ok(_) => {}
            Err(cause) => cause.add(1),
        }
    }

    /// The number of spans that wait now, or why there is no room.
    fn add(&self, bytes: usize, append: impl FnOnce(&mut B)) -> Result<usize, &Tally> {
        let mut guard = self.lock();
        let waiting = &mut *guard;
        if waiting.spans >= self.capacity || waiting.bytes + bytes > self.most_bytes {
            return Err(&self.tallies.queue_full);
        }
        if waiting.is_over {
            return Err(&self.tallies.shutdown);
        }
        let is_full = waiting.last.len() >= self.batch || waiting.last.bytes() + bytes > MAX_BATCH;
        if is_full && waiting.last.len() > 0 {
            waiting.full.push_back(mem::take(&mut waiting.last));
        }
        if waiting.last.len() == 0 {
            let (spans, bytes) = waiting.typical;
            waiting.last.reserve(spans, bytes);
        }
        append(&mut waiting.last);
        waiting.spans += 1;
        waiting.bytes += bytes;
        Ok(waiting.spans)
    }

    /// The next batch: when it is full, or `delay` after its first span, or at once when the process stops. None when
    /// it has stopped and nothing is left.
    pub async fn next_batch(&self, delay: Duration) -> Option<B> {
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
    pub fn take(&self) -> Option<B> {
        let mut waiting = self.lock();
        let oldest = waiting.full.pop_front();
        let batch = oldest.unwrap_or_else(|| mem::take(&mut waiting.last));
        if batch.len() == 0 {
            return None;
        }
        waiting.spans -= batch.len();
        waiting.bytes -= batch.bytes();
        waiting.typical = (batch.len(), batch.bytes());
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

    fn lock(&self) -> MutexGuard<'_, Waiting<B>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::list::List, *};

    fn queue(capacity: usize, batch: usize) -> Queue<List> {
        Queue::new(capacity, batch)
    }

    fn push(queue: &Queue<List>, span: &[u8]) {
        queue.push(span.len(), |list| list.push(span));
    }

    #[test]
    fn a_span_that_finds_no_room_is_counted() {
        let queue = queue(2, 2);
        for _ in 0..3 {
            push(&queue, b"{}");
        }
        assert_eq!(queue.take().unwrap().len(), 2);
        assert_eq!(queue.tallies.outcomes().dropped.queue_full, 1);
    }

    #[test]
    fn bytes_are_bounded_and_a_large_span_goes_alone() {
        let (queue, large) = (queue(9, 9), vec![b' '; 10 * 1024 * 1024]);
        for _ in 0..9 {
            push(&queue, &large);
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
        let queue = queue(9, 9);
        push(&queue, b"{}");
        queue.give_up();
        push(&queue, b"{}");
        assert!(queue.take().is_none());
        assert_eq!(queue.tallies.outcomes().dropped.shutdown, 2);
    }

    #[test]
    fn batches_leave_in_their_order_and_the_queue_goes_on() {
        let queue = queue(9, 2);
        let push = |from: u8, to: u8| (from..to).for_each(|span| push(&queue, &[span]));
        let take = || {
            queue
                .take()
                .map(|batch| (batch.len(), batch.close()))
                .map(|(spans, list)| list.list(&(0..spans)))
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
        let queue = queue(9, 2);
        for _ in 0..3 {
            push(&queue, b"{}");
        }
        queue.close(Duration::ZERO);
        let hour = Duration::from_secs(3600);
        assert_eq!(queue.next_batch(hour).await.unwrap().len(), 2);
        assert_eq!(queue.next_batch(hour).await.unwrap().len(), 1);
        assert!(queue.next_batch(hour).await.is_none());
    }
}
