//! Batches on their way to Zipkin, on a thread of their own. A collector that is down costs no request anything.

use std::{ops::Range, sync::Arc, time::Duration};

use super::{
    attempt::Attempt, batch::Batch, destination::Destination, queue::Queue, report::Report,
    settings::DeliverySettings,
};

const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LAST_BACKOFF: Duration = Duration::from_secs(2);
/// As long as a destination may put us off. Spans that end meanwhile wait in the queue, or are dropped and counted.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// As long as a destination may take to end.
const LAST_WORD: Duration = Duration::from_millis(500);

/// Delivers until the queue is closed and empty.
pub(super) struct Exporter<D: Destination> {
    destination: D,
    queue: Arc<Queue<D::Batch>>,
    delay: Duration,
    report: Report,
}

impl<D: Destination> Exporter<D> {
    /// Batches go there.
    pub fn new(destination: D, queue: Arc<Queue<D::Batch>>, settings: &DeliverySettings) -> Self {
        Self {
            destination,
            queue,
            delay: settings.schedule_delay,
            report: Report::default(),
        }
    }

    /// Batch after batch.
    pub async fn run(mut self) {
        while let Some(batch) = self.queue.next_batch(self.delay).await {
            let all = 0..batch.len();
            let batch = batch.close();
            // The oldest lie on top.
            let mut parts = vec![all];
            while let Some(part) = parts.pop() {
                if let Some((first, second)) = self.deliver(&batch, &part).await {
                    parts.extend([second, first]);
                }
            }
            self.report.say(&self.queue.tallies, &self.destination);
        }
        self.destination.finish(LAST_WORD);
    }

    /// Part of a batch, tried again while newer spans have room to wait, and counted once; or its halves, uncounted,
    /// where it is too large to go as a whole.
    async fn deliver(
        &mut self,
        batch: &<D::Batch as Batch>::Closed,
        part: &Range<usize>,
    ) -> Option<(Range<usize>, Range<usize>)> {
        let mut backoff = FIRST_BACKOFF;
        let queue = self.queue.clone();
        let tallies = &queue.tallies;
        let tally = loop {
            let outcome = tokio::select! {
                outcome = self.destination.send(batch, part) => outcome,
                () = queue.past_deadline() => {
                    self.report.failure = "no answer so far".to_owned();
                    break &tallies.shutdown;
                }
            };
            let mut pause = jittered(backoff);
            match outcome {
                Attempt::Acknowledged => {
                    self.report.reached(&self.destination);
                    break &tallies.sent;
                }
                Attempt::Partly(rejected, reason) => {
                    self.report.reached(&self.destination);
                    let rejected = usize::try_from(rejected).unwrap_or(usize::MAX).min(part.len());
                    tallies.rejected.add(rejected);
                    tallies.sent.add(part.len() - rejected);
                    if rejected > 0 {
                        self.report.failure = reason;
                    } else {
                        self.report.advised(reason, &self.destination);
                    }
                    return None;
                }
                Attempt::TooLarge(_) if part.len() > 1 => {
                    let middle = part.start + part.len() / 2;
                    return Some((part.start..middle, middle..part.end));
                }
                Attempt::TooLarge(reason) | Attempt::Rejected(reason) => {
                    self.report.failure = reason;
                    break &tallies.rejected;
                }
                Attempt::Unreachable(reason) => self.report.missed(reason, &self.destination),
                Attempt::Busy(reason, wait) => {
                    self.report.missed(reason, &self.destination);
                    pause += wait.min(LONGEST_WAIT);
                }
            }
            self.report.say(tallies, &self.destination);
            // A full queue drops what is fresh: better this batch, whose time has passed.
            if queue.is_full() && !queue.is_closed() {
                break &tallies.unreachable;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = queue.past_deadline() => break &tallies.shutdown,
            }
            backoff = (backoff * 2).min(LAST_BACKOFF);
        };
        tally.add(part.len());
        None
    }
}

/// Half as long to half as long again, so that services that lost the same collector do not come back in step.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64())
}
