//! Spans to OpenTelemetry's protocol, an `ExportTraceServiceRequest` of
//! <https://github.com/open-telemetry/opentelemetry-proto> in protocol buffers, straight into bytes. `SpanWriter` writes a span from
//! its parts, as the one for JSON does; an `Envelope` says whose spans they are.

use super::protobuf::{begin, bytes, field_len, fixed_32, fixed_64, number};
use crate::{Kind, SpanId, TraceId};

/// The value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Whole(i64),
    /// Another number.
    Decimal(f64),
    /// Yes or no.
    Boolean(bool),
}

/// The outcome of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status<'a> {
    /// All is well, and nobody may say otherwise.
    Ok,
    /// It failed; the reason, which may be empty.
    Error(&'a str),
}

/// The fields of a span: numbers of `trace.proto`.
mod field {
    pub const TRACE_ID: u64 = 1;
    pub const ID: u64 = 2;
    pub const TRACE_STATE: u64 = 3;
    pub const PARENT_ID: u64 = 4;
    pub const NAME: u64 = 5;
    pub const KIND: u64 = 6;
    pub const START: u64 = 7;
    pub const END: u64 = 8;
    pub const ATTRIBUTE: u64 = 9;
    pub const DROPPED_ATTRIBUTES: u64 = 10;
    pub const EVENT: u64 = 11;
    pub const DROPPED_EVENTS: u64 = 12;
    pub const STATUS: u64 = 15;
    pub const FLAGS: u64 = 16;
}

/// The flags of a span: W3C's `sampled`, "it is known whether the parent is remote", and that it is.
const SAMPLED: u32 = 1;
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// Writes one span, part by part: its `Span` message without the length that stands before it. Each method is called once at most, but for
/// [`attribute`](Self::attribute) and [`event`](Self::event); their order does not matter.
///
/// ```
/// use zipkin::{Kind, SpanId, TraceId, decode::otlp::Encoding, encode::otlp::{Envelope, SpanWriter, Value}};
///
/// let mut message = Vec::new();
/// let mut span = SpanWriter::begin(&mut message, TraceId::new(1), None, SpanId::new(2));
/// span.name("GET /orders/{id}");
/// span.kind(Some(Kind::Server));
/// span.time(1_700_000_000_000_000, 250);
/// span.attribute("http.response.status_code", Value::Whole(200));
///
/// let mut spans = Vec::new();
/// zipkin::encode::otlp::push(&mut spans, &message);
/// let envelope = Envelope::new(&[("service.name", "gateway")], ("shop", "1.0"));
/// let (read, _) = Encoding::Protobuf.list(&envelope.around(&spans))?;
/// assert_eq!(read[0].duration, Some(250));
/// assert_eq!(read[0].tags["http.response.status_code"], "200");
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub struct SpanWriter<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> SpanWriter<'a> {
    /// The ids.
    pub fn begin(out: &'a mut Vec<u8>, trace_id: TraceId, parent_id: Option<SpanId>, id: SpanId) -> Self {
        bytes(out, field::TRACE_ID, &trace_id.value().to_be_bytes());
        bytes(out, field::ID, &id.value().to_be_bytes());
        if let Some(parent_id) = parent_id {
            bytes(out, field::PARENT_ID, &parent_id.value().to_be_bytes());
        }
        Self { out }
    }

    /// W3C's `tracestate`, as it came.
    pub fn trace_state(&mut self, trace_state: &str) {
        bytes(self.out, field::TRACE_STATE, trace_state.as_bytes());
    }

    /// The operation.
    pub fn name(&mut self, name: &str) {
        bytes(self.out, field::NAME, name.as_bytes());
    }

    /// The side of a remote call; without one, the span is internal.
    pub fn kind(&mut self, kind: Option<Kind>) {
        let kind = match kind {
            None => 1,
            Some(Kind::Server) => 2,
            Some(Kind::Client) => 3,
            Some(Kind::Producer) => 4,
            Some(Kind::Consumer) => 5,
        };
        number(self.out, field::KIND, kind);
    }

    /// Start and length, both in microseconds.
    pub fn time(&mut self, start: u64, duration: u64) {
        fixed_64(self.out, field::START, start.saturating_mul(1_000));
        let end = start.saturating_add(duration);
        fixed_64(self.out, field::END, end.saturating_mul(1_000));
    }

    /// An attribute; no key may stand in a span twice.
    #[inline]
    pub fn attribute(&mut self, key: &str, value: Value<'_>) {
        key_value(self.out, field::ATTRIBUTE, key, value);
    }

    /// An attribute whose text is in pieces.
    pub fn text_of<const N: usize>(&mut self, key: &str, pieces: [&str; N]) {
        let text = pieces.iter().map(|piece| piece.len()).sum();
        let value = field_len(text);
        begin(
            self.out,
            field::ATTRIBUTE,
            field_len(key.len()) + field_len(value),
        );
        bytes(self.out, 1, key.as_bytes());
        begin(self.out, 2, value);
        begin(self.out, 1, text);
        for piece in pieces {
            self.out.extend_from_slice(piece.as_bytes());
        }
    }

    /// Something that happened at a time in microseconds.
    pub fn event(&mut self, time: u64, name: &str) {
        begin(self.out, field::EVENT, 9 + field_len(name.len()));
        fixed_64(self.out, 1, time.saturating_mul(1_000));
        bytes(self.out, 2, name.as_bytes());
    }

    /// The numbers of attributes and events that are left out.
    pub fn dropped(&mut self, attributes: u64, events: u64) {
        for (field, count) in [
            (field::DROPPED_ATTRIBUTES, attributes),
            (field::DROPPED_EVENTS, events),
        ] {
            if count > 0 {
                number(self.out, field, count);
            }
        }
    }

    /// The outcome.
    pub fn status(&mut self, status: Status<'_>) {
        let (reason, code) = match status {
            Status::Ok => ("", 1),
            Status::Error(reason) => (reason, 2),
        };
        let described = if reason.is_empty() {
            0
        } else {
            field_len(reason.len())
        };
        begin(self.out, field::STATUS, described + 2);
        if !reason.is_empty() {
            bytes(self.out, 2, reason.as_bytes());
        }
        number(self.out, 3, code);
    }

    /// The span was sampled, and its parent is, or is not, in another process.
    pub fn flags(&mut self, parent_is_remote: bool) {
        let remote = if parent_is_remote { IS_REMOTE } else { 0 };
        fixed_32(self.out, field::FLAGS, SAMPLED | HAS_IS_REMOTE | remote);
    }
}

