//! A sink of the application's own.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use telemetry::{
    Config, Dropped, Telemetry, TelemetryLayer,
    sink::{EndedSpan, Outcomes, Sink, Value},
};
use tracing::{error, info, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

/// Keeps what it is told, and talks while it listens.
#[derive(Default)]
struct Told {
    spans: Mutex<Vec<String>>,
    limits: Mutex<Vec<Duration>>,
}

impl Sink for Told {
    fn end(&self, span: &EndedSpan<'_>) {
        // The span is locked: a line that asked for its ids would wait for ever.
        error!("not heard");
        info_span!("no span of anybody").in_scope(|| info!("not heard either"));
        let tags: Vec<_> = span
            .tags()
            .map(|(key, value)| format!("{key}={value:?}"))
            .collect();
        let annotations: Vec<_> = span.annotations().map(|(_, text)| text).collect();
        let line = format!(
            "{} {} {} {}",
            span.local_service(),
            span.name(),
            tags.join(","),
            annotations.join(",")
        );
        assert!(span.start_us() > 1_700_000_000_000_000 && span.duration_us() >= 1);
        self.spans.lock().unwrap().push(line);
    }

    fn outcomes(&self) -> Option<Outcomes> {
        let dropped = Dropped {
            rejected: 1,
            ..Dropped::default()
        };
        Some(Outcomes { sent: 1, dropped })
    }

    fn shutdown(&self, limit: Duration) {
        self.limits.lock().unwrap().push(limit);
    }
}

fn build(sink: impl Sink) -> (Telemetry, TelemetryLayer) {
    let mut config = Config::default();
    config.lines.log_filter = "off".parse().unwrap();
    Telemetry::build_with_sink("Tested", &config, sink).unwrap()
}

#[tokio::test]
async fn a_sink_gets_typed_values_and_says_what_came_of_them() {
    let told = Arc::new(Told::default());
    let (telemetry, layer) = build(told.clone());
    let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let ratio = 0.5;
    info_span!(
        "work",
        text = "a",
        code = -1,
        size = 7_u64,
        ratio,
        done = true,
        list = ?[1]
    )
    .in_scope(|| {
        telemetry::mdc::put("userId", "terry").unwrap();
        info_span!("inner").in_scope(|| error!("boom"));
    });
    assert_eq!(
        *told.spans.lock().unwrap(),
        [
            "Tested inner error=Str(\"boom\") boom",
            concat!(
                "Tested work text=Str(\"a\"),code=I64(-1),size=U64(7),ratio=F64(0.5),done=Bool(true),",
                "list=Str(\"[1]\"),userId=Str(\"terry\") "
            )
        ]
    );

    // One begins, and will not end before the process does.
    let open = info_span!("open");
    info_span!("waiting").in_scope(|| ());
    let counts = telemetry.counts();
    assert_eq!((counts.ended, counts.queued, counts.sent), (3, 1, 1));
    telemetry.shutdown().await;
    drop(open);
    let counts = telemetry.counts();
    assert_eq!((counts.ended, counts.dropped.unfinished), (4, 1));
    drop(telemetry);
    assert_eq!(*told.limits.lock().unwrap(), [Duration::from_secs(5)]);
}

#[test]
fn a_sink_is_shut_down_with_the_last_telemetry() {
    let told = Arc::new(Told::default());
    let (telemetry, _layer) = build(told.clone());
    drop(telemetry);
    assert_eq!(*told.limits.lock().unwrap(), [Duration::from_secs(1)]);
}

#[test]
fn values_are_written_as_zipkin_has_them() {
    assert_eq!(Value::I64(404).to_string(), "404");
    assert_eq!(Value::F64(1.0).to_string(), "1.0");
}

/// Panics with each second span.
#[derive(Default)]
struct Broken(std::sync::atomic::AtomicU64);

impl Sink for Broken {
    fn end(&self, _: &EndedSpan<'_>) {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        assert!(number.is_multiple_of(2), "on purpose");
    }
}

#[test]
fn a_sink_that_panics_costs_its_spans_and_nothing_else() {
    let (telemetry, layer) = build(Broken::default());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        for _ in 0..4 {
            info_span!("outer").in_scope(|| info_span!("inner").in_scope(|| info!("still heard")));
        }
    });
    let counts = telemetry.counts();
    assert_eq!((counts.ended, counts.sent, counts.dropped.rejected), (8, 4, 4));
}

#[tokio::test]
async fn a_sink_is_shut_down_once_and_gets_nothing_afterwards() {
    let told = Arc::new(Late::default());
    let (telemetry, layer) = build(told.clone());
    tokio::join!(telemetry.shutdown(), telemetry.shutdown());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        info_span!("late").in_scope(|| ());
    });
    assert_eq!(*told.0.lock().unwrap(), ["shutdown"]);
    assert_eq!(telemetry.counts().dropped.shutdown, 1);
}

/// The calls that it got, in order.
#[derive(Default)]
struct Late(Mutex<Vec<&'static str>>);

impl Sink for Late {
    fn end(&self, _: &EndedSpan<'_>) {
        self.0.lock().unwrap().push("end");
    }

    fn shutdown(&self, _: Duration) {
        self.0.lock().unwrap().push("shutdown");
    }
}
