//! Trace and span ids: numbers that are written as lower-case hex.

/// Why a text or bytes are not an id.
mod error;

/// Digits.
mod hex;

/// Digits and bytes to numbers.
mod number;

/// The id of a span.
mod span_id;

/// The id of a trace.
mod trace_id;

/// The first digits of a trace id.
mod prefix;

pub use error::IdError;
pub use prefix::TraceIdPrefix;
pub use span_id::SpanId;
pub use trace_id::TraceId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_trace_ids_are_padded() {
        assert_eq!(TraceId::parse("abc").unwrap().to_string(), "0000000000000abc");
        assert_eq!(
            TraceId::parse("10000000000000abc").unwrap().to_string(),
            "00000000000000010000000000000abc"
        );
        assert_eq!(
            TraceId::parse("0000000000000000463ac35c9f6413ad")
                .unwrap()
                .to_string(),
            "463ac35c9f6413ad"
        );
    }

    #[test]
    fn written_digits_are_the_displayed_ones() {
        for text in [
            "463ac35c9f6413ad48485a3953bb6124",
            "463ac35c9f6413ad",
            "00000000000000010000000000000abc",
        ] {
            let mut out = Vec::new();
            TraceId::parse(text).unwrap().write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn a_text_that_is_no_id_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "id is empty"),
            ("0000000000000000", "id is all zeros"),
            ("00000000000000000", "id.length > 16"),
            ("ABC", "ABC should be lower-hex encoded with no prefix"),
            ("é", "é should be lower-hex encoded with no prefix"),
        ] {
            assert_eq!(SpanId::parse(text).unwrap_err().to_string(), reason);
        }
        for zeros in ["0", "0000000000000000", "00000000000000000000000000000000"] {
            assert_eq!(
                TraceId::parse(zeros).unwrap_err().to_string(),
                "traceId is all zeros"
            );
        }
        assert_eq!(
            SpanId::parse_parent("").unwrap_err().to_string(),
            "parentId is empty"
        );
    }

    #[test]
    fn zeros_are_a_span_id_when_short_and_never_a_parent() {
        assert_eq!(SpanId::parse("0").unwrap().to_string(), "0000000000000000");
        assert_eq!(SpanId::parse_parent("0").unwrap(), None);
        assert_eq!(SpanId::parse_parent("0000000000000000").unwrap(), None);
        assert_eq!(SpanId::parse_parent("a").unwrap(), Some(SpanId::new(10)));
    }
}