fn key_value(out: &mut Vec<u8>, field: u64, key: &str, value: Value<'_>) {
    let length = match value {
        Value::Text(text) => field_len(text.len()),
        // A negative number takes ten bytes.
        Value::Whole(number) => 1 + super::protobuf::varint_len(number as u64),
        Value::Decimal(_) => 9,
        Value::Boolean(_) => 2,
    };
    begin(out, field, field_len(key.len()) + field_len(length));
    bytes(out, 1, key.as_bytes());
    begin(out, 2, length);
    match value {
        Value::Text(text) => bytes(out, 1, text.as_bytes()),
        Value::Boolean(yes) => number(out, 2, yes.into()),
        Value::Whole(whole) => number(out, 3, whole as u64),
        Value::Decimal(decimal) => fixed_64(out, 4, decimal.to_bits()),
    }
}

/// Appends a span that [`SpanWriter`] has written to the spans of an [`Envelope`].
pub fn push(spans: &mut Vec<u8>, span: &[u8]) {
    bytes(spans, 2, span);
}

/// Whose spans they are: the service's resource, and the library that made them. Written once for the many requests that begin so.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The resource, as the field of `ResourceSpans`.
    resource: Vec<u8>,
    /// The scope, as the field of `ScopeSpans`.
    scope: Vec<u8>,
}

impl Envelope {
    /// The resource's attributes, and name and version of the library.
    pub fn new(resource: &[(&str, &str)], (name, version): (&str, &str)) -> Self {
        let mut attributes = Vec::new();
        for (key, value) in resource {
            key_value(&mut attributes, 1, key, Value::Text(value));
        }
        let mut fields = Vec::new();
        bytes(&mut fields, 1, name.as_bytes());
        bytes(&mut fields, 2, version.as_bytes());
        let (mut resource, mut scope) = (Vec::new(), Vec::new());
        bytes(&mut resource, 1, &attributes);
        bytes(&mut scope, 1, &fields);
        Self { resource, scope }
    }

    /// The whole request.
    pub fn around(&self, spans: &[u8]) -> Vec<u8> {
        let scope_spans = self.scope.len() + spans.len();
        let resource_spans = self.resource.len() + field_len(scope_spans);
        let mut out = Vec::with_capacity(field_len(resource_spans));
        begin(&mut out, 1, resource_spans);
        out.extend_from_slice(&self.resource);
        begin(&mut out, 2, scope_spans);
        out.extend_from_slice(&self.scope);
        out.extend_from_slice(spans);
        out
    }
}

#[cfg(test)]
mod tests;
