//! Any spans make a tree, links, a waterfall and hops: circles, strangers, twins and all.
#![no_main]

use zipkin::{Linker, Span, decode::Format, hops, waterfall};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Ok(mut spans) = Format::Proto3.list(body) else {
        return;
    };
    // One trace of few spans: what matters is how they hang together.
    let Some(trace_id) = spans.first().map(|span| span.trace_id) else {
        return;
    };
    spans
        .iter_mut()
        .for_each(|span: &mut Span| span.trace_id = trace_id);
    let mut linker = Linker::default();
    linker.put_trace(&spans);
    let calls: u64 = linker.links().iter().map(|link| link.call_count).sum();
    assert!(calls <= 2 * spans.len() as u64);
    let count = spans.len();
    let Some(waterfall) = waterfall(&spans) else { return };
    // A tree whose root is missing gets one.
    assert!(waterfall.rows.len() <= count + 1);
    hops(&waterfall);
});
