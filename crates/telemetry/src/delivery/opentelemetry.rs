//! Spans through an exporter of OpenTelemetry.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use opentelemetry_sdk::trace::SpanExporter;

use super::{sender::Sender, settings::DeliverySettings};
use crate::{
    error::StartError,
    sink::{EndedSpan, Outcomes, Sink},
};
use handed::Handed;
pub(super) use handed::Told;
use spans::Spans;

/// Batches handed to an exporter.
mod handed;

/// An ended span as OpenTelemetry has it.
mod span_data;

/// Batches of OpenTelemetry's spans.
mod spans;

/// A sink for any [`SpanExporter`] of the crate `opentelemetry_sdk`. A span becomes a `SpanData` when it ends; a thread of its own hands
/// them over in batches, with the delay, the bounds and the time that the settings have. An exporter tries again itself, so that spans that it
/// fails to send are counted as rejected.
///
/// The exporter runs on a thread with a tokio runtime: its HTTP client must not be a blocking one.
///
/// ```
/// use opentelemetry_sdk::trace::SpanExporter;
/// use telemetry::{Config, OpenTelemetrySink, StartError, Telemetry};
///
/// fn start(exporter: impl SpanExporter + 'static) -> Result<Telemetry, StartError> {
///     let config = Config::default();
///     let sink = OpenTelemetrySink::start(exporter, &config.delivery)?;
///     Telemetry::start_with_sink("orders", &config, sink)
/// }
/// ```
pub struct OpenTelemetrySink {
    service: Arc<OnceLock<String>>,
    sender: Sender<Spans>,
}

impl OpenTelemetrySink {
    /// Starts a thread for the exporter.
    ///
    /// # Errors
    /// A thread that cannot be had, or a setting out of its range.
    pub fn start(
        exporter: impl SpanExporter + 'static,
        settings: &DeliverySettings,
    ) -> Result<Self, StartError> {
        let name = "an exporter of OpenTelemetry".to_owned();
        Self::start_named(exporter, name, None, settings)
    }

    /// The same, by the log's name for it and with what the exporter does not tell.
    pub(super) fn start_named(
        exporter: impl SpanExporter + 'static,
        name: String,
        told: Option<Told>,
        settings: &DeliverySettings,
    ) -> Result<Self, StartError> {
        let service = Arc::<OnceLock<String>>::default();
        let handed = Handed {
            exporter,
            name,
            service: service.clone(),
            is_named: false,
            timeout: settings.export_timeout,
            told,
        };
        let sender = Sender::start(handed, settings)?;
        Ok(Self { service, sender })
    }
}

impl Sink for OpenTelemetrySink {
    fn end(&self, span: &EndedSpan<'_>) {
        self.service.get_or_init(|| span.local_service().to_owned());
        let span = span_data::span_data(span);
        let bytes = spans::size(&span);
        self.sender.queue.push(bytes, |batch| batch.push(bytes, span));
    }

    fn outcomes(&self) -> Option<Outcomes> {
        Some(self.sender.outcomes())
    }

    fn shutdown(&self, limit: Duration) {
        self.sender.shutdown(limit);
    }
}

impl std::fmt::Debug for OpenTelemetrySink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("OpenTelemetrySink");
        shown
            .field("outcomes", &self.sender.outcomes())
            .finish_non_exhaustive()
    }
}
