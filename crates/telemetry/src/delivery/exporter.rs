//! Batches on their way to Zipkin, on a thread of their own. A collector that is down costs no request anything.

use std::{
    fmt,
    ops::Range,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use bytes::Bytes;

#[cfg(feature = "kafka")]
use super::kafka::Kafka;
use super::{
    console,
    post::Post,
    queue::{Queue, Sealed},
    report::Report,
    stock::Stock,
};
use crate::config::Config;

const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LAST_BACKOFF: Duration = Duration::from_secs(2);
/// As long as a destination may put us off. Spans that end meanwhile wait in the queue, or are dropped and counted.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What `OTEL_TRACES_EXPORTER` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Choice {
    /// Zipkin's JSON, version 2, over HTTP.
    Zipkin,
    /// The same JSON through Kafka, from where Zipkin reads it; needs a build with the feature `kafka`.
    ZipkinKafka,
    /// The same as `zipkin` through the crate `opentelemetry-zipkin`.
    OpentelemetryZipkin,
    /// Spans as JSON on standard error.
    Console,
    /// No spans are sent.
    None,
}

/// Delivers until the queue is closed and empty.
pub(crate) struct Exporter {
    destination: Destination,
    queue: Arc<Queue>,
    delay: Duration,
    report: Report,
}

enum Destination {
    Zipkin(Post),
    #[cfg(feature = "kafka")]
    Kafka(Kafka),
    Stock(Stock),
    Console,
}

/// What became of one attempt to deliver a batch.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Acknowledged,
    /// Fewer spans at once may be taken.
    TooLarge(String),
    /// The same batch would be refused again.
    Rejected(String),
    /// The same batch may be taken later.
    Unreachable(String),
    /// The same batch may be taken after a time that the destination has named.
    Busy(String, Duration),
}

impl Exporter {
    /// An exporter for the spans of the service `name`; none where none are sent.
    ///
    /// # Errors
    /// No HTTP client can be had, or this build leaves out what is asked for.
    pub fn new(name: &str, config: &Config, queue: Arc<Queue>) -> anyhow::Result<Option<Self>> {
        let destination = Destination::new(name, config)?;
        let (delay, report) = (config.delay(), Report::default());
        Ok(destination.map(|destination| Self {
            destination,
            queue,
            delay,
            report,
        }))
    }

    /// Batch after batch.
    pub async fn run(mut self) {
        while let Some(batch) = self.queue.next_batch(self.delay).await {
            let batch = batch.seal();
            // The oldest lie on top.
            let mut parts = vec![batch.all()];
            while let Some(part) = parts.pop() {
                if let Some((first, second)) = self.deliver(&batch, &part).await {
                    parts.extend([second, first]);
                }
            }
            self.report.say(&self.queue, &self.destination);
        }
    }

    /// Part of a batch, tried again while newer spans have room to wait, and counted once; or its halves, uncounted,
    /// where it is too large to go as a whole.
    async fn deliver(&mut self, batch: &Sealed, part: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let body = batch.list(part);
        let mut backoff = FIRST_BACKOFF;
        let queue = self.queue.clone();
        let counter = loop {
            let outcome = tokio::select! {
                outcome = self.destination.send(body.clone()) => outcome,
                () = queue.past_deadline() => break &queue.shutdown,
            };
            let mut pause = jittered(backoff);
            match outcome {
                Outcome::Acknowledged => {
                    self.report.reached(&self.destination);
                    break &queue.sent;
                }
                Outcome::TooLarge(_) if part.len() > 1 => {
                    let middle = part.start + part.len() / 2;
                    return Some((part.start..middle, middle..part.end));
                }
                Outcome::TooLarge(reason) | Outcome::Rejected(reason) => {
                    self.report.failure = reason;
                    break &queue.rejected;
                }
                Outcome::Unreachable(reason) => self.report.missed(reason, &self.destination),
                Outcome::Busy(reason, wait) => {
                    self.report.missed(reason, &self.destination);
                    pause += wait.min(LONGEST_WAIT);
                }
            }
            self.report.say(&queue, &self.destination);
            // A full queue drops what is fresh: better this batch, whose time has passed.
            if queue.is_full() && !queue.is_closed() {
                break &queue.unreachable;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = queue.past_deadline() => break &queue.shutdown,
            }
            backoff = (backoff * 2).min(LAST_BACKOFF);
        };
        counter.fetch_add(part.len() as u64, Relaxed);
        None
    }
}

impl Destination {
    fn new(name: &str, config: &Config) -> anyhow::Result<Option<Self>> {
        Ok(Some(match config.exporter {
            Choice::Zipkin => Self::Zipkin(Post::new(config)?),
            #[cfg(feature = "kafka")]
            Choice::ZipkinKafka => Self::Kafka(Kafka::new(config)),
            #[cfg(not(feature = "kafka"))]
            Choice::ZipkinKafka => anyhow::bail!(
                "OTEL_TRACES_EXPORTER is zipkin-kafka, which this build leaves out; \
                 build with `cargo build -p hop --features kafka`"
            ),
            Choice::OpentelemetryZipkin => Self::Stock(Stock::new(name, Post::new(config)?)?),
            Choice::Console => Self::Console,
            Choice::None => return Ok(None),
        }))
    }

    /// Sends a JSON list of spans.
    async fn send(&mut self, spans: Bytes) -> Outcome {
        match self {
            Self::Zipkin(post) => post.send(spans).await,
            #[cfg(feature = "kafka")]
            Self::Kafka(kafka) => kafka.send(spans).await,
            Self::Stock(stock) => stock.send(&spans).await,
            Self::Console => console::print(&spans).await,
        }
    }
}

/// Half as long to half as long again, so that services that lost the same collector do not come back in step.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64())
}

/// As the log calls it.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zipkin(post) => write!(f, "{}", post.endpoint),
            #[cfg(feature = "kafka")]
            Self::Kafka(kafka) => write!(f, "{kafka}"),
            Self::Stock(stock) => write!(f, "{}", stock.endpoint),
            Self::Console => f.write_str("standard error"),
        }
    }
}
