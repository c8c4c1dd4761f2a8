//! Batches on their way to Zipkin, on a thread of their own. A collector that is down costs no request anything.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use bytes::Bytes;
use reqwest::Url;
use zipkin::{Span, encode};

use crate::{config::Config, queue::Queue};
use {post::Post, report::Report, stock::Stock};

/// Over HTTP.
mod post;

/// What the log is told of drops.
mod report;

/// The crate `opentelemetry-zipkin`, fed from our spans.
mod stock;

const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LAST_BACKOFF: Duration = Duration::from_secs(2);

/// What `OTEL_TRACES_EXPORTER` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Choice {
    /// Zipkin's JSON, version 2, over HTTP.
    Zipkin,
    /// The same through the crate `opentelemetry-zipkin`.
    OpentelemetryZipkin,
    /// Spans as JSON on standard error.
    Console,
    /// No spans are sent.
    None,
}

/// Delivers until the queue is closed and empty.
pub(crate) struct Exporter {
    destination: Destination,
    endpoint: Url,
    queue: Arc<Queue>,
    delay: Duration,
    report: Report,
}

enum Destination {
    Zipkin(Post),
    Stock(Stock),
    Console,
}

/// What became of one attempt to deliver a batch.
#[derive(Clone, Debug)]
enum Outcome {
    Acknowledged,
    /// The same batch would be refused again.
    Rejected(String),
    /// The same batch may be taken later.
    Unreachable(String),
}

impl Exporter {
    /// An exporter for the spans of the service `name`; none where none are sent.
    pub fn new(name: &str, config: &Config, queue: Arc<Queue>) -> anyhow::Result<Option<Self>> {
        let endpoint = config.zipkin_endpoint.clone();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(config.timeout())
            .build()?;
        let post = Post {
            http,
            endpoint: endpoint.clone(),
        };
        let destination = match config.exporter {
            Choice::Zipkin => Destination::Zipkin(post),
            Choice::OpentelemetryZipkin => Destination::Stock(Stock::new(name, post)?),
            Choice::Console => Destination::Console,
            Choice::None => return Ok(None),
        };
        let (delay, report) = (config.delay(), Report::default());
        Ok(Some(Self {
            destination,
            endpoint,
            queue,
            delay,
            report,
        }))
    }

    /// Batch after batch.
    pub async fn run(mut self) {
        while let Some(batch) = self.queue.next_batch(self.delay).await {
            self.deliver(&batch).await;
            self.report.say(&self.queue, &self.endpoint);
        }
    }

    /// One batch, tried again while newer spans have room to wait, and counted once.
    async fn deliver(&mut self, batch: &[Span]) {
        let mut backoff = FIRST_BACKOFF;
        let queue = self.queue.clone();
        let counter = loop {
            let outcome = tokio::select! {
                outcome = self.destination.send(batch) => outcome,
                () = queue.past_deadline() => break &queue.shutdown,
            };
            match outcome {
                Outcome::Acknowledged => break &queue.sent,
                Outcome::Rejected(reason) => {
                    self.report.failure = reason;
                    break &queue.rejected;
                }
                Outcome::Unreachable(reason) => self.report.failure = reason,
            }
            self.report.say(&queue, &self.endpoint);
            // A full queue drops what is fresh: better this batch, whose time has passed.
            if queue.is_full() && !queue.is_closed() {
                break &queue.unreachable;
            }
            // Jitter, so that services that lost the same collector do not come back in step.
            tokio::select! {
                () = tokio::time::sleep(backoff.mul_f64(0.5 + fastrand::f64())) => {}
                () = queue.past_deadline() => break &queue.shutdown,
            }
            backoff = (backoff * 2).min(LAST_BACKOFF);
        };
        counter.fetch_add(batch.len() as u64, Relaxed);
    }
}

impl Destination {
    async fn send(&self, batch: &[Span]) -> Outcome {
        match self {
            Self::Zipkin(post) => post.send(to_json(batch)).await,
            Self::Stock(stock) => stock.send(batch).await,
            Self::Console => {
                eprintln!("{}", String::from_utf8_lossy(&to_json(batch)));
                Outcome::Acknowledged
            }
        }
    }
}

fn to_json(batch: &[Span]) -> Bytes {
    let mut body = Vec::with_capacity(batch.len() * 512);
    encode::list(&mut body, batch);
    body.into()
}
