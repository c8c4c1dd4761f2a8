//! Batches handed to an exporter of OpenTelemetry.

use std::{
    fmt,
    future::poll_fn,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    task::Poll,
    time::Duration,
};

use opentelemetry_sdk::{
    Resource,
    trace::{SpanData, SpanExporter},
};
use tracing::{Dispatch, instrument::WithSubscriber as _};

use super::{
    super::{attempt::Attempt, destination::Destination},
    spans::Spans,
};

/// The outcome of the last request, where the exporter's HTTP client is ours: it knows more than the exporter tells.
pub(in super::super) type Told = Arc<Mutex<Attempt>>;

/// An exporter of OpenTelemetry.
pub(super) struct Handed<E> {
    pub exporter: E,
    /// The log's name for it.
    pub name: String,
    /// The service, known with its first span.
    pub service: Arc<OnceLock<String>>,
    pub is_named: bool,
    pub timeout: Duration,
    pub told: Option<Told>,
}

impl<E: SpanExporter + 'static> Destination for Handed<E> {
    type Batch = Spans;

    async fn send(&mut self, batch: &Vec<SpanData>, part: &Range<usize>) -> Attempt {
        self.name_service();
        self.note(Attempt::Rejected("the exporter sent nothing".to_owned()));
        let spans = batch.get(part.clone()).unwrap_or_default().to_vec();
        // Spans of the exporter's own would be exported, and make others.
        let export = self.exporter.export(spans).with_subscriber(Dispatch::none());
        let result = tokio::time::timeout(self.timeout, unless_it_panics(export)).await;
        let told = self.told.as_ref();
        let told = told.map(|told| told.lock().unwrap_or_else(PoisonError::into_inner).clone());
        // An exporter of OpenTelemetry tries again by itself what may be tried again, as its specification has it.
        match (result, told) {
            (Ok(None), _) => Attempt::Rejected("the exporter panicked".to_owned()),
            // Our client would have said so a moment later.
            (Err(_), Some(_)) => Attempt::Unreachable("timeout".to_owned()),
            (Ok(Some(_)), Some(told)) => told,
            (Ok(Some(Ok(()))), None) => Attempt::Acknowledged,
            (Ok(Some(Err(error))), None) => Attempt::Rejected(error.to_string()),
            (Err(_), None) => Attempt::Rejected("timeout".to_owned()),
        }
    }

    fn finish(&mut self, limit: Duration) {
        // It has nothing left to lose.
        let _ = self.exporter.shutdown_with_timeout(limit);
    }
}

impl<E: SpanExporter> Handed<E> {
    /// Gives the exporter its resource: the service, and what `OTEL_RESOURCE_ATTRIBUTES` says.
    fn name_service(&mut self) {
        if let (false, Some(service)) = (self.is_named, self.service.get()) {
            let resource = Resource::builder().with_service_name(service.clone());
            self.exporter.set_resource(&resource.build());
            self.is_named = true;
        }
    }

    fn note(&self, outcome: Attempt) {
        if let Some(told) = &self.told {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
        }
    }
}

/// The result of the work; none where it panics, which must not end the thread that delivers the next batch.
async fn unless_it_panics<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(polled) => polled.map(Some),
            Err(_) => Poll::Ready(None),
        },
    )
    .await
}

/// As the log calls it.
impl<E> fmt::Display for Handed<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
