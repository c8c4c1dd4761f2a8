//! Spans to JSON, fields in Zipkin's order, straight into bytes. `SpanWriter` writes a span from its parts, so that
//! a tracer need not build a `Span` first; `span` and `list` write whole ones.

use std::{borrow::Borrow, io::Write as _, net::Ipv4Addr};

use crate::{Endpoint, Kind, Span, SpanId, TraceId};

/// The end of a key that only version 1 has.
const VERSION_1: &str = "yAnnotations";

/// Appends a list of spans, lent or given.
pub fn list(out: &mut Vec<u8>, spans: impl IntoIterator<Item = impl Borrow<Span>>) {
    out.push(b'[');
    for (index, one) in spans.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        span(out, one.borrow());
    }
    out.push(b']');
}

/// Appends one span.
pub fn span(out: &mut Vec<u8>, span: &Span) {
    let mut writer = SpanWriter::begin(out, span.trace_id, span.parent_id, span.id);
    if let Some(kind) = span.kind {
        writer.kind(kind);
    }
    if let Some(name) = &span.name {
        writer.name(name);
    }
    writer.time(span.timestamp, span.duration);
    if let Some(endpoint) = &span.local_endpoint {
        writer.local_endpoint(endpoint);
    }
    if let Some(endpoint) = &span.remote_endpoint {
        writer.remote_endpoint(endpoint);
    }
    writer.annotations(
        span.annotations
            .iter()
            .map(|each| (each.timestamp, each.value.as_str())),
    );
    writer.tags(
        span.tags
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str())),
    );
    writer.end(span.debug, span.shared);
}

