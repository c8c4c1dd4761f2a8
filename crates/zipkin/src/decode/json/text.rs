//! Texts, and what is escaped in them.

use std::borrow::Cow;

use super::{reader::Reader, wrong::Wrong};

impl<'a> Reader<'a> {
    /// The text between two quotes. Borrowed where nothing is escaped.
    #[inline]
    pub(super) fn rest_of_text(&mut self) -> Result<Cow<'a, str>, Wrong> {
        let part = self.until_special()?;
        if self.byte() == Some(b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(part));
        }
        self.rest_of_escaped(part.to_owned())
    }

    /// The same, behind a text whose next character is escaped.
    #[cold]
    fn rest_of_escaped(&mut self, mut text: String) -> Result<Cow<'a, str>, Wrong> {
        while self.byte() == Some(b'\\') {
            self.at += 1;
            self.escaped(&mut text)?;
            text.push_str(self.until_special()?);
        }
        self.at += 1;
        Ok(Cow::Owned(text))
    }

    /// Up to a quote or a backslash, of which there must be one.
    fn until_special(&mut self) -> Result<&'a str, Wrong> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        // As Zipkin: a text without an end is malformed, not short.
        let end = special(rest.as_bytes()).ok_or_else(Wrong::malformed)?;
        self.at += end;
        Ok(rest.get(..end).unwrap_or_default())
    }

    fn escaped(&mut self, out: &mut String) -> Result<(), Wrong> {
        let escaped = self.byte().ok_or_else(Wrong::malformed)?;
        self.at += 1;
        out.push(match escaped {
            b'"' | b'\\' | b'/' => char::from(escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.utf_16(out),
            _ => return Err(Wrong::malformed()),
        });
        Ok(())
    }

    /// `u` was read: four hex digits follow, and the same again where a character has two halves.
    fn utf_16(&mut self, out: &mut String) -> Result<(), Wrong> {
        let first = self.hex_digits()?;
        let before_second = self.at;
        let is_high = (0xd800..0xdc00).contains(&first);
        let follows = |reader: &Self| {
            let rest = reader.text.as_bytes().get(reader.at..);
            rest.is_some_and(|rest| rest.starts_with(b"\\u"))
        };
        let second = if is_high && follows(self) {
            self.at += 2;
            Some(self.hex_digits()?)
        } else {
            None
        };
        match char::decode_utf16([first].into_iter().chain(second)).next() {
            Some(Ok(character)) => out.push(character),
            _ => {
                // Half of a pair, as some cut an emoji, is replaced as in Zipkin; what follows it stands for itself.
                out.push('?');
                self.at = before_second;
            }
        }
        Ok(())
    }

    fn hex_digits(&mut self) -> Result<u16, Wrong> {
        let digits = self.text.get(self.at..self.at + 4);
        // A sign is no digit.
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        self.at += 4;
        number.ok_or_else(Wrong::malformed)
    }
}

/// Where the first quote or backslash is. Looks at eight bytes at a time: most of a list is texts.
fn special(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zero_bytes(word ^ QUOTES) | zero_bytes(word ^ BACKSLASHES);
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let at = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some(words.len() * 8 + at)
}

/// A one in each byte.
const EACH: u64 = u64::MAX / 0xff;

const QUOTES: u64 = EACH * b'"' as u64;
const BACKSLASHES: u64 = EACH * b'\\' as u64;

/// The highest bit of each byte that is zero; of those behind the first such byte, perhaps, of others too.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(EACH) & !word & (EACH << 7)
}
