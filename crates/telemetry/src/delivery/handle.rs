//! The queue, and the thread that empties it.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{exporter::Exporter, queue::Queue};
use crate::logs::enabled::ANNOUNCE;

/// How long a stopping process tries to deliver what is left.
const FLUSH: Duration = Duration::from_secs(5);

/// The same where nobody has called `shutdown`.
const UNASKED_FLUSH: Duration = Duration::from_secs(1);

/// How soon the end of the exporter's thread is noticed.
const LOOK: Duration = Duration::from_millis(5);

/// The queue, and the thread that empties it. Dropped without [`Delivery::finish`], it delivers for a second at most.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
}

impl Delivery {
    /// A queue that nobody empties.
    pub const fn kept(queue: Arc<Queue>) -> Self {
        Self { queue, thread: None }
    }

    /// Starts a thread and a runtime of its own, so that a busy or stopping service does not hold its spans back.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn start(&mut self, exporter: Exporter) -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = thread::Builder::new().name("exporter".to_owned());
        self.thread = Some(thread.spawn(move || runtime.block_on(exporter.run()))?);
        Ok(())
    }

    /// Delivers what is queued; five seconds at most, and what is left then is counted as dropped.
    pub async fn finish(&self) {
        self.queue.close(FLUSH);
        // The exporter keeps to the limit itself, so that each span is counted once, by one thread.
        while self.is_at_work() {
            tokio::time::sleep(LOOK).await;
        }
        self.queue.give_up();
    }

    fn is_at_work(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }
}

impl Drop for Delivery {
    /// The exporter's thread delivers; this one waits, whatever runtime it belongs to, for a process may end behind it.
    fn drop(&mut self) {
        if self.thread.is_none() || self.queue.is_closed() {
            return;
        }
        let lost_before = self.queue.counts().dropped.total();
        self.queue.close(UNASKED_FLUSH);
        let limit = Instant::now() + UNASKED_FLUSH + LOOK * 10;
        while self.is_at_work() && Instant::now() < limit {
            thread::sleep(LOOK);
        }
        self.queue.give_up();
        let left = self.queue.counts().dropped.total() - lost_before;
        if left > 0 {
            tracing::warn!(target: ANNOUNCE, "spans are left: {left}; telemetry was dropped without shutdown()");
        }
    }
}
