//! Tags by key, each key once: those of a span are sorted alone, and put between those of its scope, which were sorted before.

use std::{cmp::Ordering, mem};

use crate::Text;

/// Sorts by key. Of those with one key, the last stays.
pub fn sort<K: Ord, V>(tags: &mut Vec<(K, V)>) {
    // As it keeps the order of equal keys, the last of them is behind.
    tags.sort_by(|(key, _), (other, _)| key.cmp(other));
    tags.dedup_by(|later, earlier| {
        let is_same = later.0 == earlier.0;
        if is_same {
            mem::swap(&mut later.1, &mut earlier.1);
        }
        is_same
    });
}

/// Moves a span's sorted tags into `all`, between the sorted ones of its scope. The span's beat the scope's.
pub fn merge<'a>(
    shared: &[(&'a str, &'a str)],
    own: &mut Vec<(Text<'a>, Text<'a>)>,
    all: &mut Vec<(Text<'a>, Text<'a>)>,
) {
    all.reserve(shared.len() + own.len());
    let mut shared = shared.iter().peekable();
    for tag in own.drain(..) {
        while let Some(&&(key, value)) = shared.peek() {
            match key.cmp(&tag.0) {
                Ordering::Less => all.push((Text::Borrowed(key), Text::Borrowed(value))),
                Ordering::Equal => {}
                Ordering::Greater => break,
            }
            shared.next();
        }
        all.push(tag);
    }
    all.extend(shared.map(|&(key, value)| (Text::Borrowed(key), Text::Borrowed(value))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_tags_stand_between_the_shared_and_beat_them() {
        for (shared, own, expected) in [
            ("", "", ""),
            ("a1 c1", "", "a1 c1"),
            ("", "b2 a2", "a2 b2"),
            ("b1 d1", "e2 c2 a2", "a2 b1 c2 d1 e2"),
            ("b1 d1", "d2 b2", "b2 d2"),
            ("d1 b1", "b2 b3", "b3 d1"),
            ("b1 b4 d1", "", "b4 d1"),
        ] {
            let mut first: Vec<_> = shared.split_whitespace().map(|tag| tag.split_at(1)).collect();
            let own = own.split_whitespace().map(|tag| tag.split_at(1));
            let mut own: Vec<_> = own.map(|(key, value)| (key.into(), value.into())).collect();
            sort(&mut first);
            sort(&mut own);
            let mut all = Vec::new();
            merge(&first, &mut own, &mut all);
            let all: Vec<_> = all.iter().map(|(key, value)| format!("{key}{value}")).collect();
            assert_eq!(all.join(" "), expected, "{shared} and {own:?}");
        }
    }
}
