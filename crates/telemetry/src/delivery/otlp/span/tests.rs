//! Our spans, read by OpenTelemetry's own crate: the same as its SDK would have sent.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value},
    trace::v1::{Span, Status, span::Event},
};
use prost::Message as _;
use zipkin::{EndpointRef, SpanId, TraceId, encode::otlp::Envelope};

use super::*;
use crate::{delivery::otlp::messages::Messages, sink::value::Kept};

/// The span as the crate reads it.
fn read(span: &EndedSpan<'_>) -> Span {
    let (mut message, mut batch) = (Vec::new(), Messages::default());
    write(&mut message, span);
    batch.push(&message);
    let envelope = Envelope::new(&[("service.name", "tested")], ("crate", "1"));
    let request = envelope.around(batch.part(&(0..1)));
    let mut request = ExportTraceServiceRequest::decode(request.as_slice()).unwrap();
    let mut resource_spans = request.resource_spans.pop().unwrap();
    let resource = resource_spans.resource.unwrap();
    assert_eq!(texts(&resource.attributes), ["service.name=tested"]);
    let mut scope_spans = resource_spans.scope_spans.pop().unwrap();
    let scope = scope_spans.scope.unwrap();
    assert_eq!((scope.name.as_str(), scope.version.as_str()), ("crate", "1"));
    scope_spans.spans.pop().unwrap()
}

/// `key=value`, a number as `key=#number`.
fn texts(attributes: &[KeyValue]) -> Vec<String> {
    let text = |attribute: &KeyValue| {
        let value = match attribute.value.as_ref().unwrap() {
            AnyValue {
                value: Some(any_value::Value::StringValue(text)),
            } => text.clone(),
            AnyValue {
                value: Some(any_value::Value::IntValue(number)),
            } => format!("#{number}"),
            AnyValue {
                value: Some(any_value::Value::DoubleValue(number)),
            } => format!("#{number:?}"),
            AnyValue {
                value: Some(any_value::Value::BoolValue(yes)),
            } => format!("#{yes}"),
            other => panic!("{other:?}"),
        };
        format!("{}={value}", attribute.key)
    };
    attributes.iter().map(text).collect()
}

const SERVER: EndedSpan<'static> = EndedSpan {
    parent_id: Some(SpanId::new(9)),
    kind: Some(Kind::Server),
    name: "GET /orders/{id}",
    url: ("http", ""),
    ..EndedSpan::BARE
};

