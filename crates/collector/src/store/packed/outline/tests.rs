use zipkin::{Endpoint, Kind, Span};

use super::*;
use crate::store::packed::{Batch, Packed};

/// Numbers that are the same in each run.
fn dice(state: &mut u64, end: u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % end
}

/// Spans below each other, some with a server that shares their id; some come in halves, some failed. No clock is off.
fn spans(seed: u64) -> Vec<Span> {
    let mut state = seed;
    let mut spans = Vec::new();
    for id in 1..=300 {
        let parent_id = (id > 1).then(|| SpanId::new(1 + dice(&mut state, id - 1)));
        let shared = id > 1 && dice(&mut state, 9) == 0;
        let mut span = Span {
            parent_id,
            kind: [Some(Kind::Producer), None][dice(&mut state, 2) as usize],
            name: Some(format!("n{}", dice(&mut state, 5))),
            timestamp: Some(1_000 + 10 * id + dice(&mut state, 5)),
            duration: (dice(&mut state, 20) > 0).then(|| dice(&mut state, 5_000)),
            local_endpoint: Some(Endpoint {
                service_name: Some(format!("s{}", dice(&mut state, 7))),
                ..Endpoint::default()
            }),
            ..Span::new(TraceId::new(7), SpanId::new(id))
        };
        if dice(&mut state, 11) == 0 {
            span.tags.insert("error".to_owned(), String::new());
        }
        if shared {
            let server = Span {
                kind: Some(Kind::Server),
                shared: true,
                local_endpoint: Some(Endpoint {
                    service_name: Some("other".to_owned()),
                    ..Endpoint::default()
                }),
                ..span.clone()
            };
            span.kind = Some(Kind::Client);
            spans.push(server);
        }
        if dice(&mut state, 13) == 0 {
            // The second half.
            spans.push(Span {
                timestamp: None,
                duration: Some(77),
                ..span.clone()
            });
            span.duration = None;
        }
        spans.push(span);
    }
    spans
}

#[test]
fn the_line_of_a_large_trace_is_that_of_all_its_spans() {
    for seed in 0..50 {
        let spans = spans(seed);
        let batch = Batch::from(spans.clone());
        let mut packed = Packed::new(TraceId::new(7));
        for (id, part) in batch.parts() {
            packed.push(part);
            packed.outline(&PackedSpan::read(id, part).unwrap());
        }
        let (kept, mut summed) = (packed.summary(9).unwrap(), zipkin::summary(&spans, 9).unwrap());
        let mut services = kept.services.clone();
        // In the order of their starts here, in that of the rows there.
        services.sort();
        summed.services.sort();
        assert_eq!(Summary { services, ..kept }, summed, "{seed}");
    }
}

#[test]
fn a_trace_without_a_root_is_named_by_its_earliest_span() {
    let span = |id, start| Span {
        parent_id: Some(SpanId::new(99)),
        name: Some(format!("n{id}")),
        timestamp: Some(start),
        ..Span::new(TraceId::new(7), SpanId::new(id))
    };
    let batch = Batch::from(vec![span(1, 50), span(2, 20)]);
    let mut outline = Outline::default();
    for (id, part) in batch.parts() {
        outline.add(&PackedSpan::read(id, part).unwrap());
    }
    let line = outline.summary(1).unwrap();
    assert_eq!(
        (line.name.as_str(), line.times.start, line.times.duration),
        ("n2", Some(20), None)
    );
}
