//! Exporters of OpenTelemetry as sinks.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use opentelemetry::KeyValue;
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use telemetry::{Config, OpenTelemetrySink, Telemetry, TelemetryLayer};
use tracing::{info_span, instrument::WithSubscriber as _};
use tracing_subscriber::layer::SubscriberExt as _;

/// The failures that an exporter may have.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Habit {
    Takes,
    Refuses,
    Hangs,
    Panics,
}

/// Keeps what it gets in memory.
#[derive(Clone, Debug)]
struct Memory {
    habit: Habit,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    spans: Vec<SpanData>,
    largest: usize,
    service: Option<String>,
    is_over: bool,
}

impl Memory {
    fn new(habit: Habit) -> Self {
        let kept = Arc::default();
        Self { habit, kept }
    }
}

impl SpanExporter for Memory {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        // An exporter that is traced itself, as many HTTP clients are, must not feed itself.
        info_span!("export").in_scope(|| ());
        match self.habit {
            Habit::Takes => {}
            Habit::Refuses => return Err(OTelSdkError::InternalFailure("no room".to_owned())),
            Habit::Hangs => std::future::pending().await,
            Habit::Panics => panic!("on purpose"),
        }
        let mut kept = self.kept.lock().unwrap();
        kept.largest = kept.largest.max(batch.len());
        kept.spans.extend(batch);
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        self.kept.lock().unwrap().is_over = true;
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        let name = resource
            .get(&"service.name".into())
            .map(|value| value.to_string());
        self.kept.lock().unwrap().service = name;
    }
}

fn build(exporter: Memory, change: impl FnOnce(&mut Config)) -> (Telemetry, TelemetryLayer) {
    let mut config = Config::default();
    config.lines.log_filter = "off".parse().unwrap();
    config.delivery.export_timeout = Duration::from_millis(100);
    change(&mut config);
    let sink = OpenTelemetrySink::start(exporter, &config.delivery).unwrap();
    Telemetry::build_with_sink("Tested", &config, sink).unwrap()
}

/// Ends so many spans and stops.
async fn work(telemetry: &Telemetry, layer: TelemetryLayer, spans: usize) {
    let subscriber = tracing_subscriber::registry().with(layer);
    let work = async {
        for attempt in 0..spans {
            info_span!("work", attempt).in_scope(|| ());
        }
        telemetry.shutdown().await;
    };
    work.with_subscriber(subscriber).await;
}

#[tokio::test]
async fn an_exporter_gets_typed_spans_of_a_named_service_in_batches() {
    let exporter = Memory::new(Habit::Takes);
    let (telemetry, layer) = build(exporter.clone(), |config| config.delivery.max_batch_size = 4);
    work(&telemetry, layer, 10).await;
    let counts = telemetry.counts();
    assert_eq!((counts.ended, counts.sent, counts.dropped.total()), (10, 10, 0));
    let kept = exporter.kept.lock().unwrap();
    assert_eq!((kept.spans.len(), kept.largest, kept.is_over), (10, 4, true));
    assert_eq!(kept.service.as_deref(), Some("Tested"));
    assert_eq!(
        (kept.spans[3].name.as_ref(), &kept.spans[3].attributes[..]),
        ("work", &[KeyValue::new("attempt", 3)][..])
    );
}

#[tokio::test]
async fn spans_that_an_exporter_does_not_send_are_counted() {
    for habit in [Habit::Refuses, Habit::Hangs, Habit::Panics] {
        // More than one batch: the thread outlives the first.
        let (telemetry, layer) = build(Memory::new(habit), |config| config.delivery.max_batch_size = 2);
        work(&telemetry, layer, 3).await;
        let counts = telemetry.counts();
        assert_eq!((counts.ended, counts.queued), (3, 0), "{habit:?}");
        assert_eq!(counts.dropped.rejected, 3, "{habit:?}");
    }
}

#[tokio::test]
async fn spans_that_find_no_room_are_counted() {
    let exporter = Memory::new(Habit::Takes);
    let (telemetry, layer) = build(exporter.clone(), |config| {
        config.delivery.max_queue_size = 2;
        config.delivery.schedule_delay = Duration::from_secs(3600);
        config.delivery.max_batch_size = 2;
    });
    work(&telemetry, layer, 200).await;
    let counts = telemetry.counts();
    assert_eq!((counts.ended, counts.queued), (200, 0));
    assert_eq!(counts.sent + counts.dropped.queue_full, 200, "{counts:?}");
    assert_eq!(exporter.kept.lock().unwrap().spans.len() as u64, counts.sent);
}
