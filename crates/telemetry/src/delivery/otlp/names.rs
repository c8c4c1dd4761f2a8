//! Tags as attributes: Zipkin's names become those of OpenTelemetry's semantic conventions, and what OpenTelemetry has fields for is set
//! aside for them.

use std::borrow::Cow;

use zipkin::encode::otlp::{SpanWriter, Value as Written};

use crate::sink::{EndedSpan, Value};

/// Methods that the conventions know; others are `_OTHER` there.
const METHODS: [&str; 10] = [
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "QUERY", "CONNECT", "TRACE",
];

/// Attributes that we write of our own accord, unless the application has set them.
pub(super) const OURS: [&str; 13] = [
    "http.request.method",
    "http.response.status_code",
    "url.path",
    "url.full",
    "url.scheme",
    "http.route",
    "error.type",
    "peer.service",
    "server.address",
    "server.port",
    "client.address",
    "network.peer.address",
    "network.peer.port",
];

/// Tags that are more than attributes.
#[derive(Default)]
pub(super) struct Aside<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// The status of the response; 0 where there is none.
    pub code: i64,
    pub error: Option<Value<'a>>,
    pub is_ok: bool,
    pub dropped_attributes: u64,
    pub dropped_events: u64,
    /// Those of [`OURS`] that are there already, a bit for each.
    there: u16,
}

impl Aside<'_> {
    /// Whether the application has set this one of [`OURS`] itself.
    pub fn has(&self, key: &str) -> bool {
        self.there != 0 && self.there & bit(key) != 0
    }
}

fn bit(key: &str) -> u16 {
    let place = OURS.iter().position(|ours| *ours == key);
    place.map_or(0, |place| 1 << place)
}

/// Writes the tags that are attributes, and sets the others aside.
pub(super) fn write<'a>(writer: &mut SpanWriter<'_>, span: &EndedSpan<'a>) -> Aside<'a> {
    let mut aside = Aside::default();
    for (key, value) in span.tags() {
        match (key, value) {
            ("http.method", Value::Str(method)) => aside.method = method,
            ("http.path", Value::Str(path)) => aside.path = path,
            ("http.status_code", Value::I64(code)) => aside.code = code,
            ("error", error) => aside.error = Some(error),
            ("otel.status_code", Value::Str("OK")) => aside.is_ok = true,
            // `error` says it, too.
            ("otel.status_code", Value::Str("ERROR")) => {}
            ("tags.dropped", Value::U64(count)) => aside.dropped_attributes = count,
            ("annotations.dropped", Value::U64(count)) => aside.dropped_events = count,
            _ => {
                aside.there |= bit(key);
                attribute(writer, key, value);
            }
        }
    }
    aside
}

/// The name of the span. For a method that the conventions do not know, `HTTP` stands in it: anybody may send any word as a method, and
/// names are to be few. <https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name>
pub(super) fn of_span<'a>(name: &'a str, aside: &Aside<'_>) -> Cow<'a, str> {
    let rest = name.strip_prefix(aside.method);
    match rest.filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
        Some(rest) if !aside.method.is_empty() && !METHODS.contains(&aside.method) => {
            format!("HTTP{rest}").into()
        }
        _ => name.into(),
    }
}

/// Writes the method by the name that the conventions have for it.
pub(super) fn method(writer: &mut SpanWriter<'_>, aside: &Aside<'_>) {
    let is_known = METHODS.contains(&aside.method);
    let method = if is_known { aside.method } else { "_OTHER" };
    if !aside.has("http.request.method") {
        writer.attribute("http.request.method", Written::Text(method));
    }
    if !is_known {
        writer.attribute("http.request.method_original", Written::Text(aside.method));
    }
}

fn attribute(writer: &mut SpanWriter<'_>, key: &str, value: Value<'_>) {
    let value = match value {
        Value::Str(text) => Written::Text(text),
        Value::I64(number) => Written::Whole(number),
        Value::U64(number) => match i64::try_from(number) {
            Ok(number) => Written::Whole(number),
            // There is no larger number.
            Err(_) => return writer.attribute(key, Written::Text(itoa::Buffer::new().format(number))),
        },
        Value::F64(number) => Written::Decimal(number),
        Value::Bool(yes) => Written::Boolean(yes),
    };
    writer.attribute(key, value);
}
