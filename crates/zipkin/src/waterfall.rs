//! A trace as rows to draw: depth first, siblings by start. The page and the terminal draw the same rows.

use std::collections::BTreeSet;

use crate::{
    Kind, Span, SpanRef, TraceId,
    tree::{Step, Tree},
};

/// A whole trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waterfall {
    /// The trace's id, the longest where spans disagree.
    pub trace_id: TraceId,
    /// When the first span started, in microseconds since the epoch; 0 when no span says.
    pub start: u64,
    /// Microseconds from the first start to the last end.
    pub duration: u64,
    /// The services that recorded spans, in order of appearance.
    pub services: Vec<String>,
    /// One row a span.
    pub rows: Vec<Row>,
}

/// One span of a waterfall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// How many ancestors the row has.
    pub depth: usize,
    /// Index of the row above that caused this one. A span whose own parent is missing hangs below the root.
    pub parent: Option<usize>,
    /// The service that recorded the span; empty when it does not say.
    pub service: String,
    /// The span's name; empty when it has none.
    pub name: String,
    /// The side of a remote call.
    pub kind: Option<Kind>,
    /// Microseconds from the trace's start to the span's; the parent's where the span does not say.
    pub offset: u64,
    /// Microseconds that the span took.
    pub duration: Option<u64>,
    /// The text of the tag `error`, which may be empty.
    pub error: Option<String>,
    /// The span itself.
    pub span: Span,
}

/// Lays out one trace, which may be `&[Span]` or [`SpanRef`]s; nothing for no spans.
pub fn waterfall<'a>(spans: impl IntoIterator<Item = impl Into<SpanRef<'a>>>) -> Option<Waterfall> {
    let tree = Tree::build(spans);
    let steps = tree.depth_first();
    let start = steps
        .iter()
        .filter_map(|step| step.node.span.timestamp)
        .min()
        .unwrap_or_default();
    let end = steps
        .iter()
        .filter_map(|step| end(&step.node.span))
        .max()
        .unwrap_or(start);
    let mut rows: Vec<Row> = Vec::with_capacity(steps.len());
    for step in &steps {
        let above = step
            .parent
            .and_then(|parent| rows.get(parent))
            .map_or(0, |parent| parent.offset);
        rows.push(row(step, start, above));
    }
    Some(Waterfall {
        trace_id: rows.first()?.span.trace_id,
        start,
        duration: end.saturating_sub(start),
        services: services(&rows),
        rows,
    })
}

fn end(span: &SpanRef<'_>) -> Option<u64> {
    Some(span.timestamp?.saturating_add(span.duration.unwrap_or_default()))
}

fn row(step: &Step<'_>, start: u64, above: u64) -> Row {
    let span = &step.node.span;
    Row {
        depth: step.depth,
        parent: step.parent,
        service: span.local_service().unwrap_or_default().to_owned(),
        name: span.name.as_deref().unwrap_or_default().to_owned(),
        kind: span.kind,
        offset: span
            .timestamp
            .map_or(above, |timestamp| timestamp.saturating_sub(start)),
        duration: span.duration,
        error: span.tag("error").map(str::to_owned),
        span: span.to_span(),
    }
}

fn services(rows: &[Row]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let named = rows
        .iter()
        .map(|row| row.service.as_str())
        .filter(|service| !service.is_empty());
    named
        .filter(|&service| seen.insert(service))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::trace;

    #[test]
    fn rows_stand_in_drawing_order_with_times_from_the_start() {
        let waterfall = waterfall(&trace(&[
            "d c SERVER inventory - @1250+100 error",
            "c b CLIENT orders inventory @1200+200",
            "b a SERVER orders - @1100+500",
            "a - SERVER gateway - @1000+1000",
            // No start: where its parent starts. No end: nothing to add to the trace's.
            "e b - orders -",
            "f a - gateway - @2100",
        ]))
        .unwrap();
        assert_eq!((waterfall.start, waterfall.duration), (1000, 1100));
        assert_eq!(waterfall.services, ["gateway", "orders", "inventory"]);
        let rows: Vec<_> = waterfall
            .rows
            .iter()
            .map(|row| {
                (
                    row.span.id.value(),
                    row.depth,
                    row.parent,
                    row.offset,
                    row.duration,
                    row.error.is_some(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (0xa, 0, None, 0, Some(1000), false),
                (0xb, 1, Some(0), 100, Some(500), false),
                (0xe, 2, Some(1), 100, None, false),
                (0xc, 2, Some(1), 200, Some(200), false),
                (0xd, 3, Some(3), 250, Some(100), true),
                (0xf, 1, Some(0), 1100, None, false),
            ]
        );
    }

    #[test]
    fn a_trace_without_times_or_names_is_laid_out() {
        let waterfall = waterfall(&trace(&["b a - - -", "c b - - -"])).unwrap();
        assert_eq!(
            (waterfall.start, waterfall.duration, waterfall.services.len()),
            (0, 0, 0)
        );
        assert_eq!(waterfall.rows.len(), 2);
        assert_eq!(waterfall.rows[1].parent, Some(0));
    }

    #[test]
    fn the_latest_end_counts_even_where_it_passes_the_clock() {
        let waterfall = waterfall(&trace(&["a - - - - @5+18446744073709551615", "b a - - - @1+1"])).unwrap();
        assert_eq!((waterfall.start, waterfall.duration), (1, u64::MAX - 1));
    }

    #[test]
    fn no_spans_are_no_waterfall() {
        assert_eq!(waterfall(&[] as &[Span]), None);
    }
}