/// Writes one span, part by part. Call the methods in the order in which they stand here, [`end`](Self::end) last.
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
        self.text(",\"kind\":", kind.as_str());
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
    pub fn local_endpoint(&mut self, endpoint: &Endpoint) {
        self.endpoint(",\"localEndpoint\":{", endpoint);
    }

    /// `"remoteEndpoint"`.
    pub fn remote_endpoint(&mut self, endpoint: &Endpoint) {
        self.endpoint(",\"remoteEndpoint\":{", endpoint);
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
        let mut separator = ",\"tags\":{";
        for (key, value) in tags {
            self.text(separator, key);
            self.text(":", value);
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

    fn endpoint(&mut self, open: &str, endpoint: &Endpoint) {
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

    /// As its `Display` has it, which takes five times as long.
    fn ipv4(&mut self, ip: Ipv4Addr) {
        let [first, rest @ ..] = ip.octets();
        self.number("\"", u64::from(first));
        for octet in rest {
            self.number(".", u64::from(octet));
        }
        self.raw("\"");
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

/// Appends a JSON string with its quotes. Escapes what JSON demands, and U+2028/2029, which JavaScript once did not
/// take, as Zipkin does.
pub fn string(out: &mut Vec<u8>, value: &str) {
    out.push(b'"');
    match value.strip_suffix(VERSION_1) {
        // Zipkin takes a body for version 1 where a text ends so, and refuses it, and all spans in it: anybody could ask
        // for the path `/binaryAnnotations`. With its first letter escaped, it is the same text and not the same bytes.
        Some(before) => {
            escape(out, before);
            out.extend_from_slice(b"\\u0079Annotations");
        }
        None => escape(out, value),
    }
    out.push(b'"');
}

/// Appends the inside of a JSON string.
pub fn escape(out: &mut Vec<u8>, value: &str) {
    let bytes = value.as_bytes();
    // Most strings need no escape.
    if !any_may_need_escape(bytes) {
        return out.extend_from_slice(bytes);
    }
    let mut copied = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if !may_need_escape(byte) {
            continue;
        }
        let (width, escaped): (usize, &[u8]) = match byte {
            b'"' => (1, b"\\\""),
            b'\\' => (1, b"\\\\"),
            b'\n' => (1, b"\\n"),
            b'\r' => (1, b"\\r"),
            b'\t' => (1, b"\\t"),
            0x08 => (1, b"\\b"),
            0x0c => (1, b"\\f"),
            0xe2 => match bytes.get(index..index + 3) {
                Some(b"\xe2\x80\xa8") => (3, b"\\u2028"),
                Some(b"\xe2\x80\xa9") => (3, b"\\u2029"),
                _ => continue,
            },
            _ => (1, b""),
        };
        out.extend_from_slice(bytes.get(copied..index).unwrap_or_default());
        if escaped.is_empty() {
            let _ = write!(out, "\\u{byte:04x}");
        } else {
            out.extend_from_slice(escaped);
        }
        copied = index + width;
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
}

/// Eight bytes at once, the last of them twice where eight do not divide the length.
fn any_may_need_escape(bytes: &[u8]) -> bool {
    let Some(last) = bytes.last_chunk() else {
        return bytes.iter().any(|byte| may_need_escape(*byte));
    };
    let (words, _) = bytes.as_chunks();
    let found = words.iter().chain([last]);
    found.fold(0, |found, word| found | need_escape(u64::from_le_bytes(*word))) != 0
}

/// The highest bit of each byte that may need an escape: <https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>.
const fn need_escape(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    const fn below(word: u64, limit: u64) -> u64 {
        word.wrapping_sub(EACH * limit) & !word
    }
    let quote = below(word ^ (EACH * b'"' as u64), 1);
    let backslash = below(word ^ (EACH * b'\\' as u64), 1);
    let separator = below(word ^ (EACH * 0xe2), 1);
    (below(word, 0x20) | quote | backslash | separator) & (EACH * 0x80)
}

/// 0xe2 begins U+2028 and U+2029, among others.
const fn may_need_escape(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0xe2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Annotation;

    #[test]
    fn fields_stand_in_zipkins_order() {
        let whole = Span {
            parent_id: Some(SpanId::new(2)),
            kind: Some(Kind::Server),
            name: Some("get /orders/{id}".into()),
            timestamp: Some(1_472_470_996_199_000),
            duration: Some(207_000),
            local_endpoint: Some(Endpoint {
                service_name: Some("orders".into()),
                ipv4: Some([127, 0, 0, 1].into()),
                port: Some(8082),
                ..Endpoint::default()
            }),
            remote_endpoint: Some(Endpoint {
                ipv6: Some("2001:db8::1".parse().unwrap()),
                ..Endpoint::default()
            }),
            annotations: vec![Annotation {
                timestamp: 5,
                value: "a".into(),
            }],
            tags: [("b".into(), "c".into()), ("d".into(), "e".into())].into(),
            debug: true,
            shared: true,
            ..Span::new(TraceId::new(0x1), SpanId::new(3))
        };
        let mut out = Vec::new();
        list(&mut out, [&whole, &Span::new(TraceId::new(1), SpanId::new(4))]);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            concat!(
                r#"[{"traceId":"0000000000000001","parentId":"0000000000000002","id":"0000000000000003","#,
                r#""kind":"SERVER","name":"get /orders/{id}","timestamp":1472470996199000,"duration":207000,"#,
                r#""localEndpoint":{"serviceName":"orders","ipv4":"127.0.0.1","port":8082},"#,
                r#""remoteEndpoint":{"ipv6":"2001:db8::1"},"annotations":[{"timestamp":5,"value":"a"}],"#,
                r#""tags":{"b":"c","d":"e"},"debug":true,"shared":true},"#,
                r#"{"traceId":"0000000000000001","id":"0000000000000004"}]"#
            )
        );
    }

    #[test]
    fn strings_are_escaped() {
        for (value, json) in [
            ("plain", r#""plain""#),
            ("김치 €", r#""김치 €""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\n\r\t\u{8}\u{c}\u{7}\u{7f}", "\"\\n\\r\\t\\b\\f\\u0007\u{7f}\""),
            ("x\u{2028}y\u{2029}", r#""x\u2028y\u2029""#),
            ("a long text and then \"", r#""a long text and then \"""#),
            ("a \\ early in a long text", r#""a \\ early in a long text""#),
            ("/binaryAnnotations", r#""/binar\u0079Annotations""#),
            ("/binaryAnnotations/1", r#""/binaryAnnotations/1""#),
        ] {
            let mut out = Vec::new();
            string(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), json);
        }
    }

    #[test]
    fn eight_bytes_at_once_find_what_one_by_one_does() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut word = *b"plainest";
                word[place] = byte;
                assert_eq!(
                    any_may_need_escape(&word),
                    may_need_escape(byte),
                    "{byte:#x} at {place}"
                );
            }
        }
    }
}
