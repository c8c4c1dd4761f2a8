//! Headers are read or not; what was read can be written, and is then read as the same.

use http::{HeaderMap, HeaderValue};
use telemetry::propagation::{self, Extracted, HeaderFormat, Ids, Mdc, Outgoing, Sampling, b3, baggage, w3c};
use zipkin::{SpanId, TraceId};

/// `b3`, a value a line.
pub fn b3_single(input: &[u8]) {
    let headers = read(input, &["b3"]);
    let found = b3::extract(&headers);
    let again = written(&found, &[HeaderFormat::B3], b3::extract);
    comes_back(&found, again);
}

/// The `X-B3-…` headers: a line is one of them, by its first byte.
pub fn b3_multi(input: &[u8]) {
    let names = [
        "x-b3-traceid",
        "x-b3-spanid",
        "x-b3-parentspanid",
        "x-b3-sampled",
        "x-b3-flags",
    ];
    let headers = read(input, &names);
    let found = b3::extract(&headers);
    let again = written(&found, &[HeaderFormat::B3Multi], b3::extract);
    comes_back(&found, again);
}

/// `traceparent` and `tracestate`, and B3 beside them: a line is one of them, by its first byte.
pub fn trace_context(input: &[u8]) {
    let headers = read(input, &["traceparent", "tracestate", "b3"]);
    let found = w3c::extract(&headers);
    if let Some(again) = written(&found, &[HeaderFormat::TraceContext], w3c::extract) {
        assert_eq!(again, found, "{headers:?}");
    }
    for listed in [HeaderFormat::B3Multi, HeaderFormat::TraceContext] {
        let found = propagation::extract(&headers, &[listed]);
        let formats = [HeaderFormat::B3Multi, HeaderFormat::TraceContext];
        let again = written(&found, &formats, |headers| {
            propagation::extract(headers, &[listed])
        });
        comes_back(&found, again);
    }
}

/// `baggage`, a value a line.
pub fn baggage(input: &[u8]) {
    let names = ["userId".to_owned(), "orderId".to_owned()];
    let headers = read(input, &["baggage"]);
    let (members, others) = (
        baggage::extract(&headers, &names),
        baggage::others(&headers, &names),
    );
    let carried = |mdc: &Mdc, other_baggage| {
        let mut headers = HeaderMap::new();
        let ids = Ids {
            trace_id: TraceId::new(1),
            span_id: SpanId::new(1),
            parent_id: None,
        };
        let outgoing = Outgoing {
            mdc,
            propagated: &names,
            other_baggage,
            ..Outgoing::of(ids, Sampling::Accept)
        };
        let formats = [
            HeaderFormat::B3Multi,
            HeaderFormat::TraceContext,
            HeaderFormat::Baggage,
        ];
        propagation::inject(&outgoing, &formats, &mut headers);
        headers
    };
    let written = carried(&members, &others);
    let length = written.get("baggage").map_or(0, HeaderValue::len);
    assert!(length <= baggage::MAX_BYTES);
    // Members that are taken travel on. The others go where there is room: values may grow by being escaped.
    assert_eq!(baggage::extract(&written, &names), members, "{headers:?}");
    if input.len() < baggage::MAX_BYTES / 3 {
        assert_eq!(baggage::others(&written, &names), others, "{headers:?}");
    }
    // Any text travels, not only what came in a header.
    let text = String::from_utf8_lossy(input).into_owned();
    if baggage::can_travel(&Mdc::new(), "userId", &text) {
        let members = Mdc::from_iter([("userId", text)]);
        assert_eq!(baggage::extract(&carried(&members, ""), &names), members);
    }
}

/// The context that is read of the headers that are written for the one found; none where that names no span.
fn written(
    found: &Extracted,
    formats: &[HeaderFormat],
    extract: impl Fn(&HeaderMap) -> Extracted,
) -> Option<Extracted> {
    let outgoing = Outgoing {
        random: found.random,
        tracestate: found.tracestate.as_deref(),
        ..Outgoing::of(found.ids?, found.sampling)
    };
    let mut headers = HeaderMap::new();
    propagation::inject(&outgoing, formats, &mut headers);
    Some(extract(&headers))
}

/// The same ids and the same decision; only a decision that nobody has made yet may be lost on the way, and with it, in
/// `b3`, the parent.
fn comes_back(found: &Extracted, again: Option<Extracted>) {
    let (Some(mut before), Some(after)) = (found.ids, again) else {
        return assert!(found.ids.is_none());
    };
    let mut ids = after.ids.unwrap_or_else(|| panic!("lost: {found:?}"));
    if found.sampling == Sampling::Defer {
        (before.parent_id, ids.parent_id) = (None, None);
    } else {
        assert_eq!(
            after.sampling.is_sampled(),
            found.sampling.is_sampled(),
            "{found:?}"
        );
    }
    assert_eq!(ids.trace_id, before.trace_id);
    assert_eq!(ids.span_id, before.span_id);
}

fn read(input: &[u8], names: &[&'static str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in input.split(|&byte| byte == b'\n') {
        let (name, value) = match (names, line) {
            ([only], value) => (*only, value),
            (_, [first, value @ ..]) => (names[usize::from(*first) % names.len()], value),
            (_, []) => continue,
        };
        // Bytes that no server lets through are not ours to read.
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    headers
}