fn remote(service: Option<&'static str>, ip: &str, port: Option<u16>) -> EndpointRef<'static> {
    let mut remote = EndpointRef {
        service_name: service.map(Into::into),
        port,
        ..EndpointRef::default()
    };
    ip.parse().into_iter().for_each(|ip| remote.set_ip(ip));
    remote
}

fn tags(code: i64) -> Vec<(smol_str::SmolStr, Kept)> {
    vec![
        ("http.method".into(), "GET".into()),
        ("http.path".into(), "/orders/7".into()),
        ("userId".into(), "terry".into()),
        ("http.status_code".into(), Kept::I64(code)),
    ]
}

#[test]
fn a_request_has_the_attributes_of_the_conventions() {
    let (tags, remote) = (tags(200), remote(None, "10.0.0.7", Some(4711)));
    let span = read(&EndedSpan {
        trace_id: TraceId::new(0x0102 << 64 | 3),
        tags: &tags,
        remote: Some(&remote),
        trace_state: Some("vendor=1"),
        start_us: 1_700_000_000_000_001,
        duration_us: 250,
        ..SERVER
    });
    assert_eq!(
        texts(&span.attributes),
        [
            "userId=terry",
            "http.request.method=GET",
            "http.response.status_code=#200",
            "url.scheme=http",
            "url.path=/orders/7",
            "http.route=/orders/{id}",
            "client.address=10.0.0.7",
            "network.peer.address=10.0.0.7",
            "network.peer.port=#4711",
        ]
    );
    let rest = Span {
        attributes: vec![],
        ..span
    };
    assert_eq!(
        rest,
        Span {
            trace_id: [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 3].into(),
            span_id: [0, 0, 0, 0, 0, 0, 0, 2].into(),
            parent_span_id: [0, 0, 0, 0, 0, 0, 0, 9].into(),
            trace_state: "vendor=1".into(),
            // Sampled, and the parent is in another process.
            flags: 0x301,
            name: "GET /orders/{id}".into(),
            kind: 2,
            start_time_unix_nano: 1_700_000_000_000_001_000,
            end_time_unix_nano: 1_700_000_000_000_251_000,
            ..Span::default()
        }
    );
}

#[test]
fn a_call_says_whom_it_called() {
    for (service, url, port, ip, expected) in [
        (
            "orders",
            ("http", "orders.shop"),
            8082,
            "10.0.0.8",
            "server.address=orders.shop server.port=#8082 peer.service=orders url.full=http://orders.shop:8082/orders/7 \
             network.peer.address=10.0.0.8 network.peer.port=#8082",
        ),
        (
            "orders",
            ("http", "[2001:db8::1]"),
            80,
            "2001:db8::1",
            "server.address=2001:db8::1 server.port=#80 peer.service=orders url.full=http://[2001:db8::1]/orders/7 \
             network.peer.address=2001:db8::1 network.peer.port=#80",
        ),
        // Nobody has named the other side, and there was no connection.
        (
            "api.example",
            ("https", "api.example"),
            443,
            "",
            "server.address=api.example server.port=#443 url.full=https://api.example/orders/7",
        ),
    ] {
        let (tags, remote) = (tags(200), remote(Some(service), ip, Some(port)));
        let span = read(&EndedSpan {
            kind: Some(Kind::Client),
            name: "GET",
            url,
            tags: &tags,
            remote: Some(&remote),
            ..EndedSpan::BARE
        });
        let attributes = texts(&span.attributes).join(" ");
        let common = "userId=terry http.request.method=GET http.response.status_code=#200";
        assert_eq!(attributes, format!("{common} {expected}"));
        assert_eq!((span.kind, span.flags), (3, 0x101));
    }
}

#[test]
fn a_caller_that_a_proxy_names_is_not_the_peer() {
    let (tags, remote) = (tags(200), remote(None, "203.0.113.5", None));
    let span = read(&EndedSpan {
        tags: &tags,
        remote: Some(&remote),
        ..SERVER
    });
    let attributes = texts(&span.attributes);
    assert_eq!(attributes.last().unwrap(), "client.address=203.0.113.5");
}

#[test]
fn a_status_is_an_error_where_the_conventions_say_so() {
    use Kind::{Client, Server};
    let error = |message: &str| {
        Some(Status {
            message: message.into(),
            code: 2,
        })
    };
    for (kind, code, reason, status, kind_of_error) in [
        (Some(Server), 404, "404", None, None),
        (Some(Server), 500, "500", error(""), Some("500")),
        (Some(Client), 404, "404", error(""), Some("404")),
        (Some(Server), 404, "no stock", error("no stock"), Some("_OTHER")),
        (Some(Server), 500, "no stock", error("no stock"), Some("500")),
        (Some(Client), 0, "timeout", error("timeout"), Some("timeout")),
        (
            Some(Server),
            200,
            "cancelled",
            error("cancelled"),
            Some("cancelled"),
        ),
        (Some(Client), 0, "true", error(""), Some("_OTHER")),
        (None, 0, "no stock", error("no stock"), None),
    ] {
        let mut tags = tags(code);
        tags.push(("error".into(), reason.into()));
        let span = read(&EndedSpan {
            kind,
            tags: &tags,
            ..SERVER
        });
        let attributes = texts(&span.attributes);
        let found = attributes
            .iter()
            .find_map(|text| text.strip_prefix("error.type="));
        assert_eq!(
            (span.status, found),
            (status, kind_of_error),
            "{kind:?} {code} {reason}"
        );
        assert!(
            !attributes.iter().any(|text| text.starts_with("error=")),
            "{attributes:?}"
        );
    }
    let tags = [("otel.status_code".into(), "OK".into())];
    let span = read(&EndedSpan {
        tags: &tags,
        ..SERVER
    });
    assert_eq!(
        span.status,
        Some(Status {
            message: String::new(),
            code: 1
        })
    );
}

#[test]
fn no_attribute_is_there_twice() {
    let mut tags = tags(500);
    for (key, value) in [
        ("http.route", "/mine"),
        ("error.type", "mine"),
        ("http.request.method", "MINE"),
        ("network.peer.address", "mine"),
        ("error", "500"),
    ] {
        tags.push((key.into(), value.into()));
    }
    let remote = remote(None, "10.0.0.7", Some(4711));
    let span = read(&EndedSpan {
        tags: &tags,
        remote: Some(&remote),
        ..SERVER
    });
    let mut keys: Vec<_> = span.attributes.iter().map(|attribute| &*attribute.key).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all, "{keys:?}");
    let route = texts(&span.attributes);
    assert!(route.contains(&"http.route=/mine".to_owned()), "{route:?}");
}

#[test]
fn a_method_that_is_nobodys_is_kept_beside_the_word_for_it() {
    let tags = [("http.method".into(), "BREW".into())];
    let span = read(&EndedSpan {
        name: "BREW /pot",
        tags: &tags,
        ..SERVER
    });
    assert_eq!(
        texts(&span.attributes),
        [
            "http.request.method=_OTHER",
            "http.request.method_original=BREW",
            "url.scheme=http",
            "http.route=/pot",
        ]
    );
    for (name, method, expected) in [
        ("BREW /pot", "BREW", "HTTP /pot"),
        ("BREW", "BREW", "HTTP"),
        // The application has named it.
        ("BREWERY", "BREW", "BREWERY"),
        ("make tea", "BREW", "make tea"),
        ("GET /pot", "GET", "GET /pot"),
        ("work", "", "work"),
    ] {
        let tags = [("http.method".into(), method.into())];
        let span = read(&EndedSpan {
            name,
            tags: &tags,
            ..SERVER
        });
        assert_eq!(span.name, expected, "{name} of {method}");
    }
}

#[test]
fn work_within_has_types_events_and_counts() {
    let tags = [
        ("size".into(), Kept::U64(7)),
        ("most".into(), Kept::U64(u64::MAX)),
        ("share".into(), Kept::F64(0.5)),
        ("done".into(), Kept::Bool(true)),
        ("annotations.dropped".into(), Kept::U64(3)),
        ("tags.dropped".into(), Kept::U64(4)),
    ];
    let span = read(&EndedSpan {
        tags: &tags,
        annotations: &[(8, "late".to_owned())],
        debug: true,
        ..EndedSpan::BARE
    });
    assert_eq!(
        texts(&span.attributes),
        ["size=#7", "most=18446744073709551615", "share=#0.5", "done=#true"]
    );
    assert_eq!((span.kind, span.flags, span.status), (1, 0x101, None));
    assert_eq!((span.dropped_events_count, span.dropped_attributes_count), (3, 4));
    let event = Event {
        time_unix_nano: 8000,
        name: "late".into(),
        ..Event::default()
    };
    assert_eq!(span.events, [event]);
}
