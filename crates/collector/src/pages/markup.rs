//! Text into markup, unharmed and harmless: what comes in spans is written by others.

use std::fmt::{self, Write as _};

/// Text inside an element. What has no shape of its own, and what would turn the text around it, is shown as a sign.
pub struct Text<'a>(pub &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if has_no_shape(character) {
                // As Rust writes it: fonts lack pictures of these.
                write!(f, r#"<span class="sign">{}</span>"#, character.escape_default())?;
            } else {
                escape(f, character)?;
            }
        }
        Ok(())
    }
}

/// The same where other text stands beside it: a name written from right to left turns no arrow around.
pub struct Isolated<'a>(pub &'a str);

impl fmt::Display for Isolated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<bdi>{}</bdi>", Text(self.0))
    }
}

/// Longer names are cut: all of one is in the details of a span, and in its JSON.
pub const MAX_NAME: usize = 160;

/// A name, cut where it is long.
pub fn name(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("<bdi>{}…</bdi>", Text(name.get(..end).unwrap_or(name))),
        None => Isolated(name).to_string(),
    }
}

/// A name, or in italics what stands in its place.
pub fn name_or(name: &str, none: &str) -> String {
    if name.is_empty() {
        format!("<i>{none}</i>")
    } else {
        self::name(name)
    }
}

/// The last digits of a span's id: the first are zeros where ids are counted up.
pub fn short_span(id: &str) -> &str {
    const DIGITS: usize = 8;
    id.len()
        .checked_sub(DIGITS)
        .and_then(|start| id.get(start..))
        .unwrap_or(id)
}

/// The value of an attribute, between double quotes, exactly as it is: a form sends it back.
pub struct Attribute<'a>(pub &'a str);

impl fmt::Display for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| escape(f, character))
    }
}

/// One segment of a path.
pub fn path_segment(text: &str) -> String {
    // It writes a space as +, which only a query reads back.
    let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

fn escape(f: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    match character {
        '&' => f.write_str("&amp;"),
        '<' => f.write_str("&lt;"),
        '>' => f.write_str("&gt;"),
        '"' => f.write_str("&quot;"),
        '\'' => f.write_str("&#39;"),
        // HTML has no way to write it.
        '\0' => f.write_char(char::REPLACEMENT_CHARACTER),
        _ => f.write_char(character),
    }
}

/// Control characters, direction marks and overrides, separators, marks without width. Not the two joiners: scripts
/// and emoji need them.
fn has_no_shape(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_it_is_and_never_as_markup() {
        for (text, html) in [
            ("홍길동 a/b?c%d", "홍길동 a/b?c%d"),
            // The characters of markup.
            (r#"<b a="1">&'"#, "&lt;b a=&quot;1&quot;&gt;&amp;&#39;"),
            // Control characters, and one that turns the text around.
            (
                "\n\u{7}",
                r#"<span class="sign">\n</span><span class="sign">\u{7}</span>"#,
            ),
            ("\u{85}", r#"<span class="sign">\u{85}</span>"#),
            ("\u{202e}", r#"<span class="sign">\u{202e}</span>"#),
            // One sign of several characters.
            ("👩\u{200d}🚀", "👩\u{200d}🚀"),
        ] {
            assert_eq!(Text(text).to_string(), html);
        }
    }

    #[test]
    fn names_are_isolated_or_said_to_be_missing() {
        assert_eq!(Isolated("خدمة<").to_string(), "<bdi>خدمة&lt;</bdi>");
        assert_eq!(name_or("a", "no name"), "<bdi>a</bdi>");
        assert_eq!(name_or("", "no name"), "<i>no name</i>");
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let cut = format!("<bdi>{}…</bdi>", "é".repeat(MAX_NAME));
        assert_eq!(name(&"é".repeat(MAX_NAME + 1)), cut);
        assert_eq!(name(&"é".repeat(MAX_NAME)), cut.replace('…', ""));
    }

    #[test]
    fn spans_are_told_apart_by_their_last_digits() {
        assert_eq!(short_span("000000000000000b"), "0000000b");
        assert_eq!(short_span("b"), "b");
    }

    #[test]
    fn attributes_keep_their_value() {
        assert_eq!(Attribute("a\"b\u{7}").to_string(), "a&quot;b\u{7}");
        assert_eq!(Attribute("a\0b").to_string(), "a\u{fffd}b");
    }

    #[test]
    fn path_segments_stay_one_segment() {
        assert_eq!(path_segment("a/b ?+"), "a%2Fb%20%3F%2B");
    }
}
