//! The `tracing` layer: keeps a `Record` of each span of INFO and above, and writes a line for each event that
//! `RUST_LOG` lets through. It is one unfiltered layer, because a filtered one would hide spans, and with them the ids.

use std::sync::Arc;

use tracing::{
    Event, Id, Level, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Record as Values},
};
use tracing_subscriber::{
    Layer, Registry,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};
use zipkin::{Annotation, Endpoint, Kind, Span, SpanId};

use crate::{
    logs::{Line, Logs},
    propagation::Extracted,
    queue::Queue,
    sampler::Sampler,
    scope::{SCOPE, Scope, new_span_id},
};

/// A span at work: kept in the registry's extensions from its start to its last child's end.
#[derive(Debug)]
pub(crate) struct Record {
    /// What it shares with the other spans of its request.
    pub scope: Arc<Scope>,
    /// The span as it will be sent.
    pub span: Span,
    ended: bool,
}

/// The layer itself.
#[derive(Debug)]
pub(crate) struct SpanLayer {
    pub service: Endpoint,
    pub sampler: Sampler,
    pub queue: Arc<Queue>,
    pub logs: Logs,
}

impl Record {
    fn start(scope: Arc<Scope>, parent_id: Option<SpanId>, name: &str, service: &Endpoint) -> Self {
        let mut span = Span::new(scope.trace_id, new_span_id());
        span.parent_id = parent_id;
        // One that nobody will send needs its ids alone, for lines and for the next hop.
        if scope.sampling.is_sampled() {
            span.name = Some(name.to_owned());
            span.timestamp = Some(scope.now());
            span.local_endpoint = Some(service.clone());
            span.debug = scope.sampling == crate::propagation::Sampling::Debug;
        }
        Self {
            scope,
            span,
            ended: false,
        }
    }

    /// Whether the span will be sent.
    pub fn is_sampled(&self) -> bool {
        self.scope.sampling.is_sampled()
    }

    /// Sets a tag, where the span will be sent.
    pub fn tag(&mut self, key: &str, value: impl Into<String>) {
        if self.is_sampled() {
            self.span.tags.insert(key.to_owned(), value.into());
        }
    }

    /// Makes fields tags, but for the two that OpenTelemetry gives a meaning.
    fn set(&mut self, fields: Fields) {
        for (name, value) in fields.0 {
            match name {
                "otel.name" => self.span.name = Some(value),
                "otel.kind" => self.span.kind = kind(&value),
                name => self.tag(name, value),
            }
        }
    }

    /// Notes an ERROR event: an annotation, and the tag `error` where nothing has said it better.
    fn fail(&mut self, message: &str) {
        if self.ended || !self.is_sampled() {
            return;
        }
        let (timestamp, value) = (self.scope.now(), message.to_owned());
        self.span.annotations.push(Annotation { timestamp, value });
        self.span
            .tags
            .entry("error".to_owned())
            .or_insert_with(|| message.to_owned());
    }

    /// Ends the span and hands it over, once. A request's span ends with its response, although the registry keeps
    /// it open until the last background task that it spawned has ended.
    pub fn end(&mut self, queue: &Queue) {
        if self.ended {
            return;
        }
        self.ended = true;
        if !self.is_sampled() {
            return;
        }
        let started = self.span.timestamp.unwrap_or_default();
        // Zipkin reads a duration of 0 as none.
        self.span.duration = Some(self.scope.now().saturating_sub(started).max(1));
        // The ids stay: children that outlive this span still need them.
        let mut ids = Span::new(self.span.trace_id, self.span.id);
        ids.parent_id = self.span.parent_id;
        queue.push(std::mem::replace(&mut self.span, ids));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for SpanLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context
            .span(id)
            .filter(|span| *span.metadata().level() <= Level::INFO)
        else {
            return;
        };
        let enclosing = span.scope().skip(1).find_map(|parent| {
            parent
                .extensions()
                .get::<Record>()
                .map(|record| (record.scope.clone(), Some(record.span.id)))
        });
        let (scope, parent_id) = enclosing
            .or_else(|| SCOPE.try_with(|scope| (scope.clone(), scope.caller)).ok())
            // Work that no request caused starts a trace of its own.
            .unwrap_or_else(|| {
                (
                    Arc::new(Scope::new(Extracted::default(), self.sampler, Vec::new())),
                    None,
                )
            });
        let mut record = Record::start(scope, parent_id, span.metadata().name(), &self.service);
        if record.is_sampled() {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            record.set(fields);
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
            record.set(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let (is_error, is_written) = (*metadata.level() == Level::ERROR, self.logs.is_enabled(metadata));
        if !is_error && !is_written {
            return;
        }
        let line = Line::read(event);
        // The ids are the nearest record's, or else the request's alone.
        let mut ids = SCOPE.try_with(|scope| (scope.clone(), None, None)).ok();
        for span in context.event_span(event).iter().flat_map(SpanRef::scope) {
            let mut extensions = span.extensions_mut();
            let Some(record) = extensions.get_mut::<Record>() else {
                continue;
            };
            if is_error {
                record.fail(line.reason());
            }
            ids = Some((record.scope.clone(), Some(record.span.id), record.span.parent_id));
            break;
        }
        if is_written {
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
        let mut spans = registry.span(current.id()?)?.scope();
        let nearest = spans.find(|span| span.extensions().get::<Record>().is_some())?;
        let mut extensions = nearest.extensions_mut();
        Some(edit.take()?(extensions.get_mut::<Record>()?))
    })
}

/// The fields of a span, by name.
#[derive(Default)]
struct Fields(Vec<(&'static str, String)>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push((field.name(), format!("{value:?}")));
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
