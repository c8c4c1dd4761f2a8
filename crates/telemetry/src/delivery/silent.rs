//! Sinks of applications, in which `tracing` is silent: the span that they look at is locked, and a line of theirs would wait for it.
//! For the same reason a panic of theirs ends here: it would poison the lock of a span that a request still needs.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tracing::{Dispatch, dispatcher};

use crate::sink::{EndedSpan, Outcomes, Sink};

/// A sink of an application: its own lines and spans are dropped while it looks at a span.
pub(crate) struct Silent<S> {
    sink: S,
    taken: AtomicU64,
    panicked: AtomicU64,
    late: AtomicU64,
    is_over: AtomicBool,
    /// Held while the sink shuts down.
    ending: Mutex<()>,
}

impl<S> Silent<S> {
    /// Around the application's sink.
    pub fn new(sink: S) -> Self {
        Self {
            sink,
            taken: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
            late: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            ending: Mutex::new(()),
        }
    }
}

impl<S: Sink> Sink for Silent<S> {
    fn end(&self, span: &EndedSpan<'_>) {
        if self.is_over.load(Relaxed) {
            self.late.fetch_add(1, Relaxed);
            return;
        }
        let end = || dispatcher::with_default(&Dispatch::none(), || self.sink.end(span));
        if catch_unwind(AssertUnwindSafe(end)).is_ok() {
            self.taken.fetch_add(1, Relaxed);
        } else if self.panicked.fetch_add(1, Relaxed) == 0 {
            // Not by `tracing`, which would ask the span for its ids.
            output::stderr().say("telemetry: the application's sink panicked; the spans with which it does so are counted as rejected");
        }
    }

    fn outcomes(&self) -> Option<Outcomes> {
        let mut outcomes = self.sink.outcomes().unwrap_or_else(|| Outcomes {
            sent: self.taken.load(Relaxed),
            ..Outcomes::default()
        });
        outcomes.dropped.rejected += self.panicked.load(Relaxed);
        outcomes.dropped.shutdown += self.late.load(Relaxed);
        Some(outcomes)
    }

    /// Once; whoever asks again waits until the first has done it.
    fn shutdown(&self, limit: Duration) {
        let _ending = self.ending.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_over.load(Relaxed) {
            self.sink.shutdown(limit);
            self.is_over.store(true, Relaxed);
        }
    }
}
