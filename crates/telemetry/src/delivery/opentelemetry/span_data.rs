//! An ended span as OpenTelemetry has it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::{
    InstrumentationScope, KeyValue, Value as OtelValue,
    trace::{Event, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState},
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use zipkin::Kind;

use crate::sink::{EndedSpan, Value};

/// The span; its flags `shared` and `debug` have no place there.
pub(super) fn span_data(span: &EndedSpan<'_>) -> SpanData {
    let trace_id = TraceId::from(span.trace_id().value());
    let id = SpanId::from(span.id().value());
    let start_time = time(span.start_us());
    let mut events = SpanEvents::default();
    let event = |(at, text): (u64, &str)| Event::new(text.to_owned(), time(at), Vec::new(), 0);
    events.events = span.annotations().map(event).collect();
    SpanData {
        span_context: SpanContext::new(trace_id, id, TraceFlags::SAMPLED, false, TraceState::NONE),
        parent_span_id: span
            .parent_id()
            .map_or(SpanId::INVALID, |id| SpanId::from(id.value())),
        parent_span_is_remote: span.kind() == Some(Kind::Server),
        span_kind: kind(span.kind()),
        name: span.name().to_owned().into(),
        start_time,
        end_time: start_time + Duration::from_micros(span.duration_us()),
        attributes: attributes(span),
        dropped_attributes_count: 0,
        events,
        links: SpanLinks::default(),
        status: status(span),
        instrumentation_scope: InstrumentationScope::builder("telemetry").build(),
    }
}

/// The tags, and the other side by the names of the semantic conventions.
fn attributes(span: &EndedSpan<'_>) -> Vec<KeyValue> {
    let tags = span
        .tags()
        .map(|(key, found)| KeyValue::new(key.to_owned(), value(found)));
    let service = span.remote_service().map(str::to_owned);
    let ip = span.remote_ip().map(|ip| ip.to_string());
    let port = span.remote_port().map(i64::from);
    tags.chain(service.map(|name| KeyValue::new("peer.service", name)))
        .chain(ip.map(|ip| KeyValue::new("network.peer.address", ip)))
        .chain(port.map(|port| KeyValue::new("network.peer.port", port)))
        .collect()
}

fn value(value: Value<'_>) -> OtelValue {
    match value {
        Value::I64(number) => number.into(),
        // There is no larger number.
        Value::U64(number) => i64::try_from(number).map_or_else(|_| number.to_string().into(), Into::into),
        Value::F64(number) => number.into(),
        Value::Bool(yes) => yes.into(),
        Value::Str(text) => text.to_owned().into(),
    }
}

fn status(span: &EndedSpan<'_>) -> Status {
    match (span.tag("error"), span.tag("otel.status_code")) {
        (Some(reason), _) => Status::error(reason.to_string()),
        (None, Some(Value::Str("OK"))) => Status::Ok,
        (None, _) => Status::Unset,
    }
}

const fn kind(kind: Option<Kind>) -> SpanKind {
    match kind {
        Some(Kind::Client) => SpanKind::Client,
        Some(Kind::Server) => SpanKind::Server,
        Some(Kind::Producer) => SpanKind::Producer,
        Some(Kind::Consumer) => SpanKind::Consumer,
        None => SpanKind::Internal,
    }
}

fn time(epoch_us: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(epoch_us)
}

#[cfg(test)]
mod tests {
    use zipkin::{EndpointRef, SpanId as Id};

    use super::*;
    use crate::sink::value::Kept;

    #[test]
    fn values_keep_their_types() {
        let remote = EndpointRef {
            service_name: Some("orders".into()),
            ipv4: Some([10, 0, 0, 7].into()),
            port: Some(8082),
            ..EndpointRef::default()
        };
        let tags = [
            ("error".into(), "boom".into()),
            ("http.status_code".into(), Kept::I64(500)),
            ("size".into(), Kept::U64(7)),
            ("most".into(), Kept::U64(u64::MAX)),
            ("share".into(), Kept::F64(0.5)),
            ("done".into(), Kept::Bool(true)),
        ];
        let span = span_data(&EndedSpan {
            parent_id: Some(Id::new(9)),
            kind: Some(Kind::Server),
            remote: Some(&remote),
            tags: &tags,
            annotations: &[(8, "boom".to_owned())],
            ..EndedSpan::BARE
        });
        assert_eq!(
            span.attributes,
            [
                KeyValue::new("error", "boom"),
                KeyValue::new("http.status_code", 500),
                KeyValue::new("size", 7),
                KeyValue::new("most", "18446744073709551615"),
                KeyValue::new("share", 0.5),
                KeyValue::new("done", true),
                KeyValue::new("peer.service", "orders"),
                KeyValue::new("network.peer.address", "10.0.0.7"),
                KeyValue::new("network.peer.port", 8082),
            ]
        );
        assert_eq!(
            (span.span_kind, span.status),
            (SpanKind::Server, Status::error("boom"))
        );
        assert_eq!(
            (span.parent_span_id, span.parent_span_is_remote),
            (SpanId::from(9), true)
        );
        assert_eq!((span.start_time, span.end_time), (time(7), time(8)));
        assert_eq!(span.events.events[0].name, "boom");
    }

    #[test]
    fn a_span_without_an_error_has_no_status_unless_it_says_so() {
        assert_eq!(span_data(&EndedSpan::BARE).status, Status::Unset);
        let tags = [("otel.status_code".into(), "OK".into())];
        let span = EndedSpan {
            tags: &tags,
            ..EndedSpan::BARE
        };
        assert_eq!(span_data(&span).status, Status::Ok);
    }
}
