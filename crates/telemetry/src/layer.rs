//! The `tracing` layer: keeps a `Record` of each span of INFO and above, and writes a line for each event that
//! `RUST_LOG` lets through. It is one unfiltered layer, because a filtered one would hide spans, and with them the ids.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};
use tracing::{
    Event, Id, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Record as Values},
    subscriber::Interest,
};
use tracing_subscriber::{
    Layer, Registry,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};
use zipkin::{Kind, SpanId};

use crate::{
    delivery::queue::Queue,
    logs::{Ids, Line, Logs},
    propagation::Extracted,
    request::{
        sampler::Sampler,
        scope::{SCOPE, Scope},
    },
    spans::record::Record,
};

/// The layer itself.
#[derive(Debug)]
pub(crate) struct SpanLayer {
    pub sampler: Sampler,
    pub queue: Arc<Queue>,
    pub logs: Logs,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for SpanLayer {
    /// Asked once for each place in the code: an event that nobody wants costs nothing there from then on, and the HTTP
    /// client alone has four a call. A span of any level carries the ids of the one around it.
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.is_span() || *metadata.level() == Level::ERROR || self.logs.is_enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let (is_kept, is_root) = (*span.metadata().level() <= Level::INFO, attributes.is_root());
        if !is_kept && !is_root {
            return;
        }
        let (scope, parent_id) = if is_root {
            alone(self.sampler)
        } else {
            let enclosing = span.parent().and_then(|span| with_nearest(span, within));
            enclosing.unwrap_or_else(|| outermost(self.sampler))
        };
        let mut record = Record::start(scope, parent_id, span.metadata().name());
        if !is_kept {
            record.hide();
        } else if record.is_sampled() {
            self.queue.expect();
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            fields.set(&mut record);
        }
        span.extensions_mut().insert(record);
    }

    fn on_record(&self, id: &Id, values: &Values<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if !span.extensions().get::<Record>().is_some_and(Record::is_sampled) {
            return;
        }
        // Before the record is held: reading the values runs their `Debug`, which may log, or panic and be logged.
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(record) = span.extensions_mut().get_mut::<Record>() {
            fields.set(record);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let (is_error, is_written) = (*metadata.level() == Level::ERROR, self.logs.is_enabled(metadata));
        if !is_error && !is_written {
            return;
        }
        let line = Line::read(event);
        let note = |record: &mut Record| {
            if is_error {
                record.fail(line.reason());
            }
            let (scope, span_id) = within(record);
            (scope, span_id, record.parent_id)
        };
        let ids = context
            .event_span(event)
            .and_then(|span| with_nearest(span, note));
        if is_written {
            let ids = ids.or_else(|| if event.is_root() { None } else { request() });
            self.logs.write(metadata, &line, ids);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(record) = span.extensions_mut().get_mut::<Record>() {
            record.end(&self.queue);
        }
    }
}

/// What a span belongs to that begins here: its scope, and its parent.
pub(crate) fn parent(sampler: Sampler) -> (Arc<Scope>, Option<SpanId>) {
    with_current(within).unwrap_or_else(|| outermost(sampler))
}

/// The same for a span with none around it: the request's own is the first, and the others are its children.
fn outermost(sampler: Sampler) -> (Arc<Scope>, Option<SpanId>) {
    let request = request().map(|(scope, own, _)| (own.or(scope.caller), scope));
    request.map_or_else(|| alone(sampler), |(parent_id, scope)| (scope, parent_id))
}

/// The same for work that no request caused, and for a span that is to have no parent: a trace of its own.
fn alone(sampler: Sampler) -> (Arc<Scope>, Option<SpanId>) {
    let scope = Scope::new(Extracted::default(), sampler, Vec::new());
    (Arc::new(scope), None)
}

/// What a span within this one has of it.
fn within(record: &mut Record) -> (Arc<Scope>, Option<SpanId>) {
    (record.scope.clone(), record.shown_id())
}

/// Whose lines are written outside of all spans: those of the request that the task is at work on.
fn request() -> Ids {
    SCOPE
        .try_with(|scope| {
            let (span_id, parent_id) = scope.own();
            (scope.clone(), span_id, parent_id)
        })
        .ok()
}

/// The record of this span.
pub(crate) fn with_record<T>(span: &tracing::Span, edit: impl FnOnce(&mut Record) -> T) -> Option<T> {
    span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        span.extensions_mut().get_mut::<Record>().map(edit)
    })?
}

/// The record of the current span, or of the nearest one around it that has one.
pub(crate) fn with_current<T>(edit: impl FnOnce(&mut Record) -> T) -> Option<T> {
    // `get_default` may call a closure more than once; this one is called once.
    let mut edit = Some(edit);
    tracing::dispatcher::get_default(|dispatch| {
        let registry = dispatch.downcast_ref::<Registry>()?;
        let current = registry.current_span();
        with_nearest(registry.span(current.id()?)?, edit.take()?)
    })
}

/// The record of the span, or of the nearest one around it that has one.
fn with_nearest<'a, R: LookupSpan<'a>, T>(
    mut span: SpanRef<'a, R>,
    edit: impl FnOnce(&mut Record) -> T,
) -> Option<T> {
    loop {
        if let Some(record) = span.extensions_mut().get_mut::<Record>() {
            return Some(edit(record));
        }
        span = span.parent()?;
    }
}

/// The fields of a span, by name.
#[derive(Default)]
struct Fields(Vec<(&'static str, SmolStr)>);

impl Fields {
    /// Makes them tags, but for the two that OpenTelemetry gives a meaning.
    fn set(self, record: &mut Record) {
        for (name, value) in self.0 {
            match name {
                "otel.name" => record.name = value,
                "otel.kind" => record.kind = kind(&value),
                name => record.tag(SmolStr::new_static(name), value),
            }
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.into()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push((field.name(), format_smolstr!("{value:?}")));
    }
}

fn kind(text: &str) -> Option<Kind> {
    match text.to_ascii_lowercase().as_str() {
        "client" => Some(Kind::Client),
        "server" => Some(Kind::Server),
        "producer" => Some(Kind::Producer),
        "consumer" => Some(Kind::Consumer),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
