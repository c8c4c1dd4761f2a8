//! The time to decode and to translate a span of OpenTelemetry's protocol, in requests of 100 as an SDK sends them:
//! `cargo run --release -p three-hops-zipkin --example decode_speed [protobuf|json] [REQUESTS]`. Under `valgrind --tool=callgrind` with 10 and with
//! 110 requests, the difference is the instructions of 10,000 spans.

use std::{error::Error, fmt::Write as _, hint::black_box, time::Instant};

use zipkin::{
    Kind, SpanId, TraceId,
    decode::otlp::Encoding,
    encode::otlp::{Envelope, SpanWriter, Value, push},
};

const SPANS: u64 = 100;

/// The resource of OpenTelemetry's SDKs.
const RESOURCE: [(&str, &str); 6] = [
    ("service.name", "orders"),
    ("service.version", "1.4.2"),
    ("service.instance.id", "627cc493-f310-47de-96bd-71410b7dec09"),
    ("telemetry.sdk.language", "java"),
    ("telemetry.sdk.name", "opentelemetry"),
    ("telemetry.sdk.version", "1.66.0"),
];

const SCOPE: (&str, &str) = ("io.opentelemetry.tomcat-10.0", "2.29.0-alpha");

const NAME: &str = "GET /orders/{id}";

/// A call over HTTP in the stable conventions, with two attributes of the application.
fn attributes(path: &str) -> [(&'static str, Value<'_>); 10] {
    [
        ("http.request.method", Value::Text("GET")),
        ("url.scheme", Value::Text("http")),
        ("url.path", Value::Text(path)),
        ("http.route", Value::Text("/orders/{id}")),
        ("http.response.status_code", Value::Whole(200)),
        ("server.address", Value::Text("orders.shop.svc")),
        ("server.port", Value::Whole(8082)),
        ("network.protocol.version", Value::Text("1.1")),
        ("user.id", Value::Text("customer4711")),
        ("order.express", Value::Boolean(true)),
    ]
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (encoding, body) = match args.next().as_deref() {
        None | Some("protobuf") => (Encoding::Protobuf, protobuf()),
        Some("json") => (Encoding::Json, json().into_bytes()),
        Some(other) => return Err(format!("{other} is neither protobuf nor json").into()),
    };
    let requests = args.next().map_or(Ok(20_000), |text| text.parse::<u32>())?;
    let started = Instant::now();
    for _ in 0..requests {
        encoding.each(black_box(&body), |span| {
            black_box(span);
        })?;
    }
    let spans = f64::from(requests) * SPANS as f64;
    println!(
        "{encoding}: {} bytes a span, {:.2} µs a span",
        body.len() as u64 / SPANS,
        started.elapsed().as_secs_f64() * 1e6 / spans
    );
    Ok(())
}

/// Trace id, parent's id, own id, path and start of a numbered span.
fn numbered(number: u64) -> (u128, u64, u64, String, u64) {
    let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let trace_id = u128::from(mixed) << 64 | u128::from(!mixed);
    let path = format!("/orders/{}", 10_000 + number);
    (
        trace_id,
        mixed ^ 1,
        mixed,
        path,
        1_700_000_000_000_000 + 50 * number,
    )
}

fn protobuf() -> Vec<u8> {
    let mut spans = Vec::new();
    for number in 0..SPANS {
        let (trace_id, parent_id, id, path, start) = numbered(number);
        let mut message = Vec::new();
        let mut span = SpanWriter::begin(
            &mut message,
            TraceId::new(trace_id),
            Some(SpanId::new(parent_id)),
            SpanId::new(id),
        );
        span.name(NAME);
        span.kind(Some(Kind::Client));
        span.time(start, 5_321);
        for (key, value) in attributes(&path) {
            span.attribute(key, value);
        }
        span.flags(true);
        push(&mut spans, &message);
    }
    Envelope::new(&RESOURCE, SCOPE).around(&spans)
}

fn json() -> String {
    let resource: Vec<String> = RESOURCE
        .iter()
        .map(|(key, value)| attribute(key, Value::Text(value)))
        .collect();
    let spans: Vec<String> = (0..SPANS).map(span).collect();
    let (name, version) = SCOPE;
    format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{}]}},"scopeSpans":[{{"scope":{{"name":"{name}","version":"{version}"}},"spans":[{}]}}]}}]}}"#,
        resource.join(","),
        spans.join(",")
    )
}

fn span(number: u64) -> String {
    let (trace_id, parent_id, id, path, start) = numbered(number);
    let attributes = attributes(&path).map(|(key, value)| attribute(key, value));
    let mut json = String::new();
    // Writing into a String does not fail.
    let _ = write!(
        json,
        r#"{{"traceId":"{trace_id:032x}","spanId":"{id:016x}","parentSpanId":"{parent_id:016x}","flags":769,"name":"{NAME}","kind":3,"startTimeUnixNano":"{start}000","endTimeUnixNano":"{}000","attributes":[{}],"status":{{}}}}"#,
        start + 5_321,
        attributes.join(",")
    );
    json
}

fn attribute(key: &str, value: Value<'_>) -> String {
    let value = match value {
        Value::Text(text) => format!(r#""stringValue":"{text}""#),
        Value::Whole(number) => format!(r#""intValue":"{number}""#),
        Value::Boolean(value) => format!(r#""boolValue":{value}"#),
        Value::Decimal(number) => format!(r#""doubleValue":{number}"#),
    };
    format!(r#"{{"key":"{key}","value":{{{value}}}}}"#)
}
