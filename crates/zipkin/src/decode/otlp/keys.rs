//! Keys of attributes. The spans of a scope mostly have the same ones in the same order: a key that stands where it stood in the span before
//! is not checked for UTF-8 again, which takes longer than comparing it.

use crate::{Text, decode::normal::utf_8};

/// Keys that are remembered, by their places.
const MAX_KEYS: usize = 64;

/// The keys of the span before, and the place of the next one.
#[derive(Default)]
pub struct Keys<'a> {
    known: Vec<&'a str>,
    next: usize,
}

impl<'a> Keys<'a> {
    /// The next span begins.
    pub fn begin(&mut self) {
        self.next = 0;
    }

    /// The next key.
    #[inline]
    pub fn text(&mut self, bytes: &'a [u8]) -> Text<'a> {
        let place = self.next;
        self.next += 1;
        match self.known.get(place) {
            Some(known) if known.as_bytes() == bytes => Text::Borrowed(known),
            _ => self.other(place, bytes),
        }
    }

    fn other(&mut self, place: usize, bytes: &'a [u8]) -> Text<'a> {
        let text = utf_8(bytes);
        if let Text::Borrowed(key) = text {
            let is_next = place == self.known.len() && place < MAX_KEYS;
            match self.known.get_mut(place) {
                Some(known) => *known = key,
                None if is_next => self.known.push(key),
                None => {}
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_bytes_whatever_stood_there_before() {
        let mut keys = Keys::default();
        let long: Vec<String> = (0..100).map(|number| format!("key {number}")).collect();
        let long: Vec<&[u8]> = long.iter().map(|key| key.as_bytes()).collect();
        for span in [
            &[&b"a"[..], b"b"][..],
            &[b"a", b"b"],
            &[b"b", b"a", b"c"],
            &[b"\xff", b"a"],
            &[],
            &[b"", b"\xff", b"\xff", b"\xff", b"d"],
            &long,
            &[b"a"],
        ] {
            keys.begin();
            for bytes in span {
                assert_eq!(keys.text(bytes), String::from_utf8_lossy(bytes));
            }
        }
    }
}
