//! Values as every format means them: texts, names and times.

use std::borrow::Cow;

/// The bytes as a text. Zipkin replaces what is no UTF-8, too.
pub(super) fn utf_8(bytes: &[u8]) -> Cow<'_, str> {
    // Ten times as fast as looking for what is to be replaced.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// A name; an empty one is none.
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

/// A time; zero and less is none.
pub(super) fn positive(number: i64) -> Option<u64> {
    u64::try_from(number).ok().filter(|&number| number > 0)
}
