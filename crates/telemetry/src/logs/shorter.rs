//! Lines that come out too long.
//!
//! Docker cuts what a container writes into pieces of 16 KiB, and a piece of JSON is no JSON.

use smol_str::SmolStr;

use super::line::{Field, Line};
use crate::texts::{cut::Cut, escape::escaped_len};

/// The most bytes of a line, its end included.
pub(super) const MAX_LINE: usize = 16 * 1024;

/// Names and values of the MDC.
type Values = [(SmolStr, SmolStr)];

/// The texts of a line that has come out too long: the longest are cut, all to one length.
pub(super) fn shorter(line: &Line, mdc: &Values, written: usize) -> (Line, Box<Values>) {
    let texts = mdc.iter().map(|(_, value)| value.as_str());
    let texts = texts
        .chain([&*line.message])
        .chain(line.fields.iter().map(|field| &*field.value));
    let mut lengths: Vec<usize> = texts.map(escaped_len).collect();
    lengths.sort_unstable();
    // Bytes that are not values (keys, punctuation) are kept.
    let rest = written.saturating_sub(lengths.iter().sum());
    let mut room = MAX_LINE.saturating_sub(rest);
    let mut longest = room;
    for (index, length) in lengths.iter().enumerate() {
        longest = room / (lengths.len() - index);
        if *length > longest {
            break;
        }
        room -= length;
    }
    let value = |(name, value): &(SmolStr, SmolStr)| {
        let value = Cut::from(value.as_str()).within(longest);
        (name.clone(), SmolStr::new(&*value))
    };
    let field = |field: &Field| Field {
        // Half a number is another one.
        value: field
            .value
            .within(if field.is_bare { usize::MAX } else { longest }),
        ..*field
    };
    let line = Line {
        message: line.message.within(longest),
        fields: line.fields.iter().map(field).collect(),
    };
    (line, mdc.iter().map(value).collect())
}
