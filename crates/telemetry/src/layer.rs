//! The `tracing` layer: keeps a `SpanRecord` of each span of INFO and above, and writes a line for each event that
//! `RUST_LOG` lets through. It is one unfiltered layer, because a filtered one would hide spans, and with them the ids.

use std::sync::Arc;

use tracing::{
    Event, Id, Level, Metadata, Subscriber,
    span::{Attributes, Record as Values},
    subscriber::Interest,
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use crate::{
    delivery::outlet::Outlet,
    logs::{Line, Logs},
    request::sampler::Sampler,
    spans::{
        current::{alone, outermost, request, with_nearest, within},
        record::SpanRecord,
    },
};
use {fields::Fields, foreign::Foreign};

/// The fields of a span.
mod fields;

/// Records of the crate `log`.
mod foreign;

/// The layer that keeps spans and writes lines: `registry().with(layer)`, beside whatever other layers there are. It needs
/// the `Registry` of `tracing-subscriber` below, and no filter around itself.
#[derive(Debug)]
pub struct TelemetryLayer {
    pub(crate) sampler: Sampler,
    pub(crate) outlet: Arc<Outlet>,
    pub(crate) logs: Logs,
    /// No other layer stands beside this one.
    pub(crate) is_alone: bool,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TelemetryLayer {
    /// Asked once for each place in the code: an event that nobody wants costs nothing there from then on, and the HTTP
    /// client alone has four a call. `never` would switch the place off for other layers, too. A span of any level carries the
    /// ids of the one around it.
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let is_ours =
            metadata.is_span() || *metadata.level() == Level::ERROR || self.logs.is_enabled(metadata);
        if is_ours || !self.is_alone || foreign::is_foreign(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let (is_kept, is_contextual) = (
            *span.metadata().level() <= Level::INFO,
            attributes.is_contextual(),
        );
        if !is_kept && is_contextual {
            return;
        }
        let enclosing = span.parent().and_then(|span| with_nearest(span, within));
        let (scope, parent_id) = match enclosing {
            Some(_) if !is_kept => return,
            Some(enclosing) => enclosing,
            None if is_contextual => outermost(self.sampler),
            // `parent: None`, or a span of no trace: whatever request is at work here, it was not asked for.
            None => alone(self.sampler),
        };
        let mut record = SpanRecord::start(scope, parent_id, span.metadata().name());
        if !is_kept {
            record.hide();
        } else if record.is_sampled() {
            self.outlet.begin();
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            fields.set(&mut record);
        }
        span.extensions_mut().insert(record);
    }

    fn on_record(&self, id: &Id, values: &Values<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if !span
            .extensions()
            .get::<SpanRecord>()
            .is_some_and(SpanRecord::is_sampled)
        {
            return;
        }
        // Before the record is held: reading the values runs their `Debug`, which may log, or panic and be logged.
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(record) = span.extensions_mut().get_mut::<SpanRecord>() {
            fields.set(record);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let foreign = Foreign::read(event);
        let foreign = foreign.as_ref().map(|record| record.metadata(event));
        let metadata = foreign.as_ref().unwrap_or_else(|| event.metadata());
        let (is_error, is_written) = (*metadata.level() == Level::ERROR, self.logs.is_enabled(metadata));
        if !is_error && !is_written {
            return;
        }
        let mut line = Line::read(event);
        if foreign.is_some() {
            foreign::clean(&mut line);
        }
        let note = |record: &mut SpanRecord| {
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
            let ids = ids.or_else(|| if event.is_contextual() { request() } else { None });
            self.logs.write(metadata, &line, ids);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(record) = span.extensions_mut().get_mut::<SpanRecord>() {
            record.end(&self.outlet);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
