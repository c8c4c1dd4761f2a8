//! Properties of every list of spans that is taken.

use zipkin::{
    Span,
    decode::{self, otlp::Encoding},
    encode,
};

/// Spans that were read can be written, and are then read as the same spans.
pub fn comes_back(spans: &[Span]) {
    let mut json = Vec::new();
    encode::list(&mut json, spans);
    // Version 1 is told by a text that may stand in a value, too; so may an id be zero that was short, as in Zipkin.
    let is_ambiguous = json.windows(13).any(|part| part == b"yAnnotations\"")
        || spans.iter().any(|span| span.id.value() == 0);
    if !is_ambiguous {
        assert_eq!(decode::list(&json).as_deref(), Ok(spans));
    }
}

/// A request of OpenTelemetry's protocol is read or refused; it says how many spans were lent, and why others were not.
pub fn read_otlp(encoding: Encoding, body: &[u8]) {
    if let Ok((spans, report)) = encoding.list(body) {
        assert_eq!(report.spans, spans.len());
        assert!(report.rejected == 0 || !report.message.is_empty());
        assert!(report.message.len() < 10_000);
        comes_back(&spans);
    }
}
