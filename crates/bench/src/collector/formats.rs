//! The ways in which the same spans come: Zipkin's JSON and protocol buffers, and OpenTelemetry's protocol in both of its forms.

use std::{collections::BTreeMap, fmt, fmt::Write as _};

use ::zipkin::{
    Kind, Span,
    encode::otlp::{Envelope, SpanWriter, Value, push},
};
use anyhow::Context as _;

/// A way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Proto3,
    OtlpProtobuf,
    OtlpJson,
}

impl Format {
    /// Where it is posted, and as which type.
    pub const fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Json => ("/api/v2/spans", "application/json"),
            Self::Proto3 => ("/api/v2/spans", "application/x-protobuf"),
            Self::OtlpProtobuf => ("/v1/traces", "application/x-protobuf"),
            Self::OtlpJson => ("/v1/traces", "application/json"),
        }
    }

    /// Whether a plain Zipkin server takes it.
    pub const fn is_zipkins(self) -> bool {
        matches!(self, Self::Json | Self::Proto3)
    }

    /// A list of spans in JSON, in this way.
    pub fn body(self, json: Vec<u8>) -> anyhow::Result<Vec<u8>> {
        if self == Self::Json {
            return Ok(json);
        }
        let spans = ::zipkin::decode::list(&json).context("the spans of the load")?;
        Ok(match self {
            Self::Json => json,
            Self::Proto3 => spans.iter().flat_map(|span| field(1, &proto3(span))).collect(),
            Self::OtlpProtobuf => otlp_protobuf(&spans),
            Self::OtlpJson => otlp_json(&spans).into_bytes(),
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "Zipkin JSON",
            Self::Proto3 => "Zipkin proto3",
            Self::OtlpProtobuf => "OTLP protobuf",
            Self::OtlpJson => "OTLP JSON",
        })
    }
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    varint(&mut out, bytes.len() as u64);
    out.extend_from_slice(bytes);
    out
}

fn proto3(span: &Span) -> Vec<u8> {
    let mut out = field(1, &span.trace_id.value().to_be_bytes());
    if let Some(parent_id) = span.parent_id {
        out.extend(field(2, &parent_id.value().to_be_bytes()));
    }
    out.extend(field(3, &span.id.value().to_be_bytes()));
    let kind = match span.kind {
        None => 0,
        Some(Kind::Client) => 1,
        Some(Kind::Server) => 2,
        Some(Kind::Producer) => 3,
        Some(Kind::Consumer) => 4,
    };
    out.extend([4 << 3, kind]);
    out.extend(field(5, span.name.as_deref().unwrap_or_default().as_bytes()));
    out.push(6 << 3 | 1);
    out.extend(span.timestamp.unwrap_or_default().to_le_bytes());
    out.push(7 << 3);
    varint(&mut out, span.duration.unwrap_or_default());
    for (number, endpoint) in [(8, &span.local_endpoint), (9, &span.remote_endpoint)] {
        let Some(endpoint) = endpoint else { continue };
        let mut message = field(1, endpoint.service_name.as_deref().unwrap_or_default().as_bytes());
        if let Some(ip) = endpoint.ipv4 {
            message.extend(field(2, &ip.octets()));
        }
        if let Some(port) = endpoint.port {
            message.push(4 << 3);
            varint(&mut message, port.into());
        }
        out.extend(field(number, &message));
    }
    for (key, value) in &span.tags {
        let pair = [field(1, key.as_bytes()), field(2, value.as_bytes())].concat();
        out.extend(field(11, &pair));
    }
    out
}

