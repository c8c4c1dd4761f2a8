//! Spans to JSON, fields in Zipkin's order, straight into bytes. `SpanWriter` writes a span from its parts, so that
//! a tracer need not build a `Span` first; `span` and `list` write whole ones.

use std::{io::Write as _, net::Ipv4Addr};

pub use text::{escape, is_plain, string};

use crate::{Endpoint, EndpointRef, Kind, SpanId, SpanRef, TraceId};

/// Strings.
mod text;

/// The wire of protocol buffers.
mod protobuf;

/// Spans in OpenTelemetry's protocol.
pub mod otlp;

/// Appends a list of spans, `&Span` or [`SpanRef`].
///
/// ```
/// use zipkin::{Span, SpanId, TraceId, encode};
///
/// let mut json = Vec::new();
/// encode::list(&mut json, &[Span::new(TraceId::new(1), SpanId::new(2))]);
/// assert_eq!(json, br#"[{"traceId":"0000000000000001","id":"0000000000000002"}]"#);
/// ```
pub fn list<'a>(out: &mut Vec<u8>, spans: impl IntoIterator<Item = impl Into<SpanRef<'a>>>) {
    out.push(b'[');
    for (index, one) in spans.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        span(out, one);
    }
    out.push(b']');
}

/// Appends one span.
pub fn span<'a>(out: &mut Vec<u8>, span: impl Into<SpanRef<'a>>) {
    let span = span.into();
    let mut writer = SpanWriter::begin(out, span.trace_id, span.parent_id, span.id);
    if let Some(kind) = span.kind {
        writer.kind(kind);
    }
    if let Some(name) = &span.name {
        writer.name(name);
    }
    writer.time(span.timestamp, span.duration);
    if let Some(endpoint) = span.local_endpoint {
        writer.local_endpoint(endpoint);
    }
    if let Some(endpoint) = span.remote_endpoint {
        writer.remote_endpoint(endpoint);
    }
    writer.annotations(span.annotations.iter().map(|(time, value)| (*time, &**value)));
    writer.tags(span.tags.iter().map(|(key, value)| (&**key, &**value)));
    writer.end(span.debug, span.shared);
}

/// An endpoint as JSON, written once for the many spans that have it.
#[derive(Clone, Debug)]
pub struct EndpointJson(Vec<u8>);

impl EndpointJson {
    /// Writes the endpoint.
    ///
    /// ```
    /// use zipkin::{Endpoint, SpanId, TraceId, encode::{EndpointJson, SpanWriter}};
    ///
    /// let orders = EndpointJson::new(&Endpoint { port: Some(8082), ..Endpoint::default() });
    /// let mut json = Vec::new();
    /// for id in 1..=2 {
    ///     let mut span = SpanWriter::begin(&mut json, TraceId::new(1), None, SpanId::new(id));
    ///     span.written_local_endpoint(&orders);
    ///     span.end(false, false);
    /// }
    /// assert!(json.ends_with(br#""localEndpoint":{"port":8082}}"#));
    /// ```
    pub fn new(endpoint: &Endpoint) -> Self {
        let mut out = Vec::new();
        SpanWriter { out: &mut out }.endpoint("{", &endpoint.into());
        Self(out)
    }
}

