//! Spans by OpenTelemetry's protocol over HTTP, in protocol buffers: written when they end, straight from what the sink is lent, and posted
//! in batches. <https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md#otlphttp>

use std::time::Duration;

use super::{sender::Sender, settings::DeliverySettings};
use crate::{
    error::StartError,
    sink::{EndedSpan, Outcomes, Sink},
    texts::scratch,
};
use messages::Messages;
use posted::Posted;

/// Settings, by the names of the specification.
pub(super) mod settings;

/// The settings as the exporter goes by them.
mod decided;

/// A span as OpenTelemetry has it.
mod span;

/// Names of the semantic conventions.
mod names;

/// The attributes that a span has of its own accord.
mod conventions;

/// Spans that leave together.
mod messages;

/// Whose spans they are.
mod resource;

/// Batches posted, and their answers.
mod posted;

/// Spans by OpenTelemetry's protocol.
pub(super) struct Otlp {
    sender: Sender<Messages>,
}

impl Otlp {
    /// Starts to send the spans of the service `name`.
    ///
    /// # Errors
    /// A setting that makes no sense, or no HTTP client or thread.
    pub fn start(name: &str, settings: &DeliverySettings) -> Result<Self, StartError> {
        let posted = Posted::new(name, settings)?;
        let sender = Sender::start(posted, settings)?;
        Ok(Self { sender })
    }
}

impl Sink for Otlp {
    fn end(&self, ended: &EndedSpan<'_>) {
        // Written before the queue is locked: others end spans at the same time.
        scratch::with(|message| {
            span::write(message, ended);
            self.sender.queue.push(message.len(), |batch| batch.push(message));
        });
    }

    fn outcomes(&self) -> Option<Outcomes> {
        Some(self.sender.outcomes())
    }

    fn shutdown(&self, limit: Duration) {
        self.sender.shutdown(limit);
    }
}
