//! Spans as Zipkin's JSON: written when they end, and posted, produced or printed in batches by a thread of their own.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{exporter::Exporter, json::Json, queue::Queue};
use crate::{
    error::StartError,
    sink::{EndedSpan, Outcomes, Sink},
};

/// How soon the end of the exporter's thread is noticed.
const LOOK: Duration = Duration::from_millis(5);

/// How long the thread may take to notice that its time is over.
const GRACE: Duration = Duration::from_secs(1);

/// The queue, and the thread that empties it.
pub(super) struct Zipkin {
    json: Json,
    queue: Arc<Queue>,
    thread: JoinHandle<()>,
}

impl Zipkin {
    /// Starts a thread and a runtime of its own, so that a busy or stopping service does not hold its spans back.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn start(name: &str, queue: Arc<Queue>, exporter: Exporter) -> Result<Self, StartError> {
        let thread = spawn(exporter).map_err(StartError::NoThread)?;
        let json = Json::new(name);
        Ok(Self { json, queue, thread })
    }
}

fn spawn(exporter: Exporter) -> std::io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let thread = thread::Builder::new().name("exporter".to_owned());
    thread.spawn(move || runtime.block_on(exporter.run()))
}

impl Sink for Zipkin {
    fn end(&self, span: &EndedSpan<'_>) {
        self.queue.push(|out| self.json.write(out, span));
    }

    fn outcomes(&self) -> Option<Outcomes> {
        Some(self.queue.tallies.outcomes())
    }

    fn shutdown(&self, limit: Duration) {
        self.queue.close(limit);
        // The exporter keeps to the limit itself, so that each span is counted once, by one thread.
        let end = Instant::now() + limit + GRACE;
        while !self.thread.is_finished() && Instant::now() < end {
            thread::sleep(LOOK);
        }
        self.queue.give_up();
    }
}
