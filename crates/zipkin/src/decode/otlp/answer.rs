//! Answers to a request, for who has sent it: the `ExportTraceServiceResponse` of a success, and the `google.rpc.Status` of a refusal, both
//! in protocol buffers. A body that is neither says nothing.

use super::super::wire::{Fields, Value::Bytes, Value::Varint};

/// Characters of a text: it goes into a log line.
const MAX_TEXT: usize = 256;

/// A success that is not whole, or that has something to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartialSuccess {
    /// Spans that were not taken.
    pub rejected: u64,
    /// Why; or, where none was rejected, what else the sender should know.
    pub message: String,
}

impl PartialSuccess {
    /// Reads the answer to a success; none where all is well.
    ///
    /// ```
    /// use zipkin::decode::otlp::PartialSuccess;
    ///
    /// let body = b"\x0a\x0d\x08\x02\x12\x09no trace!";
    /// let partial = PartialSuccess::of(body).unwrap();
    /// assert_eq!((partial.rejected, partial.message.as_str()), (2, "no trace!"));
    /// assert_eq!(PartialSuccess::of(b""), None);
    /// ```
    pub fn of(body: &[u8]) -> Option<Self> {
        let mut partial = Self::default();
        for field in Fields(body) {
            if let (1, Bytes(fields)) = field.ok()? {
                for field in Fields(fields) {
                    match field.ok()? {
                        // No request has as many spans as a negative number would be.
                        (1, Varint(rejected)) if i64::try_from(rejected).is_ok() => {
                            partial.rejected = rejected
                        }
                        (2, Bytes(text)) => partial.message = printable(text),
                        _ => {}
                    }
                }
            }
        }
        (partial != Self::default()).then_some(partial)
    }
}

/// Reads the reason in the answer to a refusal; none where it has none.
///
/// ```
/// assert_eq!(zipkin::decode::otlp::refusal(b"\x12\x08no space").as_deref(), Some("no space"));
/// assert_eq!(zipkin::decode::otlp::refusal(b"<html>"), None);
/// ```
pub fn refusal(body: &[u8]) -> Option<String> {
    let mut message = None;
    for field in Fields(body) {
        if let (2, Bytes(text)) = field.ok()? {
            message = Some(printable(text)).filter(|text| !text.is_empty());
        }
    }
    message
}

// Control characters would break a log line or a terminal.
fn printable(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let plain = text
        .chars()
        .map(|each| if each.is_control() { '?' } else { each });
    plain.take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_with_nothing_to_say_is_whole() {
        for body in [
            &b""[..],
            b"\x0a\x00",
            b"\x0a\x02\x08\x00",
            b"\x12\x01a",
            b"{}",
            b"\x0a\xff",
        ] {
            assert_eq!(PartialSuccess::of(body), None, "{body:?}");
        }
        // A negative number of spans.
        let body = b"\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
        assert_eq!(PartialSuccess::of(body), None);
    }

    #[test]
    fn a_warning_without_rejected_spans_is_kept() {
        let partial = PartialSuccess::of(b"\x0a\x05\x12\x03a\nb").unwrap();
        assert_eq!((partial.rejected, partial.message.as_str()), (0, "a?b"));
    }

    #[test]
    fn a_reason_is_cut_where_it_is_long() {
        let body = [&b"\x08\x03\x12\xac\x02"[..], &[b'x'; 300]].concat();
        assert_eq!(refusal(&body).unwrap().len(), MAX_TEXT);
        assert_eq!(refusal(b"\x08\x03"), None);
    }
}
