//! The shape that every value has after reading, whatever the format.

use std::borrow::Cow;

use crate::{Kind, Span};

pub(super) fn normalised(mut span: Span) -> Span {
    // No span causes itself.
    span.parent_id = span.parent_id.filter(|&parent_id| parent_id != span.id);
    // A server shares its client's id, never the other way round.
    span.shared &= span.kind != Some(Kind::Client);
    span.annotations.sort();
    span.annotations.dedup();
    span
}

/// The bytes as a text. Zipkin replaces what is no UTF-8, too.
pub(super) fn utf_8(bytes: &[u8]) -> Cow<'_, str> {
    // Ten times as fast as looking for what is to be replaced.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

pub(super) fn lower_case(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let is_lower_case = text
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    match text {
        text if text.is_empty() => None,
        text if is_lower_case => Some(text),
        text => Some(text.to_lowercase().into()),
    }
}

pub(super) fn positive(number: i64) -> Option<u64> {
    u64::try_from(number).ok().filter(|&number| number > 0)
}
