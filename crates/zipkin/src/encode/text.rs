//! Strings of JSON.

use std::io::Write as _;

/// The end of a key that only version 1 has.
const VERSION_1: &str = "yAnnotations";

/// Appends a JSON string with its quotes. Escapes what JSON demands, and U+2028/2029, which JavaScript once did not
/// take, as Zipkin does.
///
/// ```
/// let mut json = Vec::new();
/// zipkin::encode::string(&mut json, "say \"hi\"\n");
/// assert_eq!(json, br#""say \"hi\"\n""#);
/// ```
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

/// Whether a text is printable ASCII that needs no escape: it can stand anywhere.
///
/// ```
/// use zipkin::encode::is_plain;
///
/// assert!(is_plain("get /orders/{id}"));
/// assert!(!is_plain("a \"quote\""));
/// ```
pub fn is_plain(value: &str) -> bool {
    // From DEL on, a byte or one more than it has the highest bit. 0xff and one carry into the next byte, and 0xff is found itself.
    !any(value.as_bytes(), |word| {
        must_be_escaped(word) | word | word.wrapping_add(EACH)
    })
}

fn any_may_need_escape(bytes: &[u8]) -> bool {
    any(bytes, |word| {
        must_be_escaped(word) | below(word ^ (EACH * 0xe2), 1)
    })
}

/// Whether `find` sets the highest bit of a byte. It gets eight at once, the last of them twice where eight do not divide the
/// length; four of a short text.
fn any(bytes: &[u8], find: impl Fn(u64) -> u64) -> bool {
    let found = if let Some(last) = bytes.last_chunk() {
        let (words, _) = bytes.as_chunks();
        let words = words.iter().chain([last]);
        words.fold(0, |found, word| found | find(u64::from_le_bytes(*word)))
    } else if let [Some(first), Some(last)] = [bytes.first_chunk(), bytes.last_chunk()] {
        let halves = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
        find(halves[0] << 32 | halves[1])
    } else {
        const SPACES: u64 = (EACH * b' ' as u64) & !0xff;
        bytes
            .iter()
            .fold(0, |found, byte| found | find(SPACES | u64::from(*byte)))
    };
    found & (EACH * 0x80) != 0
}

const EACH: u64 = u64::MAX / 0xff;

/// The highest bit of each byte that JSON demands to be escaped: <https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>.
const fn must_be_escaped(word: u64) -> u64 {
    let quote = below(word ^ (EACH * b'"' as u64), 1);
    let backslash = below(word ^ (EACH * b'\\' as u64), 1);
    below(word, 0x20) | quote | backslash
}

const fn below(word: u64, limit: u64) -> u64 {
    word.wrapping_sub(EACH * limit) & !word
}

/// 0xe2 begins U+2028 and U+2029, among others.
const fn may_need_escape(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0xe2)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn many_bytes_at_once_find_what_one_by_one_does() {
        for byte in 0..=u8::MAX {
            for place in 0..17 {
                for length in place + 1..=17 {
                    let mut text = *b"plainest of words";
                    text[place] = byte;
                    let text = &text[..length];
                    let at = format!("{byte:#x} at {place} of {length}");
                    assert_eq!(any_may_need_escape(text), may_need_escape(byte), "{at}");
                    if let Ok(text) = str::from_utf8(text) {
                        let is_printable = byte == b' ' || byte.is_ascii_graphic();
                        assert_eq!(is_plain(text), is_printable && !may_need_escape(byte), "{at}");
                    }
                }
            }
        }
    }
}
