use super::*;
use crate::{Endpoint, Span, decode::otlp::Encoding};

/// The span as our reader reads it.
fn read(write: impl FnOnce(&mut SpanWriter<'_>)) -> Span {
    let mut message = Vec::new();
    let parent_id = Some(SpanId::new(2));
    let mut span = SpanWriter::begin(&mut message, TraceId::new(1), parent_id, SpanId::new(3));
    write(&mut span);
    let mut spans = Vec::new();
    push(&mut spans, &message);
    let envelope = Envelope::new(&[("service.name", "Shop"), ("host", "a")], ("", ""));
    let (mut spans, report) = Encoding::Protobuf.list(&envelope.around(&spans)).unwrap();
    assert_eq!((report.spans, report.rejected), (1, 0), "{}", report.message);
    spans.remove(0)
}

#[test]
fn our_reader_finds_what_was_written() {
    let long = "l".repeat(300);
    let span = read(|span| {
        span.trace_state("vendor=1");
        span.name("GET /orders/{id}");
        span.kind(Some(Kind::Server));
        span.time(1_472_470_996_199_000, 207);
        span.attribute("text", Value::Text("a \"b\""));
        span.attribute("long", Value::Text(&long));
        span.attribute("whole", Value::Whole(404));
        span.attribute("negative", Value::Whole(-1));
        span.attribute("decimal", Value::Decimal(0.5));
        span.attribute("yes", Value::Boolean(true));
        span.text_of("pieces", ["http://", "orders", "/", &long]);
        span.event(1_472_470_996_199_005, "late");
        span.dropped(3, 4);
        span.status(Status::Error("boom"));
        span.flags(true);
    });
    let tags = [
        ("decimal", "0.5"),
        ("error", "boom"),
        ("host", "a"),
        ("long", &long),
        ("negative", "-1"),
        ("otel.dropped_attributes_count", "3"),
        ("otel.dropped_events_count", "4"),
        ("otel.status_code", "ERROR"),
        ("pieces", &format!("http://orders/{long}")),
        ("text", "a \"b\""),
        ("w3c.tracestate", "vendor=1"),
        ("whole", "404"),
        ("yes", "true"),
    ];
    let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(
        span,
        Span {
            parent_id: Some(SpanId::new(2)),
            kind: Some(Kind::Server),
            name: Some("get /orders/{id}".into()),
            timestamp: Some(1_472_470_996_199_000),
            duration: Some(207),
            local_endpoint: Some(Endpoint {
                service_name: Some("shop".into()),
                ..Endpoint::default()
            }),
            annotations: vec![crate::Annotation {
                timestamp: 1_472_470_996_199_005,
                value: "late".into(),
            }],
            tags: tags.into(),
            ..Span::new(TraceId::new(1), SpanId::new(3))
        }
    );
}

#[test]
fn kinds_and_statuses_are_those_of_the_protocol() {
    for kind in [Kind::Server, Kind::Client, Kind::Producer, Kind::Consumer] {
        assert_eq!(read(|span| span.kind(Some(kind))).kind, Some(kind));
    }
    assert_eq!(read(|span| span.kind(None)).kind, None);
    let code = |status| read(|span| span.status(status)).tags["otel.status_code"].clone();
    assert_eq!(
        (code(Status::Ok), code(Status::Error(""))),
        ("OK".into(), "ERROR".into())
    );
}

#[test]
fn bytes_are_those_of_the_specification() {
    let mut out = Vec::new();
    let mut span = SpanWriter::begin(&mut out, TraceId::new(0x0102), None, SpanId::new(0x0304));
    span.kind(None);
    span.flags(false);
    let mut expected = vec![0x0a, 16];
    expected.extend([0; 14]);
    expected.extend([1, 2, 0x12, 8, 0, 0, 0, 0, 0, 0, 3, 4]);
    // Kind 1; flags as field 16, whose key takes two bytes.
    expected.extend([0x30, 1, 0x85, 0x01, 0x01, 0x01, 0, 0]);
    assert_eq!(out, expected);
}
