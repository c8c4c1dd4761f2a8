//! A span as Zipkin's JSON, straight from its parts.

use std::{borrow::Cow, io::Write as _, net::IpAddr, sync::OnceLock};

use zipkin::{
    Endpoint,
    encode::{self, EndpointJson, SpanWriter},
};

use crate::sink::{EndedSpan, Value};

/// Writes the spans of one service.
#[derive(Debug)]
pub(crate) struct Json {
    /// The service of these spans.
    service: String,
    nowhere: EndpointJson,
    /// The first address that a request came in at: most processes have one.
    first_ip: OnceLock<(IpAddr, EndpointJson)>,
}

impl Json {
    /// For the spans of the service `name`.
    pub fn new(name: &str) -> Self {
        let service = name.to_lowercase();
        Self {
            nowhere: local_endpoint(&service, None),
            service,
            first_ip: OnceLock::new(),
        }
    }

    /// Appends the span.
    pub fn write(&self, out: &mut Vec<u8>, span: &EndedSpan<'_>) {
        let mut writer = SpanWriter::begin(out, span.trace_id(), span.parent_id(), span.id());
        if let Some(kind) = span.kind() {
            writer.kind(kind);
        }
        writer.name(span.name());
        writer.time(Some(span.start_us()), Some(span.duration_us()));
        writer.written_local_endpoint(&self.local_endpoint(span.local_ip()));
        if let Some(endpoint) = span.remote {
            writer.remote_endpoint(endpoint);
        }
        writer.annotations(span.annotations());
        writer.written_tags(span.tags(), write_value);
        writer.end(span.is_debug(), span.is_shared());
    }

    /// The endpoint that spans have at this address.
    fn local_endpoint(&self, ip: Option<IpAddr>) -> Cow<'_, EndpointJson> {
        let Some(ip) = ip else {
            return Cow::Borrowed(&self.nowhere);
        };
        let made = || local_endpoint(&self.service, Some(ip));
        let (first, endpoint) = self.first_ip.get_or_init(|| (ip, made()));
        if *first == ip {
            Cow::Borrowed(endpoint)
        } else {
            Cow::Owned(made())
        }
    }
}

/// Appends a value as a text: Zipkin has no others.
fn write_value(out: &mut Vec<u8>, value: Value<'_>) {
    let mut digits = itoa::Buffer::new();
    let number = match value {
        Value::Str(text) => return encode::string(out, text),
        Value::I64(number) => digits.format(number),
        Value::U64(number) => digits.format(number),
        Value::F64(_) | Value::Bool(_) => {
            // Writing into a Vec does not fail, and no number needs an escape.
            let _ = write!(out, "\"{value}\"");
            return;
        }
    };
    out.push(b'"');
    out.extend_from_slice(number.as_bytes());
    out.push(b'"');
}

fn local_endpoint(service: &str, ip: Option<IpAddr>) -> EndpointJson {
    let mut endpoint = Endpoint {
        service_name: Some(service.to_owned()),
        ..Endpoint::default()
    };
    if let Some(ip) = ip {
        endpoint.set_ip(ip);
    }
    EndpointJson::new(&endpoint)
}

#[cfg(test)]
mod tests {
    use zipkin::Kind;

    use super::*;
    use crate::sink::value::Kept;

    fn written(json: &Json, span: &EndedSpan<'_>) -> String {
        let mut out = Vec::new();
        json.write(&mut out, span);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_span_is_where_its_request_came_in() {
        let json = Json::new("Tested");
        for (ip, ending) in [
            ("10.0.0.7", r#","ipv4":"10.0.0.7"}}"#),
            ("2001:db8::1", r#","ipv6":"2001:db8::1"}}"#),
            ("10.0.0.7", r#","ipv4":"10.0.0.7"}}"#),
            ("", "}}"),
        ] {
            let local_ip = ip.parse().ok();
            let span = written(
                &json,
                &EndedSpan {
                    local_ip,
                    ..EndedSpan::BARE
                },
            );
            let expected = format!(r#","localEndpoint":{{"serviceName":"tested"{ending}"#);
            assert!(span.ends_with(&expected), "{span}");
        }
    }

    #[test]
    fn values_of_all_types_are_texts() {
        let tags = [
            ("text".into(), "a \"b\"".into()),
            ("http.status_code".into(), Kept::I64(404)),
            ("most".into(), Kept::U64(u64::MAX)),
            ("share".into(), Kept::F64(1.0)),
            ("none".into(), Kept::F64(f64::NAN)),
            ("yes".into(), Kept::Bool(true)),
        ];
        let span = EndedSpan {
            kind: Some(Kind::Client),
            annotations: &[(8, "late".to_owned())],
            tags: &tags,
            debug: true,
            shared: true,
            ..EndedSpan::BARE
        };
        assert_eq!(
            written(&Json::new("tested"), &span),
            concat!(
                r#"{"traceId":"0000000000000001","id":"0000000000000002","kind":"CLIENT","name":"work","#,
                r#""timestamp":7,"duration":1,"localEndpoint":{"serviceName":"tested"},"#,
                r#""annotations":[{"timestamp":8,"value":"late"}],"#,
                r#""tags":{"text":"a \"b\"","http.status_code":"404","most":"18446744073709551615","#,
                r#""share":"1.0","none":"NaN","yes":"true"},"debug":true,"shared":true}"#
            )
        );
    }
}
