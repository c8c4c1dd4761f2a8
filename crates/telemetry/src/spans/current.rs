//! Where work belongs: the record of the span that is current, or else the request of the task.

use std::sync::Arc;

use tracing::Subscriber as _;
use tracing_subscriber::{
    Registry,
    registry::{LookupSpan, SpanRef},
};
use zipkin::{SpanId, TraceId};

use super::record::SpanRecord;
use crate::{
    propagation::{Extracted, Mdc},
    request::{
        sampler::Sampler,
        scope::{Origin, SCOPE, Scope},
    },
};

/// The trace id of the request that is at work here.
///
/// ```
/// # let mut config = telemetry::Config::default();
/// # config.delivery.exporter = telemetry::config::ExporterKind::None;
/// # let _telemetry = telemetry::Telemetry::start("shop", &config)?;
/// let outer = tracing::info_span!("outer").entered();
/// let trace_id = telemetry::trace_id();
/// assert_eq!(tracing::info_span!("inner").in_scope(telemetry::trace_id), trace_id);
/// drop(outer);
/// assert_eq!(telemetry::trace_id(), None);
/// # Ok::<(), telemetry::StartError>(())
/// ```
pub fn trace_id() -> Option<TraceId> {
    current().map(|scope| scope.trace_id)
}

/// The scope of the current span, or else of the task.
pub(crate) fn current() -> Option<Arc<Scope>> {
    with_current(|record| record.scope.clone()).or_else(|| SCOPE.try_with(Arc::clone).ok())
}

/// Scope and parent of a span that begins here.
pub(crate) fn parent(sampler: Sampler) -> (Arc<Scope>, Option<SpanId>) {
    with_current(within).unwrap_or_else(|| outermost(sampler))
}

/// The same for a span with none around it: the request's own is the first, and the others are its children.
pub(crate) fn outermost(sampler: Sampler) -> (Arc<Scope>, Option<SpanId>) {
    let request = request().map(|(scope, own, _)| (own.or(scope.caller), scope));
    request.map_or_else(|| alone(sampler), |(parent_id, scope)| (scope, parent_id))
}

/// The same for work that no request caused, and for a span that is to have no parent: a trace of its own.
pub(crate) fn alone(sampler: Sampler) -> (Arc<Scope>, Option<SpanId>) {
    let scope = Scope::new(Extracted::default(), sampler, Mdc::new());
    (Arc::new(scope), None)
}

/// Scope and parent of a span within this one.
pub(crate) fn within(record: &mut SpanRecord) -> (Arc<Scope>, Option<SpanId>) {
    (record.scope.clone(), record.shown_id())
}

/// The origin of lines outside of all spans: the request that the task is at work on.
pub(crate) fn request() -> Origin {
    SCOPE
        .try_with(|scope| {
            let (span_id, parent_id) = scope.own();
            (scope.clone(), span_id, parent_id)
        })
        .ok()
}

/// The record of this span.
pub(crate) fn with_record<T>(span: &tracing::Span, edit: impl FnOnce(&mut SpanRecord) -> T) -> Option<T> {
    span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        span.extensions_mut().get_mut::<SpanRecord>().map(edit)
    })?
}

/// The record of the current span, or of the nearest one around it that has one.
pub(crate) fn with_current<T>(edit: impl FnOnce(&mut SpanRecord) -> T) -> Option<T> {
    // `get_default` may call a closure more than once; this one is called once.
    let mut edit = Some(edit);
    tracing::dispatcher::get_default(|dispatch| {
        let registry = dispatch.downcast_ref::<Registry>()?;
        let current = registry.current_span();
        with_nearest(registry.span(current.id()?)?, edit.take()?)
    })
}

/// The record of the span, or of the nearest one around it that has one.
pub(crate) fn with_nearest<'a, R: LookupSpan<'a>, T>(
    mut span: SpanRef<'a, R>,
    edit: impl FnOnce(&mut SpanRecord) -> T,
) -> Option<T> {
    loop {
        if let Some(record) = span.extensions_mut().get_mut::<SpanRecord>() {
            return Some(edit(record));
        }
        span = span.parent()?;
    }
}
