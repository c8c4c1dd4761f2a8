//! The parent, where several spans have the id that is named.

use crate::{SpanId, SpanRef};

/// Moves each child of spans that have one id below the last of them that had begun when the child began. A child before all of them,
/// and one that does not know its start, stays where it is.
pub fn below_the_running(spans: &[SpanRef<'_>], parents: &mut [Option<usize>]) {
    let begun = begun_by_id(spans);
    if begun.is_empty() {
        return;
    }
    for (span, parent) in spans.iter().zip(parents).filter(|(span, _)| !span.shared) {
        let named = parent
            .and_then(|index| spans.get(index))
            .filter(|named| !named.shared);
        let Some((id, start)) = named.map(|named| named.id).zip(span.timestamp) else {
            continue;
        };
        let end = begun.partition_point(|&(each, began, _)| (each, began) <= (id, start));
        let last = end.checked_sub(1).and_then(|last| begun.get(last));
        if let Some(&(_, _, index)) = last.filter(|(each, ..)| *each == id) {
            *parent = Some(index);
        }
    }
}

// By id and start: the spans of ids that several have. Merged spans stand by id.
fn begun_by_id(spans: &[SpanRef<'_>]) -> Vec<(SpanId, u64, usize)> {
    let has_its_id = |other: Option<&SpanRef<'_>>, span: &SpanRef<'_>| {
        other.is_some_and(|other| other.id == span.id && !other.shared)
    };
    let mut begun = Vec::new();
    for (index, span) in spans.iter().enumerate().filter(|(_, span)| !span.shared) {
        let before = index.checked_sub(1).and_then(|before| spans.get(before));
        if has_its_id(before, span) || has_its_id(spans.get(index + 1), span) {
            begun.extend(span.timestamp.map(|start| (span.id, start, index)));
        }
    }
    begun.sort_unstable();
    begun
}