/// The resource of an SDK: its service.
fn resource(service: &str) -> [(&'static str, &str); 5] {
    [
        ("service.name", service),
        ("service.version", "1.4.2"),
        ("telemetry.sdk.language", "java"),
        ("telemetry.sdk.name", "opentelemetry"),
        ("telemetry.sdk.version", "1.66.0"),
    ]
}

const SCOPE: (&str, &str) = ("io.opentelemetry.shop", "2.31.1");

fn by_service(spans: &[Span]) -> BTreeMap<&str, Vec<&Span>> {
    let mut services: BTreeMap<&str, Vec<&Span>> = BTreeMap::new();
    for span in spans {
        let service = span
            .local_endpoint
            .as_ref()
            .and_then(|endpoint| endpoint.service_name.as_deref());
        services
            .entry(service.unwrap_or_default())
            .or_default()
            .push(span);
    }
    services
}

/// The attributes of a span: the status is a number, and the other side is named.
fn attributes(span: &Span) -> Vec<(&str, Value<'_>)> {
    let tags = span
        .tags
        .iter()
        .map(|(key, value)| match (key.as_str(), value.parse()) {
            ("http.status_code", Ok(status)) => ("http.response.status_code", Value::Whole(status)),
            _ => (key.as_str(), Value::Text(value)),
        });
    let remote = span
        .remote_endpoint
        .as_ref()
        .and_then(|endpoint| endpoint.service_name.as_deref());
    tags.chain(remote.map(|name| ("peer.service", Value::Text(name))))
        .collect()
}

fn otlp_protobuf(spans: &[Span]) -> Vec<u8> {
    // Requests that stand one behind the other are one request.
    let requests = by_service(spans).into_iter().map(|(service, spans)| {
        let mut messages = Vec::new();
        for span in spans {
            let mut message = Vec::new();
            let mut writer = SpanWriter::begin(&mut message, span.trace_id, span.parent_id, span.id);
            writer.name(span.name.as_deref().unwrap_or_default());
            writer.kind(span.kind);
            writer.time(
                span.timestamp.unwrap_or_default(),
                span.duration.unwrap_or_default(),
            );
            for (key, value) in attributes(span) {
                writer.attribute(key, value);
            }
            push(&mut messages, &message);
        }
        Envelope::new(&resource(service), SCOPE).around(&messages)
    });
    requests.flatten().collect()
}

fn otlp_json(spans: &[Span]) -> String {
    let resources = by_service(spans).into_iter().map(|(service, spans)| {
        let resource = resource(service).map(|(key, value)| json_attribute(key, Value::Text(value)));
        let spans: Vec<String> = spans.into_iter().map(json_span).collect();
        format!(
            r#"{{"resource":{{"attributes":[{}]}},"scopeSpans":[{{"scope":{{"name":"{}","version":"{}"}},"spans":[{}]}}]}}"#,
            resource.join(","),
            SCOPE.0,
            SCOPE.1,
            spans.join(",")
        )
    });
    let resources: Vec<String> = resources.collect();
    format!(r#"{{"resourceSpans":[{}]}}"#, resources.join(","))
}

fn json_span(span: &Span) -> String {
    let attributes: Vec<String> = attributes(span)
        .into_iter()
        .map(|(key, value)| json_attribute(key, value))
        .collect();
    let kind = match span.kind {
        None => 1,
        Some(Kind::Server) => 2,
        Some(Kind::Client) => 3,
        Some(Kind::Producer) => 4,
        Some(Kind::Consumer) => 5,
    };
    let start = span.timestamp.unwrap_or_default();
    let mut json = String::new();
    let parent = span
        .parent_id
        .map(|id| format!(r#""parentSpanId":"{id}","#))
        .unwrap_or_default();
    // Writing into a String does not fail.
    let _ = write!(
        json,
        r#"{{"traceId":"{:032x}","spanId":"{}",{parent}"name":"{}","kind":{kind},"startTimeUnixNano":"{start}000","endTimeUnixNano":"{}000","attributes":[{}],"status":{{}}}}"#,
        span.trace_id.value(),
        span.id,
        span.name.as_deref().unwrap_or_default(),
        start + span.duration.unwrap_or_default(),
        attributes.join(",")
    );
    json
}

fn json_attribute(key: &str, value: Value<'_>) -> String {
    match value {
        Value::Whole(number) => format!(r#"{{"key":"{key}","value":{{"intValue":"{number}"}}}}"#),
        Value::Text(text) => format!(r#"{{"key":"{key}","value":{{"stringValue":"{text}"}}}}"#),
        Value::Decimal(number) => format!(r#"{{"key":"{key}","value":{{"doubleValue":{number}}}}}"#),
        Value::Boolean(value) => format!(r#"{{"key":"{key}","value":{{"boolValue":{value}}}}}"#),
    }
}

#[cfg(test)]
mod tests {
    use ::zipkin::decode::{self, otlp::Encoding};

    use super::*;
    use crate::collector::spans::Spans;

    #[test]
    fn the_spans_are_the_same_in_every_format() {
        let json = Spans::until_now(100).batch(0, 100);
        let spans = decode::list(&json).unwrap();
        let body = |format: Format| format.body(json.clone()).unwrap();
        assert_eq!(decode::proto3::list(&body(Format::Proto3)).unwrap(), spans);
        let (from_protobuf, _) = Encoding::Protobuf.list(&body(Format::OtlpProtobuf)).unwrap();
        let (from_json, _) = Encoding::Json.list(&body(Format::OtlpJson)).unwrap();
        assert_eq!(from_protobuf, from_json);
        let key = |span: &Span| {
            (
                span.trace_id,
                span.id,
                span.parent_id,
                span.duration,
                span.tags.get("orderId").cloned(),
            )
        };
        let (mut ours, mut otlp): (Vec<_>, Vec<_>) = (
            spans.iter().map(key).collect(),
            from_json.iter().map(key).collect(),
        );
        ours.sort();
        otlp.sort();
        assert_eq!(ours, otlp);
    }
}
