//! What must hold for every list of spans that is taken.

use zipkin::{Span, decode, encode};

/// What was read from anywhere can be written, and is then read as the same spans.
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
