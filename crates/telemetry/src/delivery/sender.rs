//! A queue, and the thread that empties it.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    batch::Batch, destination::Destination, exporter::Exporter, queue::Queue, settings::DeliverySettings,
};
use crate::{error::StartError, sink::Outcomes};

/// Time until the end of the exporter's thread is noticed.
const LOOK: Duration = Duration::from_millis(5);

/// Time for the thread to notice that its end has come.
const GRACE: Duration = Duration::from_secs(1);

/// A queue, and the thread that empties it.
pub(super) struct Sender<B> {
    pub queue: Arc<Queue<B>>,
    thread: JoinHandle<()>,
}

impl<B: Batch> Sender<B> {
    /// Starts a thread and a runtime of its own, so that a busy or stopping service does not hold its spans back.
    ///
    /// # Errors
    /// A thread that cannot be had, or a setting out of its range.
    pub fn start(
        destination: impl Destination<Batch = B>,
        settings: &DeliverySettings,
    ) -> Result<Self, StartError> {
        settings.check()?;
        let queue = Arc::new(Queue::new(
            settings.max_queue_size as usize,
            settings.max_batch_size as usize,
        ));
        let exporter = Exporter::new(destination, queue.clone(), settings);
        let thread = spawn(exporter).map_err(StartError::NoThread)?;
        Ok(Self { queue, thread })
    }

    /// Spans that no longer wait, by fate.
    pub fn outcomes(&self) -> Outcomes {
        self.queue.tallies.outcomes()
    }

    /// Delivers what waits, and counts what is left.
    pub fn shutdown(&self, limit: Duration) {
        self.queue.close(limit);
        // The exporter keeps to the limit itself, so that each span is counted once, by one thread.
        let end = Instant::now() + limit + GRACE;
        while !self.thread.is_finished() && Instant::now() < end {
            thread::sleep(LOOK);
        }
        self.queue.give_up();
    }
}

fn spawn(exporter: Exporter<impl Destination>) -> std::io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let thread = thread::Builder::new().name("exporter".to_owned());
    thread.spawn(move || runtime.block_on(exporter.run()))
}
