//! Where every span leaves that is sent: those that begin and end are counted here, and the sink gets those that have ended.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use crate::sink::{Counts, EndedSpan, Outcomes, Sink};

/// Where the spans of one service leave.
pub(crate) struct Outlet {
    service: String,
    /// None where no spans are sent: they are not counted either.
    sink: Option<Arc<dyn Sink>>,
    /// Spans that have begun and not ended.
    open: AtomicU64,
    /// Spans that have ended, and those that never will.
    ended: AtomicU64,
    /// Spans that had not ended when the process stopped.
    unfinished: AtomicU64,
}

impl Outlet {
    /// For the spans of the service `name`.
    pub fn new(name: &str, sink: Option<Arc<dyn Sink>>) -> Self {
        Self {
            service: name.to_owned(),
            sink,
            open: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            unfinished: AtomicU64::new(0),
        }
    }

    /// The service's name, as its settings have it.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Expects a span that has begun: it will end, or be counted as unfinished.
    pub fn begin(&self) {
        self.open.fetch_add(1, Relaxed);
    }

    /// Hands over a span that has ended. One that was counted as unfinished before is not counted again.
    pub fn end(&self, span: &EndedSpan<'_>) {
        let was_open = self
            .open
            .fetch_update(Relaxed, Relaxed, |open| open.checked_sub(1));
        if let (Ok(_), Some(sink)) = (was_open, &self.sink) {
            self.ended.fetch_add(1, Relaxed);
            sink.end(span);
        }
    }

    /// Spans that ended so far, by fate.
    pub fn counts(&self) -> Counts {
        let Some(sink) = &self.sink else {
            return Counts::default();
        };
        // In this order: what has left has ended before.
        let (outcomes, unfinished) = (sink.outcomes(), self.unfinished.load(Relaxed));
        let ended = self.ended.load(Relaxed);
        let Outcomes { sent, mut dropped } = outcomes.unwrap_or_else(|| Outcomes {
            sent: ended.saturating_sub(unfinished),
            ..Outcomes::default()
        });
        dropped.unfinished += unfinished;
        Counts {
            ended,
            queued: ended.saturating_sub(sent + dropped.total()),
            sent,
            dropped,
        }
    }

    /// Has what waits delivered within `limit`, then counts the spans that have not ended as lost, for nobody will send them: the work
    /// on them is cut off.
    pub fn stop(&self, limit: Duration) {
        if let Some(sink) = &self.sink {
            sink.shutdown(limit);
        }
        self.abandon();
    }

    /// Counts the spans that have not ended as lost.
    pub fn abandon(&self) {
        let open = self.open.swap(0, Relaxed);
        if self.sink.is_some() {
            self.ended.fetch_add(open, Relaxed);
            self.unfinished.fetch_add(open, Relaxed);
        }
    }

    /// Whether spans are sent at all.
    pub const fn has_sink(&self) -> bool {
        self.sink.is_some()
    }
}

impl fmt::Debug for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Outlet");
        shown
            .field("service", &self.service)
            .field("counts", &self.counts());
        shown.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nowhere;

    impl Sink for Nowhere {
        fn end(&self, _: &EndedSpan<'_>) {}
    }

    #[test]
    fn a_span_that_never_ends_is_counted_once() {
        let outlet = Outlet::new("tested", Some(Arc::new(Nowhere)));
        (0..3).for_each(|_| outlet.begin());
        outlet.end(&EndedSpan::BARE);
        outlet.stop(Duration::ZERO);
        // Too late.
        outlet.end(&EndedSpan::BARE);
        let counts = outlet.counts();
        assert_eq!((counts.ended, counts.queued, counts.sent), (3, 0, 1));
        assert_eq!(counts.dropped.unfinished, 2);
    }

    #[test]
    fn spans_that_go_nowhere_are_not_counted() {
        let outlet = Outlet::new("tested", None);
        (0..2).for_each(|_| outlet.begin());
        outlet.end(&EndedSpan::BARE);
        outlet.stop(Duration::ZERO);
        assert_eq!(outlet.counts(), Counts::default());
    }
}
