//! `/metrics` and `/prometheus`: what the collector counts, as Zipkin writes it.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    Collector,
    metrics::{self, BUCKETS, Counts, Metrics, Times},
    store::Store,
};

/// A counter or gauge: name, what it is, and how to read it.
type Meter = (&'static str, &'static str, fn(&Counts) -> &AtomicU64);

/// The ways in, under the names that Zipkin and its module for OpenTelemetry's protocol have for them.
fn ways(metrics: &Metrics) -> [(&'static str, &Counts); 2] {
    [("http", &metrics.http), ("otel/http", &metrics.otlp)]
}

const COUNTERS: [Meter; 5] = [
    ("messages", "cumulative amount of messages received", |counts| {
        &counts.messages
    }),
    (
        "messages_dropped",
        "cumulative amount of messages received that were later dropped",
        |counts| &counts.messages_dropped,
    ),
    ("bytes", "cumulative amount of bytes received", |counts| {
        &counts.bytes
    }),
    ("spans", "cumulative amount of spans received", |counts| {
        &counts.spans
    }),
    (
        "spans_dropped",
        "cumulative amount of spans received that were later dropped",
        |counts| &counts.spans_dropped,
    ),
];

const GAUGES: [Meter; 2] = [
    ("message_spans", "count of spans per message", |counts| {
        &counts.message_spans
    }),
    (
        "message_bytes",
        "size of a message containing serialized spans",
        |counts| &counts.message_bytes,
    ),
];

/// A counter of the store; Zipkin has none.
type StoreCounter = (&'static str, &'static str, fn(&Store) -> &AtomicU64);

const STORE_COUNTERS: [StoreCounter; 2] = [
    (
        "spans_evicted",
        "cumulative amount of spans that had to go, or found no room in their trace",
        Store::evicted_spans,
    ),
    (
        "traces_evicted",
        "cumulative amount of traces that had to go",
        Store::evicted_traces,
    ),
];

/// `GET /metrics`: one flat object.
pub async fn json(State(collector): State<Collector>) -> Response {
    let (metrics, store) = (collector.metrics(), collector.store());
    let mut lines = Vec::new();
    for (transport, counts) in ways(metrics) {
        for (kind, meters) in [("counter", COUNTERS.as_slice()), ("gauge", GAUGES.as_slice())] {
            lines.extend(meters.iter().map(|(name, _, read)| {
                let value = read(counts).load(Relaxed);
                format!("  \"{kind}.zipkin_collector.{name}.{transport}\" : {value}.0")
            }));
        }
    }
    let of_store = STORE_COUNTERS.iter().map(|(name, _, read)| {
        let value = read(store).load(Relaxed);
        format!("  \"counter.zipkin_storage.{name}\" : {value}.0")
    });
    lines.extend(of_store);
    let json = format!("{{\n{}\n}}", lines.join(",\n"));
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// `GET /prometheus`: the same and the times of the API's answers, in Prometheus' text format.
pub async fn prometheus(State(collector): State<Collector>) -> Response {
    let metrics = collector.metrics();
    let mut text = String::new();
    for (kind, suffix, meters) in [
        ("counter", "_total", COUNTERS.as_slice()),
        ("gauge", "", GAUGES.as_slice()),
    ] {
        for (name, help, read) in meters {
            let name = format!("zipkin_collector_{name}{suffix}");
            // Writing into a String does not fail.
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (transport, counts) in ways(metrics) {
                let value = read(counts).load(Relaxed);
                let _ = writeln!(text, "{name}{{transport=\"{transport}\",}} {value}.0");
            }
        }
    }
    for (name, help, read) in STORE_COUNTERS {
        let name = format!("zipkin_storage_{name}_total");
        let value = read(collector.store()).load(Relaxed);
        let _ = write!(
            text,
            "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}.0\n"
        );
    }
    text.push_str("# HELP http_server_requests_seconds Response time histogram\n");
    text.push_str("# TYPE http_server_requests_seconds histogram\n");
    for (request, times) in metrics.requests() {
        write_times(&mut text, &request, &times);
    }
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response()
}

fn write_times(text: &mut String, request: &metrics::Request, times: &Times) {
    let metrics::Request { method, status, uri } = request;
    let labels = format!("method=\"{method}\",status=\"{status}\",uri=\"{uri}\",");
    for (bound, count) in BUCKETS.iter().zip(times.buckets) {
        let _ = writeln!(
            text,
            "http_server_requests_seconds_bucket{{{labels}le=\"{bound:?}\",}} {count}.0"
        );
    }
    let Times { count, sum, .. } = times;
    let sum = sum.as_secs_f64();
    let _ = write!(
        text,
        "http_server_requests_seconds_bucket{{{labels}le=\"+Inf\",}} {count}.0\n\
         http_server_requests_seconds_count{{{labels}}} {count}.0\n\
         http_server_requests_seconds_sum{{{labels}}} {sum:?}\n"
    );
}

/// Counts an answer of the API.
pub async fn count(
    State(collector): State<Collector>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let start = Instant::now();
    let method = request.method().to_string();
    let response = next.run(request).await;
    let request = metrics::Request {
        method,
        status: response.status().as_u16(),
        uri: path.as_str().to_owned(),
    };
    collector.metrics().answered(request, start.elapsed());
    response
}
