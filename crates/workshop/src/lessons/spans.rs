//! Spans, for findings.

use expect::{Kind, Span};

use crate::seen::Seen;

/// The spans of a service that have this kind.
pub fn of_kind<'a>(seen: &'a Seen, service: &'a str, kind: Kind) -> Vec<&'a Span> {
    let spans = seen.spans_of(service);
    spans.filter(|span| span.kind == Some(kind)).collect()
}

/// A span in one line: whose it is, and its ids.
pub fn shown(span: &Span) -> String {
    let parent = span
        .parent_id
        .map_or_else(|| "none".to_owned(), |id| id.to_string());
    let (service, kind) = (
        span.local_service().unwrap_or("?"),
        span.kind.map_or("", Kind::as_str),
    );
    format!(
        "{service} {kind} traceId={} id={} parentId={parent}",
        span.trace_id, span.id
    )
}
