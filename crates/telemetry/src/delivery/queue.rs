//! Ended spans that wait for their batch. Bounded: what finds no room is dropped and counted, and no request waits.

use std::{
    borrow::Cow,
    collections::VecDeque,
    mem,
    net::IpAddr,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::Instant,
};
use zipkin::{Endpoint, encode::EndpointJson};

pub(crate) use super::batch::{Batch, Sealed};
pub use super::counts::{Counts, Dropped};

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
    /// Whose spans these are.
    service: String,
    nowhere: EndpointJson,
    /// The first address that a request came in at: most processes have one.
    first_ip: OnceLock<(IpAddr, EndpointJson)>,
    capacity: usize,
    batch: usize,
    most_bytes: usize,
    waiting: Mutex<Waiting>,
    first: Notify,
    full_batch: Notify,
    /// When the last delivery must be over; none while the process runs.
    deadline: watch::Sender<Option<Instant>>,
    pub sent: AtomicU64,
    pub queue_full: AtomicU64,
    pub unreachable: AtomicU64,
    pub rejected: AtomicU64,
    pub shutdown: AtomicU64,
    /// Spans that have begun and not ended.
    open: AtomicU64,
    unfinished: AtomicU64,
}

/// What each ended span changes, in one place: the threads that end spans take it from each other.
#[derive(Debug, Default)]
struct Waiting {
    /// Spans that have ended so far, dropped ones included.
    ended: u64,
    /// Those that wait.
    spans: usize,
    /// Their bytes.
    bytes: usize,
    /// The batch that has room for more.
    last: Batch,
    /// Those before it, the oldest first.
    full: VecDeque<Batch>,
    /// Bytes of the batch that left last: the next one is likely to be like it.
    typical: usize,
}

impl Queue {
    /// Room for `capacity` spans of the service, which leave `batch` at a time. One without room is for a service that
    /// sends no spans: it neither keeps nor counts them.
    pub fn new(service: &str, capacity: usize, batch: usize) -> Self {
        let service = service.to_lowercase();
        Self {
            nowhere: local_endpoint(&service, None),
            service,
            first_ip: OnceLock::new(),
            capacity,
            batch: batch.clamp(1, capacity.max(1)),
            most_bytes: capacity.saturating_mul(ROOM).max(LEAST_ROOM),
            waiting: Mutex::default(),
            first: Notify::new(),
            full_batch: Notify::new(),
            deadline: watch::Sender::new(None),
            sent: AtomicU64::new(0),
            queue_full: AtomicU64::new(0),
            unreachable: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            shutdown: AtomicU64::new(0),
            open: AtomicU64::new(0),
            unfinished: AtomicU64::new(0),
        }
    }

    /// Expects a span that has begun: it will be pushed, or counted as unfinished.
    pub fn expect(&self) {
        self.open.fetch_add(1, Relaxed);
    }

    /// Counts what is left as lost: spans that wait, for nobody will send them, and spans that have not ended.
    pub fn give_up(&self) {
        // Ended after the last batch: a background task that outlived its service.
        while let Some(late) = self.take() {
            self.shutdown.fetch_add(late.len() as u64, Relaxed);
        }
        self.abandon();
    }

    /// Counts the spans that have not ended as lost, for nobody will send them: what is at work on them is cut off.
    fn abandon(&self) {
        let open = self.open.swap(0, Relaxed);
        if self.capacity > 0 {
            self.lock().ended += open;
            self.unfinished.fetch_add(open, Relaxed);
        }
    }

    /// Takes an ended span as the JSON that `write` appends, or counts it as dropped; `ip` is where its request came in. Wakes
    /// the exporter for the first span and for a full batch, not for each.
    pub fn push(&self, ip: Option<IpAddr>, write: impl FnOnce(&mut Vec<u8>, &EndpointJson)) {
        let was_open = self
            .open
            .fetch_update(Relaxed, Relaxed, |open| open.checked_sub(1));
        // One that ends after it was counted as unfinished is counted.
        if self.capacity == 0 || was_open.is_err() {
            return;
        }
        // Written before the lock is held: others end spans at the same time.
        let waiting = scratch::with(|span| {
            write(span, &self.local_endpoint(ip));
            self.add(span)
        });
        match waiting {
            Some(1) => self.first.notify_one(),
            Some(spans) if spans == self.batch => self.full_batch.notify_one(),
            Some(_) => {}
            None => _ = self.queue_full.fetch_add(1, Relaxed),
        }
    }

