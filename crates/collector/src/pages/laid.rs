//! A trace, laid out and analysed: what the page of it and the JSON beside it are made of.

use std::collections::{HashMap, HashSet};

use zipkin::{
    Language, Row, Span, SpanId, Waterfall,
    analysis::{Analysis, Beside, analyse_beside},
    merge::merge,
};

use super::rows::Shape;
use crate::{
    store::Spans,
    work::{Asker, Gone},
};

/// A trace of more spans is not laid out: these take some 200 MB meanwhile.
const MAX_SPANS: usize = 130_000;

/// Names and services of more bytes are not laid out: five times as much is taken meanwhile.
const MAX_TEXT: usize = if cfg!(test) { 1 << 20 } else { 32 << 20 };

/// A trace with all that its pages say.
pub struct Laid {
    /// Its rows. Their spans have no tags but those that are analysed, and no events: a page shows those of few spans.
    pub trace: Waterfall,
    /// The analysis.
    pub analysis: Analysis,
    /// Where subtrees end.
    pub shape: Shape,
    /// Microseconds of each row on the critical path.
    pub on_path: Vec<u64>,
}

/// Whether a trace is small enough to be laid out. It depends on its spans and their names: tags are not read for that.
pub fn fits(spans: &Spans) -> bool {
    let mut text = 0;
    let mut count = 0;
    for span in spans.read() {
        let names = [
            span.packed_name(),
            span.packed_service(),
            span.packed_remote_service(),
            span.packed_tag(b"error"),
        ];
        text += names.into_iter().flatten().map(<[u8]>::len).sum::<usize>();
        count += 1;
        if count > MAX_SPANS || text > MAX_TEXT {
            return false;
        }
    }
    true
}

impl Laid {
    /// Lays out the spans, with what is known `beside` them; nothing for no spans.
    pub fn of(
        spans: &Spans,
        beside: impl FnOnce(&Waterfall) -> Result<Beside, Gone>,
        language: Language,
        asker: &Asker,
    ) -> Result<Option<Self>, Gone> {
        let Some(trace) = zipkin::waterfall(spans.sketches()) else {
            return Ok(None);
        };
        asker.still_waits()?;
        let analysis = analyse_beside(&trace, &beside(&trace)?).in_language(language);
        asker.still_waits()?;
        let mut on_path = vec![0; trace.rows.len()];
        for segment in &analysis.critical_path {
            if let Some(time) = on_path.get_mut(segment.row) {
                *time += segment.duration_us;
            }
        }
        let shape = Shape::of(&trace);
        Ok(Some(Self {
            trace,
            analysis,
            shape,
            on_path,
        }))
    }

    /// The row.
    pub fn row(&self, index: usize) -> Option<&Row> {
        self.trace.rows.get(index)
    }

    /// The first row of a span. A server may share its client's id.
    pub fn first_of(&self, id: SpanId) -> Option<usize> {
        self.rows_of(id).next()
    }

    /// All rows of a span.
    pub fn rows_of(&self, id: SpanId) -> impl Iterator<Item = usize> {
        let rows = self.trace.rows.iter().enumerate();
        rows.filter(move |(_, row)| row.span.id == id)
            .map(|(index, _)| index)
    }
}

/// Spans with all tags and events, by id.
pub struct Whole(HashMap<SpanId, Vec<Span>>);

impl Whole {
    /// The spans with these ids.
    pub fn of(spans: &Spans, ids: &HashSet<SpanId>) -> Self {
        let reports = spans.read().filter(|span| ids.contains(&span.id()));
        let mut by_id: HashMap<SpanId, Vec<Span>> = HashMap::new();
        for span in merge(reports.map(|span| span.to_ref()).collect()) {
            by_id.entry(span.id).or_default().push(span.to_span());
        }
        Self(by_id)
    }

    /// The spans with this id.
    pub fn all(&self, id: SpanId) -> &[Span] {
        self.0.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The span of a row; as much as the row has, where the two do not meet.
    pub fn span<'a>(&'a self, row: &'a Row) -> &'a Span {
        let known = self.0.get(&row.span.id).into_iter().flatten();
        let sketch = &row.span;
        let mut same = known.filter(|span| {
            (span.shared, span.kind) == (sketch.shared, sketch.kind)
                && span.local_endpoint == sketch.local_endpoint
        });
        same.next().unwrap_or(sketch)
    }
}

/// Rows of spans in which a text stands, in drawing order: in ids, names, services, tags, events. `key=value` finds that tag.
pub fn found(spans: &Spans, laid: &Laid, text: &str) -> Vec<usize> {
    let has = |hay: &[u8], needle: &str| contains(hay, needle.as_bytes());
    let tag = text.split_once('=');
    let id = SpanId::parse(text).ok();
    let mut ids = HashSet::new();
    for span in spans.read() {
        let names = [
            span.packed_name(),
            span.packed_service(),
            span.packed_remote_service(),
        ];
        let is_found = names.into_iter().flatten().any(|name| has(name, text))
            || id == Some(span.id())
            || span.tags().any(|(key, value)| {
                let is_tag = |(wanted, part): (&str, &str)| key == wanted.as_bytes() && has(value, part);
                has(key, text) || has(value, text) || tag.is_some_and(is_tag)
            })
            || span.annotations().any(|(_, value)| has(value, text));
        if is_found {
            ids.insert((span.id(), span.is_shared()));
        }
    }
    let rows = laid.trace.rows.iter().enumerate();
    let rows = rows.filter(|(_, row)| ids.contains(&(row.span.id, row.span.shared)));
    rows.map(|(index, _)| index).collect()
}

/// Whether one text is in another. Case does not matter in ASCII.
fn contains(hay: &[u8], needle: &[u8]) -> bool {
    let Some((&first, rest)) = needle.split_first() else {
        return false;
    };
    let first = [first.to_ascii_lowercase(), first.to_ascii_uppercase()];
    let last = hay.len().saturating_sub(rest.len());
    let begins = hay.get(..last).unwrap_or_default().iter().enumerate();
    let mut begins = begins.filter(|(_, byte)| first.contains(byte));
    begins.any(|(at, _)| {
        hay.get(at + 1..at + 1 + rest.len())
            .is_some_and(|hay| hay.eq_ignore_ascii_case(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_whatever_its_case() {
        for (hay, needle, expected) in [
            ("GET /Orders", "get /o", true),
            ("abc", "c", true),
            ("abc", "abcd", false),
            ("주문 조회", "조회", true),
            ("ab", "", false),
            ("", "a", false),
        ] {
            assert_eq!(
                contains(hay.as_bytes(), needle.as_bytes()),
                expected,
                "{hay} {needle}"
            );
        }
    }
}
