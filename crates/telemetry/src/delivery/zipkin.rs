//! Spans as Zipkin's JSON: written when they end, and posted, produced or printed in batches.

use std::time::Duration;

use super::{json::Json, list::List, sender::Sender, settings::DeliverySettings, way::Way};
use crate::{
    error::StartError,
    sink::{EndedSpan, Outcomes, Sink},
    texts::scratch,
};

/// Spans as Zipkin's JSON.
pub(super) struct Zipkin {
    json: Json,
    sender: Sender<List>,
}

impl Zipkin {
    /// Starts to send the spans of the service `name`.
    ///
    /// # Errors
    /// No HTTP client or thread can be had, or this build leaves out what is asked for.
    pub fn start(name: &str, settings: &DeliverySettings) -> Result<Self, StartError> {
        Ok(Self {
            json: Json::new(name),
            sender: Sender::start(Way::new(settings)?, settings)?,
        })
    }
}

impl Sink for Zipkin {
    fn end(&self, span: &EndedSpan<'_>) {
        // Written before the queue is locked: others end spans at the same time.
        scratch::with(|json| {
            self.json.write(json, span);
            self.sender.queue.push(json.len(), |list| list.push(json));
        });
    }

    fn outcomes(&self) -> Option<Outcomes> {
        Some(self.sender.outcomes())
    }

    fn shutdown(&self, limit: Duration) {
        self.sender.shutdown(limit);
    }
}
