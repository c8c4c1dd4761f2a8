//! Patterns with placeholders. All places that the text can be at are followed side by side, so that no pattern takes more
//! than its length times the text's.

use super::given::Given;

/// A pattern in its parts.
pub struct Pattern<'a>(Vec<Part<'a>>);

enum Part<'a> {
    Literal(&'a str),
    Anything,
    Digits { is_hex: bool, length: Option<usize> },
    TraceId,
    SpanId(&'a str),
}

impl<'a> Pattern<'a> {
    pub fn new(mut text: &'a str) -> Self {
        let mut parts = Vec::new();
        while let Some(first) = text.chars().next() {
            let (part, length) = placeholder(text).unwrap_or_else(|| {
                let rest = text.get(first.len_utf8()..).unwrap_or_default();
                let end = rest
                    .find(['*', '{'])
                    .map_or(text.len(), |end| end + first.len_utf8());
                (Part::Literal(text.get(..end).unwrap_or(text)), end)
            });
            parts.push(part);
            text = text.get(length..).unwrap_or_default();
        }
        Self(parts)
    }

    pub fn matches(&self, text: &str, given: &Given) -> bool {
        // Whether the parts so far can end before each byte.
        let mut places = vec![false; text.len() + 1];
        set(&mut places, 0);
        for part in &self.0 {
            places = part.follow(text, &places, given);
        }
        places.last() == Some(&true)
    }
}

/// The placeholder that the text begins with, and its length.
fn placeholder(text: &str) -> Option<(Part<'_>, usize)> {
    if text.starts_with('*') {
        return Some((Part::Anything, 1));
    }
    let end = text.find('}')?;
    let inner = text.get(1..end).filter(|_| text.starts_with('{'))?;
    let digits = |is_hex, length| Part::Digits { is_hex, length };
    let part = match inner.split_once(':') {
        None if inner == "hex" => digits(true, None),
        None if inner == "number" => digits(false, None),
        None if inner == "traceId" => Part::TraceId,
        Some(("hex", length)) => digits(true, Some(length.parse().ok()?)),
        Some(("id", label)) => Part::SpanId(label),
        _ => return None,
    };
    Some((part, end + 1))
}

impl Part<'_> {
    /// Where the text can be after this part, from where it can be before.
    fn follow(&self, text: &str, places: &[bool], given: &Given) -> Vec<bool> {
        let mut next = vec![false; places.len()];
        let starts = places.iter().enumerate().filter(|(_, is_place)| **is_place);
        let starts = starts.map(|(start, _)| start);
        let mut literal = |literals: &[&str]| {
            for start in starts.clone() {
                let rest = text.get(start..).unwrap_or_default();
                for literal in literals.iter().filter(|literal| rest.starts_with(**literal)) {
                    set(&mut next, start + literal.len());
                }
            }
        };
        match self {
            Self::Literal(own) => literal(&[own]),
            Self::TraceId => {
                let id = given.trace_id.as_deref();
                let padded = id.map(|id| format!("{id:0>32}"));
                literal(&id.into_iter().chain(padded.as_deref()).collect::<Vec<_>>());
            }
            Self::SpanId(label) => {
                let ids = given.span_ids.get(*label).into_iter().flatten();
                literal(&ids.map(String::as_str).collect::<Vec<_>>());
            }
            Self::Anything => {
                let first = places.iter().position(|is_place| *is_place);
                next.iter_mut()
                    .skip(first.unwrap_or(usize::MAX))
                    .for_each(|place| *place = true);
            }
            Self::Digits { is_hex, length } => digits(text, places, &mut next, *is_hex, *length),
        }
        next
    }
}

/// One digit at least, or exactly so many.
fn digits(text: &str, places: &[bool], next: &mut [bool], is_hex: bool, length: Option<usize>) {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (is_hex && matches!(byte, b'a'..=b'f'));
    let (mut run, mut is_reached) = (0_usize, false);
    for (index, byte) in text.bytes().enumerate() {
        run = if is_digit(&byte) { run + 1 } else { 0 };
        is_reached = run > 0 && (is_reached || places.get(index) == Some(&true));
        let is_end = match length {
            Some(length) => {
                let start = (index + 1).checked_sub(length);
                length > 0 && run >= length && start.and_then(|start| places.get(start)) == Some(&true)
            }
            None => is_reached,
        };
        if is_end {
            set(next, index + 1);
        }
    }
}

fn set(places: &mut [bool], index: usize) {
    if let Some(place) = places.get_mut(index) {
        *place = true;
    }
}
