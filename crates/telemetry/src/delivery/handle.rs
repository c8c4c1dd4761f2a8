//! The end of delivery: asked for, or with the last `Telemetry`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

use super::outlet::Outlet;
use crate::logs::enabled::ANNOUNCE;

/// Time that a stopping process has to deliver the spans that are left.
const FLUSH: Duration = Duration::from_secs(5);

/// The same where nobody has called `shutdown`.
const UNASKED_FLUSH: Duration = Duration::from_secs(1);

/// The time that a sink has beyond its limit before nobody waits for it.
const GRACE: Duration = Duration::from_secs(2);

/// Where spans leave. Dropped without [`Delivery::finish`], it delivers for a second at most.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub outlet: Arc<Outlet>,
    is_over: AtomicBool,
}

impl Delivery {
    /// Delivery until it is finished, or dropped.
    pub const fn new(outlet: Arc<Outlet>) -> Self {
        let is_over = AtomicBool::new(false);
        Self { outlet, is_over }
    }

    /// Delivers what waits; five seconds at most, and what is left then is counted as dropped.
    pub async fn finish(&self) {
        self.is_over.store(true, Relaxed);
        let (outlet, (done, is_done)) = (self.outlet.clone(), oneshot::channel());
        let work = move || {
            outlet.stop(FLUSH);
            // Nobody waits any more where it took too long.
            let _ = done.send(());
        };
        // It may block, and the runtime has other work.
        if thread::Builder::new()
            .name("flush".to_owned())
            .spawn(work)
            .is_ok()
        {
            let _ = tokio::time::timeout(FLUSH + GRACE, is_done).await;
            self.outlet.abandon();
        } else {
            self.outlet.stop(FLUSH);
        }
    }
}

impl Drop for Delivery {
    /// This thread waits, whatever runtime it belongs to, for a process may end behind it.
    fn drop(&mut self) {
        if !self.outlet.has_sink() || self.is_over.load(Relaxed) {
            return;
        }
        let lost_before = self.outlet.counts().dropped.total();
        self.outlet.stop(UNASKED_FLUSH);
        let left = self.outlet.counts().dropped.total().saturating_sub(lost_before);
        if left > 0 {
            tracing::warn!(target: ANNOUNCE, "spans are left: {left}; telemetry was dropped without shutdown()");
        }
    }
}
