//! Batches on their way to Zipkin, on a thread of their own. A collector that is down costs no request anything.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use reqwest::{StatusCode, Url, header::CONTENT_TYPE};
use zipkin::{Span, encode};

use crate::{config::Config, queue::Queue};

const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LAST_BACKOFF: Duration = Duration::from_secs(2);
/// How long a stopping process tries to deliver what is left.
const FLUSH: Duration = Duration::from_secs(5);

/// What `OTEL_TRACES_EXPORTER` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Choice {
    /// Zipkin's JSON, version 2, over HTTP.
    Zipkin,
    /// Spans as JSON on standard error.
    Console,
    /// No spans are sent.
    None,
}

/// Delivers until the queue is closed and empty.
pub(crate) struct Exporter {
    choice: Choice,
    endpoint: Url,
    http: reqwest::Client,
    queue: Arc<Queue>,
    max_batch: usize,
    delay: Duration,
    said: (Option<Instant>, u64),
}

enum Outcome {
    Acknowledged,
    Rejected(StatusCode),
    Unreachable(String),
}

impl Exporter {
    pub fn new(config: &Config, queue: Arc<Queue>) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(config.timeout())
            .build()?;
        Ok(Self {
            choice: config.exporter,
            endpoint: config.zipkin_endpoint.clone(),
            http,
            queue,
            max_batch: config.max_batch_size as usize,
            delay: config.delay(),
            said: (None, 0),
        })
    }

    /// Batch after batch, until the queue is closed and empty.
    pub async fn run(mut self) {
        loop {
            let closed = self.queue.closed.load(Relaxed);
            if !closed && self.queue.len() < self.max_batch {
                let _ = tokio::time::timeout(self.delay, self.queue.arrived.notified()).await;
                self.fill().await;
            }
            let batch = self.queue.take(self.max_batch);
            if batch.is_empty() {
                if self.queue.closed.load(Relaxed) && self.queue.len() == 0 {
                    return;
                }
                continue;
            }
            self.deliver(batch).await;
            self.say_drops();
        }
    }

    /// Waits until a batch is full, its time is over, or the process stops.
    async fn fill(&self) {
        let deadline = Instant::now() + self.delay;
        while self.queue.len() < self.max_batch
            && !self.queue.closed.load(Relaxed)
            && Instant::now() < deadline
            && self.queue.len() > 0
        {
            let left = deadline.saturating_duration_since(Instant::now());
            let _ = tokio::time::timeout(left, self.queue.arrived.notified()).await;
        }
    }

    /// One batch, tried again while newer spans have room to wait.
    async fn deliver(&mut self, batch: Vec<Span>) {
        let count = batch.len() as u64;
        let mut body = Vec::with_capacity(batch.len() * 512);
        encode::list(&mut body, &batch);
        drop(batch);
        let body = bytes::Bytes::from(body);
        let mut backoff = FIRST_BACKOFF;
        let mut flush_until = None;
        let counter = loop {
            let reason = match self.send(body.clone()).await {
                Outcome::Acknowledged => break &self.queue.sent,
                Outcome::Rejected(status) => {
                    tracing::warn!("{count} spans dropped: {} answered {status}", self.endpoint);
                    break &self.queue.rejected;
                }
                Outcome::Unreachable(reason) => reason,
            };
            if self.queue.closed.load(Relaxed) {
                let until = *flush_until.get_or_insert_with(|| Instant::now() + FLUSH);
                if Instant::now() >= until {
                    break &self.queue.shutdown;
                }
            } else if self.queue.is_full() {
                tracing::warn!(
                    "{count} spans dropped: the queue is full and {} is out of reach: {reason}",
                    self.endpoint
                );
                break &self.queue.unreachable;
            }
            // Jitter, so that services that lost the same collector do not come back in step.
            tokio::time::sleep(backoff.mul_f64(0.5 + fastrand::f64())).await;
            backoff = (backoff * 2).min(LAST_BACKOFF);
        };
        counter.fetch_add(count, Relaxed);
    }

    async fn send(&self, body: bytes::Bytes) -> Outcome {
        match self.choice {
            Choice::Zipkin => {}
            Choice::None => return Outcome::Acknowledged,
            Choice::Console => {
                eprintln!("{}", String::from_utf8_lossy(&body));
                return Outcome::Acknowledged;
            }
        }
        let request = self
            .http
            .post(self.endpoint.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        match request.send().await {
            Ok(response) if response.status().is_success() => Outcome::Acknowledged,
            Ok(response) if is_passing(response.status()) => {
                Outcome::Unreachable(response.status().to_string())
            }
            Ok(response) => Outcome::Rejected(response.status()),
            Err(error) => Outcome::Unreachable(error.without_url().to_string()),
        }
    }

    /// Says what was dropped since the last word of it, once a second at most.
    fn say_drops(&mut self) {
        let dropped = self.queue.counts().dropped;
        let (last, said) = self.said;
        let due = last.is_none_or(|last| last.elapsed() >= Duration::from_secs(1));
        if dropped.total() > said && due {
            tracing::warn!("{} spans dropped so far: {dropped:?}", dropped.total());
            self.said = (Some(Instant::now()), dropped.total());
        }
    }
}

/// Answers after which the same batch may be taken later.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
        )
}
