//! Texts that others chose, as they stand in a line. A control character would forge a line or move a terminal's cursor, and one that
//! turns the direction of writing would show another text: they are escaped, beyond what JSON demands.

use std::io::Write as _;

use zipkin::encode;

/// Appends the inside of a JSON string.
pub(crate) fn escape(out: &mut Vec<u8>, text: &str) {
    if encode::is_plain(text) {
        return out.extend_from_slice(text.as_bytes());
    }
    let mut rest = text;
    while let Some((before, unseen)) = rest
        .find(is_unseen)
        .and_then(|place| rest.split_at_checked(place))
    {
        encode::escape(out, before);
        let mut after = unseen.chars();
        let code = after.next().map_or(0, u32::from);
        // Writing into a Vec does not fail.
        let _ = write!(out, "\\u{code:04x}");
        rest = after.as_str();
    }
    encode::escape(out, rest);
}

/// Appends a JSON string with its quotes.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escape(out, text);
    out.push(b'"');
}

/// The bytes of a text once it is escaped.
pub(crate) fn escaped_len(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// The bytes of a character once it is escaped.
pub(crate) fn width(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..' ' | '\u{2028}' | '\u{2029}' => 6,
        unseen if is_unseen(unseen) => 6,
        plain => plain.len_utf8(),
    }
}

/// Control characters beyond those that JSON escapes, and Unicode's formatting of bidirectional text.
const fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_as_wide_as_it_is_written() {
        for character in '\0'..='\u{ffff}' {
            let mut out = Vec::new();
            let text = format!("a{character}z");
            escape(&mut out, &text);
            assert_eq!(out.len(), escaped_len(&text), "{character:?}");
            let json = format!("\"{}\"", String::from_utf8(out).unwrap());
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            assert!(!json.contains(char::is_control), "{character:?}");
        }
    }
}
