//! A trace as rows to draw: depth first, siblings by start. The page and the terminal draw the same rows.

use crate::{Kind, Span, TraceId, tree::Tree};

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
    /// Index of the row above that caused this one.
    pub parent: Option<usize>,
    /// The service that recorded the span; empty when it does not say.
    pub service: String,
    /// The span's name; empty when it has none.
    pub name: String,
    /// The side of a remote call.
    pub kind: Option<Kind>,
    /// Microseconds from the trace's start to the span's.
    pub offset: u64,
    /// Microseconds that the span took.
    pub duration: Option<u64>,
    /// The text of the tag `error`, which may be empty.
    pub error: Option<String>,
    /// The span itself.
    pub span: Span,
}

/// Lays out one trace; nothing for no spans.
pub fn waterfall(spans: Vec<Span>) -> Option<Waterfall> {
    let start = spans
        .iter()
        .filter_map(|span| span.timestamp)
        .min()
        .unwrap_or_default();
    let end = spans
        .iter()
        .filter_map(|span| span.timestamp?.checked_add(span.duration.unwrap_or_default()))
        .max();
    let tree = Tree::build(spans);
    let mut services: Vec<String> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for step in tree.depth_first() {
        let span = step.node.span.clone();
        let service = span.local_service().unwrap_or_default().to_owned();
        if !service.is_empty() && !services.contains(&service) {
            services.push(service.clone());
        }
        rows.push(Row {
            depth: step.depth,
            parent: step.parent,
            service,
            name: span.name.clone().unwrap_or_default(),
            kind: span.kind,
            offset: span.timestamp.map_or(0, |timestamp| timestamp - start),
            duration: span.duration,
            error: span.tags.get("error").cloned(),
            span,
        });
    }
    // After merging, all spans have the longest id.
    let trace_id = rows.first()?.span.trace_id;
    Some(Waterfall {
        trace_id,
        start,
        duration: end.unwrap_or(start).saturating_sub(start),
        services,
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Endpoint, SpanId};

    fn span(id: u64, parent: Option<u64>, service: &str, start: u64, duration: u64) -> Span {
        Span {
            parent_id: parent.map(SpanId::new),
            timestamp: Some(start),
            duration: Some(duration),
            local_endpoint: Some(Endpoint {
                service_name: Some(service.into()),
                ..Endpoint::default()
            }),
            ..Span::new(TraceId::new(1), SpanId::new(id))
        }
    }

    #[test]
    fn rows_are_depth_first_and_siblings_by_start() {
        let spans = vec![
            span(4, Some(1), "gateway", 150, 10),
            span(3, Some(2), "orders", 120, 20),
            span(2, Some(1), "gateway", 110, 35),
            span(1, None, "gateway", 100, 70),
        ];
        let found = waterfall(spans).unwrap();
        let rows: Vec<_> = found
            .rows
            .iter()
            .map(|row| (row.span.id.value(), row.depth, row.parent, row.offset))
            .collect();
        assert_eq!(
            rows,
            [
                (1, 0, None, 0),
                (2, 1, Some(0), 10),
                (3, 2, Some(1), 20),
                (4, 1, Some(0), 50)
            ]
        );
        assert_eq!((found.start, found.duration), (100, 70));
        assert_eq!(found.services, ["gateway", "orders"]);
    }

    #[test]
    fn no_spans_are_no_waterfall() {
        assert_eq!(waterfall(Vec::new()), None);
    }
}