/// Writes one span, part by part. Call the methods in the order in which they stand here, [`end`](Self::end) last.
///
/// ```
/// use zipkin::{Kind, SpanId, TraceId, encode::SpanWriter};
///
/// let mut json = Vec::new();
/// let mut span = SpanWriter::begin(&mut json, TraceId::new(1), None, SpanId::new(2));
/// span.kind(Kind::Server);
/// span.time(Some(1_700_000_000_000_000), Some(250));
/// span.tags([("http.status_code", "200")].into_iter());
/// span.end(false, false);
/// assert!(json.ends_with(br#""duration":250,"tags":{"http.status_code":"200"}}"#));
/// ```
pub struct SpanWriter<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> SpanWriter<'a> {
    /// Opens the object and writes the ids.
    pub fn begin(out: &'a mut Vec<u8>, trace_id: TraceId, parent_id: Option<SpanId>, id: SpanId) -> Self {
        out.extend_from_slice(b"{\"traceId\":\"");
        trace_id.write(out);
        if let Some(parent_id) = parent_id {
            out.extend_from_slice(b"\",\"parentId\":\"");
            parent_id.write(out);
        }
        out.extend_from_slice(b"\",\"id\":\"");
        id.write(out);
        out.push(b'"');
        Self { out }
    }

    /// `"kind"`.
    pub fn kind(&mut self, kind: Kind) {
        self.raw(",\"kind\":\"");
        self.raw(kind.as_str());
        self.raw("\"");
    }

    /// `"name"`.
    pub fn name(&mut self, name: &str) {
        self.text(",\"name\":", name);
    }

    /// `"timestamp"` and `"duration"`, both in microseconds.
    pub fn time(&mut self, timestamp: Option<u64>, duration: Option<u64>) {
        if let Some(timestamp) = timestamp {
            self.number(",\"timestamp\":", timestamp);
        }
        if let Some(duration) = duration {
            self.number(",\"duration\":", duration);
        }
    }

    /// `"localEndpoint"`.
    pub fn local_endpoint<'e>(&mut self, endpoint: impl Into<EndpointRef<'e>>) {
        self.endpoint(",\"localEndpoint\":{", &endpoint.into());
    }

    /// `"localEndpoint"`, as it was written before.
    pub fn written_local_endpoint(&mut self, endpoint: &EndpointJson) {
        self.raw(",\"localEndpoint\":");
        self.out.extend_from_slice(&endpoint.0);
    }

    /// `"remoteEndpoint"`.
    pub fn remote_endpoint<'e>(&mut self, endpoint: impl Into<EndpointRef<'e>>) {
        self.endpoint(",\"remoteEndpoint\":{", &endpoint.into());
    }

    /// `"annotations"`: time in microseconds and value of each; nothing where there are none.
    pub fn annotations<'t>(&mut self, annotations: impl Iterator<Item = (u64, &'t str)>) {
        let mut separator = ",\"annotations\":[";
        for (timestamp, value) in annotations {
            self.raw(separator);
            self.number("{\"timestamp\":", timestamp);
            self.text(",\"value\":", value);
            self.raw("}");
            separator = ",";
        }
        if separator == "," {
            self.raw("]");
        }
    }

    /// `"tags"`: key and value of each; nothing where there are none.
    pub fn tags<'t>(&mut self, tags: impl Iterator<Item = (&'t str, &'t str)>) {
        self.written_tags(tags, string);
    }

    /// `"tags"` whose values are no texts yet: `write` appends each as a JSON string.
    pub fn written_tags<'t, V>(
        &mut self,
        tags: impl Iterator<Item = (&'t str, V)>,
        write: impl Fn(&mut Vec<u8>, V),
    ) {
        let mut separator = ",\"tags\":{";
        for (key, value) in tags {
            self.text(separator, key);
            self.raw(":");
            write(self.out, value);
            separator = ",";
        }
        if separator == "," {
            self.raw("}");
        }
    }

    /// The flags that are set, and the end of the object.
    pub fn end(mut self, debug: bool, shared: bool) {
        if debug {
            self.raw(",\"debug\":true");
        }
        if shared {
            self.raw(",\"shared\":true");
        }
        self.raw("}");
    }

    fn endpoint(&mut self, open: &str, endpoint: &EndpointRef<'_>) {
        self.raw(open);
        let mut comma = "";
        if let Some(name) = &endpoint.service_name {
            self.text("\"serviceName\":", name);
            comma = ",";
        }
        if let Some(ip) = endpoint.ipv4 {
            self.raw(comma);
            self.raw("\"ipv4\":");
            self.ipv4(ip);
            comma = ",";
        }
        if let Some(ip) = endpoint.ipv6 {
            // Writing into a Vec does not fail.
            let _ = write!(self.out, "{comma}\"ipv6\":\"{ip}\"");
            comma = ",";
        }
        if let Some(port) = endpoint.port {
            self.raw(comma);
            self.number("\"port\":", u64::from(port));
        }
        self.raw("}");
    }

    /// As its `Display` has it, which takes far longer.
    fn ipv4(&mut self, ip: Ipv4Addr) {
        let mut separator = b'"';
        for octet in ip.octets() {
            self.out.push(separator);
            if octet >= 100 {
                self.out.push(b'0' + octet / 100);
            }
            if octet >= 10 {
                self.out.push(b'0' + octet / 10 % 10);
            }
            self.out.push(b'0' + octet % 10);
            separator = b'.';
        }
        self.out.push(b'"');
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key);
        string(self.out, value);
    }

    fn number(&mut self, key: &str, value: u64) {
        self.raw(key);
        self.raw(itoa::Buffer::new().format(value));
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests;
