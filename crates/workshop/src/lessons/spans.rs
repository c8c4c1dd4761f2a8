//! Spans, for findings.

use expect::{Kind, Span};

use crate::{seen::Seen, verdict::Evidence};

/// In place of a value that is not there, in every language.
pub const NONE: &str = "–";

/// The spans of a service that have this kind.
pub fn of_kind<'a>(seen: &'a Seen, service: &'a str, kind: Kind) -> Vec<&'a Span> {
    let spans = seen.spans_of(service);
    spans.filter(|span| span.kind == Some(kind)).collect()
}

/// A span in one line: whose it is, and its ids.
pub fn shown(span: &Span) -> String {
    let parent = span
        .parent_id
        .map_or_else(|| NONE.to_owned(), |id| id.to_string());
    let (service, kind) = (
        span.local_service().unwrap_or("?"),
        span.kind.map_or("", Kind::as_str),
    );
    format!(
        "{service} {kind} traceId={} id={} parentId={parent}",
        span.trace_id, span.id
    )
}

/// The spans of orders that ended, and those that were found.
pub fn found_of(ended: usize, found: usize) -> Evidence {
    let values = [("ended", ended.to_string()), ("found", found.to_string())];
    Evidence::said("seen-spans", values)
}

/// A span in one line, with those of its tags that a lesson is about.
pub fn tags(span: &Span, names: &[&str]) -> String {
    let value = |name: &&str| Some(format!("{name}={}", span.tags.get(*name)?));
    let found: Vec<String> = names.iter().filter_map(value).collect();
    let found = if found.is_empty() {
        NONE.to_owned()
    } else {
        found.join(" ")
    };
    format!(
        "{} {} {}: {found}",
        span.local_service().unwrap_or("?"),
        span.kind.map_or("local", Kind::as_str),
        span.name.as_deref().unwrap_or_default(),
    )
}