    /// The endpoint that spans have at this address.
    fn local_endpoint(&self, ip: Option<IpAddr>) -> Cow<'_, EndpointJson> {
        let Some(ip) = ip else {
            return Cow::Borrowed(&self.nowhere);
        };
        let made = || local_endpoint(&self.service, Some(ip));
        let (first, endpoint) = self.first_ip.get_or_init(|| (ip, made()));
        if *first == ip {
            Cow::Borrowed(endpoint)
        } else {
            Cow::Owned(made())
        }
    }

    /// How many wait now; none where there is no room.
    fn add(&self, span: &[u8]) -> Option<usize> {
        let mut guard = self.lock();
        let waiting = &mut *guard;
        waiting.ended += 1;
        if waiting.spans >= self.capacity || waiting.bytes + span.len() > self.most_bytes {
            return None;
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
        Some(waiting.spans)
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

    pub fn counts(&self) -> Counts {
        let dropped = Dropped {
            queue_full: self.queue_full.load(Relaxed),
            unreachable: self.unreachable.load(Relaxed),
            rejected: self.rejected.load(Relaxed),
            shutdown: self.shutdown.load(Relaxed),
            unfinished: self.unfinished.load(Relaxed),
        };
        let (sent, ended) = (self.sent.load(Relaxed), self.lock().ended);
        let gone = sent + dropped.total();
        Counts {
            ended,
            queued: ended.saturating_sub(gone),
            sent,
            dropped,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn local_endpoint(service: &str, ip: Option<IpAddr>) -> EndpointJson {
    let mut endpoint = Endpoint {
        service_name: Some(service.to_owned()),
        ..Endpoint::default()
    };
    if let Some(ip) = ip {
        endpoint.set_ip(ip);
    }
    EndpointJson::new(&endpoint)
}

#[cfg(test)]
mod tests {
    use zipkin::{SpanId, TraceId, encode::SpanWriter};

    use super::*;

    fn write(out: &mut Vec<u8>, local_endpoint: &EndpointJson) {
        let mut writer = SpanWriter::begin(out, TraceId::new(1), None, SpanId::new(2));
        writer.written_local_endpoint(local_endpoint);
        writer.end(false, false);
        assert!(out.ends_with(br#","localEndpoint":{"serviceName":"tested"}}"#));
    }

    #[test]
    fn a_span_is_where_its_request_came_in() {
        let queue = Queue::new("Tested", 9, 9);
        for (ip, ending) in [
            ("10.0.0.7", r#","ipv4":"10.0.0.7"}"#),
            ("2001:db8::1", r#","ipv6":"2001:db8::1"}"#),
            ("10.0.0.7", r#","ipv4":"10.0.0.7"}"#),
            ("", "}"),
        ] {
            let mut out = Vec::new();
            let mut writer = SpanWriter::begin(&mut out, TraceId::new(1), None, SpanId::new(2));
            writer.written_local_endpoint(&queue.local_endpoint(ip.parse().ok()));
            let json = String::from_utf8(out).unwrap();
            let expected = format!(r#","localEndpoint":{{"serviceName":"tested"{ending}"#);
            assert!(json.ends_with(&expected), "{json}");
        }
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let queue = Queue::new("tested", 2, 2);
        for _ in 0..3 {
            queue.expect();
            queue.push(None, write);
        }
        assert_eq!(queue.take().unwrap().len(), 2);
        let counts = queue.counts();
        assert_eq!(
            (counts.ended, counts.queued, counts.dropped.queue_full),
            (3, 2, 1)
        );
    }

    #[test]
    fn bytes_are_bounded_and_a_large_span_goes_alone() {
        let queue = Queue::new("tested", 9, 9);
        for _ in 0..9 {
            queue.expect();
            queue.push(None, |out, _| out.resize(10 * 1024 * 1024, b' '));
        }
        assert!(queue.is_full());
        let counts = queue.counts();
        assert_eq!((counts.queued, counts.dropped.queue_full), (6, 3));
        for _ in 0..6 {
            assert_eq!(queue.take().unwrap().len(), 1);
        }
        assert!(queue.take().is_none() && !queue.is_full());
    }

    #[test]
    fn a_span_that_has_not_ended_at_the_end_is_counted_once() {
        let queue = Queue::new("tested", 9, 9);
        (0..3).for_each(|_| queue.expect());
        queue.push(None, write);
        queue.abandon();
        // Too late.
        queue.push(None, write);
        let counts = queue.counts();
        assert_eq!(
            (counts.ended, counts.queued, counts.dropped.unfinished),
            (3, 1, 2)
        );
    }

    #[test]
    fn batches_leave_in_their_order_and_the_queue_goes_on() {
        let queue = Queue::new("tested", 9, 2);
        let push = |from: u8, to: u8| {
            for span in from..to {
                queue.expect();
                queue.push(None, |out, _| out.push(span));
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
        let counts = queue.counts();
        assert_eq!((counts.ended, queue.len()), (9, 0));
    }

    #[tokio::test]
    async fn a_closed_queue_gives_what_is_left_and_then_nothing() {
        let queue = Queue::new("tested", 9, 2);
        for _ in 0..3 {
            queue.expect();
            queue.push(None, write);
        }
        queue.close(Duration::ZERO);
        let hour = Duration::from_secs(3600);
        assert_eq!(queue.next_batch(hour).await.unwrap().len(), 2);
        assert_eq!(queue.next_batch(hour).await.unwrap().len(), 1);
        assert!(queue.next_batch(hour).await.is_none());
    }
}
