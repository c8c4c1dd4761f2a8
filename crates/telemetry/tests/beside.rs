//! The layer beside layers of others, in a process that has a subscriber of its own. One test, because a process has one.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use telemetry::{Config, StartError, Telemetry, TelemetryLayer};
use tracing::{Event, Subscriber, debug, info, info_span};
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt as _};

/// Telemetry that writes no lines, and whose spans wait for an hour unless they are asked for.
fn build(port: u16) -> (Telemetry, TelemetryLayer) {
    let mut config = Config::default();
    config.delivery.zipkin_endpoint = format!("http://127.0.0.1:{port}/api/v2/spans").parse().unwrap();
    config.delivery.schedule_delay = Duration::from_secs(3600);
    config.lines.log_filter = "off".parse().unwrap();
    Telemetry::build("tested", &config).unwrap()
}

/// Another layer, which wants every event.
struct Others(Arc<Mutex<Vec<&'static str>>>);

impl<S: Subscriber> Layer<S> for Others {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0.lock().unwrap().push(event.metadata().level().as_str());
    }
}

/// The body of the first request, which is answered with 202.
fn posted(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    stream
        .write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    String::from_utf8(body).unwrap()
}

#[test]
fn others_see_what_they_ask_for_and_what_is_left_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (telemetry, layer) = build(listener.local_addr().unwrap().port());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let subscriber = tracing_subscriber::registry()
        .with(Others(seen.clone()))
        .with(layer);
    tracing::subscriber::set_global_default(subscriber).unwrap();

    info_span!("work").in_scope(|| {
        info!("heard");
        debug!("heard, too");
    });
    assert_eq!(seen.lock().unwrap()[..2], ["INFO", "DEBUG"]);

    // Ours is there, but not as the one and only.
    let error = Telemetry::start("tested", &Config::default()).unwrap_err();
    assert!(matches!(error, StartError::OtherSubscriber), "{error}");

    // Without `shutdown`, what waits is sent; where nobody takes it, after a second that is over.
    let collector = std::thread::spawn(move || posted(&listener));
    drop(telemetry);
    assert!(collector.join().unwrap().contains("\"name\":\"work\""));

    let (telemetry, layer) = build(1);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        info_span!("lost").in_scope(|| ());
        assert_eq!(telemetry.counts().queued, 1);
        let begin = Instant::now();
        drop(telemetry);
        assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    });
}
