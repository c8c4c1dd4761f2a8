//! A trace in one line of a list. No span is copied for it: a list may have many long traces.

use std::collections::HashSet;

use crate::{SpanRef, Times, TraceId, tree::Tree};

/// One line about a trace, as a list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The trace's id.
    pub trace_id: TraceId,
    /// The service of its first root; empty where that does not say.
    pub service: String,
    /// The name of its first root; empty where it has none.
    pub name: String,
    /// When it was.
    pub times: Times,
    /// The number of its spans.
    pub spans: usize,
    /// The number of those that failed.
    pub errors: usize,
    /// The first services that recorded spans, in order of appearance.
    pub services: Vec<String>,
    /// The number of services in all.
    pub service_count: usize,
}

/// Sums up one trace, with the names of at most `services`; nothing for no spans.
///
/// ```
/// use zipkin::{decode, summary};
///
/// let trace = decode::list(
///     br#"[{"traceId":"1","id":"1","name":"get /","timestamp":5,"duration":900,"tags":{"error":""}}]"#,
/// )?;
/// let line = summary(&trace, 10).unwrap();
/// assert_eq!((line.name.as_str(), line.errors, line.times.took()), ("get /", 1, "900 µs".to_owned()));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn summary<'a>(
    spans: impl IntoIterator<Item = impl Into<SpanRef<'a>>>,
    services: usize,
) -> Option<Summary> {
    let tree = Tree::build(spans);
    let steps = tree.depth_first();
    let first = steps.first()?.span;
    let mut seen = HashSet::new();
    let named = steps.iter().filter_map(|step| step.span.local_service());
    let mut named: Vec<&str> = named.filter(|&service| seen.insert(service)).collect();
    let service_count = named.len();
    named.truncate(services);
    Some(Summary {
        trace_id: first.trace_id,
        service: first.local_service().unwrap_or_default().to_owned(),
        name: first.name.as_deref().unwrap_or_default().to_owned(),
        times: Times::of(&steps),
        spans: steps.len(),
        errors: steps
            .iter()
            .filter(|step| step.span.tag("error").is_some())
            .count(),
        services: named.into_iter().map(str::to_owned).collect(),
        service_count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Span, sample::trace};

    #[test]
    fn a_list_says_who_when_how_many_and_how_bad() {
        let spans = trace(&[
            "c b SERVER orders - @7+1 error",
            "b a CLIENT web orders @6+3",
            "d c CLIENT orders db @7+1",
            "a - SERVER web - @5+5",
        ]);
        let summary = summary(&spans, 1).unwrap();
        assert_eq!(
            (summary.service.as_str(), summary.spans, summary.errors),
            ("web", 4, 1)
        );
        assert_eq!(
            (summary.services, summary.service_count),
            (vec!["web".to_owned()], 2)
        );
        assert_eq!(summary.times.duration, Some(5));
    }

    #[test]
    fn no_spans_are_no_summary() {
        assert_eq!(super::summary(&[] as &[Span], 9), None);
    }
}
