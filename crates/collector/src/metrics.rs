//! Counters, under Zipkin's names.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// Upper bounds of the buckets of durations, in seconds. Zipkin has 69 of them, which nobody draws.
pub const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// Requests and batches over HTTP since the start, and the times of answers.
#[derive(Default)]
pub struct Metrics {
    /// In Zipkin's formats.
    pub http: Counts,
    /// In OpenTelemetry's.
    pub otlp: Counts,
    requests: Mutex<BTreeMap<Request, Times>>,
}

/// The counters of one way in.
#[derive(Default)]
pub struct Counts {
    /// Bodies posted, empty ones too.
    pub messages: AtomicU64,
    /// Bodies refused.
    pub messages_dropped: AtomicU64,
    /// Bytes of the bodies, unpacked.
    pub bytes: AtomicU64,
    /// Spans in bodies that were taken.
    pub spans: AtomicU64,
    /// Spans of these that were not kept: COLLECTOR_SAMPLE_RATE leaves their trace out, or they have no ids.
    pub spans_dropped: AtomicU64,
    /// Spans in the last body.
    pub message_spans: AtomicU64,
    /// Bytes of the last body.
    pub message_bytes: AtomicU64,
}

/// Requests that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// Of the answer.
    pub status: u16,
    /// The route: `/api/v2/trace/{traceId}`.
    pub uri: String,
}

/// The times of answers.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// Requests.
    pub count: u64,
    /// All their times together.
    pub sum: Duration,
    /// Requests that took at most as long as the bound of this place in [`BUCKETS`].
    pub buckets: [u64; BUCKETS.len()],
}

impl Counts {
    /// The size of a body that came whole.
    pub fn received(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
        self.message_bytes.store(bytes as u64, Relaxed);
    }

    /// The spans of a body that was taken.
    pub fn accepted(&self, spans: usize, kept: usize) {
        self.spans.fetch_add(spans as u64, Relaxed);
        self.spans_dropped
            .fetch_add(spans.saturating_sub(kept) as u64, Relaxed);
        self.message_spans.store(spans as u64, Relaxed);
    }
}

impl Metrics {
    /// The spans of all that was taken.
    pub fn spans(&self) -> u64 {
        let ways = [&self.http, &self.otlp];
        ways.iter().map(|counts| counts.spans.load(Relaxed)).sum()
    }

    /// A request that was answered.
    pub fn answered(&self, request: Request, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let times = requests.entry(request).or_default();
        times.count += 1;
        times.sum += took;
        for (bound, count) in BUCKETS.iter().zip(&mut times.buckets) {
            *count += u64::from(took.as_secs_f64() <= *bound);
        }
    }

    /// The requests that were answered. As many kinds as there are routes and statuses: nothing that callers choose.
    pub fn requests(&self) -> BTreeMap<Request, Times> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
