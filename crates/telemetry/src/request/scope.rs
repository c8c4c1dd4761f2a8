//! The scope of a request: trace id, decision, clock and MDC, which its spans share. Only the MDC changes.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use zipkin::{SpanId, TraceId};

use super::{clock::Clock, ids::new_trace_id, sampler::Sampler};
use crate::propagation::{Extracted, Mdc, Sampling};

/// Scope, span and parent of a line.
pub(crate) type Origin = Option<(Arc<Scope>, Option<SpanId>, Option<SpanId>)>;

tokio::task_local! {
    /// The scope of the request that the task is at work on.
    pub(crate) static SCOPE: Arc<Scope>;
}

/// One request in one service.
#[derive(Debug)]
pub struct Scope {
    /// The trace, new or the caller's.
    pub trace_id: TraceId,
    /// The caller's span.
    pub caller: Option<SpanId>,
    /// The span of the request itself and its parent, once it has begun.
    own: OnceLock<(SpanId, Option<SpanId>)>,
    /// The decision; never [`Sampling::Defer`].
    pub sampling: Sampling,
    /// The caller has said that the trace id is random. We do not say so of our own: see RATIONALE.md.
    pub(crate) random: bool,
    pub(crate) tracestate: Option<String>,
    /// Baggage members that are passed on unread.
    pub(crate) other_baggage: String,
    /// Where the request came in: the address of every span here.
    pub(crate) local_ip: Option<IpAddr>,
    pub(crate) mdc: Mutex<Mdc>,
    clock: Clock,
}

impl Scope {
    /// Continues the caller's trace, or starts one.
    pub fn new(caller: Extracted, sampler: Sampler, mdc: Mdc) -> Self {
        let trace_id = caller.ids.map_or_else(new_trace_id, |ids| ids.trace_id);
        Self {
            trace_id,
            caller: caller.ids.map(|ids| ids.span_id),
            own: OnceLock::new(),
            sampling: sampler.decide(trace_id, caller.sampling),
            random: caller.random,
            tracestate: caller.tracestate,
            other_baggage: String::new(),
            local_ip: None,
            mdc: Mutex::new(mdc),
            clock: Clock::start(),
        }
    }

    /// Microseconds since the epoch, never running backwards within the request.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Says which span is the request's own: work of the request that no span is around belongs to it.
    pub(crate) fn begin(&self, span: SpanId, parent: Option<SpanId>) {
        // A request begins once.
        let _ = self.own.set((span, parent));
    }

    /// The span of the request itself, and its parent.
    pub(crate) fn own(&self) -> (Option<SpanId>, Option<SpanId>) {
        self.own
            .get()
            .map_or((None, None), |&(span, parent)| (Some(span), parent))
    }

    pub(crate) fn mdc(&self) -> MutexGuard<'_, Mdc> {
        self.mdc.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
