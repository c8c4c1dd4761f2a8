//! The tags and annotations of a span, bounded: a loop that logs an error a million times makes one span, and a span that no
//! collector takes would be lost whole.

use std::fmt::Write as _;

use smol_str::SmolStr;

use crate::{sink::value::Kept, texts::cut::Cut};

/// The most tags, and the most annotations, as the OpenTelemetry specification has it.
const MOST: usize = 128;

/// The most bytes of a value.
const MAX_VALUE: usize = 8192;

/// The most bytes of all together. Escaped, each may become six: less than the 1 MB that a Kafka message holds.
const MAX_BYTES: usize = 128 * 1024;

/// Tags and annotations.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub annotations: Vec<(u64, String)>,
    pub tags: Vec<(SmolStr, Kept)>,
    bytes: usize,
    dropped_annotations: usize,
    dropped_tags: usize,
}

impl Notes {
    /// Sets a tag. Those that say what came of a request have room whatever else there is.
    pub fn tag(&mut self, key: SmolStr, value: Kept) {
        let cut = value.as_str().and_then(shortened);
        let value = cut.map_or(value, Kept::Text);
        let is_full = self.tags.len() >= MOST;
        let old = self.tags.iter_mut().find(|(each, _)| *each == key);
        let grown = old.as_ref().map_or(key.len(), |_| 0) + value.len();
        let is_ours = || key == "error" || key.starts_with("http.");
        if (self.bytes + grown > MAX_BYTES || (old.is_none() && is_full)) && !is_ours() {
            self.dropped_tags += 1;
            return;
        }
        self.bytes += grown;
        match old {
            Some((_, old)) => {
                self.bytes -= old.len();
                *old = value;
            }
            None => {
                if self.tags.is_empty() {
                    // A request has five and more: a list that grows moves what it holds.
                    self.tags.reserve(8);
                }
                self.tags.push((key, value));
            }
        }
    }

    /// The value of a tag.
    pub fn get(&self, key: &str) -> Option<&Kept> {
        let tag = self.tags.iter().find(|(each, _)| each == key);
        tag.map(|(_, value)| value)
    }

    /// The value of a tag, where it is a text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Kept::as_str)
    }

    /// Removes a tag.
    pub fn untag(&mut self, key: &str) {
        if let Some(place) = self.tags.iter().position(|(each, _)| each == key) {
            let (key, value) = self.tags.remove(place);
            self.bytes -= key.len() + value.len();
        }
    }

    /// Adds an annotation.
    pub fn annotate(&mut self, time: u64, message: &str) {
        if self.annotations.len() >= MOST || self.bytes + message.len() > MAX_BYTES {
            self.dropped_annotations += 1;
        } else {
            self.bytes += message.len();
            self.annotations.push((time, message.to_owned()));
        }
    }

    /// Says how many found no room, where some did not.
    pub fn count_dropped(&mut self) {
        for (key, count) in [
            ("annotations.dropped", self.dropped_annotations),
            ("tags.dropped", self.dropped_tags),
        ] {
            if count > 0 {
                self.tags
                    .push((SmolStr::new_static(key), Kept::U64(count as u64)));
            }
        }
    }
}

/// The beginning of a value that is too long, with a mark behind it.
pub(super) fn shortened(value: &str) -> Option<SmolStr> {
    if value.len() <= MAX_VALUE {
        return None;
    }
    let mut cut = Cut::default();
    // It keeps what it can, and fails never.
    let _ = cut.write_str(value);
    Some(SmolStr::new(&*cut.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    use smol_str::ToSmolStr as _;

    fn value(notes: &Notes, key: &str) -> Option<String> {
        notes.get(key).map(|value| value.value().to_string())
    }

    #[test]
    fn annotations_and_tags_without_number_are_counted() {
        let mut notes = Notes::default();
        for number in 0..1_000 {
            notes.annotate(number, "boom");
            notes.tag(number.to_smolstr(), "v".into());
        }
        notes.tag("0".into(), "another".into());
        notes.tag("http.status_code".into(), "200".into());
        notes.count_dropped();
        assert_eq!((notes.annotations.len(), notes.tags.len()), (128, 131));
        assert_eq!(value(&notes, "annotations.dropped"), Some("872".to_owned()));
        assert_eq!(value(&notes, "tags.dropped"), Some("872".to_owned()));
        assert_eq!(value(&notes, "0"), Some("another".to_owned()));
        assert_eq!(value(&notes, "http.status_code"), Some("200".to_owned()));
    }

    #[test]
    fn long_values_are_cut_and_all_together_are_bounded() {
        let mut notes = Notes::default();
        notes.tag("error".into(), "é".repeat(5_000).as_str().into());
        assert!(value(&notes, "error").unwrap().ends_with("é…[cut, 10000 bytes]"));
        for number in 0..100 {
            notes.tag(number.to_smolstr(), "\u{1}".repeat(8_192).as_str().into());
            notes.annotate(number, &"\u{1}".repeat(8_192));
        }
        notes.count_dropped();
        let tags = notes.tags.iter().map(|(key, value)| key.len() + value.len());
        let annotations = notes.annotations.iter().map(|(_, value)| value.len());
        assert!(tags.sum::<usize>() + annotations.sum::<usize>() <= MAX_BYTES + 100);
        assert!(value(&notes, "tags.dropped").is_some());
        assert!(value(&notes, "annotations.dropped").is_some());
    }

    #[test]
    fn a_tag_that_is_set_again_and_again_takes_its_room_once() {
        let mut notes = Notes::default();
        for _ in 0..1_000 {
            notes.tag("userId".into(), "u".repeat(1_000).as_str().into());
        }
        notes.count_dropped();
        assert_eq!((notes.tags.len(), notes.bytes), (1, 1_006));
    }
}
