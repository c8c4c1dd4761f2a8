use super::*;
use crate::{
    Annotation, Span, TraceId,
    sample::{span, trace},
};

fn merged(spans: &[Span]) -> Vec<Span> {
    let spans = spans.iter().map(SpanRef::from).collect();
    merge(spans).iter().map(SpanRef::to_span).collect()
}

#[test]
fn reports_of_one_span_become_one() {
    for (given, expected) in [
        // As they are, sorted by id.
        (
            vec!["c a SERVER b -", "b a SERVER b/1.2.3.4 -"],
            vec!["b a SERVER b/1.2.3.4 -", "c a SERVER b -"],
        ),
        // The same twice.
        (
            vec!["a - SERVER web - @1+2", "a - SERVER web - @1+2"],
            vec!["a - SERVER web - @1+2"],
        ),
        // In pieces: the first to say something wins.
        (
            vec!["a - SERVER web - @1", "a - - web app @5+7 error"],
            vec!["a - SERVER web app @1+7 error"],
        ),
        (
            vec!["b a CLIENT web -", "b a CLIENT /1.2.3.4 -"],
            vec!["b a CLIENT web/1.2.3.4 -"],
        ),
        (
            vec![
                "b a SERVER /1.2.3.5 - shared",
                "b a SERVER app - shared",
                "b a CLIENT web -",
            ],
            vec!["b a CLIENT web -", "b a SERVER app/1.2.3.5 - shared"],
        ),
        // A report without a service goes to the client.
        (
            vec!["b a - - - @1+10", "b a SERVER app - shared", "b a - web -"],
            vec!["b a - web - @1+10", "b a SERVER app - shared"],
        ),
        // Two servers under one id stay two.
        (
            vec![
                "b a SERVER app/1.2.3.5 - shared",
                "b a CLIENT web -",
                "b a SERVER app/1.2.3.4 - shared",
            ],
            vec![
                "b a CLIENT web -",
                "b a SERVER app/1.2.3.4 - shared",
                "b a SERVER app/1.2.3.5 - shared",
            ],
        ),
        // A server that said early that it runs, and later who it is.
        (
            vec![
                "b a - app - error",
                "b a CLIENT web -",
                "b a SERVER app - shared @1+2",
            ],
            vec!["b a CLIENT web -", "b a SERVER app - shared @1+2 error"],
        ),
        // A server that does not say that it shares, and one that does not know its parent.
        (
            vec!["b a SERVER app -", "b a CLIENT web -"],
            vec!["b a CLIENT web -", "b a SERVER app - shared"],
        ),
        (
            vec!["b - SERVER app - shared", "b a CLIENT web -"],
            vec!["b a CLIENT web -", "b a SERVER app - shared"],
        ),
    ] {
        assert_eq!(merged(&trace(&given)), trace(&expected), "{given:?}");
    }
}

#[test]
fn the_longest_trace_id_is_everyones() {
    let long = TraceId::new((7 << 64) | 0xa);
    let mut spans = trace(&["a - SERVER web -", "b a SERVER app -"]);
    spans[1].trace_id = long;
    assert!(merged(&spans).iter().all(|span| span.trace_id == long));
}

#[test]
fn tags_annotations_and_flags_are_joined() {
    let part = |tag: &str, annotation: &str, debug| {
        let mut span = span("a - SERVER web -");
        span.tags.insert("t".into(), tag.into());
        span.annotations.push(Annotation {
            timestamp: 1,
            value: annotation.into(),
        });
        span.debug = debug;
        span
    };
    let merged = merged(&[part("1", "b", false), part("2", "a", true), part("2", "a", true)]);
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].tags["t"], "2");
    assert!(merged[0].debug);
    let values: Vec<_> = merged[0]
        .annotations
        .iter()
        .map(|annotation| annotation.value.as_str())
        .collect();
    assert_eq!(values, ["a", "b"]);
}

#[test]
fn spans_of_one_id_at_different_times_are_apart() {
    let reports = trace(&[
        "1 - CLIENT web app @10+5",
        "1 - CLIENT web db @20+7",
        // The first two once more, and a third that has not ended.
        "1 - CLIENT web app @10+5",
        "1 - CLIENT web db @20+7",
        "1 - CLIENT web - @10",
    ]);
    let refs = || reports.iter().map(SpanRef::from).collect();
    let times = |spans: Vec<SpanRef<'_>>| -> Vec<_> {
        let times = spans.iter().map(|span| (span.timestamp, span.duration));
        times.collect()
    };
    assert_eq!(
        times(merge_apart(refs())),
        [(Some(10), Some(5)), (Some(20), Some(7))]
    );
    assert_eq!(times(merge(refs())), [(Some(10), Some(5))]);
}
